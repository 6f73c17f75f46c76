//! How long the statements of a migration take at the size of production: measured at two sizes, and
//! carried on.

mod estimate;
mod like;
mod measure;
mod multiply;
mod plan;
mod recipe;
mod work;

pub use estimate::Span;
pub use like::{Like, LiveTable, SIZES};
pub(crate) use measure::forecast;
pub use measure::{Forecast, ForecastStatement, HeldLock, LiveSize, NotMultiplied, SizedTable};
