//! One file for each question, with what it compares.

pub(crate) mod again;
pub(crate) mod applies;
pub(crate) mod calls;
pub(crate) mod crash;
pub(crate) mod keeps_data;
pub(crate) mod keeps_guards;
pub(crate) mod old_release;
pub(crate) mod race;
pub(crate) mod same_schema;
pub(crate) mod undoes;
mod words_of_guards;
