//! What a database crate offers for tests.

/// The module `testing` of a database crate, which has `MIGRATIONS`, `DATABASE` and `migrate`.
#[macro_export]
macro_rules! testing_module {
    () => {
        /// A database for each test, with the current schema.
        pub mod testing {
            use std::hash::Hasher;

            pub use $crate::{BoxError, TestError};

            /// This crate's schema, for [`TestDatabase`] and [`Template`].
            #[derive(Debug)]
            pub struct Schema;

            impl $crate::Schema for Schema {
                const DATABASE: &'static str = super::DATABASE;

                fn fingerprint(hasher: &mut dyn Hasher) {
                    for file in super::MIGRATIONS {
                        hasher.write(file.name.as_bytes());
                        hasher.write(&file.bytes);
                    }
                }

                fn migrate(client: &mut $crate::postgres::Client) -> Result<(), BoxError> {
                    super::migrate(client, super::Environment::Development)?;
                    Ok(())
                }
            }

            /// A test's own database; dropped at its end.
            pub type TestDatabase = $crate::TestDatabase<Schema>;

            /// Rows that many tests begin with.
            pub type Template = $crate::Template<Schema>;
        }
    };
}
