//! Compiled code that outlives a run: a folder on disk in which it is found again, by what was
//! compiled and by which engine.
//!
//! Mapping code is trusting it, so an entry is authenticated before anybody looks at it, and handed
//! out as a sealed copy: see `entry` for how it is made sure, `entry_file` for how it is read,
//! `folder` for who may have touched it, `key` for what it is called. A worker never has the
//! folder. Nothing here knows what code is, who wants it, or what becomes of it; whatever is wrong
//! with an entry costs the entry.

mod build_id;
mod entry;
mod entry_file;
mod folder;
mod key;

pub use folder::{ClearedEntries, FoundEntry};
pub use key::{CacheKey, CodeKind, CompilerFingerprint};

use folder::EntryFolder;
use key::ProgramIdentity;
use polymer_host_sys::folder::FolderError;
use polymer_host_sys::paths::PathOpener;
use polymer_host_sys::system_error::SystemOperation;
use polymer_host_task::ModuleForm;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes that all entries may have together, unless something else is asked for.
pub const DEFAULT_SIZE: u64 = 1 << 30;

/// A folder with compiled code. Clones share it, and so may other processes.
#[derive(Debug, Clone)]
pub struct CodeCache(Arc<CacheInner>);

#[derive(Debug)]
struct CacheInner {
    /// Without links, so that it can be compared with others.
    path: PathBuf,
    entries: EntryFolder,
}

/// Why a folder cannot hold a cache.
#[derive(Debug, thiserror::Error)]
#[error("the cache {} cannot be used: {source}", path.display())]
pub struct CacheError {
    /// Which folder.
    pub path: PathBuf,
    /// Why.
    #[doc(hidden)]
    #[source]
    pub source: FolderError,
}

impl CodeCache {
    /// The cache in the folder at `path`, which is made if nothing stands there, and in which all
    /// entries may have `size` bytes.
    ///
    /// # Errors
    /// If it is no folder that only this user may write to, or the system refuses.
    pub fn open(path: &Path, size: u64) -> Result<Self, CacheError> {
        let error = |source| CacheError { path: path.to_path_buf(), source };
        let entries = EntryFolder::open(path, size).map_err(error)?;
        let path = path
            .canonicalize()
            .map_err(|source| error(FolderError::system(SystemOperation::Inspect, path)(source)))?;
        Ok(Self(Arc::new(CacheInner { path, entries })))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Returns whether anyone who may write to `folder`, a path without links, may write to an
    /// entry.
    #[must_use]
    pub fn is_reached_from(&self, folder: &Path) -> bool {
        is_reached_from(&self.0.path, folder)
    }

    /// Looks up a key.
    #[must_use]
    pub fn look(&self, key: &CacheKey) -> FoundEntry {
        self.0.entries.look(key)
    }

    /// Keeps code, in place of what was there, and throws out what was of use the longest ago if
    /// there is no room.
    ///
    /// # Errors
    /// If it has more bytes than the cache may have, or the system refuses.
    pub fn keep(
        &self,
        key: &CacheKey,
        form: ModuleForm,
        imports: Vec<String>,
        code: &File,
    ) -> io::Result<()> {
        self.0.entries.keep(key, form, imports, code)
    }

    /// Throws out an entry that proved to be of no use; says whether it was there.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn discard(&self, key: &CacheKey) -> io::Result<bool> {
        self.0.entries.discard(key)
    }

    /// Throws out every entry in the folder at `path`; nothing, if nothing stands there.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn clear(path: &Path) -> Result<ClearedEntries, CacheError> {
        folder::clear(path).map_err(|source| CacheError { path: path.to_path_buf(), source })
    }
}

/// Returns whether anyone who may write to `folder`, a path without links, may write to the cache
/// at `cache`, or have one made there. Neither `cache` nor the folders above it need to exist yet.
pub fn is_reached_from(cache: &Path, folder: &Path) -> bool {
    // As it is written too, link by link: who may replace a link on the way says where it leads.
    // What cannot be told counts as reached.
    let by_links = || match PathOpener::new([folder]).and_then(|paths| Ok(paths.leads_into(cache)?.is_some()))
    {
        Err(error) => error.kind() != io::ErrorKind::NotFound,
        Ok(leads) => leads,
    };
    let mut paths = [cache.to_path_buf(), without_links(cache)].into_iter();
    paths.any(|cache| leads_through(&cache, folder) || leads_through(folder, &cache)) || by_links()
}

/// Returns whether a file of this name in a cache is the cache's own.
pub fn is_own(name: &str) -> bool {
    folder::is_own(name)
}

/// A path without links as far as there is something.
fn without_links(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let whole = there.and_then(|(above, real)| path.strip_prefix(above).ok().map(|rest| real.join(rest)));
    whole.unwrap_or_else(|| path.to_path_buf())
}

