//! The rule `access-token`.

use crate::context::Context;
use crate::finding::Found;
use crate::secrets::SecretKind;

rule! {
    /// A token of a well-known service: AWS, GitHub, GitLab, Slack, Stripe, Google and others, or a
    /// JSON Web Token.
    ///
    /// ## Why it hurts
    ///
    /// Such tokens have a known form, and public repositories are searched for them: a token that
    /// becomes public is abused within minutes. In the repository it stays permanently.
    ///
    /// ## Instead
    ///
    /// Keep it in the secret store of the service that uses it, and its name in the database. A
    /// token that was ever committed is compromised: revoke it.
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
    for secret in context.secrets(SecretKind::AccessToken) {
        found.add(
            secret.range.clone(),
            format!("the migration contains {}", secret.subject),
            "everyone who can read the repository can use it as its owner",
            "keep it in the secret store of the service that uses it, and revoke this one: it is compromised",
        );
    }
}
