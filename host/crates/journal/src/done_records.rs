//! Which tasks have a record: a set that is built from all records of a run, and from which each
//! line of the input takes the one that is its own.
//!
//! It must never know where records or lines come from.

use polymer_host_task::{ReplacedRecord, TaskContent, TaskExecution, TaskKey};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

/// The records of each task, by its key. A million tasks take 130 MB while the table grows, 90 MB
/// after that, and about as much again if all of them were judged.
#[derive(Debug, Default)]
pub struct DoneRecords {
    /// The oldest records of each key: nearly always all.
    first: DoneTable<RecordGroup>,
    /// Those of the same key with another content, oldest first.
    more: DoneTable<Vec<RecordGroup>>,
    /// The oldest record of each key that was judged.
    judged: DoneTable<JudgedRecord>,
    /// The others of these keys, oldest first.
    more_judged: DoneTable<Vec<JudgedRecord>>,
}

/// A record whose ending may be judged anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgedRecord {
    /// Content of its task.
    pub content: Option<TaskContent>,
    /// Digest of what was executed.
    pub execution: TaskExecution,
    /// Where it begins in the file of records.
    pub at: u64,
}

type DoneTable<T> = HashMap<TaskKey, T, BuildHasherDefault<KeyHasher>>;

/// Records of one key that are alike.
#[derive(Debug, Clone, Copy)]
struct RecordGroup {
    number: u32,
    content: Option<TaskContent>,
    /// They are to be made again: they stand until then.
    wanted: bool,
}

/// Parts of a line's request that decide whether a record belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct AskedLine {
    /// Its content; unknown where something that the line names cannot be read. Then any record of
    /// its key is its own: what cannot be read now never takes the place of what could be.
    pub content: Option<TaskContent>,
    /// Digest of what would be executed, if its end can be judged anew.
    pub execution: Option<TaskExecution>,
    /// Its module was built anew since the run began, so a record without a content is not its own.
    pub is_rebuilt: bool,
}

/// Match between a record and a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordFit {
    /// It is the record of this line.
    Same,
    /// It is, and is to be made again.
    Wanted(ReplacedRecord),
    /// It is of what the line was before it changed.
    Changed(ReplacedRecord),
    /// As [`Changed`](Self::Changed), and what is executed is the same: only what is expected
    /// changed.
    ExpectationChanged {
        /// The record.
        record: ReplacedRecord,
        /// Where it begins in the file of records.
        at: u64,
    },
}

impl DoneRecords {
    /// One record more.
    pub fn add(&mut self, key: TaskKey, content: Option<TaskContent>) {
        self.add_to(key, content, false);
    }

