//! A commit that waits for a synchronous standby: the server keeps silent then.

use std::convert::Infallible;
use std::sync::Mutex;
use std::time::Duration;

use tokio_postgres::{Client, SimpleQueryMessage};

use crate::progress::OfDatabase;
use crate::target::Reach;

const SQL: &str = include_str!("sql/waits_for_standby.sql");

/// How long a run must be silent before it is looked at, and how far apart the looks are.
const LOOK_AFTER: Duration = Duration::from_secs(2);

/// Looks, over a connection of its own, whether a commit of the run waits for a synchronous
/// standby, and says so once. Never ends.
pub(crate) async fn watch(
    reach: &Reach,
    application_name: &str,
    progress: &Mutex<&mut OfDatabase<'_>>,
) -> Infallible {
    let mut connection = None;
    loop {
        tokio::time::sleep(LOOK_AFTER).await;
        let silent = progress
            .lock()
            .is_ok_and(|progress| progress.silent_for() >= LOOK_AFTER);
        if !silent {
            continue;
        }
        if connection.is_none() {
            // What keeps this connection from being opened is not the run's to fail of.
            connection = reach.connect().await.ok();
        }
        let Some(open) = &connection else { continue };
        match look(&open.client, application_name).await {
            Ok(Some(standbys)) => {
                if let Ok(progress) = progress.lock() {
                    progress.say(&format!(
                        "a commit waits for synchronous replication: no standby of synchronous_standby_names ({standbys}) confirms it\n  \
                         Ctrl-C ends the wait; the commit stays on this server"
                    ));
                }
                break;
            }
            Ok(None) => {}
            Err(_) => connection = None,
        }
    }
    std::future::pending().await
}

/// The server's `synchronous_standby_names` where a commit of the run waits for them.
async fn look(
    client: &Client,
    application_name: &str,
) -> Result<Option<String>, tokio_postgres::Error> {
    let sql = SQL.replace("{application_name}", application_name);
    let answer = client.simple_query(&sql).await?;
    Ok(answer.into_iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }))
}
