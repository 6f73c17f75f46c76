//! The migrations that end drift, proved before anybody sees them.

use jubilee_catalog::{Catalog, Change, Kind, Name, Script, careful_script, diff, script};
use jubilee_core::{MigrationName, SourceFile, Version};

use super::compare::Compared;
use super::direction::Direction;
use super::pieces::{Piece, one, several};
use super::reasons::with_reasons;
use super::text::text;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::schema;
use crate::scratch::Scratch;

/// Migrations, and what they leave open.
pub(crate) struct Correction {
    /// Each with its text.
    pub(crate) files: Vec<(MigrationName, String)>,
    pub(crate) open: Vec<String>,
}

/// What is to become what.
struct Wanted<'c> {
    from: &'c Catalog,
    to: Catalog,
    script: Script,
    open: Vec<(Name, String)>,
}

/// Makes the migrations and proves them: where they have something to do they give the wanted schema, where they
/// have nothing to do they change nothing, and twice is as once. `before` is the folder as it is.
pub(crate) fn correct(
    scratch: &Scratch,
    compared: &Compared,
    direction: Direction,
    name: &MigrationName,
    before: &[SourceFile<'static>],
) -> Result<Correction, Problem> {
    if let Some(why) = &compared.not_copied {
        let why = format!("the live schema could not be made on the scratch server: {why}");
        return Err(not_proved(why));
    }
    let wanted = wanted(compared, direction);
    if wanted.script.steps.is_empty() {
        let open = wanted
            .open
            .iter()
            .map(|(name, why)| format!("{name}: {why}"));
        let hint = match direction {
            Direction::Restore { .. } => "adopt it, or correct the live database by hand",
            Direction::Adopt => "correct the live database by hand",
        };
        return Err(Problem::new(
            Exit::Failed,
            "no migration was written: none would change it",
        )
        .why(open.collect::<Vec<_>>().join("\n"))
        .hint(hint));
    }
    let Wanted { from, to, .. } = &wanted;
    let mut pieces = several(&wanted.script, from, to);
    // What must be done in one transaction is: a foreign key may need an index at once.
    let left = prove(scratch, compared, &pieces, &wanted).or_else(|problem| {
        if pieces.len() == 1 {
            return Err(problem);
        }
        pieces = one(&wanted.script, from, to);
        prove(scratch, compared, &pieces, &wanted)
    })?;
    let open: Vec<(Name, String)> = wanted
        .open
        .into_iter()
        .filter(|(name, _)| left.contains(name))
        .collect();
    let names = names(name, &pieces)?;
    let mut files: Vec<(MigrationName, String)> = Vec::new();
    let mut folder = before.to_vec();
    for (at, (piece, name)) in pieces.iter().zip(&names).enumerate() {
        let open = if at + 1 == pieces.len() {
            open.as_slice()
        } else {
            &[]
        };
        let text = text(compared, direction, name, &names[0], piece, open);
        let text = with_reasons(
            compared.database,
            &folder,
            &name.file_name(),
            text,
            direction,
        );
        folder.push(SourceFile::new(name.file_name(), text.clone().into_bytes()));
        files.push((name.clone(), text));
    }
    Ok(Correction {
        files,
        open: open
            .iter()
            .map(|(name, why)| format!("{name}: {why}"))
            .collect(),
    })
}

fn not_proved(why: String) -> Problem {
    Problem::new(
        Exit::Failed,
        "no migration was written: it could not be proved",
    )
    .why(why)
    .hint("write it by hand: cargo xtask new")
}

fn wanted(compared: &Compared, direction: Direction) -> Wanted<'_> {
    let (from, mut to) = match direction {
        Direction::Adopt => (&compared.expected, compared.live.clone()),
        Direction::Restore { .. } => (&compared.live, compared.expected.clone()),
    };
    // No migration makes an index that is not valid: what is made official is the index.
    to.forget(Kind::Index, "validity");
    let is_rebuild = direction == Direction::Restore { is_rebuild: true };
    let full = script(from, &to);
    let mut script = match is_rebuild {
        true => full.clone(),
        false => careful_script(from, &to),
    };
    if direction == Direction::Adopt {
        let mut further = careful_script(&compared.live, &to).steps;
        further.retain(|step| script.steps.iter().all(|other| other.name != step.name));
        script.steps.extend(further);
    }
    script.steps.retain(|step| {
        // Whoever applies migrations owns what they make.
        let is_owner = step.sql.ends_with(&format!(" OWNER TO {}", compared.role));
        !(is_owner && from.get(&step.name).is_none())
    });
    let mut open = script.open.clone();
    for (name, why) in &mut open {
        let is_only_careful = full.open.iter().all(|(other, _)| other != name);
        if is_only_careful && matches!(direction, Direction::Restore { .. }) {
            why.push_str("; --rebuild does it, and may copy whole tables");
        }
    }
    Wanted {
        from,
        to,
        script,
        open,
    }
}

