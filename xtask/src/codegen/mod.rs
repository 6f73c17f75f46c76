//! What is written from this program into the checkout: the pages of the rules, and the blocks
//! that list the databases.

mod block;
mod listings;
mod rules;

pub(crate) use listings::listings;
pub(crate) use rules::pages;
