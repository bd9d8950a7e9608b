//! The cache's folder: entries that are found, kept and thrown out, and the secret they are sealed
//! with.
//!
//! An entry comes into being under a name that nobody looks for, and gets its own at once; then it
//! is never written again. Whatever is wrong with one is found before anybody uses it, costs the
//! entry, and is no error. Several runs may use one folder at a time: what one removes or replaces
//! under another's hands costs work, nothing else.

use super::entry::{self, CacheEntry, CacheSecret};
use super::entry_file::{self, EntryReadError};
use super::key::CacheKey;
use polymer_host_sys::folder::{EntryError, FolderError, ListedFile, PrivateFolder};
use polymer_host_sys::random;
use polymer_host_sys::system_error::SystemOperation;
use polymer_host_task::ModuleForm;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// The file with the secret.
const SECRET: &str = "key";
/// Suffix of an entry's name.
const ENTRY: &str = ".code";
/// Prefix of a file's name until the file is whole and gets its own name.
const NEW: &str = ".new-";
/// From this age on such a file has been left behind by a process that died.
const LEFT_BEHIND: Duration = Duration::from_secs(60 * 60);

/// Bytes of an entry at the most: some four for each of the largest module. Code comes from a
/// worker, which may make its file as large as it likes, and who finds an entry reads it whole.
const LARGEST: u64 = 256 << 20;

/// A folder that holds entries.
#[derive(Debug)]
pub(super) struct EntryFolder {
    folder: PrivateFolder,
    secret: CacheSecret,
    /// Bytes that all of them may have.
    bound: u64,
}

/// Result of a lookup by key.
#[derive(Debug)]
pub enum FoundEntry {
    /// Code that was kept for it.
    Code {
        /// Form of the module.
        form: ModuleForm,
        /// Imports of the module.
        imports: Vec<String>,
        /// The code, in a sealed file without a name.
        code: File,
    },
    /// Nothing.
    Nothing,
    /// Something that was not kept so: it has been removed.
    Damaged,
}

/// Outcome of clearing the cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClearedEntries {
    /// Number of entries.
    pub entries: u64,
    /// Total size in bytes, with files that were left behind.
    pub bytes: u64,
}

impl EntryFolder {
    pub(super) fn open(path: &Path, bound: u64) -> Result<Self, FolderError> {
        let folder = PrivateFolder::open(path, true)?;
        let secret = secret(&folder).map_err(FolderError::system(SystemOperation::Write, path))?;
        Ok(Self { folder, secret, bound })
    }

    pub(super) fn look(&self, key: &CacheKey) -> FoundEntry {
        let name = name(key);
        let (file, length) = match self.folder.open_file(&name, self.largest()) {
            Ok(opened) => opened,
            Err(error) if is_no_entry(&error) => return self.reject(&name),
            Err(_) => return FoundEntry::Nothing,
        };
        let (CacheEntry { form, imports }, code) = match entry_file::read(&file, length, &self.secret, key) {
            Ok(read) => read,
            Err(EntryReadError::Damaged(_)) => return self.reject(&name),
            Err(EntryReadError::System(_)) => return FoundEntry::Nothing,
        };
        // The entry that was of use last is thrown out last. If that cannot be noted, the order is
        // a little wrong.
        drop(file.set_modified(SystemTime::now()));
        FoundEntry::Code { form, imports, code }
    }

    fn reject(&self, name: &str) -> FoundEntry {
        // What cannot be removed is found damaged again.
        drop(self.folder.remove(name));
        FoundEntry::Damaged
    }

    pub(super) fn discard(&self, key: &CacheKey) -> io::Result<bool> {
        self.folder.remove(&name(key))
    }

    pub(super) fn keep(
        &self,
        key: &CacheKey,
        form: ModuleForm,
        imports: Vec<String>,
        code: &File,
    ) -> io::Result<()> {
        let length = code.metadata()?.len();
        if length > self.largest() {
            return Err(too_large(length, self.largest()));
        }
        let tail = entry::tail(key, form, &imports, length);
        let whole = length.saturating_add((tail.len() + entry::SUM) as u64);
        self.make_room(whole, &name(key))?;
        let write = |file: &mut File| entry_file::write(file, (code, length), &tail, &self.secret);
        write_new(&self.folder, write, |new| self.folder.rename(new, &name(key)))
    }

    /// Bytes that one entry may have.
    fn largest(&self) -> u64 {
        self.bound.min(LARGEST)
    }

    /// Throws out the entries that were of use the longest ago until so many bytes fit beside the
    /// others, but for the one that they replace.
    fn make_room(&self, length: u64, replaced: &str) -> io::Result<()> {
        if length > self.largest() {
            return Err(too_large(length, self.largest()));
        }
        let mut entries = self.folder.list()?;
        // Here and not when the folder is opened: a run that keeps nothing need not look at all.
        sweep(&self.folder, &entries)?;
        entries.retain(|entry| is_entry(entry) && entry.name != replaced);
        entries.sort_by_key(|entry| entry.modified);
        let mut total: u64 = entries.iter().map(|entry| entry.length).sum();
        for entry in entries {
            if total.saturating_add(length) <= self.bound {
                break;
            }
            self.folder.remove(&entry.name)?;
            total = total.saturating_sub(entry.length);
        }
        Ok(())
    }
}

