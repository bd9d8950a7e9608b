//! Modules that are named by a URL: fetched once, and kept by what they hold.
//!
//! The digest in the URL says which module is meant, so the server is not trusted: what it sends is
//! used if it has that digest, and what is kept is looked at again each time. A module that is kept
//! is not asked for again. It must never know what a module is for.

use super::exit::CommandExit;
use polymer_host_base::Digest;
use polymer_host_modules::{Module, ModuleError};
use polymer_host_store::{ObjectReader, ObjectUrl, ObjectUrlError, StoreError, StoreFault};
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::fs::{self, DirBuilder, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::NamedTempFile;

/// Hexadecimal digits of a digest, by which a module is kept.
const DIGITS: usize = 64;
/// Start of the name of a module that is being fetched.
const UNFINISHED: &str = ".fetch-";
/// Time after which a module that is being fetched is not any more.
const LONGEST_FETCH: Duration = Duration::from_hours(24);

/// Why a module that is named by a URL cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FetchModuleError {
    /// The URL is none.
    #[error(transparent)]
    Url(#[from] ObjectUrlError),
    /// The URL does not say which module is meant.
    #[error("the URL {0} has no digest, so whoever serves it could choose what is run")]
    NoDigest(String),
    /// It cannot be fetched.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be written to a file, or not be read there.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// No file can be made for it.
    #[error("{0}")]
    System(#[from] SystemError),
}

impl FetchModuleError {
    /// The exit code it leads to.
    pub(super) const fn exit(&self) -> CommandExit {
        match self {
            Self::Url(_) | Self::NoDigest(_) => CommandExit::Usage,
            Self::Store(_) | Self::Module(_) | Self::System(_) => CommandExit::Setup,
        }
    }

    /// Returns what may help.
    pub(super) const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Url(error) => Some(error.hint()),
            Self::NoDigest(_) => Some(
                "put its SHA-256 behind it: `polymer run 'URL#sha256=HEX'`; `sha256sum FILE` prints the digits",
            ),
            Self::Store(error) => Some(error.fault.hint()),
            Self::Module(_) | Self::System(_) => None,
        }
    }
}

/// The digest of the module at `url`.
///
/// # Errors
/// If the URL says none.
pub(super) fn digest_of(url: &ObjectUrl) -> Result<Digest, FetchModuleError> {
    url.digest().ok_or_else(|| FetchModuleError::NoDigest(url.to_string()))
}

/// Opens the module at `url`, which has at most `limit` bytes: that which is kept in `folder`, or
/// else what the server has, which is kept there then. Without a folder it is not kept.
///
/// # Errors
/// If it is no such module, or cannot be fetched or written.
pub(super) fn open(url: &ObjectUrl, limit: u64, folder: Option<&Path>) -> Result<Module, FetchModuleError> {
    let digest = digest_of(url)?;
    let name = url.file_name().to_owned();
    // The ending says whether it is text, as that of any file does.
    let is_text = Path::new(&name).extension().is_some_and(|extension| extension == "wat");
    let ending = if is_text { ".wat" } else { ".wasm" };
    let kept = folder.map(|folder| folder.join(format!("{digest}{ending}")));
    if let Some(kept) = &kept
        && let Ok(module) = Module::open_as(kept, name.clone(), limit)
        && *module.digest() == digest
    {
        return Ok(module);
    }
    let file = fetch(url, limit, folder, ending)?;
    let module = Module::open_as(file.path(), name, limit)?;
    if *module.digest() != digest {
        let fault = StoreFault::WrongDigest { is: *module.digest() };
        return Err(StoreError { url: url.to_string(), fault }.into());
    }
    if let Some(kept) = kept {
        file.persist(&kept).map_err(|error| SystemError::new(SystemOperation::Write, &kept, error.error))?;
    }
    Ok(module)
}

/// Fetches an object into a file of its own, which goes with its handle.
fn fetch(
    url: &ObjectUrl,
    limit: u64,
    folder: Option<&Path>,
    ending: &str,
) -> Result<NamedTempFile, FetchModuleError> {
    let fault = |fault| StoreError { url: url.to_string(), fault };
    let object = ObjectReader::open(url)?;
    let length = object.facts().length;
    if length > limit {
        return Err(fault(StoreFault::TooLarge { length, limit }).into());
    }
    let place = folder.map_or_else(std::env::temp_dir, Path::to_path_buf);
    let unwritten = |error| SystemError::new(SystemOperation::Write, &place, error);
    if let Some(folder) = folder {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unwritten)?;
    }
    let file = tempfile::Builder::new().prefix(UNFINISHED).suffix(ending).tempfile_in(&place);
    let mut file = file.map_err(unwritten)?;
    // The server said how much there is; it is not believed.
    let copied = io::copy(&mut object.take(limit.saturating_add(1)), &mut file);
    copied.map_err(|error| match error.downcast::<StoreFault>() {
        Ok(broken) => FetchModuleError::from(fault(broken)),
        Err(error) => unwritten(error).into(),
    })?;
    Ok(file)
}

