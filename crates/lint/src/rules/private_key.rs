//! The rule `private-key`.

use crate::context::Context;
use crate::finding::Found;
use crate::secrets::SecretKind;

rule! {
    /// A private key: `-----BEGIN … PRIVATE KEY-----`.
    ///
    /// ## Why it hurts
    ///
    /// Everyone who has the key can sign and decrypt as its owner. In the repository it stays
    /// permanently, and so it does in every replica and backup of the table that it is written to.
    ///
    /// ## Instead
    ///
    /// Keep the key in the secret store of the service that uses it, and only its public key or its
    /// name in the database. A key that was ever committed is compromised: replace it.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// COMMENT ON SCHEMA public IS '-----BEGIN PRIVATE KEY-----
    /// bm8ga2V5IGF0IGFsbCwgb25seSBhbiBleGFtcGxlIG9mIGhvdyBvbmUgd291bGQg
    /// bG9vayBpZiBzb21lYm9keSBwdXQgaXQgaW50byBhIG1pZ3JhdGlvbiBvZiB0aGVz
    /// -----END PRIVATE KEY-----';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// COMMENT ON SCHEMA public IS 'its keys begin with -----BEGIN PUBLIC KEY-----';
    /// ```
    "private-key", Secrets, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for secret in context.secrets(SecretKind::PrivateKey) {
        found.add(
            secret.range.clone(),
            "the migration contains a private key",
            "everyone who can read the repository can sign and decrypt with it",
            "keep it in the secret store of the service that uses it, and replace this one: it is compromised",
        );
    }
}
