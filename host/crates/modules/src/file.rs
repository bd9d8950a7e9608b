//! A module's bytes: copied into a sealed file when it is opened, so that what compiles is what was
//! checked, whatever happens to the path later. Those of a file that is known are copied when they
//! are to be compiled, and must be what they are known as.

use super::bundled::BundledError;
use super::project::{self, BuildTools, ProjectError};
use super::resident::ModuleResidence;
use polymer_host_base::Digest;
use polymer_host_base::DigestBuilder;
use polymer_host_sys::file;
use polymer_host_sys::regular;
use polymer_host_sys::regular::FileError;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{CompileLimits, LimitWall, TaskError};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Bytes copied at a time.
const BUFFER: usize = 64 << 10;

/// A module: what tasks run. Clones share its bytes.
///
/// Whether the bytes are a module at all is found out by a worker, when the first run needs it.
#[derive(Debug, Clone)]
pub struct Module {
    content: Arc<ModuleBytes>,
    /// Handle that clones share besides the bytes. A run has the bytes only, so whoever watches the
    /// handle knows when a program has dropped the module.
    handle: Arc<()>,
}

#[derive(Debug)]
struct ModuleBytes {
    name: String,
    text: bool,
    digest: Digest,
    length: u64,
    bytes: SealedBytes,
    /// Its place in the run, where a run bounds what modules take. Behind the file, so that it is
    /// given back when that is closed.
    residence: Option<ModuleResidence>,
}

/// The sealed copy of a module's bytes.
#[derive(Debug)]
enum SealedBytes {
    Copied(File),
    /// The file itself, as long as nobody needs the copy: most often the module's code is in the
    /// cache.
    Uncopied {
        source: File,
        copy: OnceLock<File>,
    },
}

/// Why something is no module.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// Nothing stands there.
    #[error("there is no module {}", .0.display())]
    Missing(PathBuf),
    /// It is a folder.
    #[error("the module {} is a folder", .0.display())]
    Folder(PathBuf),
    /// It is a pipe, a socket or a device.
    #[error("the module {} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// It holds nothing.
    #[error("the module {} is empty", .0.display())]
    Empty(PathBuf),
    /// It holds more than a module may.
    #[error("the module {} has {length} bytes, at most {limit} are allowed", path.display())]
    TooLarge {
        /// Where it is.
        path: PathBuf,
        /// Bytes it has, at the least.
        length: u64,
        /// Bytes it may have.
        limit: u64,
    },
    /// It may not be read, or not be copied.
    #[error("{0}")]
    Unreadable(#[source] SystemError),
    /// It was to be built from a project.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// It was to be a bundled module.
    #[error(transparent)]
    Bundled(#[from] BundledError),
}

impl ModuleError {
    /// The code in records.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) | Self::Bundled(_) => "missing",
            Self::Folder(_) | Self::NotAFile(_) => "not_a_file",
            Self::Empty(_) => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::Unreadable(_) => "unreadable",
            Self::Project(_) => "project",
        }
    }

    /// As records tell it.
    #[must_use]
    pub fn task_error(&self) -> TaskError {
        let wall = matches!(self, Self::TooLarge { .. }).then_some(LimitWall::Supervisor);
        TaskError::new(self.code(), self.to_string()).by(wall)
    }

    /// That the system refuses to read the module at `path`.
    #[doc(hidden)]
    pub fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable(SystemError::new(SystemOperation::ReadModule, path, source))
    }

    /// Of a path that could not be opened.
    #[doc(hidden)]
    pub fn at(path: &Path, error: FileError) -> Self {
        let path = path.to_path_buf();
        match error {
            FileError::Missing => Self::Missing(path),
            FileError::Folder => Self::Folder(path),
            FileError::NotRegular => Self::NotAFile(path),
            FileError::TooLarge { length, limit } => Self::TooLarge { path, length, limit },
            FileError::Refused(source) => Self::unreadable(&path, source),
            error @ (FileError::Link
            | FileError::Outside
            | FileError::Written(_)
            | FileError::Pseudo
            | FileError::Foreign(_)
            | FileError::Open(_)) => Self::unreadable(&path, error.into()),
        }
    }
}