/// The names of the files, by number.
fn names(first: &MigrationName, pieces: &[Piece]) -> Result<Vec<MigrationName>, Problem> {
    let mut version = Some(first.version());
    let mut names = Vec::new();
    for piece in pieces {
        let given = first.description();
        let description = match piece.suffix.as_str() {
            "" => given.to_owned(),
            suffix => format!("{given}_{suffix}"),
        };
        let name = version
            .ok_or_else(|| "there are no more numbers".to_owned())
            .and_then(|version| {
                MigrationName::new(version, &description).map_err(|error| error.to_string())
            });
        names.push(name.map_err(|why| {
            Problem::new(
                Exit::Usage,
                format!("`{description}` cannot be the name of a migration"),
            )
            .why(why)
            .hint("give a shorter one")
        })?);
        version = version.and_then(Version::next);
    }
    Ok(names)
}

/// What still differs where it may, since it is left open.
fn prove(
    scratch: &Scratch,
    compared: &Compared,
    pieces: &[Piece],
    wanted: &Wanted,
) -> Result<Vec<Name>, Problem> {
    let mut left = Vec::new();
    for (database, what) in [
        (
            compared.fresh().to_owned(),
            "a database as the migrations make it",
        ),
        (compared.drifted(), "a database as the live one"),
    ] {
        left.extend(prove_on(
            scratch, compared, &database, what, pieces, wanted,
        )?);
    }
    Ok(left)
}

fn prove_on(
    scratch: &Scratch,
    compared: &Compared,
    database: &str,
    what: &str,
    pieces: &[Piece],
    wanted: &Wanted,
) -> Result<Vec<Name>, Problem> {
    let proof = format!("{database}_proof");
    scratch.copy(&proof, database)?;
    let result = scratch.give(&proof, &compared.role).and_then(|()| {
        scratch.on_as(&compared.role, &proof, async |connection| {
            let client = &connection.client;
            let mut open = Vec::new();
            for time in ["", ", a second time"] {
                let doing = format!("the correction on {what}{time}");
                for piece in pieces {
                    run(client, piece, &doing).await?;
                }
                let mut made = schema::read(client, compared.database).await?;
                made.retain(|name, _| wanted.to.get(name).is_some() || compared.is_compared(name));
                let (named, left): (Vec<Change>, Vec<Change>) = diff(&made, &wanted.to)
                    .into_iter()
                    .partition(|change| wanted.open.iter().any(|(name, _)| *name == change.name));
                if !left.is_empty() {
                    let left: Vec<String> = left.iter().map(ToString::to_string).collect();
                    return Err(Problem::new(
                        Exit::Failed,
                        format!(
                            "no migration was written: {doing} does not give the wanted schema"
                        ),
                    )
                    .why(left.join("\n"))
                    .hint("write the migration by hand: cargo xtask new"));
                }
                open.extend(named.into_iter().map(|change| change.name));
            }
            Ok(open)
        })
    });
    scratch.drop(&proof)?;
    result
}

/// Runs a file as the runner does.
async fn run(client: &tokio_postgres::Client, piece: &Piece, doing: &str) -> Result<(), Problem> {
    let Some(index) = &piece.index else {
        let all = piece.statements.join(";\n");
        return schema::run(client, &format!("BEGIN;\n{all};\nCOMMIT"), doing).await;
    };
    for statement in &piece.statements {
        let drop = include_str!("../sql/drop_invalid.sql").replace("{index}", &index.identity);
        schema::run(client, &drop, doing).await?;
        schema::run(client, statement, doing).await?;
    }
    Ok(())
}
