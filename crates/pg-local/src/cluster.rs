//! New data folders: a copy of a template cluster, which `initdb` makes once.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::account::Account;
use crate::error::ServerError;
use crate::hash::fnv1a;
use crate::{Event, Installation, configuration, lock, tree};

/// The name of every cluster's superuser.
pub(crate) const SUPERUSER: &str = "postgres";

/// How clusters are made. `trust` is right because the socket lies in a folder that only its owner
/// and root can enter; what may connect over TCP is for the configuration to say.
const OPTIONS: [&str; 3] = ["--username=postgres", "--auth=trust", "--encoding=UTF8"];

/// Makes a new cluster in `data`, which does not exist.
///
/// Without a cache that can be used, `initdb` makes it directly, without flushing it to the disk.
pub(crate) fn create(
    installation: &Installation,
    account: Account,
    cache: Option<&Path>,
    data: &Path,
    events: &mut dyn FnMut(Event),
) -> Result<(), ServerError> {
    if let Some(cache) = cache
        && let Ok((template, _lock)) = template(installation, account, cache, events)
        && account.copy_folder(&template, data).is_ok()
    {
        return Ok(());
    }
    tree::remove(data)?;
    events(Event::Initdb {
        version: installation.version,
    });
    initdb(installation, account, data, &["--no-sync"])?;
    configuration::prepare(data, account)
}

/// Flushes a new cluster to the disk, so that it survives a power failure.
pub(crate) fn sync(
    installation: &Installation,
    account: Account,
    data: &Path,
) -> Result<(), ServerError> {
    let output = run(installation, account, data, &["--sync-only"])?;
    succeeded(installation, &output)
}

/// The template for this installation, made when it is missing, with the lock under which it may
/// be copied.
fn template(
    installation: &Installation,
    account: Account,
    cache: &Path,
    events: &mut dyn FnMut(Event),
) -> Result<(PathBuf, File), ServerError> {
    let folder = cache.join("templates");
    tree::create_base(&folder)?;
    let failed = |cause: io::Error| ServerError::folder("use", &folder, cause);
    let (family, name) = key(installation, account).map_err(failed)?;
    let (template, lock) = (folder.join(name), folder.join("lock"));
    let shared = lock::shared(&lock).map_err(failed)?;
    if template.is_dir() {
        return Ok((template, shared));
    }
    drop(shared);

    let exclusive = lock::exclusive(&lock).map_err(failed)?;
    if !template.is_dir() {
        events(Event::Initdb {
            version: installation.version,
        });
        let unfinished = tree::unfinished(&folder)?;
        tree::create_for(&unfinished, account)?;
        initdb(installation, account, &unfinished, &["--no-sync"])?;
        configuration::prepare(&unfinished, account)?;
        sync(installation, account, &unfinished)?;
        // Those of an earlier version in the same place; what is unfinished is named otherwise.
        tree::sweep(&folder, &family);
        fs::rename(&unfinished, &template).map_err(failed)?;
    }
    drop(exclusive);
    Ok((template, lock::shared(&lock).map_err(failed)?))
}

/// A name for the installation's place, and one for what stands there now: an upgrade, even from
/// one beta version to the next, changes the second; so does another account, which could not read
/// the template.
fn key(installation: &Installation, account: Account) -> io::Result<(String, String)> {
    let program = fs::metadata(installation.program("postgres"))?;
    let place = installation.bin.as_os_str().as_encoded_bytes();
    let content = format!(
        "{} {} {} {} {OPTIONS:?}",
        account.uid(),
        installation.version,
        program.len(),
        program.mtime()
    );
    let family = format!("{:08x}-", fnv1a(place));
    let name = format!("{family}{:08x}", fnv1a(content.as_bytes()));
    Ok((family, name))
}

/// Runs `initdb`; in the locale `C` where the system has no `C.UTF-8`.
fn initdb(
    installation: &Installation,
    account: Account,
    data: &Path,
    more: &[&str],
) -> Result<(), ServerError> {
    let with = |locale| [&OPTIONS[..], more, &[locale]].concat();
    let output = run(installation, account, data, &with("--locale=C.UTF-8"))?;
    if String::from_utf8_lossy(&output.stderr).contains("invalid locale") {
        let output = run(installation, account, data, &with("--locale=C"))?;
        return succeeded(installation, &output);
    }
    succeeded(installation, &output)
}

fn run(
    installation: &Installation,
    account: Account,
    data: &Path,
    options: &[&str],
) -> Result<Output, ServerError> {
    let program = installation.program("initdb");
    account
        .command(&program)
        .arg("-D")
        .arg(data)
        .args(options)
        .output()
        .map_err(|cause| ServerError::run(program, cause))
}

fn succeeded(installation: &Installation, output: &Output) -> Result<(), ServerError> {
    if output.status.success() {
        return Ok(());
    }
    Err(ServerError::Initdb {
        program: installation.program("initdb").display().to_string(),
        output: crate::log::last_lines(&String::from_utf8_lossy(&output.stderr)),
    })
}