impl Module {
    /// Opens the module at `path`. Open it once and keep it: each opening copies the file. A run
    /// that is given two of the same content and name at a time takes them for one.
    ///
    /// It has at most 64 MiB, and is called by its file name. A file that ends in `.wat` is taken
    /// for the text format.
    ///
    /// # Errors
    /// If it is no regular file that can be read, is empty, or is too large.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ModuleError> {
        let path = path.as_ref();
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Self::open_as(path, name, CompileLimits::default().module)
    }

    /// As [`open`](Self::open), at most `limit` bytes long, with a name of the caller's choice.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    #[doc(hidden)]
    pub fn open_as(path: &Path, name: String, limit: u64) -> Result<Self, ModuleError> {
        let source = regular::open(path, limit).map_err(|error| ModuleError::at(path, error))?;
        Self::copy(source, name, is_text(path), path, limit, None)
    }

    /// As [`open_as`](Self::open_as), from a file that was opened, with a place in its run.
    #[doc(hidden)]
    pub fn resident(
        source: &File,
        path: &Path,
        name: String,
        limit: u64,
        residence: ModuleResidence,
    ) -> Result<Self, ModuleError> {
        Self::copy(source, name, is_text(path), path, limit, Some(residence))
    }

    /// As [`resident`](Self::resident), from a file that is known to hold `length` bytes of this
    /// digest. They are copied, and looked at, when they are needed.
    #[doc(hidden)]
    pub fn known(
        source: File,
        path: &Path,
        name: String,
        (length, digest): (u64, Digest),
        residence: ModuleResidence,
    ) -> Self {
        residence.has_bytes(length);
        let bytes = SealedBytes::Uncopied { source, copy: OnceLock::new() };
        let content =
            ModuleBytes { name, text: is_text(path), digest, length, bytes, residence: Some(residence) };
        Self { content: Arc::new(content), handle: Arc::default() }
    }

    /// A module from memory, called `name`. A name that ends in `.wat` says that the bytes are the
    /// text format.
    ///
    /// # Errors
    /// If there are none, there are more than [`CompileLimits::module`] by default, or the system
    /// has no memory for a copy.
    pub fn from_bytes(name: impl Into<String>, bytes: impl AsRef<[u8]>) -> Result<Self, ModuleError> {
        let name = name.into();
        let path = PathBuf::from(&name);
        Self::copy(bytes.as_ref(), name, is_text(&path), &path, CompileLimits::default().module, None)
    }

    /// Builds the project in `folder`, as `polymer run FOLDER` does, and takes the one module that
    /// comes of it.
    ///
    /// This runs the project's build scripts with the rights of this process. Nothing is printed:
    /// what the tools say of an error stands in the error.
    ///
    /// # Errors
    /// If it is no project of a language that can be built, a tool is missing or fails, or none or
    /// several modules come of it.
    pub fn build(folder: impl AsRef<Path>) -> Result<Self, ModuleError> {
        Self::open(project::build_quietly(folder.as_ref(), None, &BuildTools::default())?)
    }

    /// Returns its name in records and logs; a command sees it as its first argument.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.content.name
    }

    /// The SHA-256 of its bytes as they were given.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.content.digest
    }

    /// Bytes it has.
    pub fn length(&self) -> u64 {
        self.content.length
    }

    /// Returns whether it is in the WebAssembly text format.
    pub fn is_text(&self) -> bool {
        self.content.text
    }

    /// A sealed file with its bytes.
    ///
    /// # Errors
    /// If they have to be copied first, and the system refuses or they are not those of its digest.
    #[doc(hidden)]
    pub fn bytes(&self) -> io::Result<BorrowedFd<'_>> {
        self.content.sealed()
    }

    /// Its place in its run, where that bounds what modules take.
    #[doc(hidden)]
    pub fn residence(&self) -> Option<&ModuleResidence> {
        self.content.residence.as_ref()
    }

    /// Returns the handle that all clones share, and nobody else.
    #[doc(hidden)]
    pub const fn handle(&self) -> &Arc<()> {
        &self.handle
    }

    /// The same bytes as a module of its own: holding it does not count as holding this one.
    #[doc(hidden)]
    pub fn apart(&self) -> Self {
        Self { content: Arc::clone(&self.content), handle: Arc::default() }
    }

    fn copy(
        source: impl Read,
        name: String,
        text: bool,
        path: &Path,
        limit: u64,
        residence: Option<ModuleResidence>,
    ) -> Result<Self, ModuleError> {
        let refused =
            |operation| move |source| ModuleError::Unreadable(SystemError::new(operation, path, source));
        let mut bytes = file::unnamed("polymer-module").map_err(refused(SystemOperation::CopyModule))?;
        let copied = copy(source.take(limit.saturating_add(1)), &mut bytes);
        let (length, digest) = copied.map_err(|(operation, error)| refused(operation)(error))?;
        if length == 0 {
            return Err(ModuleError::Empty(path.to_path_buf()));
        }
        if length > limit {
            return Err(ModuleError::TooLarge { path: path.to_path_buf(), length, limit });
        }
        file::seal(&bytes).map_err(refused(SystemOperation::CopyModule))?;
        if let Some(residence) = &residence {
            residence.has_bytes(length);
        }
        let bytes = SealedBytes::Copied(bytes);
        let content = ModuleBytes { name, text, digest, length, bytes, residence };
        Ok(Self { content: Arc::new(content), handle: Arc::default() })
    }
}

