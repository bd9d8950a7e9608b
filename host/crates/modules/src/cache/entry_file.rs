//! An entry in a file: written and read piece by piece, so that nothing holds code as a whole.
//!
//! Nothing here knows where the file is, what it is called, or what becomes of one that is damaged.

use super::entry::{self, CacheEntry, CacheSecret, DamagedEntry, EntrySum};
use super::key::CacheKey;
use polymer_host_sys::file;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

/// Bytes copied at a time.
const BUFFER: usize = 64 << 10;

/// Why an entry was not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum EntryReadError {
    #[error(transparent)]
    Damaged(#[from] DamagedEntry),
    /// For want of room or descriptors: it may be of use to the next run.
    #[error(transparent)]
    System(io::Error),
}

/// One that ends too early was cut.
impl From<io::Error> for EntryReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged(DamagedEntry::NoEntry),
            _ => Self::System(error),
        }
    }
}

/// Reads an entry of so many bytes for `key`, and gives what it says and its code in a sealed file.
/// What is looked at, and mapped later, is a copy that nobody else can change; it can be mapped as
/// code wherever the folder is.
pub(super) fn read(
    file: &File,
    length: u64,
    secret: &CacheSecret,
    key: &CacheKey,
) -> Result<(CacheEntry, File), EntryReadError> {
    const FOOT: u64 = entry::FOOT as u64;
    let before_sum = length.checked_sub(entry::SUM as u64).ok_or(DamagedEntry::NoEntry)?;
    let before_foot = before_sum.checked_sub(FOOT).ok_or(DamagedEntry::NoEntry)?;
    let mut copied = file::unnamed("polymer-code")?;
    let mut sum = EntrySum::new(secret);
    copy(file, before_sum, &mut copied, &mut sum)?;
    let mut told = [0; entry::SUM];
    file.read_exact_at(&mut told, before_sum)?;
    sum.check(told)?;
    let mut foot = [0; entry::FOOT];
    copied.read_exact_at(&mut foot, before_foot)?;
    let code = entry::code_length(&foot, key)?;
    let described = before_foot.checked_sub(code).ok_or(DamagedEntry::Parts)?;
    let mut bytes = vec![0; usize::try_from(described).map_err(|_| DamagedEntry::Parts)?];
    copied.read_exact_at(&mut bytes, code)?;
    let entry = entry::described(&bytes)?;
    copied.set_len(code)?;
    file::seal(&copied)?;
    Ok((entry, copied))
}

/// Copies so many bytes from the beginning of a file, through the sum.
fn copy(from: &File, length: u64, to: &mut File, sum: &mut EntrySum) -> io::Result<()> {
    let mut buffer = vec![0; usize::try_from(length).unwrap_or(BUFFER).min(BUFFER)];
    let mut at = 0;
    while at < length {
        let most = usize::try_from(length - at).unwrap_or(BUFFER).min(BUFFER);
        let part = buffer.get_mut(..most).unwrap_or_default();
        from.read_exact_at(part, at)?;
        sum.add(part);
        to.write_all(part)?;
        at += most as u64;
    }
    Ok(())
}

/// Writes an entry: so many bytes of a file of code, what stands behind them, and the sum.
pub(super) fn write(
    file: &mut File,
    (code, length): (&File, u64),
    tail: &[u8],
    secret: &CacheSecret,
) -> io::Result<()> {
    let mut sum = EntrySum::new(secret);
    copy(code, length, file, &mut sum)?;
    sum.add(tail);
    file.write_all(tail)?;
    file.write_all(&sum.finish())
}

#[cfg(test)]
mod tests;
