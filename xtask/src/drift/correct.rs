//! The migrations that end drift, proved before anybody sees them.

use std::collections::BTreeMap;

use jubilee_catalog::{
    Catalog, Change, Kind, Name, Rename, Script, careful_script, diff, roles_of, script,
};
use jubilee_core::{MigrationName, SourceFile, Version};

use super::compare::Compared;
use super::direction::Direction;
use super::pieces::{Piece, Writer};
use super::reasons::with_reasons;
use super::renamed::{Renamed, renamed};
use super::stay::stay;
use super::text::text;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::schema;
use crate::scratch::Scratch;

/// Migrations, and what whoever reads them must know.
pub(crate) struct Correction {
    /// Each with its text.
    pub(crate) files: Vec<(MigrationName, String)>,
    /// What they rename.
    pub(crate) renames: Vec<Rename>,
    /// What they do not do, and why.
    pub(crate) open: Vec<(Name, String)>,
}

/// What is to become what.
struct Wanted<'c> {
    from: &'c Renamed,
    to: Catalog,
    script: Script,
    /// What the script does not do, and why.
    open: BTreeMap<Name, String>,
}

/// Why a correction is none.
struct Failed {
    /// What would not be as it should.
    differing: Vec<Name>,
    problem: Box<Problem>,
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self {
            differing: Vec::new(),
            problem: Box::new(problem),
        }
    }
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
    let (from, database, to) = match direction {
        Direction::Adopt => (
            &compared.expected,
            compared.fresh().to_owned(),
            &compared.live,
        ),
        Direction::Restore { .. } => (&compared.live, compared.drifted(), &compared.expected),
    };
    let from = renamed(scratch, compared, from, &database, to)?;
    let mut stays = BTreeMap::new();
    let (wanted, pieces, left) = loop {
        let wanted = wanted(compared, direction, &from, to, &stays);
        if wanted.script.steps.is_empty() && from.renames.is_empty() {
            return Err(nothing(direction, &wanted.open));
        }
        match proved(scratch, compared, &wanted) {
            Ok((pieces, left)) => break (wanted, pieces, left),
            Err(failed) => {
                let mut more = stay(&from.catalog, &wanted.to, wanted.open.keys());
                // If it is known which of these fail, the others do not stay.
                if !failed.differing.is_empty()
                    && failed.differing.iter().all(|name| more.contains_key(name))
                {
                    more.retain(|name, _| failed.differing.contains(name));
                }
                if more.is_empty() {
                    return Err(*failed.problem);
                }
                stays.extend(more);
            }
        }
    };
    let open: Vec<(Name, String)> = wanted
        .open
        .into_iter()
        .filter(|(name, _)| left.contains(name) || stays.contains_key(name))
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
        renames: from.renames,
        open,
    })
}

fn nothing(direction: Direction, open: &BTreeMap<Name, String>) -> Problem {
    let open: Vec<String> = open
        .iter()
        .map(|(name, why)| format!("{name}: {why}"))
        .collect();
    let hint = match direction {
        Direction::Restore { .. } => "adopt it, or correct the live database by hand",
        Direction::Adopt => "correct the live database by hand",
    };
    Problem::new(
        Exit::Failed,
        "no migration was written: none would change it",
    )
    .why(open.join("\n"))
    .hint(hint)
}

fn not_proved(why: String) -> Problem {
    Problem::new(
        Exit::Failed,
        "no migration was written: it could not be proved",
    )
    .why(why)
    .hint("write it by hand: cargo xtask new")
}

