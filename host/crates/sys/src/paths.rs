//! Regular files by paths that may lead into folders which untrusted code changes meanwhile.
//!
//! What stands before such a folder is trusted, links too: it is walked step by step, so that no
//! link leads into the folder unseen. What comes from there on is opened by the kernel in one go,
//! below the folder as it is held and without following any link, so it does not matter what is
//! replaced in between. Only a mount that shows a part of such a folder elsewhere is not seen.
//!
//! It must never know why a folder is not to be trusted.

use super::file_id::{self, FileId, HeldFile, RegularFile};
use super::file_identity::FileIdentity;
use super::regular::{self, FileError};
use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat, openat2, readlinkat};
use nix::sys::stat::{Mode, SFlag, fstat};
use recent_files::RecentFiles;
use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path, PathBuf};
use std::time::{Instant, SystemTime};

mod recent_files;

/// Links on the way to one file, as many as the kernel itself follows.
const MOST_LINKS: u32 = 40;

/// Opens files by their paths, and no link in a folder that is not trusted.
#[derive(Debug, Default)]
pub struct PathOpener {
    untrusted: Vec<UntrustedFolder>,
    /// Files that are not opened, whatever their paths, each with what they are written to as.
    written: Vec<(HeldFile, String)>,
    /// What was read of small files.
    recent: RefCell<RecentFiles>,
}

/// A folder in which anything may be replaced at any time. It is held, so that no other folder can
/// get its number.
#[derive(Debug)]
struct UntrustedFolder {
    /// Path by which it was named.
    path: PathBuf,
    identity: FileId,
    _held: OwnedFd,
}

/// Where a walk along a path ends.
enum PathEnd<'a> {
    /// In a folder that is not trusted, with these steps ahead, the last one first.
    Untrusted { folder: &'a UntrustedFolder, at: OwnedFd, ahead: Vec<OsString> },
    /// At a name in a trusted folder that is no link and no folder.
    File { folder: OwnedFd, name: OsString },
}

