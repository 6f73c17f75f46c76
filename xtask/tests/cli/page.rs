//! `verify --report`: the page.

use crate::support::Place;
use crate::verify::USERS;

#[test]
fn as_a_page() {
    let place = Place::unconfigured();
    place.migration(1, "create_users", "", USERS);
    let sql = "ALTER TABLE users ADD COLUMN IF NOT EXISTS name text;
DO $$
BEGIN
    -- <script>alert(1)</script> & more
    ALTER TABLE users DROP COLUMN IF EXISTS bio;
END $$;
CREATE TABLE IF NOT EXISTS \"<img src=x>\" (name text PRIMARY KEY DEFAULT '</details>');";
    place.migration(2, "change_users", "", sql);
    place.file("page.html", b"an old one");
    let line = "verify codex --migrations m --only keeps-data --only locks";
    let said = place.run(&format!("{line} --report page.html"));
    assert_eq!(said.code, Some(1), "{}", said.all());
    assert!(said.stdout.contains("error[keeps-data]"), "{}", said.all());
    assert!(said.stderr.ends_with("wrote page.html\n"), "{}", said.all());

    let page = std::fs::read_to_string(place.folder.path().join("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    for expected in [
        "<h1>1 proof fails</h1>",
        "<h2>m/codex/0001_create_users.sql</h2>",
        "<h2>m/codex/0002_change_users.sql</h2>",
        // The place, and the SQL with what stands around it.
        "<b>keeps-data</b> m/codex/0002_change_users.sql:11:5",
        "<i>10</i>    -- &lt;script&gt;alert(1)&lt;/script&gt; &amp; more</div>",
        "<i>11</i>    <mark>ALTER TABLE users DROP COLUMN IF EXISTS bio",
        "<dt>instead</dt><dd>keep it; or say in the header",
        "<b>users</b><small>ACCESS EXCLUSIVE blocks reads and writes, from line 7 until COMMIT</small>",
        "<code>column public.users.bio</code>: removed",
        "&lt;img src=x&gt;",
        // The picture: a table that is changed, with a column that is new and one that is gone.
        "<svg class=\"er\" role=\"img\" aria-label=\"Tables and their references\"",
        "<g class=\"changed\"><rect class=\"box\"",
        "<g class=\"removed\"><text class=\"key\"",
        "<g class=\"added\"><rect class=\"box\"",
        "prefers-color-scheme: dark",
    ] {
        assert!(page.contains(expected), "{expected} is not in {page}");
    }
    // Nothing is loaded, and nothing of the migration is markup.
    for refused in [
        "http://",
        "https://",
        "src=\"",
        "url(",
        "@import",
        "<link",
        "<img",
        "alert(1)</script>",
    ] {
        assert!(!page.contains(refused), "{refused} is in {page}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(
        page.matches("<details").count(),
        page.matches("</details>").count()
    );
}

#[test]
fn a_page_draws_the_tables_and_their_neighbours() {
    let place = Place::unconfigured();
    let tables = format!(
        "{USERS}
CREATE TABLE IF NOT EXISTS posts (post_id uuid PRIMARY KEY, user_id uuid REFERENCES users (user_id));
CREATE TABLE IF NOT EXISTS far (far_id uuid PRIMARY KEY);"
    );
    place.migration(1, "create_users", "", &tables);
    let sql = "CREATE TABLE IF NOT EXISTS likes (
    post_id uuid REFERENCES posts (post_id),
    user_id uuid REFERENCES users (user_id),
    answers uuid REFERENCES likes (like_id),
    like_id uuid PRIMARY KEY,
    note text
);";
    place.migration(2, "add_likes", "", sql);
    place.run("verify codex --migrations m --only locks --report page.html");
    let page = std::fs::read_to_string(place.folder.path().join("page.html")).unwrap();
    let second = page.split("0002_add_likes.sql</h2>").nth(1).unwrap();
    let picture = second.split("<svg").nth(1).unwrap();
    let picture = picture.split("</svg>").next().unwrap();
    let texts: Vec<&str> = picture
        .split("<text class=\"name\"")
        .skip(1)
        .filter_map(|text| text.split(['>', '<']).nth(1))
        .collect();
    // Of left to right, what is referred to first; no table that has nothing to do with it, and no column
    // that is no key.
    assert_eq!(texts, ["users", "posts", "likes"]);
    assert!(!picture.contains(">note<"), "{picture}");
    // One for each foreign key of likes, also to itself, and that of posts.
    assert_eq!(picture.matches("class=\"edge added\"").count(), 3);
    assert_eq!(picture.matches("class=\"edge kept\"").count(), 1);
}

#[test]
fn a_page_claims_nothing_of_what_does_not_apply() {
    let place = Place::unconfigured();
    place.migration(1, "create_users", "", "SELECT 1/0;");
    place.migration(2, "change_users", "", USERS);
    place.run("verify codex --migrations m --only locks --report page.html");
    let page = std::fs::read_to_string(place.folder.path().join("page.html")).unwrap();
    for expected in [
        "division by zero",
        "Its statements were not observed.",
        "Not known, since it does not apply.",
        "1 migration not proved, since 0001_create_users.sql does not apply: 0002_change_users.sql",
    ] {
        assert!(page.contains(expected), "{expected} is not in {page}");
    }
}

#[test]
fn a_page_that_cannot_be_written() {
    let place = Place::unconfigured();
    place.migration(1, "create_users", "", USERS);
    let said = place.run("verify codex --migrations m --report missing/page.html");
    insta::assert_snapshot!(said.all(), @"
    ---- stderr

      error: cannot write missing/page.html
      ╰─▶ the folder /folder/missing does not exist
      help: name a file in a folder that is there and can be written, for example: --report proofs.html
    ---- exit 2
    ");
    let said = place.run("verify codex --migrations m --report m");
    insta::assert_snapshot!(said.all(), @"
    ---- stderr

      error: cannot write m
      ╰─▶ it is there, and is not a file
      help: name a file in a folder that is there and can be written, for example: --report proofs.html
    ---- exit 2
    ");
    assert!(!place.folder.path().join("missing").exists());
    // Nobody may write there (root is told so otherwise than others), and no name is so long.
    let said = place.run("verify codex --migrations m --report /proc/page.html");
    let why = "nothing can be written in /proc: ";
    assert!(said.stderr.contains(why), "{}", said.all());
    assert_eq!(said.code, Some(2), "{}", said.all());
    let said = place.run(&format!(
        "verify codex --migrations m --report {}",
        "x".repeat(300)
    ));
    assert!(said.stderr.contains("File name too long"), "{}", said.all());
    assert_eq!(said.code, Some(2), "{}", said.all());
}
