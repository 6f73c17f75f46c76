//! The rule `password-literal`.

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::secrets::SecretKind;

rule! {
    /// A password in `CREATE ROLE`, `ALTER ROLE` or the options of a user mapping, hashed or not.
    ///
    /// ## Why it hurts
    ///
    /// The file is read by everybody who can read the repository, and by every build and backup of
    /// it, for ever. The server writes the statement into its log too. Production and development
    /// would share the password. A hash (`SCRAM-SHA-256$…`, `md5…`) can be tried against
    /// dictionaries, and an `md5` one is enough to log in.
    ///
    /// ## Instead
    ///
    /// Create the role without a password; whoever runs the server sets it with `\password` in psql.
    /// `PASSWORD NULL` is fine. A password that was ever committed is known: change it.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER ROLE reporting PASSWORD 'correct-horse-battery';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER ROLE reporting PASSWORD NULL;
    /// ```
    "password-literal", Secrets, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for secret in context.secrets() {
        if secret.kind == SecretKind::Password {
            found.add(
                secret.range.clone(),
                "a password stands in the migration",
                "everybody who can read the repository knows it, and the server writes it into its log",
                "leave `PASSWORD` out and set it with `\\password` in psql; change this one, since it is known now",
            );
        }
    }
}