    /// Says that a record that was added was judged, and where it stands.
    pub fn add_judged(&mut self, key: TaskKey, record: JudgedRecord) {
        match self.judged.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(record);
            }
            Entry::Occupied(_) => self.more_judged.entry(key).or_default().push(record),
        }
    }

    /// Returns the number of keys of which a record was judged.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.judged.len()
    }

    fn add_to(&mut self, key: TaskKey, content: Option<TaskContent>, wanted: bool) {
        let new = RecordGroup { number: 1, content, wanted };
        let alike = |group: &RecordGroup| {
            (group.content, group.wanted) == (content, wanted) && group.number < u32::MAX
        };
        match self.first.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(new);
            }
            Entry::Occupied(mut entry) if alike(entry.get()) => entry.get_mut().number += 1,
            Entry::Occupied(_) => {
                let more = self.more.entry(key).or_default();
                match more.iter_mut().find(|group| alike(group)) {
                    Some(group) => group.number += 1,
                    None => more.push(new),
                }
            }
        }
    }

    /// Says that a record of this key and content is to be made again, if there is one: says
    /// whether there is.
    pub fn want(&mut self, key: TaskKey, content: Option<TaskContent>) -> bool {
        let at = self.position(key, |group| (group.content == content && !group.wanted).then_some(0));
        let Some(at) = at else { return false };
        self.remove(key, at);
        self.add_to(key, content, true);
        true
    }

    /// Returns the number of records of a task.
    #[must_use]
    pub fn count(&self, key: TaskKey) -> u32 {
        self.groups(key).fold(0, |sum, group| sum.saturating_add(group.number))
    }

    /// Takes any record of this key, if there is one: says whether there was.
    pub fn take_any(&mut self, key: TaskKey) -> bool {
        let at = self.position(key, |group| Some(u8::from(group.wanted)));
        at.is_some_and(|at| self.remove(key, at))
    }

    /// Takes a record without a content, if there is one: says whether there was.
    pub fn take_old(&mut self, key: TaskKey) -> bool {
        let at = self.position(key, |group| group.content.is_none().then_some(0));
        at.is_some_and(|at| self.remove(key, at))
    }

    /// Takes the record of a line, if it has one: that of its content before one without a content
    /// before any other, and the oldest of these. `of_line` is the content that the line has where
    /// it is no task.
    pub fn take(
        &mut self,
        key: TaskKey,
        asked: AskedLine,
        of_line: impl FnOnce() -> TaskContent,
    ) -> Option<RecordFit> {
        const OTHER: u8 = 5;
        let rank = |group: &RecordGroup| match (asked.content, group.content) {
            (Some(asked), Some(has)) if asked == has => u8::from(group.wanted),
            (_, None) if !asked.is_rebuilt => 2 + u8::from(group.wanted),
            (None, _) => 4,
            _ => OTHER,
        };
        let mut at = self.position(key, |group| Some(rank(group)))?;
        let mut group = self.group(key, at)?;
        let mut is_same = rank(&group) < OTHER;
        if !is_same {
            // The line may be the same and was refused then, for a limit of that time.
            let of_line = of_line();
            let same = self.position(key, |group| (group.content == Some(of_line)).then_some(0));
            if let Some(same) = same {
                (at, group, is_same) = (same, self.group(key, same)?, true);
            }
        }
        if !is_same && let Some(fit) = self.take_executed(key, asked) {
            return Some(fit);
        }
        self.remove(key, at);
        let replaces = ReplacedRecord(group.content);
        Some(match (is_same, group.wanted && asked.content.is_some()) {
            (true, false) => RecordFit::Same,
            (true, true) => RecordFit::Wanted(replaces),
            (false, _) => RecordFit::Changed(replaces),
        })
    }

    /// Takes the record of a line of which something else was expected then: the oldest of what it
    /// executes, unless it is to be made again.
    fn take_executed(&mut self, key: TaskKey, asked: AskedLine) -> Option<RecordFit> {
        let execution = asked.execution.filter(|_| asked.content.is_some())?;
        let others = self.more_judged.get(&key).into_iter().flatten();
        let judged = self.judged.get(&key).into_iter().chain(others);
        let standing = judged.filter(|record| record.execution == execution).find_map(|record| {
            let is_its = |group: &RecordGroup| group.content == record.content && !group.wanted;
            Some((*record, self.position(key, |group| is_its(group).then_some(0))?))
        });
        let (record, at) = standing?;
        self.remove(key, at);
        self.remove_judged(key, record);
        Some(RecordFit::ExpectationChanged { record: ReplacedRecord(record.content), at: record.at })
    }

    /// Forgets where a record stands, so that an equal one is the next.
    fn remove_judged(&mut self, key: TaskKey, record: JudgedRecord) {
        let Entry::Occupied(mut first) = self.judged.entry(key) else { return };
        let Entry::Occupied(mut more) = self.more_judged.entry(key) else {
            first.remove();
            return;
        };
        if *first.get() == record {
            *first.get_mut() = more.get_mut().remove(0);
        } else {
            more.get_mut().retain(|other| *other != record);
        }
        if more.get().is_empty() {
            more.remove();
        }
    }

    /// Returns the number of keys that have a record.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.first.len()
    }

    fn groups(&self, key: TaskKey) -> impl Iterator<Item = &RecordGroup> {
        let first = self.first.get(&key);
        // What is in `more` has a first one.
        let more = first.and_then(|_| self.more.get(&key));
        first.into_iter().chain(more.into_iter().flatten())
    }

    fn group(&self, key: TaskKey, at: usize) -> Option<RecordGroup> {
        self.groups(key).nth(at).copied()
    }

    /// The first of the groups with the lowest rank; those without a rank do not count.
    fn position(&self, key: TaskKey, rank: impl Fn(&RecordGroup) -> Option<u8>) -> Option<usize> {
        let ranked = self.groups(key).enumerate().filter_map(|(at, group)| Some((rank(group)?, at)));
        ranked.min().map(|(_, at)| at)
    }

    /// One record of that group less.
    fn remove(&mut self, key: TaskKey, at: usize) -> bool {
        let Entry::Occupied(mut first) = self.first.entry(key) else { return false };
        let Entry::Occupied(mut more) = self.more.entry(key) else {
            // Nearly always.
            first.get_mut().number -= 1;
            if first.get().number == 0 {
                first.remove();
            }
            return true;
        };
        let group = match at.checked_sub(1) {
            None => Some(first.get_mut()),
            Some(at) => more.get_mut().get_mut(at),
        };
        let Some(group) = group else { return false };
        group.number -= 1;
        if group.number == 0 {
            match at.checked_sub(1) {
                // There is no key without one.
                None => *first.get_mut() = more.get_mut().remove(0),
                Some(at) => drop(more.get_mut().remove(at)),
            }
            if more.get().is_empty() {
                more.remove();
            }
        }
        true
    }
}

/// Keys are hashes, so their first bytes do.
#[derive(Debug, Default)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    /// The length, which is the same for all.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests;