impl ModuleBytes {
    fn sealed(&self) -> io::Result<BorrowedFd<'_>> {
        let (source, copied) = match &self.bytes {
            SealedBytes::Copied(file) => return Ok(file.as_fd()),
            SealedBytes::Uncopied { source, copy } => (source, copy),
        };
        if let Some(file) = copied.get() {
            return Ok(file.as_fd());
        }
        let mut source: &File = source;
        // Where it was tried before, that ended anywhere.
        source.rewind()?;
        let mut bytes = file::unnamed("polymer-module")?;
        let (length, digest) =
            copy(source.take(self.length.saturating_add(1)), &mut bytes).map_err(|(_, error)| error)?;
        if (length, digest) != (self.length, self.digest) {
            let Self { name, digest: was, .. } = self;
            let message = format!("the module {name} has changed during the run: its SHA-256 was {was}");
            return Err(io::Error::other(message));
        }
        file::seal(&bytes)?;
        Ok(copied.get_or_init(|| bytes).as_fd())
    }
}

/// Returns whether a module of this name is in the WebAssembly text format: only the name says
/// that.
pub fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == OsStr::new("wat"))
}

/// The digest of what an open file holds from its start on, up to so many bytes and one more; it is
/// at its start again then.
pub fn digest_of(mut file: &File, limit: u64) -> io::Result<Digest> {
    let (mut digest, mut buffer) = (DigestBuilder::default(), vec![0; BUFFER]);
    let mut source = file.take(limit.saturating_add(1));
    loop {
        match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(got) => digest.add(buffer.get(..got).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    file.rewind()?;
    Ok(digest.finish())
}

/// Copies all there is; says how much that was and what it is called, or which side of it was
/// refused.
fn copy(mut source: impl Read, target: &mut File) -> Result<(u64, Digest), (SystemOperation, io::Error)> {
    let (mut digest, mut length) = (DigestBuilder::default(), 0);
    let mut buffer = vec![0; BUFFER];
    loop {
        let got = match source.read(&mut buffer) {
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err((SystemOperation::ReadModule, error)),
        };
        let Some(part) = buffer.get(..got).filter(|part| !part.is_empty()) else { break };
        digest.add(part);
        target.write_all(part).map_err(|error| (SystemOperation::CopyModule, error))?;
        length += got as u64;
    }
    Ok((length, digest.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ResidentModules;

    fn file_of(module: &Module) -> File {
        let mut file = File::from(module.bytes().unwrap().try_clone_to_owned().unwrap());
        file.rewind().unwrap();
        file
    }

    fn content(module: &Module) -> String {
        let mut text = String::new();
        file_of(module).read_to_string(&mut text).unwrap();
        text
    }

    fn open(path: &Path, limit: u64) -> Result<Module, ModuleError> {
        Module::open_as(path, path.file_name().unwrap().to_string_lossy().into_owned(), limit)
    }

    #[test]
    fn a_module_is_copied_and_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wat");
        std::fs::write(&path, "(module)").unwrap();
        let module = Module::open(&path).unwrap();
        std::fs::write(&path, "changed!").unwrap();
        assert_eq!((module.name(), module.is_text()), ("a.wat", true));
        assert_eq!(content(&module), "(module)");
        assert_eq!(*module.digest(), Digest::of(b"(module)"));
        assert!(file_of(&module).write_all(b"x").is_err());
    }

    fn known(path: &Path, length: u64, digest: Digest) -> Module {
        let residence = ResidentModules::default().admit(length).unwrap();
        Module::known(File::open(path).unwrap(), path, "a".to_owned(), (length, digest), residence)
    }

    #[test]
    fn bytes_that_are_known_are_copied_when_they_are_needed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wat");
        std::fs::write(&path, "(module)").unwrap();
        let module = known(&path, 8, Digest::of(b"(module)"));
        assert!((module.is_text(), module.length()) == (true, 8));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(content(&module), "(module)", "the file is held");
        assert_eq!(content(&module), "(module)");
        assert!(file_of(&module).write_all(b"x").is_err(), "the copy is sealed");
    }

    #[test]
    fn bytes_that_are_not_what_they_were_known_as_are_not_given_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "(module)").unwrap();
        for (length, digest) in [(8, b"(other)"), (7, b"(module"), (9, b"(module")] {
            let error = known(&path, length, Digest::of(digest)).bytes().unwrap_err().to_string();
            assert!(error.starts_with("the module a has changed during the run"), "{error}");
        }
    }

    #[test]
    fn a_large_module_is_copied_whole() {
        let bytes: Vec<u8> =
            (0..u32::try_from(3 * BUFFER + 5).unwrap()).map(|at| at.to_le_bytes()[0]).collect();
        let module = Module::from_bytes("a", &bytes).unwrap();
        let mut copied = Vec::new();
        file_of(&module).read_to_end(&mut copied).unwrap();
        assert!(copied == bytes && *module.digest() == Digest::of(&bytes));
    }

    #[test]
    fn only_the_name_says_that_a_module_is_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wat");
        std::fs::write(&path, "(module)").unwrap();
        assert!(!open(&path, 8).unwrap().is_text());
    }

    #[test]
    fn a_module_comes_from_memory_as_well() {
        let module = Module::from_bytes("a.wat", "(module)").unwrap();
        assert_eq!(
            (module.name(), module.is_text(), content(&module)),
            ("a.wat", true, "(module)".to_owned())
        );
        assert!(!Module::from_bytes("a", b"\0asm").unwrap().is_text());
        assert_eq!(Module::from_bytes("a", b"").unwrap_err().code(), "empty");
    }

    #[test]
    fn what_is_no_module_file_is_named_with_its_path_and_a_code() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wasm");
        let code = |limit| {
            let error = open(&path, limit).unwrap_err();
            assert!(error.to_string().contains("a.wasm"), "{error}");
            error.code()
        };
        assert_eq!(code(9), "missing");
        std::fs::write(&path, "").unwrap();
        assert_eq!(code(9), "empty");
        std::fs::write(&path, "1234567890").unwrap();
        assert_eq!(code(9), "too_large");
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(code(9), "not_a_file");
        std::fs::remove_dir(&path).unwrap();
        std::os::unix::fs::symlink("a.wasm", &path).unwrap();
        assert_eq!(code(9), "unreadable");
    }
}
