//! What is sealed is opened again, and nothing else is.

use super::super::key::{CodeKind, CompilerFingerprint, ProgramIdentity};
use super::*;
use polymer_host_base::Digest;
use polymer_host_task::ModuleForm;
use proptest::prelude::*;

const SECRET: CacheSecret = CacheSecret([7; 32]);

fn key(module: &[u8]) -> CacheKey {
    let engine = ProgramIdentity { inode: 1, length: 2, modified: (3, 4), changed: (5, 6), machine: "x" };
    CacheKey::new(&Digest::of(module), CodeKind::default(), &CompilerFingerprint::new(&engine))
}

fn entry() -> CacheEntry {
    let imports = ["wasi_snapshot_preview1.fd_write", "", "wasi:io/error@0.2.3"].map(str::to_owned).to_vec();
    CacheEntry { form: ModuleForm::CommandModule, imports }
}

fn file_of(bytes: &[u8]) -> File {
    let mut file = file::unnamed("test").unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn bytes_of(file: &File) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(file.metadata().unwrap().len()).unwrap()];
    file.read_exact_at(&mut bytes, 0).unwrap();
    bytes
}

/// The bytes of an entry.
fn seal(secret: &CacheSecret, key: &CacheKey, entry: &CacheEntry, code: &[u8]) -> Vec<u8> {
    let length = code.len() as u64;
    let tail = entry::tail(key, entry.form, &entry.imports, length);
    let mut file = file_of(b"");
    write(&mut file, (&file_of(code), length), &tail, secret).unwrap();
    bytes_of(&file)
}

/// What an entry says, and its code.
fn open(secret: &CacheSecret, key: &CacheKey, bytes: &[u8]) -> Result<(CacheEntry, Vec<u8>), DamagedEntry> {
    match read(&file_of(bytes), bytes.len() as u64, secret, key) {
        Ok((entry, mut code)) => {
            assert!(code.write_all(b"x").is_err(), "it is not sealed");
            Ok((entry, bytes_of(&code)))
        }
        Err(EntryReadError::Damaged(damaged)) => Err(damaged),
        Err(EntryReadError::System(error)) => panic!("{error}"),
    }
}

/// Bytes with a right sum behind them, whatever they are.
fn summed(bytes: &[u8]) -> Vec<u8> {
    let mut sum = EntrySum::new(&SECRET);
    sum.add(bytes);
    [bytes, &sum.finish()].concat()
}

#[test]
fn no_bit_can_change() {
    let (key, code) = (key(b"m"), b"\x7fELF and some code");
    let sealed = seal(&SECRET, &key, &entry(), code);
    assert_eq!(open(&SECRET, &key, &sealed), Ok((entry(), code.to_vec())));
    for bit in 0..sealed.len() * 8 {
        let mut flipped = sealed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open(&SECRET, &key, &flipped), Err(DamagedEntry::Sum), "bit {bit}");
    }
}

#[test]
fn nothing_can_be_cut_off_or_added() {
    let key = key(b"m");
    let mut sealed = seal(&SECRET, &key, &entry(), b"code");
    for end in 0..sealed.len() {
        assert!(open(&SECRET, &key, &sealed[..end]).is_err(), "{end} bytes");
    }
    sealed.push(0);
    assert_eq!(open(&SECRET, &key, &sealed), Err(DamagedEntry::Sum));
}

#[test]
fn a_file_that_is_cut_while_it_is_read_is_damaged() {
    let key = key(b"m");
    let sealed = seal(&SECRET, &key, &entry(), b"code");
    let cut = file_of(&sealed[..sealed.len() - 1]);
    let read = read(&cut, sealed.len() as u64, &SECRET, &key);
    assert!(matches!(read, Err(EntryReadError::Damaged(DamagedEntry::NoEntry))), "{read:?}");
}