/// Returns whether a path leads through a folder, by that name or by another that a mount gives it.
fn leads_through(path: &Path, folder: &Path) -> bool {
    let identity = |path: &Path| path.metadata().ok().map(|found| (found.dev(), found.ino()));
    let there = identity(folder);
    path.ancestors().any(|above| above == folder || (there.is_some() && identity(above) == there))
}

impl CompilerFingerprint {
    /// Of the program at `path`, or where a link there leads.
    ///
    /// A release build is known by its build id, so that copies of it share what they compiled. A
    /// debug build, or one without an id, is known by its file.
    ///
    /// # Errors
    /// If it is not there.
    pub fn of(path: &Path) -> io::Result<Self> {
        if !cfg!(debug_assertions)
            && let Some(id) = build_id::read(path)
        {
            return Ok(Self::of_build(&id, std::env::consts::ARCH));
        }
        Self::of_file(path)
    }

    /// Of the program at `path`, by its file.
    fn of_file(path: &Path) -> io::Result<Self> {
        let file = path.metadata()?;
        Ok(Self::new(&ProgramIdentity {
            inode: file.ino(),
            length: file.len(),
            modified: (file.mtime(), file.mtime_nsec()),
            changed: (file.ctime(), file.ctime_nsec()),
            machine: std::env::consts::ARCH,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_replaced_or_changed_is_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        let other = folder.path().join("other");
        std::fs::write(&path, "1").unwrap();
        std::fs::write(&other, "1").unwrap();
        let first = CompilerFingerprint::of_file(&path).unwrap();
        assert_eq!(CompilerFingerprint::of_file(&path).unwrap(), first);
        std::os::unix::fs::symlink(&path, folder.path().join("link")).unwrap();
        assert_eq!(CompilerFingerprint::of_file(&folder.path().join("link")).unwrap(), first);
        std::fs::rename(&other, &path).unwrap();
        let second = CompilerFingerprint::of_file(&path).unwrap();
        assert_ne!(second, first);
        std::fs::write(&path, "22").unwrap();
        assert_ne!(CompilerFingerprint::of_file(&path).unwrap(), second);
        assert!(CompilerFingerprint::of_file(&folder.path().join("none")).is_err());
        assert!(CompilerFingerprint::of_file(Path::new("/proc/self/exe")).is_ok());
    }

    #[test]
    fn a_folder_above_or_below_reaches_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("real")).unwrap();
        std::os::unix::fs::symlink(root.join("real"), root.join("link")).unwrap();
        let cache = CodeCache::open(&root.join("link/cache"), DEFAULT_SIZE).unwrap();
        assert_eq!(cache.path(), root.join("real/cache"));
        for (path, reached) in
            [("", true), ("real", true), ("real/cache", true), ("real/cache/x", true), ("real/cache2", false)]
        {
            let path = if path.is_empty() { root.clone() } else { root.join(path) };
            assert_eq!(cache.is_reached_from(&path), reached, "{}", path.display());
        }
    }

    #[test]
    fn a_cache_is_reached_before_it_is_made_and_by_the_links_that_lead_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("home/other")).unwrap();
        std::fs::create_dir_all(root.join("disk/home")).unwrap();
        std::os::unix::fs::symlink(root.join("disk"), root.join("home/.cache")).unwrap();
        std::fs::create_dir_all(root.join("granted")).unwrap();
        std::os::unix::fs::symlink(root.join("granted/link"), root.join("home/hop")).unwrap();
        std::os::unix::fs::symlink(root.join("disk"), root.join("granted/link")).unwrap();
        for (cache, from, reached) in [
            ("home/none/polymer", "home", true),
            ("home/none/polymer", "home/other", false),
            ("home/none/polymer", "disk", false),
            ("home/.cache/polymer", "home", true),
            ("home/.cache/polymer", "disk", true),
            ("home/.cache/polymer", "disk/home", false),
            ("home/.cache/home/below/polymer", "disk/home", true),
            ("home/hop/polymer", "granted", true),
            ("home/hop/polymer", "home/other", false),
        ] {
            let found = is_reached_from(&root.join(cache), &root.join(from));
            assert_eq!(found, reached, "{cache} from {from}");
        }
    }

    #[test]
    fn what_cannot_hold_a_cache_is_named() {
        let error = CodeCache::open(Path::new("/dev/null"), DEFAULT_SIZE).unwrap_err().to_string();
        assert_eq!(error, "the cache /dev/null cannot be used: it is not a folder, or it is a symbolic link");
        assert!(CodeCache::clear(Path::new("/dev/null")).is_err());
        assert_eq!(CodeCache::clear(Path::new("/no/such/folder")).unwrap(), ClearedEntries::default());
    }
}
