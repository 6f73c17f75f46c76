//! The rule `password-literal`.

use crate::context::Context;
use crate::finding::Found;
use crate::secrets::SecretKind;

rule! {
    /// A password in `CREATE ROLE`, `ALTER ROLE` or the options of a user mapping, hashed or not.
    ///
    /// ## Why it hurts
    ///
    /// Everyone who can read the repository, its builds and its backups can read the password,
    /// permanently. The server writes the statement to its log too. Production and development
    /// would share the password. A hash (`SCRAM-SHA-256$…`, `md5…`) can be attacked with a
    /// dictionary, and an `md5` hash is enough to log in.
    ///
    /// ## Instead
    ///
    /// Create the role without a password; an administrator sets it with `\password` in psql.
    /// `PASSWORD NULL` is fine. A password that was ever committed is compromised: change it.
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
    for secret in context.secrets(SecretKind::Password) {
        found.add(
            secret.range.clone(),
            "the migration contains a password",
            "everyone who can read the repository can read it, and the server writes it to its log",
            "leave `PASSWORD` out and set it with `\\password` in psql, and change this one: it is compromised",
        );
    }
}