#[test]
fn code_of_many_pieces_is_read_whole() {
    let key = key(b"m");
    let mut rng = fastrand::Rng::with_seed(7);
    for length in [0, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER + 5] {
        let code: Vec<u8> = (0..length).map(|_| rng.u8(..)).collect();
        let sealed = seal(&SECRET, &key, &entry(), &code);
        assert!(open(&SECRET, &key, &sealed) == Ok((entry(), code)), "{length} bytes");
    }
}

#[test]
fn an_entry_of_another_key_version_or_secret_is_none() {
    let sealed = seal(&SECRET, &key(b"m"), &entry(), b"code");
    assert_eq!(open(&SECRET, &key(b"other"), &sealed), Err(DamagedEntry::OtherKey));
    assert_eq!(open(&CacheSecret([8; 32]), &key(b"m"), &sealed), Err(DamagedEntry::Sum));
    let before_sum = sealed.len() - entry::SUM;
    for from_end in 1..=12 {
        let mut other = sealed[..before_sum].to_vec();
        other[before_sum - from_end] ^= 1;
        assert_eq!(open(&SECRET, &key(b"m"), &summed(&other)), Err(DamagedEntry::NoEntry), "{from_end}");
    }
}

#[test]
fn parts_that_do_not_fit_are_refused_even_with_a_right_sum() {
    let key = key(b"m");
    let sealed = seal(&SECRET, &key, &entry(), b"code");
    let unsummed = &sealed[..sealed.len() - entry::SUM];
    // What is missing at the front makes the code shorter than it is said to be.
    for from in 1..unsummed.len() - entry::FOOT {
        assert_eq!(open(&SECRET, &key, &summed(&unsummed[from..])), Err(DamagedEntry::Parts), "from {from}");
    }
    let (form, count, name) = (4, 5, 9);
    let length = unsummed.len() - entry::FOOT;
    let places = [(form, 5), (count, 2), (count + 3, 0xff), (name, 0xff), (name + 3, 0xff), (name + 4, 0xff)];
    for (place, byte) in places.into_iter().chain([(length, 3), (length, 5), (length + 7, 0xff)]) {
        let mut other = unsummed.to_vec();
        other[place] = byte;
        assert_eq!(open(&SECRET, &key, &summed(&other)), Err(DamagedEntry::Parts), "{byte} at {place}");
    }
}

#[test]
fn the_secret_is_not_shown() {
    assert_eq!(format!("{SECRET:?}"), "Secret(..)");
}

fn any_form() -> impl Strategy<Value = ModuleForm> {
    prop_oneof![
        Just(ModuleForm::Typed),
        Just(ModuleForm::CommandComponent),
        Just(ModuleForm::CommandModule),
        Just(ModuleForm::Component)
    ]
}

proptest! {
    #[test]
    fn what_was_sealed_is_opened(
        form in any_form(),
        imports in prop::collection::vec(".{0,40}", 0..8),
        code in prop::collection::vec(any::<u8>(), 0..2000),
        secret in any::<[u8; 32]>(),
        module in any::<[u8; 8]>(),
    ) {
        let (secret, key) = (CacheSecret(secret), key(&module));
        let entry = CacheEntry { form, imports };
        let sealed = seal(&secret, &key, &entry, &code);
        prop_assert_eq!(open(&secret, &key, &sealed), Ok((entry, code)));
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(open(&SECRET, &key(b"m"), &bytes).is_err());
    }

    #[test]
    fn any_parts_are_read_to_their_end_or_refused(
        parts in prop::collection::vec(any::<u8>(), 0..300),
        code in 0..300_u64,
    ) {
        let key = key(b"m");
        let foot = entry::tail(&key, ModuleForm::Typed, &[], code).split_off(5);
        let sealed = summed(&[&parts[..], &foot].concat());
        if let Ok((entry, code)) = open(&SECRET, &key, &sealed) {
            prop_assert_eq!(seal(&SECRET, &key, &entry, &code), sealed);
        }
    }
}
