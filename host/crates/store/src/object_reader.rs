//! An object read from its start to its end, part by part: one part is held at a time.
//!
//! What broke off is resumed at the first byte that is missing. Attempts in a row that bring
//! nothing are counted, and a byte that comes begins the count anew, so a slow network ends nothing
//! and a dead one does. Each part is asked for as of the object that the first part was of.
//!
//! It must never know which service answers, nor what the bytes mean.

use super::fetch::{FetchError, FetchRange, FetchedPart, ObjectFacts};
use super::store_error::StoreFault;
use std::fmt;
use std::io::{self, Read};
use std::ops::Range;
use std::thread;
use std::time::Duration;

/// Bytes of a part: as many as one request is worth on a fast network, and little memory.
const PART: u64 = 8 << 20;

/// How often, and after which waits, a part that did not come is asked for again.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Attempts in a row that may bring nothing.
    pub attempts: u32,
    /// Wait behind the first of them; it doubles.
    pub wait: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Default for RetryPolicy {
    /// Six attempts, which take some six seconds where each fails at once.
    fn default() -> Self {
        Self { attempts: 6, wait: Duration::from_millis(200), longest: Duration::from_secs(10) }
    }
}

impl RetryPolicy {
    /// The wait behind so many attempts that failed in a row.
    fn wait_after(self, failed: u32) -> Duration {
        let doubled = 1_u32.checked_shl(failed.saturating_sub(1)).unwrap_or(u32::MAX);
        self.wait.saturating_mul(doubled).min(self.longest)
    }
}

/// An open object. It is read in order, once.
pub struct ObjectReader {
    client: Box<dyn FetchRange>,
    retry: RetryPolicy,
    facts: ObjectFacts,
    /// Bytes of the object before those that are held.
    before: u64,
    held: Vec<u8>,
    /// Bytes of those that were handed on.
    taken: usize,
}

impl ObjectReader {
    /// Opens the object of a client and reads its first part. It is to be the one that is `known`,
    /// if that is said.
    ///
    /// # Errors
    /// If nothing of it can be read, or it is another one.
    pub fn over(
        mut client: Box<dyn FetchRange>,
        retry: RetryPolicy,
        known: Option<ObjectFacts>,
    ) -> Result<Self, StoreFault> {
        let mut first = FetchedPart { facts: known, bytes: Vec::new() };
        fetch(client.as_mut(), retry, 0..PART, &mut first)?;
        // A client that brought a part said of what.
        let facts = first.facts.unwrap_or_default();
        Ok(Self { client, retry, facts, before: 0, held: first.bytes, taken: 0 })
    }

    /// What the object is.
    #[must_use]
    pub const fn facts(&self) -> &ObjectFacts {
        &self.facts
    }

    /// Holds the next part in place of what was handed on; nothing, at the end of the object.
    fn go_on(&mut self) -> Result<(), StoreFault> {
        self.before = self.before.saturating_add(length(&self.held));
        self.taken = 0;
        self.held.clear();
        let end = self.before.saturating_add(PART).min(self.facts.length);
        if self.before >= end {
            return Ok(());
        }
        let mut next = FetchedPart { facts: Some(self.facts.clone()), bytes: std::mem::take(&mut self.held) };
        let fetched = fetch(self.client.as_mut(), self.retry, self.before..end, &mut next);
        self.held = next.bytes;
        fetched
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Fetches at least the first byte of a range into an empty part; none, if the object ends before.
fn fetch(
    client: &mut dyn FetchRange,
    retry: RetryPolicy,
    range: Range<u64>,
    part: &mut FetchedPart,
) -> Result<(), StoreFault> {
    let after = range.start;
    for failed in 1.. {
        let cause = match client.fetch(range.clone(), part) {
            // Each server says how much there is, and then gives less or more than that.
            Ok(()) if part.bytes.is_empty() && part.facts.as_ref().is_some_and(|it| it.length > after) => {
                "the answer was empty".to_owned()
            }
            Ok(()) => return Ok(()),
            Err(FetchError::Fault(StoreFault::Changed { .. })) => return Err(StoreFault::Changed { after }),
            Err(FetchError::Fault(fault)) => return Err(fault),
            Err(FetchError::Broken(cause)) => cause,
        };
        // The rest is asked for once this was handed on.
        if !part.bytes.is_empty() {
            return Ok(());
        }
        if failed >= retry.attempts {
            return Err(StoreFault::Unreachable { attempts: failed, after, cause });
        }
        wait(retry.wait_after(failed));
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "no event tells that a server answers again")]
fn wait(time: Duration) {
    thread::sleep(time);
}

impl Read for ObjectReader {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.taken >= self.held.len() && !bytes.is_empty() {
            self.go_on().map_err(io::Error::other)?;
        }
        let read = self.held.get(self.taken..).unwrap_or_default().read(bytes)?;
        self.taken += read;
        Ok(read)
    }
}

impl fmt::Debug for ObjectReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectReader").field("facts", &self.facts).field("before", &self.before).finish()
    }
}

#[cfg(test)]
mod tests;