impl PathOpener {
    /// For files in any folders, those in and below `untrusted` ones with care.
    ///
    /// # Errors
    /// If one of them is no folder, or the system refuses.
    pub fn new<'a>(untrusted: impl IntoIterator<Item = &'a Path>) -> io::Result<Self> {
        let held = untrusted.into_iter().map(|path| {
            let held = open(path, STEP | OFlag::O_DIRECTORY, Mode::empty())?;
            Ok(UntrustedFolder { path: path.to_path_buf(), identity: look(&held)?.0, _held: held })
        });
        Ok(Self { untrusted: held.collect::<io::Result<_>>()?, ..Self::default() })
    }

    /// Opens none of these files from here on, whatever their paths: each is written to, as what
    /// stands beside it.
    pub fn refuse_written(&mut self, files: impl IntoIterator<Item = (HeldFile, String)>) {
        self.written.extend(files);
        self.recent.borrow_mut().clear();
    }

    /// As [`regular::open`].
    ///
    /// # Errors
    /// As there, also if a link that is not trusted would have to be followed.
    pub fn open(&self, path: &Path, limit: u64) -> Result<File, FileError> {
        let file = if self.untrusted.is_empty() {
            regular::open(path, limit)?
        } else {
            let file = match self.walk(&absolute(path)?)? {
                PathEnd::Untrusted { at, ahead, .. } => below(&at, &ahead)?,
                PathEnd::File { folder, name } => {
                    openat(&folder, name.as_os_str(), READ | OFlag::O_NOFOLLOW, Mode::empty())?.into()
                }
            };
            regular::checked(file, limit)?
        };
        if !self.written.is_empty() {
            let id = FileId::of(&file)?;
            if let Some((_, written)) = self.written.iter().find(|(written, _)| written.id() == id) {
                return Err(FileError::Written(written.clone()));
            }
        }
        Ok(file)
    }

    /// The folder that is not trusted which a path leads into or through, by whatever links,
    /// whether or not something stands there.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn leads_into(&self, path: &Path) -> io::Result<Option<&Path>> {
        if self.untrusted.is_empty() {
            return Ok(None);
        }
        match self.walk(&absolute(path)?) {
            Ok(PathEnd::Untrusted { folder, .. }) => Ok(Some(&folder.path)),
            Err(FileError::Refused(error)) => Err(error),
            // With nothing there, or a folder, no step has led there.
            Ok(PathEnd::File { .. }) | Err(_) => Ok(None),
        }
    }

    /// The folder that is not trusted in or below which an open file stands, or may stand: a second
    /// name of it may be anywhere.
    ///
    /// # Errors
    /// If where it stands cannot be told.
    pub fn holds(&self, file: impl AsFd) -> io::Result<Option<&Path>> {
        let Some(first) = self.untrusted.first() else { return Ok(None) };
        if RegularFile::of(&file)?.is_some_and(|file| file.names > 1) {
            return Ok(Some(&first.path));
        }
        file_id::path(file)?.map_or(Ok(None), |path| self.leads_into(&path))
    }

    /// As [`regular::read`]. A small file that is the same as when it was read last is not opened
    /// again.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        if !self.untrusted.is_empty() {
            return regular::read_open(self.open(path, limit)?, limit);
        }
        let looked = Instant::now();
        let known = self.recent.borrow_mut().get(path, limit, looked);
        if let Some(content) = known {
            return Ok(content);
        }
        let file = self.open(path, limit)?;
        let identity = FileIdentity::of(&file)?;
        let content = regular::read_open(file, limit)?;
        self.recent.borrow_mut().keep(path, identity, &content, (SystemTime::now(), looked));
        Ok(content)
    }

    /// Walks along an absolute path, up to the first folder that is not trusted.
    fn walk(&self, path: &Path) -> Result<PathEnd<'_>, FileError> {
        let mut at = root()?;
        let (mut ahead, mut links) = (Vec::new(), 0);
        put_ahead(&mut ahead, path);
        loop {
            let here = look(&at)?.0;
            if let Some(folder) = self.untrusted.iter().find(|folder| folder.identity == here) {
                return Ok(PathEnd::Untrusted { folder, at, ahead });
            }
            let Some(name) = ahead.pop() else { return Err(FileError::Folder) };
            let next = openat(&at, name.as_os_str(), STEP | OFlag::O_NOFOLLOW, Mode::empty())?;
            if look(&next)?.1 == SFlag::S_IFLNK {
                links += 1;
                if links > MOST_LINKS {
                    return Err(io::Error::from(Errno::ELOOP).into());
                }
                let target = PathBuf::from(readlinkat(&at, name.as_os_str())?);
                if target.is_absolute() {
                    at = root()?;
                }
                put_ahead(&mut ahead, &target);
            } else if ahead.is_empty() && look(&next)?.1 != SFlag::S_IFDIR {
                return Ok(PathEnd::File { folder: at, name });
            } else {
                at = next;
            }
        }
    }
}

/// Flags for holding a folder on the way, or whatever stands there. Nothing is opened by that.
const STEP: OFlag = OFlag::O_PATH.union(OFlag::O_CLOEXEC);
/// Flags for opening a file. Without `O_NONBLOCK`, opening a pipe nobody writes to waits for
/// ever.
const READ: OFlag = OFlag::O_RDONLY.union(OFlag::O_NONBLOCK).union(OFlag::O_NOCTTY).union(OFlag::O_CLOEXEC);

fn root() -> io::Result<OwnedFd> {
    Ok(open("/", STEP | OFlag::O_DIRECTORY, Mode::empty())?)
}

