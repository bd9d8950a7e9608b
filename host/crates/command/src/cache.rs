//! `polymer cache`, and the folder in which the command keeps compiled code if it is not told of
//! another.

use super::args::{CacheAction, CacheArgs};
use super::error::CliError;
use super::exit::CommandExit;
use super::{fetched_module, show, xdg};
use polymer_host::SetupError;
use polymer_host_base::quantity::show_size;
use polymer_host_base::sanitize::printable;
use polymer_host_modules::cache::{ClearedEntries, CodeCache, is_reached_from};
use polymer_host_modules::project;
use polymer_host_task::Grants;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Does what `polymer cache` was asked to.
pub(super) fn cache(args: &CacheArgs) -> Result<CommandExit, CliError> {
    let (CacheAction::Path(place) | CacheAction::Clear(place)) = &args.action;
    let path = place.cache_dir.clone().or_else(default_folder).ok_or(CliError::NoCache)?;
    let done = match args.action {
        CacheAction::Path(_) => {
            let line = [path.as_os_str().as_bytes(), b"\n"].concat();
            io::stdout().write_all(&line).and_then(|()| io::stdout().flush()).is_ok()
        }
        CacheAction::Clear(_) => {
            let code = cleared(&path, CodeCache::clear(&path)?);
            // Whoever names a folder means that one only.
            let scripts = if place.cache_dir.is_none() { folder_of_scripts() } else { None };
            let builds = scripts.map(|folder| clear_scripts(&folder)).transpose()?.unwrap_or_default();
            let fetched = if place.cache_dir.is_none() { folder_of_fetched() } else { None };
            let fetched = fetched.map(|folder| clear_fetched(&folder)).transpose()?.unwrap_or_default();
            show(io::stdout(), &format!("{code}{builds}{fetched}"))
        }
    };
    Ok(if done { CommandExit::Ok } else { CommandExit::Output })
}

/// The folder in which this user's compiled code is kept, if the environment says where such things
/// are.
pub(super) fn default_folder() -> Option<PathBuf> {
    folder()
}

/// That no guest can write to the folder of [`default_folder`], nor make it: whatever this run
/// keeps code in, later ones execute what they find there.
///
/// To read it is no harm. A guest that learns the secret from there can seal entries, but needs to
/// write to the folder to have one found.
pub(super) fn keep_apart(grants: &Grants) -> Result<(), SetupError> {
    let Some(usual) = default_folder() else { return Ok(()) };
    let mut writable = grants.dirs.iter().filter(|dir| dir.writable);
    match writable.find(|dir| is_reached_from(&usual, &dir.host)) {
        Some(dir) => Err(SetupError::ReachesCache(dir.host.clone(), usual)),
        None => Ok(()),
    }
}

/// The folder below which scripts are built, if the environment says where such things are.
pub(super) fn folder_of_scripts() -> Option<PathBuf> {
    Some(folder()?.with_file_name("polymer-scripts"))
}

/// The folder in which modules are kept that were fetched, if the environment says where such
/// things are.
pub(super) fn folder_of_fetched() -> Option<PathBuf> {
    folder().map(|folder| fetched_module::folder_beside(&folder))
}

fn folder() -> Option<PathBuf> {
    xdg::folder(|name| std::env::var_os(name), "XDG_CACHE_HOME", ".cache")
}

fn cleared(path: &Path, cleared: ClearedEntries) -> String {
    let entries =
        if cleared.entries == 1 { "1 entry".to_owned() } else { format!("{} entries", cleared.entries) };
    let bytes = show_size(cleared.bytes);
    format!("removed {entries} ({bytes}) from {}\n", printable(&path.display().to_string()))
}

/// Removes what was built of single files, and says so if there was anything.
fn clear_scripts(folder: &Path) -> Result<String, CliError> {
    let (builds, bytes) = project::clear(folder).map_err(CliError::NotCleared)?;
    let files = match builds {
        0 => return Ok(String::new()),
        1 => "1 file".to_owned(),
        _ => format!("{builds} files"),
    };
    let folder = printable(&folder.display().to_string()).into_owned();
    Ok(format!("removed what was built of {files} ({}) from {folder}\n", show_size(bytes)))
}

/// Removes the modules that were fetched, and says so if there were any.
fn clear_fetched(folder: &Path) -> Result<String, CliError> {
    let (modules, bytes) = fetched_module::clear(folder).map_err(CliError::NotCleared)?;
    let modules = match modules {
        0 => return Ok(String::new()),
        1 => "1 fetched module".to_owned(),
        _ => format!("{modules} fetched modules"),
    };
    let folder = printable(&folder.display().to_string()).into_owned();
    Ok(format!("removed {modules} ({}) from {folder}\n", show_size(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_removed_is_said_in_full() {
        let text = |entries, bytes| cleared(Path::new("/c"), ClearedEntries { entries, bytes });
        assert_eq!(text(0, 0), "removed 0 entries (0 bytes) from /c\n");
        assert_eq!(text(1, 3 << 20), "removed 1 entry (3 MiB) from /c\n");
    }
}
