//! What becomes of entries that are kept, damaged, planted, too many; and of two that use one
//! folder.

use super::super::key::{CodeKind, CompilerFingerprint, ProgramIdentity};
use super::*;
use polymer_host_base::Digest;
use polymer_host_sys::file;
use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;

struct Place {
    dir: tempfile::TempDir,
    entries: EntryFolder,
}

fn place(bound: u64) -> Place {
    let dir = tempfile::tempdir().unwrap();
    let entries = EntryFolder::open(&dir.path().join("cache"), bound).unwrap();
    Place { dir, entries }
}

fn key(number: u64) -> CacheKey {
    let engine = ProgramIdentity { inode: 1, length: 2, modified: (3, 4), changed: (5, 6), machine: "x" };
    CacheKey::new(&Digest::of(&number.to_le_bytes()), CodeKind::default(), &CompilerFingerprint::new(&engine))
}

impl Place {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("cache").join(name)
    }

    fn entry(&self, number: u64) -> PathBuf {
        self.path(&name(&key(number)))
    }

    fn again(&self) -> EntryFolder {
        EntryFolder::open(&self.dir.path().join("cache"), self.entries.bound).unwrap()
    }

    fn keep(&self, number: u64, code: &[u8]) {
        let code = file::sealed("code", code).unwrap();
        let imports = vec![format!("import {number}")];
        self.entries.keep(&key(number), ModuleForm::CommandModule, imports, &code).unwrap();
    }

    fn names(&self) -> BTreeSet<String> {
        let names = fs::read_dir(self.dir.path().join("cache")).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// As if it had been of use so long ago.
    fn age(&self, path: &Path, secs: u64) {
        let time = SystemTime::now() - Duration::from_secs(secs);
        File::open(path).unwrap().set_modified(time).unwrap();
    }
}