/// A path from the root. Where the process is has no links in it, so steps up from there go by the
/// name: such a path does not lead into a folder that is not trusted only because the process is in
/// there.
fn absolute(path: &Path) -> io::Result<PathBuf> {
    if path.is_absolute() {
        return Ok(path.to_path_buf());
    }
    let (mut from, mut path) = (std::env::current_dir()?, path);
    while let Ok(rest) = path.strip_prefix("..") {
        from.pop();
        path = rest;
    }
    Ok(from.join(path))
}

/// Which file it is, and of which kind.
fn look(fd: &OwnedFd) -> io::Result<(FileId, SFlag)> {
    let stat = fstat(fd)?;
    Ok((FileId::from(&stat), SFlag::from_bits_truncate(stat.st_mode & SFlag::S_IFMT.bits())))
}

/// Puts the steps of a path before those that are still ahead, of which the last one comes first.
fn put_ahead(ahead: &mut Vec<OsString>, path: &Path) {
    ahead.extend(path.components().rev().filter_map(|step| match step {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    }));
}

/// Opens what lies ahead of a folder that is not trusted. Where the kernel cannot do that, it is
/// not opened.
fn below(folder: &OwnedFd, ahead: &[OsString]) -> Result<File, FileError> {
    let path: PathBuf = ahead.iter().rev().collect();
    let path = if path.as_os_str().is_empty() { OsStr::new(".") } else { path.as_os_str() };
    let resolve =
        ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_SYMLINKS | ResolveFlag::RESOLVE_NO_MAGICLINKS;
    match openat2(folder, path, OpenHow::new().flags(READ).resolve(resolve)) {
        Ok(file) => Ok(file.into()),
        Err(Errno::ELOOP) => Err(FileError::Link),
        Err(Errno::EXDEV) => Err(FileError::Outside),
        Err(errno) => Err(io::Error::from(errno).into()),
    }
}

impl From<Errno> for FileError {
    fn from(errno: Errno) -> Self {
        io::Error::from(errno).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// A trusted folder with a secret, and in it an untrusted one, `in`, with a file and a folder.
    struct Place {
        folder: tempfile::TempDir,
        paths: PathOpener,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let inside = folder.path().join("in");
            fs::create_dir_all(inside.join("sub")).unwrap();
            fs::write(folder.path().join("secret"), "secret").unwrap();
            fs::write(inside.join("file"), "file").unwrap();
            fs::write(inside.join("sub/file"), "deeper").unwrap();
            let paths = PathOpener::new([inside.as_path()]).unwrap();
            Self { folder, paths }
        }

        fn link(&self, target: &str, link: &str) {
            symlink(target, self.folder.path().join(link)).unwrap();
        }

        fn read(&self, path: &str) -> Result<String, FileError> {
            self.paths.read(&self.folder.path().join(path), 99).map(|bytes| String::from_utf8(bytes).unwrap())
        }

        #[track_caller]
        fn check(&self, path: &str, content: &str) {
            assert_eq!(self.read(path).unwrap(), content, "{path}");
        }

        #[track_caller]
        fn check_link(&self, path: &str) {
            assert!(matches!(self.read(path), Err(FileError::Link)), "{path}: {:?}", self.read(path));
        }
    }

    #[test]
    fn a_file_is_read_wherever_it_is() {
        let place = Place::new();
        for (path, content) in [
            ("secret", "secret"),
            ("in/file", "file"),
            ("in/./sub//file", "deeper"),
            ("in/sub/../file", "file"),
            ("../../../../../../proc/../etc/../", ""),
        ] {
            if content.is_empty() {
                assert!(matches!(place.read(path), Err(FileError::Folder)), "{path}");
            } else {
                place.check(path, content);
            }
        }
        for folder in ["in", "in/sub", ""] {
            assert!(matches!(place.read(folder), Err(FileError::Folder)), "{folder}");
        }
        for none in ["none", "in/none", "none/file", "in/none/file"] {
            assert!(matches!(place.read(none), Err(FileError::Missing)), "{none}");
        }
        for wrong in ["secret/file", "in/file/file"] {
            assert!(matches!(place.read(wrong), Err(FileError::Refused(_))), "{wrong}");
        }
        let file = place.folder.path().join("in/file");
        assert!(matches!(place.paths.read(&file, 3), Err(FileError::TooLarge { length: 4, limit: 3 })));
    }

