//! Which tasks have a record: a set that is built from all records of a run, and from which each
//! line of the input takes the one that is its own.
//!
//! It must never know where records or lines come from.

use polymer_host_task::{ReplacedRecord, TaskContent, TaskKey};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

/// The records of each task, by its key. A million tasks take 130 MB while the table grows, 90 MB
/// after that.
#[derive(Debug, Default)]
pub struct DoneRecords {
    /// The oldest records of each key: nearly always all.
    first: DoneTable<RecordGroup>,
    /// Those of the same key with another content, oldest first.
    more: DoneTable<Vec<RecordGroup>>,
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
}

impl DoneRecords {
    /// One record more.
    pub fn add(&mut self, key: TaskKey, content: Option<TaskContent>) {
        self.add_to(key, content, false);
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
        self.remove(key, at);
        let replaces = ReplacedRecord(group.content);
        Some(match (is_same, group.wanted && asked.content.is_some()) {
            (true, false) => RecordFit::Same,
            (true, true) => RecordFit::Wanted(replaces),
            (false, _) => RecordFit::Changed(replaces),
        })
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> TaskKey {
        TaskKey::of_id("a")
    }

    fn content(of: u8) -> Option<TaskContent> {
        (of > 0).then(|| TaskContent::of(&[of; 32], None, b"", b""))
    }

    /// The content of the line itself, in these tests.
    fn of_line() -> TaskContent {
        TaskContent::of_line(TaskKey::of_line(b"line"))
    }

    fn done(contents: &[u8]) -> DoneRecords {
        let mut done = DoneRecords::default();
        contents.iter().for_each(|of| done.add(key(), content(*of)));
        done
    }

    fn take(done: &mut DoneRecords, of: u8) -> Option<RecordFit> {
        done.take(key(), AskedLine { content: content(of), is_rebuilt: false }, of_line)
    }

    fn changed(of: u8) -> Option<RecordFit> {
        Some(RecordFit::Changed(ReplacedRecord(content(of))))
    }

    #[test]
    fn a_line_takes_the_record_of_its_content_wherever_it_stands() {
        let mut records = done(&[1, 2, 3]);
        assert_eq!([2, 3, 1].map(|of| take(&mut records, of)), [Some(RecordFit::Same); 3]);
        assert_eq!((take(&mut records, 1), records.keys()), (None, 0));
    }

    #[test]
    fn a_changed_line_takes_the_oldest_record_of_its_key_and_says_which() {
        let mut records = done(&[1, 2, 2]);
        assert_eq!(take(&mut records, 3), changed(1));
        assert_eq!(take(&mut records, 2), Some(RecordFit::Same));
        assert_eq!(take(&mut records, 3), changed(2));
        assert_eq!(take(&mut records, 3), None);
    }

    #[test]
    fn a_record_without_a_content_counts_as_unchanged_unless_the_module_was_built_anew() {
        let mut records = done(&[1, 0]);
        assert_eq!(take(&mut records, 2), Some(RecordFit::Same));
        assert_eq!(take(&mut records, 2), changed(1));
        let rebuilt = AskedLine { content: content(2), is_rebuilt: true };
        assert_eq!(done(&[0]).take(key(), rebuilt, of_line), changed(0));
    }

    #[test]
    fn what_cannot_be_read_replaces_nothing() {
        for is_rebuilt in [false, true] {
            let asked = AskedLine { content: None, is_rebuilt };
            let mut records = done(&[1, 0]);
            assert!(records.want(key(), content(1)));
            assert_eq!(records.take(key(), asked, of_line), Some(RecordFit::Same));
            assert_eq!(records.take(key(), asked, of_line), Some(RecordFit::Same));
            assert_eq!(records.take(key(), asked, of_line), None);
        }
    }

    #[test]
    fn a_line_that_was_refused_is_the_same_line_though_it_is_a_task_now() {
        let mut records = done(&[1]);
        records.add(key(), Some(of_line()));
        assert_eq!(take(&mut records, 2), Some(RecordFit::Same));
        assert_eq!(take(&mut records, 2), changed(1));
    }

    #[test]
    fn what_is_wanted_again_is_taken_last_and_stands_until_then() {
        let mut records = done(&[1, 1, 2]);
        assert!(records.want(key(), content(1)));
        assert!(!records.want(key(), content(3)));
        assert_eq!(records.count(key()), 3);
        assert_eq!(take(&mut records, 1), Some(RecordFit::Same));
        assert_eq!(take(&mut records, 1), Some(RecordFit::Wanted(ReplacedRecord(content(1)))));
        assert_eq!(take(&mut records, 1), changed(2));
    }

    #[test]
    fn a_record_takes_few_bytes() {
        assert!(size_of::<(TaskKey, RecordGroup)>() <= 40);
    }

    proptest! {
        /// Records and lines of one key, against lists of what there is.
        #[test]
        fn records_are_neither_lost_nor_doubled(steps in prop::collection::vec((0..3_u8, 0..4_u8), 0..60)) {
            let (mut done, mut model) = (DoneRecords::default(), Vec::<u8>::new());
            for (step, of) in steps {
                if step == 0 {
                    let at = model.iter().position(|has| *has == of);
                    let at = at.or_else(|| model.iter().position(|has| *has == 0));
                    let is_there = at.is_some() || !model.is_empty();
                    let fit = take(&mut done, of);
                    prop_assert_eq!(fit.is_some(), is_there);
                    match (fit, at) {
                        (Some(RecordFit::Same), Some(at)) => drop(model.remove(at)),
                        (Some(RecordFit::Same), None) if of == 0 => {
                            // Any is its own: which, can be told by what is left.
                            let gone = (1..4).find(|of| {
                                let has = model.iter().filter(|has| *has == of).count();
                                let left = done.groups(key()).filter(|group| group.content == content(*of));
                                left.map(|group| group.number as usize).sum::<usize>() < has
                            });
                            let at = model.iter().position(|has| Some(*has) == gone).unwrap();
                            model.remove(at);
                        }
                        (Some(RecordFit::Changed(ReplacedRecord(was))), None) => {
                            let at = model.iter().position(|has| content(*has) == was).unwrap();
                            model.remove(at);
                        }
                        (None, None) => {}
                        other => prop_assert!(false, "{:?}", other),
                    }
                } else {
                    done.add(key(), content(of));
                    model.push(of);
                }
                prop_assert_eq!(done.count(key()) as usize, model.len());
                prop_assert_eq!(done.keys(), usize::from(!model.is_empty()));
            }
        }
    }
}
