//! The rule `connection-string`.

use crate::context::Context;
use crate::finding::Found;
use crate::secrets::SecretKind;

rule! {
    /// A connection string with its password: `postgres://user:password@host`, `host=… password=…`.
    ///
    /// ## Why it hurts
    ///
    /// Everyone who can read the repository can connect. That holds for comments, strings and
    /// function bodies too. A migration needs no connection string: it is already connected.
    ///
    /// ## Instead
    ///
    /// Keep it in the environment of the program that connects (`DB_CODEX_URL`, in `.env`, which is
    /// not committed). In an example write `<password>`. A password that was ever committed is
    /// compromised: change it.
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
    for secret in context.secrets(SecretKind::ConnectionString) {
        found.add(
            secret.range.clone(),
            "this connection string contains a password",
            "everyone who can read the repository can connect with it",
            "leave the password out, or write `<password>`, and change this one: it is compromised",
        );
    }
}
