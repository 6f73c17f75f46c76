//! Whether `jubilee_core::split` cuts SQL where PostgreSQL does. Two judges: a real server, which
//! says whether a piece is exactly one statement, and psql, which says where statements end also
//! where they are wrong on purpose, as many are in PostgreSQL's own tests.

use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{Database, server};
use jubilee_core::{MigrationName, TokenKind, parse, split, tokens};
use postgres::Client;
use postgres::error::SqlState;

#[test]
fn each_piece_is_one_statement_to_the_server() {
    let mut client = Database::new().client();
    let mut statements = vec![
        "SELECT E'a'\n'b\\';', E'' -- ;\n '\\';'",
        "SELECT $a$;$b$;$$;$a$, $$;$a$;$$, U&\"d\\0061t;\", B'1'",
        "CREATE RULE r AS ON INSERT TO t DO (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2))",
        "CREATE VIEW v AS SELECT * FROM begin atomic",
        "SELECT 1 /* ; /* */ ; */ + /* */ 1",
    ];
    if server().version().major >= 14 {
        statements.extend([
            "CREATE FUNCTION f(x int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN x > 0 THEN 1 ELSE 2 END; SELECT 2; END",
            "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC ; ; END",
            "CREATE PROCEDURE p() BEGIN ATOMIC END",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end, t.case, 2 case, 3 end FROM t; SELECT 2; END",
            "CREATE FUNCTION f(begin atomic) RETURNS int RETURN 1",
        ]);
    }
    let sql = statements.join(";\n");
    let pieces = split(&sql).unwrap();
    let pieces: Vec<_> = pieces.into_iter().map(|s| &sql[s.range]).collect();
    assert_eq!(pieces, statements);
    for piece in pieces {
        assert_eq!(verdict(&mut client, piece), Verdict::One, "{piece}");
    }
}

/// `tests/corpus/fetch.sh DIR` makes the corpus. `docs/splitter.md` explains the figures.
#[test]
#[ignore = "needs the corpus: see docs/splitter.md"]
#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn statements_end_where_psql_and_the_server_see_their_end() {
    let folder = PathBuf::from(std::env::var_os("CORPUS").unwrap());
    let mut client = Database::new().client();
    let mut sum = Figures::default();
    for path in sql_files(&folder) {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let Ok(text) = String::from_utf8(fs::read(&path).unwrap()) else {
            println!("{name}: not UTF-8");
            sum.not_utf8 += 1;
            continue;
        };
        let migration = MigrationName::from_file_name("0001_corpus.sql").unwrap();
        // What it finds is not the matter here: it must not panic.
        let _ = parse("codex", &migration, &text);
        let ours = split(&text).unwrap_or_else(|error| panic!("{name}: {error}: {}", error.offset));
        sum.files += 1;
        let ours: Vec<&str> = ours.into_iter().map(|s| &text[s.range]).collect();
        let theirs = places(sent_by_psql(&path).iter().map(String::as_str));
        let end = |places: &[(usize, usize)]| places.last().map_or(0, |place| place.1);
        let our_places = places(ours.iter().copied());
        assert_eq!(end(&our_places), end(&theirs), "{name}: some text is lost");
        let theirs: HashSet<_> = theirs.into_iter().collect();
        for (place, piece) in our_places.iter().zip(&ours) {
            let verdict = verdict(&mut client, piece);
            let agreed = theirs.contains(place);
            sum.count(agreed, &verdict);
            if !agreed || verdict == Verdict::Several {
                println!("{name}: psql agrees: {agreed}, server: {verdict:?}: {piece}\n");
            }
        }
    }
    println!("PostgreSQL {}: {sum}", server().version());
    assert!(sum.statements > 0, "no statement in {}", folder.display());
    assert!(sum.agreed * 1000 >= sum.statements * 999, "{sum}");
    // Bodies of SQL-standard functions are too few to weigh in a share.
    assert_eq!((sum.several, sum.wrong), (0, 0), "{sum}");
}

#[derive(Default)]
struct Figures {
    files: usize,
    not_utf8: usize,
    statements: usize,
    agreed: usize,
    one: usize,
    several: usize,
    /// Neither cut as by psql nor one statement to the server.
    wrong: usize,
}