/// Removes the modules that are kept in `folder`. Returns how many there were, and their bytes.
///
/// # Errors
/// What the system says, of which path.
pub(super) fn clear(folder: &Path) -> Result<(u64, u64), SystemError> {
    let (mut modules, mut bytes) = (0, 0);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, 0)),
        entries => entries.map_err(SystemError::on(SystemOperation::Remove, folder))?,
    };
    for entry in entries {
        let entry = entry.map_err(SystemError::on(SystemOperation::Remove, folder))?;
        let (path, name) = (entry.path(), entry.file_name());
        let Ok(file) = entry.metadata() else { continue };
        if !file.is_file() || !name.to_str().is_some_and(|name| is_kept(name) || is_left(name, &file)) {
            continue;
        }
        bytes += file.len();
        fs::remove_file(&path).map_err(SystemError::on(SystemOperation::Remove, &path))?;
        modules += 1;
    }
    Ok((modules, bytes))
}

/// Returns whether a file of this name is a module that is kept.
fn is_kept(name: &str) -> bool {
    let stem = name.strip_suffix(".wasm").or_else(|| name.strip_suffix(".wat"));
    stem.is_some_and(|stem| stem.len() == DIGITS && stem.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Returns whether a file was left by a process that is gone: nobody fetches a module for so long.
fn is_left(name: &str, file: &Metadata) -> bool {
    let age = file.modified().ok().and_then(|changed| changed.elapsed().ok());
    name.starts_with(UNFINISHED) && age.is_some_and(|age| age > LONGEST_FETCH)
}

/// The folder of modules beside that of compiled code.
pub(super) fn folder_beside(cache: &Path) -> PathBuf {
    cache.with_file_name("polymer-modules")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::SystemTime;

    fn url(digest: &str) -> ObjectUrl {
        // Nothing listens there: what is kept is not asked for.
        ObjectUrl::parse(&format!("http://127.0.0.1:1/a/m.wat#sha256={digest}")).unwrap().unwrap()
    }

    #[test]
    fn a_module_that_is_kept_is_not_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let digest = Digest::of(b"(module)").to_string();
        let kept = folder.path().join(format!("{digest}.wat"));
        fs::write(&kept, "(module)").unwrap();
        let module = open(&url(&digest), 100, Some(folder.path())).unwrap();
        assert_eq!((module.name(), module.is_text()), ("m.wat", true));
        // What somebody put in its place is not it.
        fs::write(&kept, "(module )").unwrap();
        let error = open(&url(&digest), 100, Some(folder.path())).unwrap_err();
        assert!(matches!(error, FetchModuleError::Store(_)), "{error}");
        assert_eq!(clear(folder.path()).unwrap(), (1, 9));
        assert_eq!(clear(folder.path()).unwrap(), (0, 0));
    }

    #[test]
    fn a_url_without_a_digest_is_refused_with_the_right_form() {
        let url = ObjectUrl::parse("https://h/m.wasm?sig=secret").unwrap().unwrap();
        let error = open(&url, 100, None).unwrap_err();
        assert!(matches!(&error, FetchModuleError::NoDigest(url) if url == "https://h/m.wasm?..."));
        assert!(error.hint().unwrap().contains("'URL#sha256=HEX'"));
    }

    #[test]
    fn other_files_in_the_folder_stay() {
        let folder = tempfile::tempdir().unwrap();
        let left = folder.path().join(format!("{UNFINISHED}old.wat"));
        let names = [format!("{}.wasm", "0a".repeat(32)), format!("{UNFINISHED}new.wat")];
        for name in names.iter().map(String::as_str).chain(["a.wasm", "polymer.toml"]) {
            fs::write(folder.path().join(name), "1").unwrap();
        }
        fs::write(&left, "1").unwrap();
        let old = SystemTime::now() - 2 * LONGEST_FETCH;
        File::options().append(true).open(&left).unwrap().set_modified(old).unwrap();
        assert_eq!(clear(folder.path()).unwrap(), (2, 2));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
        assert_eq!(clear(&folder.path().join("none")).unwrap(), (0, 0));
    }
}
