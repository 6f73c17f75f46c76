//! Others of the same pool ask questions while runners are killed: each must get its own answer.

use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls, SimpleQueryMessage};

use crate::kill::kill;
use crate::matrix::{Cell, Trial};
use crate::random::Random;
use crate::stand::{NotRun, Stand, Way};
use crate::work::Form;

const MIGRATIONS: u16 = 60;
const NEIGHBOURS: usize = 4;
const QUESTIONS: usize = 25;

pub(crate) fn ask(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    if way == Way::Direct {
        return Err(NotRun::NoSuchThing);
    }
    let stand = Stand::start(way)?;
    let mut longest = Duration::ZERO;
    let cell = Cell::of(trials, |trial| {
        let work = stand.work(MIGRATIONS, Form::Plain);
        let (hit, killed) = kill(&work, random);
        let mut wrong = Vec::new();
        thread::scope(|scope| {
            let asking: Vec<_> = (0..NEIGHBOURS)
                .map(|n| {
                    let url = &work.url;
                    scope.spawn(move || questions(url, &format!("{trial} {n}")))
                })
                .collect();
            for neighbour in asking {
                let (waited, wrong_here) = neighbour.join().unwrap();
                longest = longest.max(waited);
                wrong.extend(wrong_here);
            }
        });
        wrong.extend(work.finish(vec![killed]));
        Trial {
            hit,
            wrong,
            codes: Vec::new(),
        }
    });
    let questions = NEIGHBOURS * QUESTIONS * trials as usize;
    Ok(cell.noting(format!(
        "{questions} questions, longest wait {} ms",
        longest.as_millis()
    )))
}

/// Asks one question after the other; the longest wait, and the answers that were not right.
fn questions(url: &str, who: &str) -> (Duration, Vec<String>) {
    let began = Instant::now();
    let mut client = match Client::connect(url, NoTls) {
        Ok(client) => client,
        Err(error) => return (began.elapsed(), vec![format!("cannot connect: {error}")]),
    };
    let mut longest = began.elapsed();
    let mut wrong = Vec::new();
    for number in 0..QUESTIONS {
        let question = format!("{who} {number}");
        let began = Instant::now();
        let answer = client.simple_query(&format!("SELECT '{question}'"));
        longest = longest.max(began.elapsed());
        let right = answer.as_ref().is_ok_and(|messages| {
            let row = |message: &SimpleQueryMessage| match message {
                SimpleQueryMessage::Row(row) => row.get(0).map(ToOwned::to_owned),
                _ => None,
            };
            let rows: Vec<_> = messages.iter().filter_map(row).collect();
            rows == [question.clone()]
        });
        if !right {
            wrong.push(format!("`{question}` was answered by {answer:?}"));
        }
    }
    (longest, wrong)
}
