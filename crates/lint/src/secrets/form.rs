//! Tokens of well-known forms.

use super::secret::{Secret, SecretKind};
use super::value::entropy;

/// The form of the tokens of one issuer.
struct Form {
    what: &'static str,
    prefix: &'static str,
    alphabet: Alphabet,
    /// The parts behind the prefix, divided by dots: how long each is at least and at most.
    parts: &'static [(usize, usize)],
}

#[derive(Clone, Copy)]
enum Alphabet {
    /// `0-9a-f`
    Hex,
    /// `0-9A-Z`
    Upper,
    /// `0-9A-Za-z`
    Alphanumeric,
    /// `0-9A-Za-z_-`
    Base64Url,
}

impl Alphabet {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Hex => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
            Self::Upper => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Base64Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
        }
    }
}

const ANY: usize = usize::MAX;

macro_rules! forms {
    ($($what:literal $prefix:literal $alphabet:ident $($least:tt $most:tt).+;)*) => {
        /// As their issuers document them.
        const FORMS: &[Form] = &[$(Form {
            what: $what,
            prefix: $prefix,
            alphabet: Alphabet::$alphabet,
            parts: &[$(($least, $most)),+],
        }),*];
    };
}

forms! {
    "an AWS access key" "AKIA" Upper 16 16;
    "an AWS access key" "ASIA" Upper 16 16;
    "a GitHub token" "ghp_" Alphanumeric 36 ANY;
    "a GitHub token" "gho_" Alphanumeric 36 ANY;
    "a GitHub token" "ghu_" Alphanumeric 36 ANY;
    "a GitHub token" "ghs_" Alphanumeric 36 ANY;
    "a GitHub token" "ghr_" Alphanumeric 36 ANY;
    "a GitHub token" "github_pat_" Base64Url 59 ANY;
    "a GitLab token" "glpat-" Base64Url 20 ANY;
    "a Slack token" "xoxa-" Base64Url 20 ANY;
    "a Slack token" "xoxb-" Base64Url 20 ANY;
    "a Slack token" "xoxp-" Base64Url 20 ANY;
    "a Stripe key" "sk_live_" Alphanumeric 16 ANY;
    "a Stripe key" "rk_live_" Alphanumeric 16 ANY;
    "a webhook secret" "whsec_" Alphanumeric 16 ANY;
    "a Google API key" "AIza" Base64Url 35 35;
    "a SendGrid key" "SG." Base64Url 22 22 . 43 43;
    "a Twilio key" "SK" Hex 32 32;
    "an npm token" "npm_" Alphanumeric 36 36;
    "an Anthropic key" "sk-ant-" Base64Url 32 ANY;
    "an OpenAI key" "sk-proj-" Base64Url 32 ANY;
    "an OpenAI key" "sk-" Alphanumeric 32 ANY;
    "a JSON Web Token" "eyJ" Base64Url 10 ANY . 10 ANY . 16 ANY;
}

/// Finds tokens of well-known forms anywhere in a text.
pub(super) fn find(text: &str, found: &mut Vec<Secret>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for at in 0..bytes.len() {
        let begins = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        if at < from || !begins || !is_first_letter(bytes[at]) {
            continue;
        }
        let rest = &bytes[at..];
        if let Some((form, length)) = FORMS.iter().find_map(|form| Some((form, form.fits(rest)?))) {
            from = at + length;
            found.push(Secret::new(SecretKind::AccessToken, at..from, form.what));
        }
    }
}

/// Whether one of the forms begins with it: most words are skipped without a look at all of them.
fn is_first_letter(byte: u8) -> bool {
    matches!(
        byte,
        b'A' | b'S' | b'e' | b'g' | b'n' | b'r' | b's' | b'w' | b'x'
    )
}

impl Form {
    /// The length of the token that the text begins with.
    fn fits(&self, text: &[u8]) -> Option<usize> {
        let mut length = self.prefix.len();
        if !text.starts_with(self.prefix.as_bytes()) {
            return None;
        }
        let start = length;
        for (index, (least, most)) in self.parts.iter().enumerate() {
            if index > 0 {
                length += usize::from(text.get(length) == Some(&b'.'));
            }
            let rest = text.get(length..)?;
            let run = rest.iter().take_while(|b| self.alphabet.has(**b)).count();
            if run < *least || run > *most {
                return None;
            }
            length += run;
        }
        // `ghp_xxxxxxxx…` stands for a token and is none.
        let random = std::str::from_utf8(text.get(start..length)?).ok()?;
        (entropy(random) >= 3.0).then_some(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut secrets = Vec::new();
        find(text, &mut secrets);
        secrets.into_iter().map(|secret| secret.subject).collect()
    }

    /// Characters of the alphabet that look random: no token stands in this file.
    fn filler(alphabet: Alphabet, length: usize) -> String {
        let letters: Vec<u8> = (0..=127).filter(|b| alphabet.has(*b)).collect();
        (0..length)
            .map(|i| char::from(letters[(i * 7 + i / 3) % letters.len()]))
            .collect()
    }

    #[test]
    fn every_form_is_recognised_and_placeholders_are_not() {
        for form in FORMS {
            let parts: Vec<String> = form
                .parts
                .iter()
                .map(|(least, _)| filler(form.alphabet, *least))
                .collect();
            let token = format!("{}{}", form.prefix, parts.join("."));
            assert_eq!(
                found(&format!("-- '{token}'")),
                [form.what],
                "{}",
                form.prefix
            );
            assert_eq!(found(&format!("x{token}")), [""; 0], "{}", form.prefix);
            let parts: Vec<String> = form.parts.iter().map(|(n, _)| "A".repeat(*n)).collect();
            let token = format!("{}{}", form.prefix, parts.join("."));
            assert_eq!(found(&token), [""; 0], "{}", form.prefix);
        }
    }
}