fn wanted<'c>(
    compared: &Compared,
    direction: Direction,
    from: &'c Renamed,
    to: &Catalog,
    stays: &BTreeMap<Name, String>,
) -> Wanted<'c> {
    let mut to = to.clone();
    // No migration makes an index that is not valid: what is made official is the index.
    to.forget(Kind::Index, "validity");
    for name in stays.keys() {
        to.take(name, &from.catalog);
    }
    let is_rebuild = direction == Direction::Restore { is_rebuild: true };
    let full = script(&from.catalog, &to);
    let mut script = match is_rebuild {
        true => full.clone(),
        false => careful_script(&from.catalog, &to),
    };
    if direction == Direction::Adopt {
        let mut further = careful_script(&compared.live, &to).steps;
        further.retain(|step| script.steps.iter().all(|other| other.name != step.name));
        script.steps.extend(further);
    }
    script.steps.retain(|step| {
        // Whoever applies migrations owns what they make.
        let is_owner = step.sql.ends_with(&format!(" OWNER TO {}", compared.role));
        !(is_owner && from.catalog.get(&step.name).is_none())
    });
    let mut open = stays.clone();
    for (name, why) in &script.open {
        let is_only_careful = full.open.iter().all(|(other, _)| other != name);
        let hint = match direction {
            Direction::Restore { .. } if is_only_careful => {
                "; --rebuild does it, and may copy whole tables"
            }
            _ => "",
        };
        open.insert(name.clone(), format!("{why}{hint}"));
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

/// The files, and what still differs after them where it may, since it is left open.
fn proved(
    scratch: &Scratch,
    compared: &Compared,
    wanted: &Wanted<'_>,
) -> Result<(Vec<Piece>, Vec<Name>), Failed> {
    let roles = compared.foreign_roles();
    let writer = Writer {
        script: &wanted.script,
        from: &wanted.from.catalog,
        to: &wanted.to,
        renames: wanted.from.statements.clone(),
        roles: &roles,
    };
    let mut pieces = writer.several();
    // What must be done in one transaction is: a foreign key may need an index at once.
    let left = prove(scratch, compared, &pieces, wanted).or_else(|failed| {
        if pieces.len() == 1 {
            return Err(failed);
        }
        pieces = writer.one();
        prove(scratch, compared, &pieces, wanted)
    })?;
    Ok((pieces, left))
}

fn prove(
    scratch: &Scratch,
    compared: &Compared,
    pieces: &[Piece],
    wanted: &Wanted<'_>,
) -> Result<Vec<Name>, Failed> {
    let fresh = "a database as the migrations make it";
    let drifted = "a database as the live one";
    let is_open = |name: &Name| wanted.open.contains_key(name);
    let proof = |database: &str, what| {
        prove_on(scratch, compared, database, what, pieces, wanted, &is_open)
    };
    let mut left = proof(compared.fresh(), fresh)?;
    left.extend(proof(&compared.drifted(), drifted)?);
    let roles = compared.foreign_roles();
    if !roles.is_empty() {
        let names_role = |name: &Name| {
            let object = wanted.to.get(name);
            object.is_some_and(|object| {
                !roles_of(name, object).is_disjoint(&roles.iter().copied().collect())
            })
        };
        scratch.without_roles(&roles, || {
            prove_on(
                scratch,
                compared,
                compared.fresh(),
                "a server without the roles that were made by hand",
                pieces,
                wanted,
                &|name| is_open(name) || names_role(name),
            )
        })??;
    }
    Ok(left)
}

/// What differs afterwards and may.
fn prove_on(
    scratch: &Scratch,
    compared: &Compared,
    database: &str,
    what: &str,
    pieces: &[Piece],
    wanted: &Wanted<'_>,
    may_differ: &dyn Fn(&Name) -> bool,
) -> Result<Vec<Name>, Failed> {
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
                let made = compared.read(client).await?;
                let (named, left): (Vec<Change>, Vec<Change>) = diff(&made, &wanted.to)
                    .into_iter()
                    .partition(|change| may_differ(&change.name));
                if !left.is_empty() {
                    let said: Vec<String> = left.iter().map(ToString::to_string).collect();
                    let problem = Problem::new(
                        Exit::Failed,
                        format!(
                            "no migration was written: {doing} does not give the wanted schema"
                        ),
                    )
                    .why(said.join("\n"))
                    .hint("write the migration by hand: cargo xtask new");
                    return Ok(Err(Failed {
                        differing: left.into_iter().map(|change| change.name).collect(),
                        problem: Box::new(problem),
                    }));
                }
                open.extend(named.into_iter().map(|change| change.name));
            }
            Ok(Ok(open))
        })
    });
    scratch.drop(&proof)?;
    result?
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
