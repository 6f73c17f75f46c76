//! The rule `private-key`.

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::secrets::SecretKind;

rule! {
    /// A private key: `-----BEGIN … PRIVATE KEY-----`.
    ///
    /// ## Why it hurts
    ///
    /// Whoever has the key signs and decrypts in its owner's name. In the repository everybody has
    /// it, for ever, and so does every replica and backup of the table that it is written to.
    ///
    /// ## Instead
    ///
    /// Keep the key in the store of secrets of the service that uses it, and only its public half or
    /// its name in the database. A key that was ever committed is known: replace it.
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
    for secret in context.secrets() {
        if secret.kind == SecretKind::PrivateKey {
            found.add(
                secret.range.clone(),
                "a private key stands in the migration",
                "everybody who can read the repository can sign and decrypt with it",
                "keep it in the store of secrets of the service that uses it; replace this one, since it is known now",
            );
        }
    }
}
