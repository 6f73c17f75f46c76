//! The generated part of a file, between two marks that stand in lines of their own.

/// How a file marks what is generated.
#[derive(Debug, Clone, Copy)]
pub(super) enum Comment {
    /// `# …`, as in YAML and dotenv files.
    Hash,
    /// `<!-- … -->`, as in Markdown.
    Html,
}

const BEGIN: &str = "databases: written by `cargo xtask codegen` from xtask/src/databases.rs";
const END: &str = "end of databases";

impl Comment {
    fn of(self, text: &str) -> String {
        match self {
            Self::Hash => format!("# {text}\n"),
            Self::Html => format!("<!-- {text} -->\n"),
        }
    }
}

/// The text with another body between the marks; what is missing, if they are not there once.
pub(super) fn replace(text: &str, comment: Comment, body: &str) -> Result<String, String> {
    let (begin, end) = (comment.of(BEGIN), comment.of(END));
    for mark in [&begin, &end] {
        match text.matches(mark.as_str()).count() {
            1 => {}
            0 => return Err(format!("the line `{}` is missing", mark.trim_end())),
            number => {
                return Err(format!(
                    "the line `{}` is there {number} times",
                    mark.trim_end()
                ));
            }
        }
    }
    let (before, rest) = text.split_once(&begin).unwrap_or_default();
    let (_, after) = rest
        .split_once(&end)
        .ok_or_else(|| format!("the line `{}` stands before the other", end.trim_end()))?;
    Ok([before, &begin, body, &end, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_the_marks_is_replaced() {
        let text = format!("a\n# {BEGIN}\nold\n# {END}\nb\n");
        let new = replace(&text, Comment::Hash, "new\n").unwrap();
        assert_eq!(new, format!("a\n# {BEGIN}\nnew\n# {END}\nb\n"));
        assert_eq!(replace(&new, Comment::Hash, "new\n"), Ok(new.clone()));
    }

    #[test]
    fn marks_that_are_not_there_once_are_named() {
        let fault = |text: &str| replace(text, Comment::Html, "").unwrap_err();
        let (begin, end) = (Comment::Html.of(BEGIN), Comment::Html.of(END));
        insta::assert_snapshot!(fault(""), @"the line `<!-- databases: written by `cargo xtask codegen` from xtask/src/databases.rs -->` is missing");
        insta::assert_snapshot!(fault(&begin), @"the line `<!-- end of databases -->` is missing");
        insta::assert_snapshot!(fault(&[&*begin, &begin].concat()), @"the line `<!-- databases: written by `cargo xtask codegen` from xtask/src/databases.rs -->` is there 2 times");
        insta::assert_snapshot!(fault(&[end, begin].concat()), @"the line `<!-- end of databases -->` stands before the other");
    }
}