impl Figures {
    fn count(&mut self, agreed: bool, verdict: &Verdict) {
        self.statements += 1;
        self.agreed += usize::from(agreed);
        self.one += usize::from(*verdict == Verdict::One);
        self.several += usize::from(*verdict == Verdict::Several);
        self.wrong += usize::from(!agreed && *verdict != Verdict::One);
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = 100.0 * self.agreed as f64 / self.statements as f64;
        write!(
            f,
            "{} files ({} more are not UTF-8), {} statements: {} ({percent:.3} %) end where psql ends them, \
             {} are one statement to the server, {} several, {} refused; \
             {} neither as in psql nor one statement",
            self.files,
            self.not_utf8,
            self.statements,
            self.agreed,
            self.one,
            self.several,
            self.statements - self.one - self.several,
            self.wrong
        )
    }
}

fn sql_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sql_files(&path));
        } else if path.extension().is_some_and(|e| e == "sql") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    One,
    Several,
    Refused(SqlState),
}

/// What the server's parser makes of the piece. It parses the whole of a message before it
/// executes the first statement, so nothing but the division is ever executed.
fn verdict(client: &mut Client, piece: &str) -> Verdict {
    let error = client
        .batch_execute(&format!("SELECT 1/0; {piece}"))
        .unwrap_err();
    let code = error.code().unwrap();
    if *code != SqlState::DIVISION_BY_ZERO {
        return Verdict::Refused(code.clone());
    }
    // A prepared statement is one statement; that its tables are missing is said only after that.
    match client.prepare(piece) {
        Err(error)
            if error.as_db_error().is_some_and(|e| {
                *e.code() == SqlState::SYNTAX_ERROR && e.message().contains("multiple commands")
            }) =>
        {
            Verdict::Several
        }
        _ => Verdict::One,
    }
}

/// Where each piece begins and ends, counted in what all pieces hold but blanks, comments and
/// semicolons. psql adds and drops nothing else.
fn places<'t>(pieces: impl Iterator<Item = &'t str>) -> Vec<(usize, usize)> {
    let mut end = 0;
    pieces
        .map(|piece| {
            let start = end;
            for token in tokens(piece) {
                match token {
                    Ok(t) if t.kind.is_trivia() || t.kind == TokenKind::Symbol(';') => {}
                    Ok(t) => end += t.range.len(),
                    Err(error) => end += piece.len() - error.offset,
                }
            }
            (start, end)
        })
        .collect()
}

/// The statements that psql sends for a file. It talks to a server that takes everything for an
/// empty query, so that nothing is executed and nothing changes how psql reads on.
fn sent_by_psql(file: &Path) -> Vec<String> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let beside = server().installation().bin.join("psql");
    let mut psql = Command::new(if beside.exists() {
        &beside
    } else {
        Path::new("psql")
    })
    .args(["-Xq", "-h127.0.0.1", "-Unobody", "-dnothing", "-f"])
    .arg(file)
    .arg(format!("-p{}", listener.local_addr().unwrap().port()))
    .env("PGCLIENTENCODING", "UTF8")
    .env("PGSSLMODE", "disable")
    .env("PGGSSENCMODE", "disable")
    .stdout(Stdio::null())
    .spawn()
    .unwrap();
    let queries = answer(&mut listener.accept().unwrap().0);
    assert!(psql.wait().unwrap().success(), "{}", file.display());
    queries
}

/// Serves one client of the protocol ("Message Formats" in the manual) until it leaves.
fn answer(stream: &mut TcpStream) -> Vec<String> {
    stream.set_nodelay(true).unwrap();
    let mut queries = Vec::new();
    body(stream);
    let mut answer = message(b'R', &0_u32.to_be_bytes());
    for (name, value) in [
        ("server_version", "15.0"),
        ("client_encoding", "UTF8"),
        ("standard_conforming_strings", "on"),
    ] {
        answer.extend(message(b'S', format!("{name}\0{value}\0").as_bytes()));
    }
    loop {
        answer.extend(message(b'Z', b"I"));
        stream.write_all(&answer).unwrap();
        let mut kind = [0];
        if stream.read_exact(&mut kind).is_err() || kind == *b"X" {
            return queries;
        }
        assert_eq!(kind, *b"Q", "psql sends simple queries only");
        let text = body(stream);
        queries.push(String::from_utf8(text[..text.len() - 1].to_vec()).unwrap());
        answer = message(b'I', b"");
    }
}

fn body(stream: &mut TcpStream) -> Vec<u8> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
    stream.read_exact(&mut body).unwrap();
    body
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[kind], &length[..], body].concat()
}
