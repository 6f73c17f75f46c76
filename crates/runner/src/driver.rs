//! The two drivers: they carry text and decide nothing.

#[cfg(feature = "postgres")]
pub(crate) mod blocking;
mod errors;
#[cfg(feature = "tokio-postgres")]
pub(crate) mod pipelined;
#[cfg(feature = "tokio-postgres")]
pub(crate) mod process;
