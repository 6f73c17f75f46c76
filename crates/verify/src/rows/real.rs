//! Texts that look real where a column's name says what it holds.

use fake::Fake;
use fake::faker::address::en::{CityName, CountryName, PostCode, StreetName};
use fake::faker::company::en::CompanyName;
use fake::faker::internet::en::{DomainSuffix, SafeEmail, UserAgent, Username};
use fake::faker::lorem::en::{Paragraph, Sentence, Word};
use fake::faker::name::en::{FirstName, LastName, Name};
use fake::faker::phone_number::en::PhoneNumber;
use rand::Rng;

/// A text for a column of that name.
pub(crate) fn text(column: &str, rng: &mut impl Rng) -> String {
    let name = column.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["email", "e_mail"]) {
        // Of a few thousand addresses, many would meet.
        let address: String = SafeEmail().fake_with_rng(rng);
        let number: u32 = rng.random_range(1..100_000);
        address.replacen('@', &format!("{number}@"), 1)
    } else if has(&["url", "uri", "link", "website", "homepage"]) {
        let word: String = Word().fake_with_rng(rng);
        let suffix: String = DomainSuffix().fake_with_rng(rng);
        format!(
            "https://{word}.example.{suffix}/{}",
            rng.random_range(1..100_000)
        )
    } else if has(&["first_name", "given_name"]) {
        FirstName().fake_with_rng(rng)
    } else if has(&["last_name", "family_name", "surname"]) {
        LastName().fake_with_rng(rng)
    } else if has(&["user_agent"]) {
        UserAgent().fake_with_rng(rng)
    } else if has(&["username", "login", "handle", "nickname"]) {
        let name: String = Username().fake_with_rng(rng);
        format!("{name}{}", rng.random_range(1..10_000))
    } else if has(&["time_zone", "timezone"]) {
        pick(
            &[
                "Europe/Berlin",
                "America/New_York",
                "Asia/Tokyo",
                "UTC",
                "Africa/Lagos",
            ],
            rng,
        )
    } else if has(&["language", "locale", "lang"]) {
        pick(&["en", "de", "fr", "pt-BR", "es", "sw"], rng)
    } else if has(&["currency"]) {
        pick(&["EUR", "USD", "GBP", "JPY"], rng)
    } else if has(&["country"]) {
        CountryName().fake_with_rng(rng)
    } else if has(&["city", "town"]) {
        CityName().fake_with_rng(rng)
    } else if has(&["street", "address"]) {
        StreetName().fake_with_rng(rng)
    } else if has(&["postcode", "postal", "zip"]) {
        PostCode().fake_with_rng(rng)
    } else if has(&["number", "reference"]) && !has(&["phone"]) {
        format!(
            "{}-{}",
            rng.random_range(2020..2027),
            rng.random_range(10_000..9_999_999)
        )
    } else if has(&["phone", "mobile"]) {
        PhoneNumber().fake_with_rng(rng)
    } else if has(&["company", "organization", "organisation"]) {
        CompanyName().fake_with_rng(rng)
    } else if has(&["mime", "content_type", "media_type"]) {
        pick(&["text/plain", "image/png", "application/pdf"], rng)
    } else if has(&["hash", "digest", "checksum", "token"]) {
        hex(32, rng)
    } else if has(&["body", "content", "description", "bio", "notes", "message"]) {
        Paragraph(1..3).fake_with_rng(rng)
    } else if has(&["title", "subject", "headline", "summary", "reason"]) {
        Sentence(2..6).fake_with_rng(rng)
    } else if has(&["display_name", "full_name", "author"]) {
        Name().fake_with_rng(rng)
    } else if has(&["slug", "key", "code"]) {
        let word: String = Word().fake_with_rng(rng);
        format!("{word}-{}", rng.random_range(1..100_000))
    } else {
        let words: Vec<String> = (0..rng.random_range(1..4))
            .map(|_| Word().fake_with_rng(rng))
            .collect();
        format!("{} {}", words.join(" "), rng.random_range(1..1000))
    }
}

/// So many bytes as hexadecimal digits.
pub(crate) fn hex(bytes: usize, rng: &mut impl Rng) -> String {
    (0..bytes)
        .map(|_| format!("{:02x}", rng.random::<u8>()))
        .collect()
}

fn pick(from: &[&str], rng: &mut impl Rng) -> String {
    let text = from.get(rng.random_range(0..from.len()));
    text.copied().unwrap_or_default().to_owned()
}
