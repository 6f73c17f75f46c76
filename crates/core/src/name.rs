//! Numbers and names of migrations.

use std::fmt;

use thiserror::Error;

/// The number of a migration: 1 to 9999, written with four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u16);

impl Version {
    /// The first number of every database.
    pub const FIRST: Self = Self(1);
    /// The last number that four digits can hold.
    pub const LAST: Self = Self(9999);

    /// The version with that number, if it is between 1 and 9999.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        u16::try_from(number)
            .ok()
            .filter(|n| (1..=9999).contains(n))
            .map(Self)
    }

    /// Reads `7`, `07` or `0007`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits =
            !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| text.parse().ok())
            .flatten()
            .and_then(Self::new)
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }

    /// The version after this one, unless this is 9999.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::new(i64::from(self.0) + 1)
    }

    /// The version before this one, unless this is 0001.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        Self::new(i64::from(self.0) - 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// The name of a migration, `NNNN_descriptive_name`, valid by construction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MigrationName {
    version: Version,
    description: String,
}

impl MigrationName {
    /// The most characters that the descriptive part may have. The whole file name then stays
    /// far below the 255 bytes that file systems allow.
    pub const MAX_DESCRIPTION: usize = 100;

    /// The name of a new migration.
    ///
    /// # Errors
    ///
    /// When the description is not snake_case.
    pub fn new(version: Version, description: &str) -> Result<Self, NameError> {
        check_description(description)?;
        Ok(Self {
            version,
            description: description.to_owned(),
        })
    }

    /// Reads a file name, `0001_initial_schema.sql`.
    ///
    /// # Errors
    ///
    /// Says which part of the name breaks the rule.
    pub fn from_file_name(file_name: &str) -> Result<Self, NameError> {
        let stem = file_name.strip_suffix(".sql").ok_or(NameError::Extension)?;
        let (digits, description) = stem.split_once('_').ok_or(NameError::Number)?;
        if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NameError::Number);
        }
        let version = Version::parse(digits).ok_or(NameError::Zero)?;
        Self::new(version, description)
    }

    /// The same name with another number.
    #[must_use]
    pub fn with_version(&self, version: Version) -> Self {
        Self {
            version,
            ..self.clone()
        }
    }

    /// The number.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The name without the number: `initial_schema`.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The name of its file: `0001_initial_schema.sql`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{self}.sql")
    }
}

impl fmt::Display for MigrationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.version, self.description)
    }
}

fn check_description(text: &str) -> Result<(), NameError> {
    let snake = text.split('_').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    if !snake || !text.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Err(NameError::NotSnakeCase);
    }
    if text.len() > MigrationName::MAX_DESCRIPTION {
        return Err(NameError::TooLong);
    }
    Ok(())
}

/// Which part of the naming rule a name breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// The name does not end in `.sql`.
    #[error("the name does not end in `.sql`")]
    Extension,
    /// The name does not begin with four digits and an underscore.
    #[error("the name does not begin with four digits and `_`")]
    Number,
    /// The number is 0000.
    #[error("the number is 0000, and numbers begin at 0001")]
    Zero,
    /// The description is not snake_case.
    #[error(
        "the description is not snake_case (lower-case letters, digits, single `_`, a letter first)"
    )]
    NotSnakeCase,
    /// The description is longer than [`MigrationName::MAX_DESCRIPTION`].
    #[error(
        "the description is longer than {} characters",
        MigrationName::MAX_DESCRIPTION
    )]
    TooLong,
}

/// What stands between the name of an entry that could not be read and the reason.
pub const NOT_READ: &str = " (cannot be read: ";

/// The snake_case name closest to what somebody typed (`Add User-Prefs` gives
/// `add_user_prefs`), or `None` when nothing of it can be kept.
#[must_use]
pub fn snake_case(text: &str) -> Option<String> {
    let text = text.trim();
    let text = match text
        .len()
        .checked_sub(4)
        .and_then(|at| text.split_at_checked(at))
    {
        Some((stem, ending)) if ending.eq_ignore_ascii_case(".sql") => stem,
        _ => text,
    };
    let mut name = String::new();
    let mut after_lower = false;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && after_lower {
                name.push('_');
            }
            name.push(c.to_ascii_lowercase());
            after_lower = c.is_ascii_lowercase();
        } else if !c.is_alphanumeric() {
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            after_lower = false;
        }
    }
    let name = name.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let name: String = name.chars().take(MigrationName::MAX_DESCRIPTION).collect();
    let name = name.trim_end_matches('_').to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_part_of_the_rule_has_its_own_error() {
        for (file, error) in [
            ("0001_a.txt", NameError::Extension),
            ("readme.sql", NameError::Number),
            ("001_a.sql", NameError::Number),
            ("00001_a.sql", NameError::Number),
            ("+001_a.sql", NameError::Number),
            ("0000_a.sql", NameError::Zero),
            ("0001_.sql", NameError::NotSnakeCase),
            ("0001_Add_users.sql", NameError::NotSnakeCase),
            ("0001_add__users.sql", NameError::NotSnakeCase),
            ("0001_add-users.sql", NameError::NotSnakeCase),
            ("0001_2fa.sql", NameError::NotSnakeCase),
            ("0001_añadir.sql", NameError::NotSnakeCase),
        ] {
            assert_eq!(MigrationName::from_file_name(file), Err(error), "{file}");
        }
        let long = format!("0001_{}.sql", "a".repeat(101));
        assert_eq!(
            MigrationName::from_file_name(&long),
            Err(NameError::TooLong)
        );
    }

    #[test]
    fn suggestions_keep_the_words() {
        for (typed, name) in [
            ("Add User-Prefs", "add_user_prefs"),
            ("addUserPrefs", "add_user_prefs"),
            ("0007_add_users.sql", "add_users"),
            ("add  users!", "add_users"),
            ("OAuth clients", "oauth_clients"),
        ] {
            assert_eq!(snake_case(typed).as_deref(), Some(name));
        }
        assert_eq!(snake_case("***"), None);
        assert_eq!(snake_case("日本"), None);
    }

    proptest! {
        #[test]
        fn a_suggestion_is_always_a_valid_name(typed in ".*") {
            if let Some(name) = snake_case(&typed) {
                prop_assert!(MigrationName::new(Version::FIRST, &name).is_ok(), "{name}");
            }
        }

        #[test]
        fn a_name_reads_back_from_its_file_name(n in 1i64..=9999, words in "[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,8}){0,4}") {
            let name = MigrationName::new(Version::new(n).unwrap(), &words).unwrap();
            prop_assert_eq!(MigrationName::from_file_name(&name.file_name()), Ok(name));
        }
    }
}
