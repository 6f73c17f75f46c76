//! Ctrl-C and its like.

use jubilee_runner::StopFlag;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Listens for Ctrl-C, a termination signal and a hang-up, from its making on: a signal that comes
/// while nobody waits for one is not lost.
pub(crate) struct Stop {
    flag: StopFlag,
    asked: watch::Receiver<u32>,
}

impl Stop {
    /// Listens on the current runtime, and tells the run too.
    pub(crate) fn listen(flag: StopFlag) -> Self {
        let (sender, asked) = watch::channel(0);
        for kind in [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ] {
            // Where no handler can be set, the signal ends the process as it does by itself.
            let Ok(mut signals) = signal(kind) else {
                continue;
            };
            let (sender, flag) = (sender.clone(), flag.clone());
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    flag.set();
                    sender.send_modify(|times| *times += 1);
                }
            });
        }
        Self { flag, asked }
    }

    /// Whether somebody asked at any time.
    pub(crate) fn is_set(&self) -> bool {
        self.flag.is_set()
    }

    /// Ends when somebody asks, or has asked since this ended last.
    pub(crate) async fn asked(&mut self) {
        if self.asked.changed().await.is_err() {
            std::future::pending().await
        }
    }
}
