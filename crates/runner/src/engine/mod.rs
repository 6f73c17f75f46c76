//! What a run decides, without any I/O of its own: it makes messages and takes answers through
//! a [`Link`](crate::link::Link), so it is the same behind every driver.

mod adopt;
mod alone;
mod apply;
mod context;
mod failure;
mod read;
mod relabel;
mod resolve;
mod run;
mod script;
mod terms;
#[cfg(test)]
mod tests;
mod trace;
mod wait;
mod words;

pub use adopt::{AdoptOptions, Adoption};
pub(crate) use context::{Context, Program, any_application_name, application_name, run_id};
pub use read::Details;
pub(crate) use read::Snapshot;
pub use resolve::{Resolution, Resolved};
pub(crate) use run::Engine;
pub use run::Planned;
