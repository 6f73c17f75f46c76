//! A terminal in which a command runs, and what a person sees there.

use std::fs::File;
use std::io::Read;
use std::num::NonZero;
use std::process::{Child, Command, ExitStatus};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

const ROWS: u16 = 30;
const COLUMNS: u16 = 160;

pub(crate) struct Terminal {
    child: Child,
    controller: File,
    screen: vt100::Parser,
}

impl Terminal {
    /// Starts a command with standard output and standard error on a terminal.
    pub(crate) fn start(mut command: Command) -> Self {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&controller).unwrap();
        unlockpt(&controller).unwrap();
        let size = Winsize {
            ws_row: ROWS,
            ws_col: COLUMNS,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&controller, size).unwrap();
        let name = ptsname(&controller, Vec::new()).unwrap();
        let terminal = File::options()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        if command.get_envs().all(|(name, _)| name != "TERM") {
            command.env("TERM", "xterm-256color");
        }
        command
            .stdout(terminal.try_clone().unwrap())
            .stderr(terminal);
        let child = command.spawn().unwrap();
        // The command's own copies of the terminal are dropped with it: at its end there is no other.
        drop(command);
        Self {
            child,
            controller: controller.into(),
            screen: vt100::Parser::new(cells(ROWS), cells(COLUMNS), 0),
        }
    }

    /// What is seen as soon as it is such; else what was seen last.
    pub(crate) fn shows(&mut self, is_such: impl Fn(&str) -> bool) -> String {
        let mut bytes = [0; 4096];
        while !is_such(&self.seen()) {
            // A terminal that the last program has left gives EIO.
            match self.controller.read(&mut bytes) {
                Ok(0) | Err(_) => break,
                Ok(read) => self.screen.process(&bytes[..read]),
            }
        }
        self.seen()
    }

    /// What is left when the command has ended.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let seen = self.shows(|_| false);
        (self.child.wait().unwrap(), seen)
    }

    fn seen(&self) -> String {
        let rows = self.screen.screen().rows(0, COLUMNS);
        let rows: Vec<String> = rows.map(|row| row.trim_end().to_owned()).collect();
        rows.join("\n").trim_end().to_owned()
    }
}

fn cells(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}