    #[test]
    fn a_relative_path_starts_where_the_process_is() {
        let untrusted = tempfile::tempdir().unwrap();
        let paths = PathOpener::new([untrusted.path()]).unwrap();
        let path = Path::new("Cargo.toml");
        assert_eq!(paths.read(path, 1 << 20).unwrap(), fs::read(path).unwrap());
        let here = PathOpener::new([Path::new(".")]).unwrap();
        assert_eq!(here.read(path, 1 << 20).unwrap(), fs::read(path).unwrap());
        let above = Path::new("../jail/Cargo.toml");
        assert_eq!(here.read(above, 1 << 20).unwrap(), fs::read(above).unwrap());
        assert!(matches!(here.read(Path::new("src/../../Cargo.toml"), 1 << 20), Err(FileError::Outside)));
    }

    #[test]
    fn a_link_in_an_untrusted_folder_is_not_followed() {
        let place = Place::new();
        let secret = place.folder.path().join("secret");
        place.link(secret.to_str().unwrap(), "in/absolute");
        place.link("../secret", "in/relative");
        place.link("file", "in/near");
        place.link("..", "in/up");
        place.link("sub", "in/folder");
        place.link("/proc/self/root", "in/root");
        for path in
            ["in/absolute", "in/relative", "in/near", "in/up/secret", "in/folder/file", "in/root/etc/passwd"]
        {
            place.check_link(path);
        }
        assert_eq!(
            place.read("in/near").unwrap_err().to_string(),
            "it is, or lies behind, a symbolic link in a folder that tasks may change"
        );
        assert!(matches!(place.read("in/../secret"), Err(FileError::Outside)));
        assert!(matches!(place.read("in/sub/../../in/file"), Err(FileError::Outside)));
    }

    #[test]
    fn a_trusted_link_is_followed_up_to_an_untrusted_folder() {
        let place = Place::new();
        fs::create_dir(place.folder.path().join("own")).unwrap();
        place.link(place.folder.path().to_str().unwrap(), "own/back");
        place.link("../in", "own/into");
        place.link("../in/sub", "own/deep");
        place.link("../in/planted", "own/planted");
        place.link("../secret", "own/secret");
        place.link("loop", "own/loop");
        place.check("own/secret", "secret");
        place.check("own/back/own/back/secret", "secret");
        place.check("own/into/file", "file");
        place.check("own/deep/file", "deeper");
        assert!(matches!(place.read("own/loop"), Err(FileError::Refused(_))));
        // Where it leads is a link by now.
        place.link("..", "in/planted");
        place.check_link("own/planted/secret");
        fs::rename(place.folder.path().join("in/sub"), place.folder.path().join("in/was")).unwrap();
        place.link("..", "in/sub");
        place.check_link("own/deep/secret");
    }

    #[test]
    fn what_is_no_file_is_refused_at_once() {
        let place = Place::new();
        for pipe in ["pipe", "in/pipe"] {
            nix::unistd::mkfifo(&place.folder.path().join(pipe), Mode::S_IRWXU).unwrap();
            assert!(matches!(place.read(pipe), Err(FileError::NotRegular)), "{pipe}");
        }
        assert!(PathOpener::new([place.folder.path().join("secret").as_path()]).is_err());
    }

