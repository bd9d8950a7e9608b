//! What is sealed is opened again, and nothing else is.

use super::super::key::{CompilerFingerprint, ProgramIdentity};
use super::*;
use polymer_host_base::Digest;
use proptest::prelude::*;

const SECRET: CacheSecret = CacheSecret([7; 32]);

fn key(module: &[u8]) -> CacheKey {
    let engine = ProgramIdentity { inode: 1, length: 2, modified: (3, 4), changed: (5, 6), machine: "x" };
    CacheKey::new(&Digest::of(module), false, true, &CompilerFingerprint::new(&engine))
}

fn entry(code: &[u8]) -> CacheEntry<'_> {
    let imports = ["wasi_snapshot_preview1.fd_write", "", "wasi:io/error@0.2.3"].map(str::to_owned).to_vec();
    CacheEntry { form: ModuleForm::CommandModule, imports, code }
}

/// The bytes of an entry, its code taken in two pieces.
fn seal(secret: &CacheSecret, key: &CacheKey, entry: &CacheEntry<'_>) -> Vec<u8> {
    let length = entry.code.len() as u64;
    let (mut sealing, mut bytes) = EntryWriter::begin(secret, key, entry.form, &entry.imports, length);
    let (first, second) = entry.code.split_at(entry.code.len() / 3);
    for part in [first, second] {
        sealing.add(part);
        bytes.extend(part);
    }
    let at = usize::try_from(EntryWriter::SUM_AT).unwrap();
    bytes[at..at + SUM].copy_from_slice(&sealing.finish());
    bytes
}

/// Bytes with a right sum, whatever they are.
fn summed(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = sum(&SECRET, &bytes);
    bytes[HEAD..HEAD + SUM].copy_from_slice(sum.as_bytes());
    bytes
}

#[test]
fn no_bit_can_change() {
    let (key, entry) = (key(b"m"), entry(b"\x7fELF and some code"));
    let sealed = seal(&SECRET, &key, &entry);
    assert_eq!(open(&SECRET, &key, &sealed).as_ref(), Ok(&entry));
    for bit in 0..sealed.len() * 8 {
        let mut flipped = sealed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let expected = if bit / 8 < HEAD { DamagedEntry::NoEntry } else { DamagedEntry::Sum };
        assert_eq!(open(&SECRET, &key, &flipped), Err(expected), "bit {bit}");
    }
}

#[test]
fn nothing_can_be_cut_off_or_added() {
    let (key, entry) = (key(b"m"), entry(b"code"));
    let mut sealed = seal(&SECRET, &key, &entry);
    for end in 0..sealed.len() {
        assert!(open(&SECRET, &key, &sealed[..end]).is_err(), "{end} bytes");
    }
    sealed.push(0);
    assert_eq!(open(&SECRET, &key, &sealed), Err(DamagedEntry::Sum));
}

#[test]
fn an_entry_of_another_key_or_secret_is_none() {
    let sealed = seal(&SECRET, &key(b"m"), &entry(b"code"));
    assert_eq!(open(&SECRET, &key(b"other"), &sealed), Err(DamagedEntry::OtherKey));
    assert_eq!(open(&CacheSecret([8; 32]), &key(b"m"), &sealed), Err(DamagedEntry::Sum));
}

#[test]
fn parts_that_do_not_fit_are_refused_even_with_a_right_sum() {
    let key = key(b"m");
    let sealed = seal(&SECRET, &key, &entry(b"code"));
    let parts = HEAD + SUM * 2;
    for end in HEAD + SUM..sealed.len() {
        assert_eq!(
            open(&SECRET, &key, &summed(sealed[..end].to_vec())),
            Err(DamagedEntry::Parts),
            "{end} bytes"
        );
    }
    for (place, byte) in [(parts, 5), (parts + 1, 2), (parts + 4, 0xff), (parts + 8, 0xff), (parts + 9, 0xff)]
    {
        let mut other = sealed.clone();
        other[place] = byte;
        assert_eq!(open(&SECRET, &key, &summed(other)), Err(DamagedEntry::Parts), "{byte} at {place}");
    }
    let mut longer = sealed;
    longer.push(0);
    assert_eq!(open(&SECRET, &key, &summed(longer)), Err(DamagedEntry::Parts));
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
        let entry = CacheEntry { form, imports, code: &code };
        let sealed = seal(&secret, &key, &entry);
        prop_assert_eq!(open(&secret, &key, &sealed), Ok(entry));
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(open(&SECRET, &key(b"m"), &bytes).is_err());
    }

    #[test]
    fn any_parts_are_read_to_their_end_or_refused(parts in prop::collection::vec(any::<u8>(), 0..300)) {
        let key = key(b"m");
        let head = [&MAGIC[..], &VERSION.to_le_bytes(), &[0; SUM], key.bytes(), &parts].concat();
        if let Ok(entry) = open(&SECRET, &key, &summed(head.clone())) {
            prop_assert_eq!(seal(&SECRET, &key, &entry), summed(head));
        }
    }
}