/// The code that is found.
fn code(entries: &EntryFolder, number: u64) -> Option<Vec<u8>> {
    match entries.look(&key(number)) {
        FoundEntry::Code { form: ModuleForm::CommandModule, imports, mut code } => {
            assert_eq!(imports, [format!("import {number}")]);
            assert!(code.write_all(b"x").is_err(), "it can be changed");
            let mut bytes = Vec::new();
            std::io::Seek::rewind(&mut code).unwrap();
            code.read_to_end(&mut bytes).unwrap();
            Some(bytes)
        }
        FoundEntry::Nothing => None,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_damaged(place: &Place, number: u64) {
    let path = place.entry(number);
    assert!(matches!(place.entries.look(&key(number)), FoundEntry::Damaged), "{}", path.display());
    assert!(path.symlink_metadata().is_err(), "it is still there");
    assert!(matches!(place.entries.look(&key(number)), FoundEntry::Nothing));
    place.keep(number, b"rebuilt");
    assert_eq!(code(&place.entries, number).unwrap(), b"rebuilt");
}

#[test]
fn what_is_kept_is_found_again_by_whoever_opens_the_folder() {
    let place = place(1 << 20);
    assert_eq!(code(&place.entries, 1), None);
    place.keep(1, b"code");
    place.keep(2, b"");
    assert_eq!(code(&place.entries, 1).unwrap(), b"code");
    assert_eq!(code(&place.again(), 1).unwrap(), b"code");
    assert_eq!(code(&place.again(), 2).unwrap(), b"");
    place.keep(1, b"other code");
    assert_eq!(code(&place.again(), 1).unwrap(), b"other code");
    assert!(place.entries.discard(&key(1)).unwrap());
    assert!(!place.entries.discard(&key(1)).unwrap());
    assert_eq!(code(&place.entries, 1), None);
    for name in place.names() {
        assert_eq!(fs::metadata(place.path(&name)).unwrap().mode() & 0o7777, 0o600, "{name}");
    }
    assert_eq!(place.names().len(), 2);
}

#[test]
fn a_changed_entry_is_removed_and_can_be_kept_anew() {
    let place = place(1 << 20);
    let mut rng = fastrand::Rng::with_seed(5);
    place.keep(1, b"some code");
    for _ in 0..400 {
        let mut bytes = fs::read(place.entry(1)).unwrap();
        let at = rng.usize(..bytes.len());
        bytes[at] ^= 1 << rng.u8(..8);
        fs::write(place.entry(1), bytes).unwrap();
        check_damaged(&place, 1);
    }
    let whole = fs::read(place.entry(1)).unwrap();
    for end in [0, 1, 43, 44, whole.len() - 1] {
        fs::write(place.entry(1), &whole[..end]).unwrap();
        check_damaged(&place, 1);
    }
    let longer = [&whole[..], b"x"].concat();
    fs::write(place.entry(1), longer).unwrap();
    check_damaged(&place, 1);
}

#[test]
fn an_entry_under_the_name_of_another_is_none() {
    let place = place(1 << 20);
    place.keep(1, b"one");
    place.keep(2, b"two");
    fs::rename(place.entry(2), place.entry(1)).unwrap();
    check_damaged(&place, 1);
}

#[test]
fn an_entry_that_was_sealed_elsewhere_is_none() {
    let (place, other) = (place(1 << 20), super::tests::place(1 << 20));
    other.keep(1, b"theirs");
    fs::copy(other.entry(1), place.entry(1)).unwrap();
    check_damaged(&place, 1);
}

#[test]
fn what_was_planted_is_removed_and_never_followed() {
    let place = place(1 << 20);
    place.keep(2, b"two");
    let sealed = fs::read(place.entry(2)).unwrap();
    let outside = place.dir.path().join("outside");
    fs::write(&outside, &sealed).unwrap();
    fs::set_permissions(&outside, Permissions::from_mode(0o600)).unwrap();
    symlink(&outside, place.entry(1)).unwrap();
    check_damaged(&place, 1);
    fs::remove_file(place.entry(1)).unwrap();
    fs::hard_link(&outside, place.entry(1)).unwrap();
    check_damaged(&place, 1);
    fs::remove_file(place.entry(1)).unwrap();
    nix::unistd::mkfifo(&place.entry(1), nix::sys::stat::Mode::S_IRWXU).unwrap();
    check_damaged(&place, 1);
    fs::set_permissions(place.entry(1), Permissions::from_mode(0o606)).unwrap();
    check_damaged(&place, 1);
    assert_eq!(fs::read(&outside).unwrap(), sealed);
    // A folder cannot be removed so, and is in nobody's way but the entry's.
    fs::remove_file(place.entry(1)).unwrap();
    fs::create_dir(place.entry(1)).unwrap();
    assert!(matches!(place.entries.look(&key(1)), FoundEntry::Damaged));
    let code = file::sealed("code", b"code").unwrap();
    assert!(place.entries.keep(&key(1), ModuleForm::Typed, Vec::new(), &code).is_err());
    assert!(place.names().iter().all(|name| !name.starts_with(NEW)), "{:?}", place.names());
}

#[test]
fn a_secret_that_is_of_no_use_is_replaced() {
    let place = place(1 << 20);
    for spoil in [
        (|path: &Path| fs::write(path, "short").unwrap()) as fn(&Path),
        |path| fs::write(path, [0; 33]).unwrap(),
        |path| fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap(),
        |path| {
            fs::rename(path, path.with_extension("away")).unwrap();
            symlink(path.with_extension("away"), path).unwrap();
        },
    ] {
        let old = place.again();
        old.keep(
            &key(1),
            ModuleForm::CommandModule,
            vec!["import 1".to_owned()],
            &file::sealed("c", b"c").unwrap(),
        )
        .unwrap();
        spoil(&place.path(SECRET));
        let new = place.again();
        assert!(matches!(new.look(&key(1)), FoundEntry::Damaged));
        assert_eq!(fs::metadata(place.path(SECRET)).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(place.again().secret.0, new.secret.0);
    }
    fs::remove_file(place.path(SECRET)).unwrap();
    fs::create_dir(place.path(SECRET)).unwrap();
    assert!(EntryFolder::open(&place.dir.path().join("cache"), 1).is_err());
}

#[test]
fn all_who_come_at_once_agree_on_one_secret() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let path = dir.path().join(round.to_string());
        let secrets: BTreeSet<[u8; 32]> = std::thread::scope(|scope| {
            let open = || EntryFolder::open(&path, 1).unwrap().secret.0;
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(secrets.len(), 1);
    }
}

#[test]
fn two_that_keep_and_look_at_once_never_find_half_an_entry() {
    let place = place(1 << 20);
    let codes = [vec![1; 50_000], vec![2; 50_000]];
    std::thread::scope(|scope| {
        for bytes in &codes {
            let entries = place.again();
            scope.spawn(move || {
                let sealed = file::sealed("code", bytes).unwrap();
                for _ in 0..30 {
                    entries
                        .keep(&key(1), ModuleForm::CommandModule, vec!["import 1".to_owned()], &sealed)
                        .unwrap();
                }
            });
        }
        for _ in 0..200 {
            let found = code(&place.entries, 1);
            assert!(found.is_none_or(|found| codes.contains(&found)));
        }
    });
    assert_eq!(place.names().len(), 2);
}

#[test]
fn what_was_of_use_the_longest_ago_makes_room() {
    let place = place(4000);
    for number in 1..=3 {
        place.keep(number, &[0; 1000]);
        place.age(&place.entry(number), 100 - number);
    }
    assert!(code(&place.entries, 1).is_some());
    place.keep(4, &[0; 1000]);
    let there: Vec<bool> = (1..=4).map(|number| place.entry(number).exists()).collect();
    assert_eq!(there, [true, false, true, true]);
    // The one that is replaced needs no room beside it.
    place.keep(4, &[1; 1000]);
    assert!(place.entry(1).exists() && place.entry(3).exists());
    place.keep(5, &[0; 3800]);
    assert_eq!(place.names().len(), 2, "{:?}", place.names());
    let too_much = file::sealed("code", &[0; 4000]).unwrap();
    for _ in 0..2 {
        assert!(place.entries.keep(&key(6), ModuleForm::Typed, Vec::new(), &too_much).is_err());
    }
    assert!(place.entry(5).exists(), "nothing makes room for what does not fit");
}

#[test]
fn no_code_is_kept_that_is_larger_than_any_module_gives() {
    let place = place(u64::MAX);
    let code = file::unnamed("code").unwrap();
    // A file with a hole needs no memory.
    for length in [LARGEST, 1 << 40] {
        code.set_len(length).unwrap();
        let refused =
            place.entries.keep(&key(1), ModuleForm::Typed, Vec::new(), &code).unwrap_err().to_string();
        assert!(refused.ends_with("does not fit into 268435456"), "{refused}");
    }
    assert_eq!(place.names().len(), 1, "{:?}", place.names());
    let path = place.entry(1);
    place.keep(1, b"code");
    File::options().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(place.entries.look(&key(1)), FoundEntry::Nothing));
    place.keep(1, b"rebuilt");
    assert_eq!(super::tests::code(&place.entries, 1).unwrap(), b"rebuilt");
}

#[test]
fn what_cannot_be_read_now_is_not_thrown_out() {
    let place = place(4000);
    place.keep(1, &[0; 1000]);
    let smaller = EntryFolder::open(&place.dir.path().join("cache"), 100).unwrap();
    assert!(matches!(smaller.look(&key(1)), FoundEntry::Nothing));
    assert_eq!(code(&place.entries, 1).unwrap(), [0; 1000]);
    let no_descriptor = io::Error::from_raw_os_error(nix::libc::EMFILE);
    assert!(!is_no_entry(&EntryError::Refused(no_descriptor)));
    assert!(is_no_entry(&EntryError::Planted("it is a symbolic link")));
}

#[test]
fn files_left_behind_go_when_they_are_old() {
    const OLD: &str = ".new-0123456789abcdef";
    const NEWER: &str = ".new-1123456789abcdef";
    let place = place(4000);
    for (name, age) in [(OLD, 4000), (NEWER, 10), (".new-mine", 4000), ("mine", 4000), ("x.code", 4000)] {
        fs::write(place.path(name), "123").unwrap();
        place.age(&place.path(name), age);
    }
    place.keep(1, b"code");
    assert!(!place.path(OLD).exists());
    let bytes = fs::metadata(place.entry(1)).unwrap().len();
    fs::write(place.path(OLD), "123").unwrap();
    place.age(&place.path(OLD), 4000);
    let cleared = clear(&place.dir.path().join("cache")).unwrap();
    assert_eq!(cleared, ClearedEntries { entries: 1, bytes: bytes + 3 });
    let left = [NEWER, ".new-mine", "key", "mine", "x.code"].map(str::to_owned);
    assert_eq!(place.names(), BTreeSet::from(left));
}