    #[test]
    fn a_path_that_leads_into_an_untrusted_folder_is_seen_by_whatever_links_it_does() {
        let place = Place::new();
        fs::create_dir(place.folder.path().join("own")).unwrap();
        place.link("../in/away", "own/hop");
        place.link(place.folder.path().join("own").to_str().unwrap(), "in/away");
        place.link("in/none", "dangling");
        place.link("in", "alias");
        let inside = place.folder.path().join("in");
        for (path, leads) in [
            ("in/file", true),
            ("in/none", true),
            ("in/none/deeper", true),
            ("alias/sub/none", true),
            ("dangling", true),
            ("own/hop/file", true),
            ("own/../in/file", true),
            ("secret", false),
            ("none", false),
            ("own/none", false),
            ("own", false),
        ] {
            let found = place.paths.leads_into(&place.folder.path().join(path)).unwrap();
            assert_eq!(found, leads.then_some(inside.as_path()), "{path}");
        }
        assert_eq!(PathOpener::default().leads_into(&inside).unwrap(), None);
    }

    #[test]
    fn an_open_file_is_known_to_stand_in_an_untrusted_folder_or_to_have_a_name_that_may() {
        let place = Place::new();
        let holds = |name: &str| {
            let file = File::open(place.folder.path().join(name)).unwrap();
            place.paths.holds(&file).unwrap().is_some()
        };
        place.link("in/sub", "alias");
        assert_eq!([holds("in/file"), holds("alias/file"), holds("secret")], [true, true, false]);
        fs::hard_link(place.folder.path().join("secret"), place.folder.path().join("other")).unwrap();
        assert!(holds("secret"));
        assert_eq!(place.paths.holds(tempfile::tempfile().unwrap()).unwrap(), None);
    }

    #[test]
    fn what_is_written_is_not_opened_by_any_name() {
        let mut place = Place::new();
        place.link("secret", "soft");
        fs::hard_link(place.folder.path().join("in/file"), place.folder.path().join("hard")).unwrap();
        let held = |name: &str| HeldFile::of(File::open(place.folder.path().join(name)).unwrap()).unwrap();
        let written = ["secret", "in/file"].map(|name| (held(name), format!("--flag {name}")));
        place.paths.refuse_written(written);
        for (path, written) in
            [("secret", "secret"), ("soft", "secret"), ("in/file", "in/file"), ("hard", "in/file")]
        {
            let error = place.read(path).unwrap_err().to_string();
            assert_eq!(error, format!("this run writes to it, as --flag {written}"));
        }
        place.check("in/sub/file", "deeper");
    }

    #[test]
    fn a_file_that_is_made_after_a_written_one_was_replaced_is_opened() {
        let mut place = Place::new();
        let at = |name: String| place.folder.path().join(name);
        let written = HeldFile::of(File::open(at("secret".to_owned())).unwrap()).unwrap();
        place.paths.refuse_written([(written, "--flag".to_owned())]);
        // What takes its place has another number; its own is not free for files made after that.
        fs::write(at("new".to_owned()), "new").unwrap();
        fs::rename(at("new".to_owned()), at("secret".to_owned())).unwrap();
        for number in 0..64 {
            fs::write(at(format!("later{number}")), "later").unwrap();
            place.check(&format!("later{number}"), "later");
        }
    }

    #[test]
    fn whoever_is_quick_gains_nothing() {
        let place = Place::new();
        place.link("../secret", "in/link");
        let [link, file, other] =
            ["in/link", "in/sub/file", "in/sub/other"].map(|name| place.folder.path().join(name));
        fs::write(&other, "deeper").unwrap();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    for new in [&link, &other] {
                        let passing = file.with_extension("new");
                        fs::hard_link(new, &passing).unwrap();
                        fs::rename(&passing, &file).unwrap();
                        drop(fs::remove_file(&passing));
                    }
                }
            });
            for _ in 0..2000 {
                let read = place.read("in/sub/file");
                let fair =
                    matches!(&read, Err(FileError::Link)) || read.as_ref().is_ok_and(|text| text == "deeper");
                if !fair {
                    done.store(true, Ordering::Relaxed);
                    panic!("{read:?}");
                }
            }
            done.store(true, Ordering::Relaxed);
        });
    }
}
