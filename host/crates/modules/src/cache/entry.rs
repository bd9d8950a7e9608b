//! An entry of the cache as bytes: a module's code, then what is known of the module, then a keyed
//! sum over all of it. Pure.
//!
//! Nothing of an entry is looked at before the sum is right, and the sum can be made only with the
//! folder's secret. So what is read here is what was written here, for this very key. The code
//! stands first and the sum last, so that both sides take an entry piece by piece and hold none of
//! it: code may have a hundred megabytes.
//!
//! ```text
//! code | form 1 | imports: count 4, each length 4 and text | code's length 8 | key 32 | version 4
//! | magic 8 | sum 32
//! ```

use super::key::{CacheKey, VERSION};
use blake3::{Hash, Hasher};
use polymer_host_task::ModuleForm;
use std::fmt;

const MAGIC: &[u8; 8] = b"polymer\xca";
/// Bytes of the sum, as of a key.
pub(super) const SUM: usize = 32;
/// Bytes of what every entry has between its imports and its sum.
pub(super) const FOOT: usize = 8 + SUM + 4 + MAGIC.len();

/// Secret that only those who may write entries know.
#[derive(Clone)]
pub(super) struct CacheSecret(pub(super) [u8; 32]);

impl fmt::Debug for CacheSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What an entry says of its module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CacheEntry {
    pub(super) form: ModuleForm,
    pub(super) imports: Vec<String>,
}

/// Why bytes are no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum DamagedEntry {
    #[error("it is too short or of another version")]
    NoEntry,
    #[error("its checksum is wrong")]
    Sum,
    #[error("it is the entry of another key")]
    OtherKey,
    #[error("its parts do not fit")]
    Parts,
}

/// The sum of an entry whose bytes are written, or read, piece by piece.
pub(super) struct EntrySum(Hasher);

impl EntrySum {
    pub(super) fn new(secret: &CacheSecret) -> Self {
        Self(Hasher::new_keyed(&secret.0))
    }

    /// Takes what comes next: all but the sum.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The sum, after all the bytes.
    pub(super) fn finish(self) -> [u8; SUM] {
        self.0.finalize().into()
    }

    /// Compares the sum with the one that the entry ends with.
    ///
    /// # Errors
    /// If it was not sealed with this secret, or a bit of it has changed since.
    pub(super) fn check(self, told: [u8; SUM]) -> Result<(), DamagedEntry> {
        // Two hashes are compared in constant time.
        if self.0.finalize() == Hash::from_bytes(told) { Ok(()) } else { Err(DamagedEntry::Sum) }
    }
}

/// Returns all that stands between the code of an entry, of so many bytes, and its sum.
pub(super) fn tail(key: &CacheKey, form: ModuleForm, imports: &[String], code: u64) -> Vec<u8> {
    let names: usize = imports.iter().map(|import| import.len() + 4).sum();
    let mut bytes = Vec::with_capacity(1 + 4 + names + FOOT);
    bytes.push(form_number(form));
    bytes.extend(length(imports.len()));
    for import in imports {
        bytes.extend(length(import.len()));
        bytes.extend(import.as_bytes());
    }
    bytes.extend(code.to_le_bytes());
    bytes.extend(key.bytes());
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(MAGIC);
    bytes
}

/// Returns how many bytes of code an entry for `key` has, from its foot. Its sum was right.
///
/// # Errors
/// If it is an entry of another version or key.
pub(super) fn code_length(foot: &[u8; FOOT], key: &CacheKey) -> Result<u64, DamagedEntry> {
    let mut parts = EntryParts(foot);
    let length = parts.array().map(u64::from_le_bytes).ok_or(DamagedEntry::NoEntry)?;
    let of = parts.array::<SUM>().ok_or(DamagedEntry::NoEntry)?;
    let version = parts.array().map(u32::from_le_bytes);
    if version != Some(VERSION) || parts.0 != MAGIC {
        return Err(DamagedEntry::NoEntry);
    }
    if of == *key.bytes() { Ok(length) } else { Err(DamagedEntry::OtherKey) }
}

/// Returns what stands between the code and the foot of an entry whose sum was right.
///
/// # Errors
/// If it does not end where its parts end.
pub(super) fn described(bytes: &[u8]) -> Result<CacheEntry, DamagedEntry> {
    EntryParts(bytes).entry().ok_or(DamagedEntry::Parts)
}

/// A length in four bytes. Imports and their names have bounds far below.
fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

const fn form_number(form: ModuleForm) -> u8 {
    match form {
        ModuleForm::Typed => 0,
        ModuleForm::CommandComponent => 1,
        ModuleForm::CommandModule => 2,
        ModuleForm::Component => 3,
        ModuleForm::TypedModule => 4,
    }
}

/// Bytes that are left to be read.
struct EntryParts<'a>(&'a [u8]);

impl<'a> EntryParts<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (part, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(part)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.array()?)).ok()
    }

    fn entry(mut self) -> Option<CacheEntry> {
        let form = match self.array::<1>()? {
            [0] => ModuleForm::Typed,
            [1] => ModuleForm::CommandComponent,
            [2] => ModuleForm::CommandModule,
            [3] => ModuleForm::Component,
            [4] => ModuleForm::TypedModule,
            _ => return None,
        };
        let mut imports = Vec::new();
        for _ in 0..self.length()? {
            let length = self.length()?;
            imports.push(std::str::from_utf8(self.take(length)?).ok()?.to_owned());
        }
        self.0.is_empty().then_some(CacheEntry { form, imports })
    }
}
