//! Rows for every table of a schema, whatever the schema: drawn, and judged by the server.

mod boundary;
mod candidate;
mod drawing;
mod fill;
mod insert;
mod judge;
mod mine;
mod order;
mod parents;
mod pattern;
mod random;
mod real;
mod schema;
mod search;
mod value;
mod wish;
mod work;

pub(crate) use drawing::Drawing;
pub(crate) use fill::{Made, fill_beside, is_faulty, is_raised, make};
pub use fill::{fill, fill_at};
pub(crate) use order::order;
pub(crate) use schema::{Column, ForeignKey, Table, Types, tables, types};
pub use wish::{Filled, Wish};
