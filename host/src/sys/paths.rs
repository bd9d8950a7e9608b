//! Regular files by paths that may lead into folders which untrusted code changes meanwhile.
//!
//! What stands before such a folder is trusted, links too: it is walked step by step, so that no link leads into the folder unseen. What
//! comes from there on is opened by the kernel in one go, below the folder as it is held and without following any link, so it does
//! not matter what is replaced in between. Only a mount that shows a part of such a folder elsewhere is not seen.
//!
//! It must never know why a folder is not to be trusted.

use super::regular::{self, FileError};
use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat, openat2, readlinkat};
use nix::libc;
use nix::sys::stat::{Mode, SFlag, fstat};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Component, Path, PathBuf};

/// Links on the way to one file, as many as the kernel itself follows.
const MOST_LINKS: u32 = 40;

/// Opens files by their paths, and no link in a folder that is not trusted.
#[derive(Debug, Default)]
pub struct Paths(Vec<Untrusted>);

/// A folder in which anything may be replaced at any time. It is held, so that no other folder can get its number.
#[derive(Debug)]
struct Untrusted {
    identity: Identity,
    _held: OwnedFd,
}

/// The device and the number of a file there.
type Identity = (libc::dev_t, libc::ino_t);

impl Paths {
    /// For files in any folders, those in and below `untrusted` ones with care.
    ///
    /// # Errors
    /// If one of them is no folder, or the system refuses.
    pub fn new<'a>(untrusted: impl IntoIterator<Item = &'a Path>) -> io::Result<Self> {
        let held = untrusted.into_iter().map(|path| {
            let held = open(path, STEP | OFlag::O_DIRECTORY, Mode::empty())?;
            Ok(Untrusted { identity: look(&held)?.0, _held: held })
        });
        held.collect::<io::Result<_>>().map(Self)
    }

    /// As [`regular::open`].
    ///
    /// # Errors
    /// As there, also if a link that is not trusted would have to be followed.
    pub fn open(&self, path: &Path, limit: u64) -> Result<File, FileError> {
        if self.0.is_empty() {
            return regular::open(path, limit);
        }
        regular::checked(self.walk(&absolute(path)?)?, limit)
    }

    /// As [`regular::read`].
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        regular::read_open(self.open(path, limit)?, limit)
    }

    /// Opens what an absolute path leads to.
    fn walk(&self, path: &Path) -> Result<File, FileError> {
        let mut at = root()?;
        let (mut ahead, mut links) = (Vec::new(), 0);
        put_ahead(&mut ahead, path);
        loop {
            if self.is_untrusted(look(&at)?.0) {
                return below(&at, &ahead);
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
                return Ok(openat(&at, name.as_os_str(), READ | OFlag::O_NOFOLLOW, Mode::empty())?.into());
            } else {
                at = next;
            }
        }
    }

    fn is_untrusted(&self, identity: Identity) -> bool {
        self.0.iter().any(|folder| folder.identity == identity)
    }
}

/// How a folder on the way, or whatever stands there, is held. Nothing is opened by that.
const STEP: OFlag = OFlag::O_PATH.union(OFlag::O_CLOEXEC);
/// How a file is opened. Without `O_NONBLOCK`, opening a pipe nobody writes to waits for ever.
const READ: OFlag = OFlag::O_RDONLY.union(OFlag::O_NONBLOCK).union(OFlag::O_NOCTTY).union(OFlag::O_CLOEXEC);

fn root() -> io::Result<OwnedFd> {
    Ok(open("/", STEP | OFlag::O_DIRECTORY, Mode::empty())?)
}

/// A path from the root. Where the process is has no links in it, so steps up from there go by the name: such a path does not lead into
/// a folder that is not trusted only because the process is in there.
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
fn look(fd: &OwnedFd) -> io::Result<(Identity, SFlag)> {
    let stat = fstat(fd)?;
    Ok(((stat.st_dev, stat.st_ino), SFlag::from_bits_truncate(stat.st_mode & SFlag::S_IFMT.bits())))
}

/// Puts the steps of a path before those that are still ahead, of which the last one comes first.
fn put_ahead(ahead: &mut Vec<OsString>, path: &Path) {
    ahead.extend(path.components().rev().filter_map(|step| match step {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    }));
}

/// Opens what lies ahead of a folder that is not trusted. Where the kernel cannot do that, it is not opened.
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
        paths: Paths,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let inside = folder.path().join("in");
            fs::create_dir_all(inside.join("sub")).unwrap();
            fs::write(folder.path().join("secret"), "secret").unwrap();
            fs::write(inside.join("file"), "file").unwrap();
            fs::write(inside.join("sub/file"), "deeper").unwrap();
            let paths = Paths::new([inside.as_path()]).unwrap();
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
        let paths = Paths::new([untrusted.path()]).unwrap();
        let path = Path::new("Cargo.toml");
        assert_eq!(paths.read(path, 1 << 20).unwrap(), fs::read(path).unwrap());
        let here = Paths::new([Path::new(".")]).unwrap();
        assert_eq!(here.read(path, 1 << 20).unwrap(), fs::read(path).unwrap());
        let above = Path::new("../Cargo.toml");
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
        assert!(Paths::new([place.folder.path().join("secret").as_path()]).is_err());
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
