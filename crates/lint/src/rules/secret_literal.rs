//! The rule `secret-literal`.

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::secrets::SecretKind;

rule! {
    /// A string constant that is given to, or compared with, a name that says secret: `password`,
    /// `api_key`, `token`, `client_secret`.
    ///
    /// ## Why it hurts
    ///
    /// A secret in a migration is the same in development and production, and is known to everybody
    /// who can read the repository. A first administrator with a password from a file is the first
    /// account that is broken into. This holds for a password's hash as well (`$2b$…`, `$argon2id$…`):
    /// it can be tried against dictionaries.
    ///
    /// ## Instead
    ///
    /// Leave it to the program: it makes the first account from its environment, and draws keys
    /// itself. Columns take no secret as a default.
    ///
    /// For passwords every value of four letters or more counts, for keys and tokens only what looks
    /// drawn by a machine. Digests of random tokens (`token_hash`) are fine, and so are references to
    /// a store of secrets (`vault:…`).
    ///
    /// ## Bad
    ///
    /// ```sql
    /// INSERT INTO users (email, password) VALUES ('root@example.com', 'changeme')
    /// ON CONFLICT (email) DO NOTHING;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// INSERT INTO users (email, password_hash) VALUES ('root@example.com', NULL)
    /// ON CONFLICT (email) DO NOTHING;
    /// ```
    "secret-literal", Secrets, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for secret in context.secrets() {
        if secret.kind == SecretKind::Literal {
            found.add(
                secret.range.clone(),
                format!("{} stands in the migration", secret.subject),
                "everybody who can read the repository knows it, and development and production share it",
                "leave it to the program, which has secrets in its environment or draws them; change this one, since it is known now",
            );
        }
    }
}
