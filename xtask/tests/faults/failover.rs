//! A standby takes over, without the last commits that its primary had acknowledged.

use std::fs;
use std::process::Command;

use jubilee_pg_local::{Options, TempServer};
use postgres::{Client, NoTls};

use crate::forwarder::Forwarder;
use crate::matrix::{Cell, Trial};
use crate::pooler::Pooler;
use crate::random::Random;
use crate::restart::crash;
use crate::stand::{NotRun, Way, refuse_without_pooler, socket};
use crate::work::{Form, Work};

const MIGRATIONS: u16 = 60;
const DATABASE: &str = "trial";

pub(crate) fn failover(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    refuse_without_pooler(way)?;
    let mut lost = 0;
    let cell = Cell::of(trials, |_| {
        let (trial, lost_here) = one(way, random);
        lost += u32::from(lost_here > 0);
        trial
    });
    Ok(cell.noting(format!("{lost} lost acknowledged commits")))
}

/// One failover, and how many commits that the runner had seen it lost.
fn one(way: Way, random: &mut Random) -> (Trial, usize) {
    let mut primary = TempServer::start(&Options::default()).unwrap();
    primary.create_database(DATABASE).unwrap();
    let stream = Forwarder::start(socket(&primary));
    let address = Forwarder::start(socket(&primary));
    let upstream = format!("port={}", address.port());
    let pooler = match way {
        Way::Direct => None,
        Way::Pooled => Pooler::in_front_of(&primary, &upstream, "server_login_retry = 1"),
    };
    let url = pooler
        .as_ref()
        .map_or_else(|| address.url(DATABASE), |pooler| pooler.url(DATABASE));
    let mut work = Work::new(&primary.url(DATABASE), &url, MIGRATIONS, Form::Plain);
    for version in (1..=MIGRATIONS).step_by(3) {
        work.also(version, "SELECT pg_sleep(0.005);");
    }
    let standby = standby(&mut primary, &stream);

    let mut run = work.start();
    run.applies(random.below(10));
    // From here on, the primary commits what the standby will never hear of.
    stream.hold();
    run.applies(1 + random.below(10));
    random.pause(5000);
    let hit = !run.is_over();
    address.switch(None);
    let said = "SELECT count(*) FROM public.schema_migrations WHERE status = 'completed'";
    let acknowledged: usize = work.text(said).parse().unwrap();
    crash(&primary);
    stream.switch(None);
    promote(&standby);
    work.observe(&standby.url(DATABASE));
    let kept = if work.has_history() {
        work.text(said).parse().unwrap()
    } else {
        0
    };
    address.switch(Some(socket(&standby)));

    let ended = run.end();
    let codes = vec![ended.code];
    // It goes on with what the standby has.
    let failed = (ended.code != Some(0)).then(|| format!("the run failed:\n{}", ended.stderr));
    let mut wrong = work.finish(vec![ended]);
    wrong.extend(failed);
    let trial = Trial { hit, wrong, codes };
    (trial, acknowledged.saturating_sub(kept))
}

/// A standby that follows `primary` through `stream`.
fn standby(primary: &mut TempServer, stream: &Forwarder) -> TempServer {
    let mut standby = TempServer::start(&Options::default()).unwrap();
    standby.stop().unwrap();
    let data = standby.data_dir();
    // Its own places to listen stay; all else becomes a copy of the primary.
    let own = fs::read(data.join("jubilee.conf")).unwrap();
    primary.stop().unwrap();
    fs::remove_dir_all(&data).unwrap();
    let copied = Command::new("cp")
        .arg("-a")
        .args([primary.data_dir(), data.clone()])
        .status()
        .unwrap();
    assert!(copied.success());
    primary.restart().unwrap();
    let follow = format!(
        "primary_conninfo = 'host=127.0.0.1 port={} user=postgres sslmode=disable gssencmode=disable'\n",
        stream.port()
    );
    let conf = data.join("jubilee.conf");
    fs::write(&conf, [&own[..], follow.as_bytes()].concat()).unwrap();
    standby.restart_as_standby().unwrap();
    let mut client = Client::connect(&primary.url(DATABASE), NoTls).unwrap();
    let follows = "SELECT FROM pg_stat_replication WHERE state = 'streaming'";
    while client.query(follows, &[]).unwrap().is_empty() {}
    standby
}

/// Ends its recovery: from here on it can be written to.
fn promote(standby: &TempServer) {
    let mut client = Client::connect(&standby.url(DATABASE), NoTls).unwrap();
    client.query("SELECT pg_promote()", &[]).unwrap();
}
