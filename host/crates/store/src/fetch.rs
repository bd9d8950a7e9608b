//! What a reader of objects asks of a client: some bytes of one object, and what object that is.
//!
//! It must never know which service answers.

use super::store_error::StoreFault;
use std::ops::Range;

/// An object as its server describes it: two readings with the same facts are of the same object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectFacts {
    /// Bytes it has.
    pub length: u64,
    /// Its entity tag, as the server writes it.
    pub etag: Option<String>,
    /// When it was changed, in seconds since 1970.
    pub changed: Option<i64>,
}

impl ObjectFacts {
    /// Returns whether this is the object that `other` describes. An entity tag decides, and only
    /// where there is none the time of its last change.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let is_same = match (&self.etag, &other.etag) {
            (Some(is), Some(was)) => is == was,
            (None, None) => self.changed == other.changed,
            _ => false,
        };
        is_same && self.length == other.length
    }
}

/// Why a part of an object did not come, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchError {
    /// It may come another time: the connection broke off, or the server is busy.
    Broken(String),
    /// It will not.
    Fault(StoreFault),
}

/// What came of an object so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchedPart {
    /// What the object is, once the server said so.
    pub facts: Option<ObjectFacts>,
    /// Bytes that came.
    pub bytes: Vec<u8>,
}

/// A client that fetches parts of one object.
pub trait FetchRange: Send {
    /// Appends the bytes in `range` to `part`, fewer where the object ends before. If it fails,
    /// what came until then is there.
    ///
    /// If `part` has facts, they are those of the object that is meant: another one is a
    /// [`StoreFault::Changed`], and nothing of it is appended. Else they are put there.
    ///
    /// # Errors
    /// If not all of the bytes came.
    fn fetch(&mut self, range: Range<u64>, part: &mut FetchedPart) -> Result<(), FetchError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entity_tag_decides_where_there_is_one() {
        let facts = |etag: Option<&str>, changed, length| ObjectFacts {
            length,
            etag: etag.map(str::to_owned),
            changed,
        };
        let tagged = facts(Some("\"a\""), Some(1), 5);
        assert!(tagged.is_same(&facts(Some("\"a\""), Some(2), 5)));
        for other in
            [facts(Some("\"b\""), Some(1), 5), facts(None, Some(1), 5), facts(Some("\"a\""), Some(1), 6)]
        {
            assert!(!tagged.is_same(&other) && !other.is_same(&tagged), "{other:?}");
        }
        assert!(facts(None, Some(1), 5).is_same(&facts(None, Some(1), 5)));
        assert!(!facts(None, Some(1), 5).is_same(&facts(None, Some(2), 5)));
    }
}
