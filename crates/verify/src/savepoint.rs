//! A try within a transaction.

use postgres::Client;

use crate::error::Error;

/// Tries something that the server may refuse, within a transaction that goes on in any case.
pub(crate) fn attempt<T>(
    client: &mut Client,
    work: impl FnOnce(&mut Client) -> Result<T, postgres::Error>,
) -> Result<Result<T, postgres::Error>, Error> {
    let lost = |error: postgres::Error| Error::server("set a savepoint", &error);
    client.batch_execute("SAVEPOINT attempt").map_err(lost)?;
    let result = work(client);
    let end = match result {
        Ok(_) => "RELEASE SAVEPOINT attempt",
        Err(_) => "ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt",
    };
    client.batch_execute(end).map_err(lost)?;
    Ok(result)
}

/// The same, and undoes it.
pub(crate) fn rehearse<T>(
    client: &mut Client,
    work: impl FnOnce(&mut Client) -> Result<T, postgres::Error>,
) -> Result<Result<T, postgres::Error>, Error> {
    let lost = |error: postgres::Error| Error::server("set a savepoint", &error);
    client.batch_execute("SAVEPOINT rehearsal").map_err(lost)?;
    let result = work(client);
    client
        .batch_execute("ROLLBACK TO SAVEPOINT rehearsal; RELEASE SAVEPOINT rehearsal")
        .map_err(lost)?;
    Ok(result)
}