/// Throws out every entry in the folder at `path`. The secret stays: a run may be under way.
pub(super) fn clear(path: &Path) -> Result<ClearedEntries, FolderError> {
    let folder = match PrivateFolder::open(path, false) {
        Ok(folder) => folder,
        Err(FolderError::Missing) => return Ok(ClearedEntries::default()),
        Err(error) => return Err(error),
    };
    let mut cleared = ClearedEntries::default();
    let mut throw_out = || -> io::Result<()> {
        let files = folder.list()?;
        for entry in files.iter().filter(|entry| is_entry(entry)) {
            if folder.remove(&entry.name)? {
                cleared.entries += 1;
                cleared.bytes += entry.length;
            }
        }
        cleared.bytes += sweep(&folder, &files)?;
        Ok(())
    };
    throw_out().map_err(FolderError::system(SystemOperation::Write, path))?;
    Ok(cleared)
}

fn name(key: &CacheKey) -> String {
    format!("{key}{ENTRY}")
}

/// Returns whether a file is one that entries are kept in. A folder that a user named may hold
/// others.
fn is_entry(file: &ListedFile) -> bool {
    file.name.strip_suffix(ENTRY).is_some_and(|key| is_hex(key, 64))
}

/// Returns whether a file was to become an entry, or the secret.
fn is_new(file: &ListedFile) -> bool {
    file.name.strip_prefix(NEW).is_some_and(|number| is_hex(number, 16))
}

/// Returns whether a file of this name in a cache is the cache's own.
pub(super) fn is_own(name: &str) -> bool {
    name == SECRET || name.starts_with(NEW) || name.ends_with(ENTRY)
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn too_large(length: u64, bound: u64) -> io::Error {
    io::Error::other(format!("code of {length} bytes does not fit into {bound}"))
}

/// Returns whether a file that could not be read is not ours. A file for which this run has no room
/// or no descriptor may be of use to the next.
const fn is_no_entry(error: &EntryError) -> bool {
    match error {
        EntryError::Planted(_) => true,
        EntryError::Missing | EntryError::TooLarge(_) | EntryError::Refused(_) => false,
    }
}

/// Removes what was left behind of the files of a folder; says how many bytes that had.
fn sweep(folder: &PrivateFolder, files: &[ListedFile]) -> io::Result<u64> {
    let mut bytes = 0;
    for file in files.iter().filter(|file| is_new(file)) {
        // One from the future is as old as the clock was wrong.
        let age = file.modified.elapsed().unwrap_or_else(|error| error.duration());
        if age >= LEFT_BEHIND && folder.remove(&file.name)? {
            bytes += file.length;
        }
    }
    Ok(bytes)
}

/// Has a file written whole, and then gives it its name.
fn write_new(
    folder: &PrivateFolder,
    write: impl FnOnce(&mut File) -> io::Result<()>,
    named: impl FnOnce(&str) -> io::Result<()>,
) -> io::Result<()> {
    let new = format!("{NEW}{:016x}", u64::from_le_bytes(random::bytes()?));
    let mut file = folder.create(&new)?;
    // A name must not be there before what it stands for, even after a crash of the machine.
    let written = write(&mut file).and_then(|()| file.sync_data()).and_then(|()| named(&new));
    if written.is_err() {
        drop(folder.remove(&new));
    }
    written
}

/// The folder's secret; a new one, if it has none that is of use.
fn secret(folder: &PrivateFolder) -> io::Result<CacheSecret> {
    // Once more if somebody else was faster, and once more if that one's was removed at once.
    for _ in 0..3 {
        let unusable = match folder.read(SECRET, 32) {
            Ok(bytes) => match <[u8; 32]>::try_from(bytes) {
                Ok(secret) => return Ok(CacheSecret(secret)),
                Err(_) => true,
            },
            Err(EntryError::Missing) => false,
            Err(EntryError::Planted(_) | EntryError::TooLarge(_)) => true,
            Err(EntryError::Refused(error)) => return Err(error),
        };
        if unusable {
            // Whoever put it there may know it. What was sealed with it is found damaged.
            folder.remove(SECRET)?;
        }
        let secret = random::bytes()?;
        let mut is_ours = false;
        let named = |new: &str| {
            is_ours = folder.rename_new(new, SECRET)?;
            if is_ours { Ok(()) } else { folder.remove(new).map(drop) }
        };
        write_new(folder, |file| file.write_all(&secret), named)?;
        if is_ours {
            return Ok(CacheSecret(secret));
        }
    }
    Err(io::Error::other(format!("somebody keeps replacing the file `{SECRET}` in it")))
}

#[cfg(test)]
mod tests;
