//! The rule `connection-string`.

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::secrets::SecretKind;

rule! {
    /// A connection string with its password: `postgres://user:password@host`, `host=… password=…`.
    ///
    /// ## Why it hurts
    ///
    /// Whoever reads the repository can connect. It is the same in a comment, in a string and in the
    /// body of a function. And a migration needs no connection: it has one.
    ///
    /// ## Instead
    ///
    /// Keep it in the environment of the program that connects (`DB_CODEX_URL`, in `.env`, which is
    /// not committed). In an example write `<password>`. What was ever committed is known: change it.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// COMMENT ON SCHEMA public IS 'copied from postgres://admin:tea4two@db.example.com/codex';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// COMMENT ON SCHEMA public IS 'copied from postgres://admin@db.example.com/codex';
    /// ```
    "connection-string", Secrets, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for secret in context.secrets() {
        if secret.kind == SecretKind::ConnectionString {
            found.add(
                secret.range.clone(),
                "a connection string stands here with its password",
                "everybody who can read the repository can connect with it",
                "leave the password out, or write `<password>`; change this one, since it is known now",
            );
        }
    }
}
