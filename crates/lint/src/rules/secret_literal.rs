//! The rule `secret-literal`.

use crate::context::Context;
use crate::finding::Found;
use crate::secrets::SecretKind;

rule! {
    /// A string constant that is assigned to, or compared with, a name that suggests a secret:
    /// `password`, `api_key`, `token`, `client_secret`.
    ///
    /// ## Why it hurts
    ///
    /// A secret in a migration is the same in development and production, and is known to everyone
    /// who can read the repository. The same holds for a password hash (`$2b$…`, `$argon2id$…`),
    /// which can be attacked with a dictionary.
    ///
    /// ## Instead
    ///
    /// Leave it to the application: it creates the first account from its environment, and
    /// generates keys itself. A secret must not be the default of a column.
    ///
    /// For passwords, every value of four characters or more is reported; for keys and tokens, only
    /// values that look generated. Digests of random tokens (`token_hash`) are fine, and so are
    /// references to a secret store (`vault:…`).
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
    for secret in context.secrets(SecretKind::Literal) {
        found.add(
            secret.range.clone(),
            format!("the migration contains {}", secret.subject),
            "everyone who can read the repository can read it, and development and production share it",
            "leave it to the application, which reads secrets from its environment or generates them, and change this one: it is compromised",
        );
    }
}
