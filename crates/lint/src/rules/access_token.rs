//! The rule `access-token`.

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::secrets::SecretKind;

rule! {
    /// A token of a well-known service: of AWS, GitHub, GitLab, Slack, Stripe, Google and others, or
    /// a JSON Web Token.
    ///
    /// ## Why it hurts
    ///
    /// Such tokens have a form that anybody can search for, and people do: one that is pushed to a
    /// public place is used within minutes. In the repository it stays for ever.
    ///
    /// ## Instead
    ///
    /// Keep it in the store of secrets of the service that uses it, and its name in the database. A
    /// token that was ever committed is known: revoke it.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// COMMENT ON SCHEMA public IS 'uploads are signed with AKIAIOSFODNN7EXAMPLE';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// COMMENT ON SCHEMA public IS 'uploads are signed with the key that is called media-upload';
    /// ```
    "access-token", Secrets, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for secret in context.secrets() {
        if secret.kind == SecretKind::AccessToken {
            found.add(
                secret.range.clone(),
                format!("{} stands in the migration", secret.subject),
                "everybody who can read the repository can use it in its owner's name",
                "keep it in the store of secrets of the service that uses it; revoke this one, since it is known now",
            );
        }
    }
}
