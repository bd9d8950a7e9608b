//! An entry of the cache as bytes: a keyed sum over everything, then what is known of the module,
//! then its code. Pure.
//!
//! Nothing of an entry is looked at before the sum is right, and the sum can be made only with the
//! folder's secret. So what is read here is what was written here, for this very key.
//!
//! ```text
//! magic 8 | version 4 | sum 32 | key 32 | form 1 | imports: count 4, each length 4 and text
//! | code: length 8 and bytes
//! ```

use super::key::{CacheKey, VERSION};
use blake3::{Hash, Hasher};
use polymer_host_task::ModuleForm;
use std::fmt;

const MAGIC: &[u8; 8] = b"polymer\xca";
/// Bytes before the sum.
const HEAD: usize = MAGIC.len() + 4;
/// Bytes of the sum, as of a key.
const SUM: usize = 32;

/// Secret that only those who may write entries know.
#[derive(Clone)]
pub(super) struct CacheSecret(pub(super) [u8; 32]);

impl fmt::Debug for CacheSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Content of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CacheEntry<'a> {
    pub(super) form: ModuleForm,
    pub(super) imports: Vec<String>,
    pub(super) code: &'a [u8],
}

/// Why bytes are no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum DamagedEntry {
    #[error("it is too short or has the wrong header")]
    NoEntry,
    #[error("its checksum is wrong")]
    Sum,
    #[error("it is the entry of another key")]
    OtherKey,
    #[error("its parts do not fit")]
    Parts,
}

/// An entry that is written piece by piece, so that its code is never held as a whole.
pub(super) struct EntryWriter(Hasher);

impl EntryWriter {
    /// Where the sum belongs: it is known last.
    pub(super) const SUM_AT: u64 = HEAD as u64;

    /// Begins an entry whose code has so many bytes. Gives all that stands before them, with
    /// nothing in the place of the sum.
    pub(super) fn begin(
        secret: &CacheSecret,
        key: &CacheKey,
        form: ModuleForm,
        imports: &[String],
        code: u64,
    ) -> (Self, Vec<u8>) {
        let names: usize = imports.iter().map(|import| import.len() + 4).sum();
        let mut bytes = Vec::with_capacity(HEAD + SUM * 2 + 1 + 4 + names + 8);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([0; SUM]);
        bytes.extend(key.bytes());
        bytes.push(form_number(form));
        bytes.extend(length(imports.len()));
        for import in imports {
            bytes.extend(length(import.len()));
            bytes.extend(import.as_bytes());
        }
        bytes.extend(code.to_le_bytes());
        (Self(summing(secret, &bytes)), bytes)
    }

    /// Takes what comes next of the code.
    pub(super) fn add(&mut self, code: &[u8]) {
        self.0.update(code);
    }

    /// The sum, after all the code.
    pub(super) fn finish(self) -> [u8; SUM] {
        self.0.finalize().into()
    }
}

/// Returns the content of an entry for `key`.
///
/// # Errors
/// If it was not sealed with this secret for this key, or a bit of it has changed since.
pub(super) fn open<'a>(
    secret: &CacheSecret,
    key: &CacheKey,
    bytes: &'a [u8],
) -> Result<CacheEntry<'a>, DamagedEntry> {
    let mut parts = EntryParts(bytes);
    let magic = parts.array::<8>().ok_or(DamagedEntry::NoEntry)?;
    let version = parts.array().map(u32::from_le_bytes).ok_or(DamagedEntry::NoEntry)?;
    let told = parts.array::<SUM>().ok_or(DamagedEntry::NoEntry)?;
    if magic != *MAGIC || version != VERSION {
        return Err(DamagedEntry::NoEntry);
    }
    // Two hashes are compared in constant time.
    if sum(secret, bytes) != Hash::from_bytes(told) {
        return Err(DamagedEntry::Sum);
    }
    if parts.array().ok_or(DamagedEntry::Parts)? != *key.bytes() {
        return Err(DamagedEntry::OtherKey);
    }
    parts.entry().ok_or(DamagedEntry::Parts)
}

/// The sum of an entry, whatever stands in the place of its sum.
fn sum(secret: &CacheSecret, bytes: &[u8]) -> Hash {
    summing(secret, bytes).finalize()
}

fn summing(secret: &CacheSecret, bytes: &[u8]) -> Hasher {
    let mut hasher = Hasher::new_keyed(&secret.0);
    hasher.update(bytes.get(..HEAD).unwrap_or_default());
    hasher.update(bytes.get(HEAD + SUM..).unwrap_or_default());
    hasher
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

    fn entry(mut self) -> Option<CacheEntry<'a>> {
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
        let length = usize::try_from(u64::from_le_bytes(self.array()?)).ok()?;
        let code = self.take(length)?;
        self.0.is_empty().then_some(CacheEntry { form, imports, code })
    }
}

#[cfg(test)]
mod tests;
