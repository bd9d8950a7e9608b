//! External merge sort of the places of records: however many there are, memory holds one chunk and
//! a bounded number of read buffers.
//!
//! Places and not records are sorted, since a record may be as long as an output and the line
//! beside it as long as an input. Runs are merged level by level, like carries of a counter whose
//! base is the fan-in, so even the list of runs stays short.
//!
//! It must never know what a record says, or which files it stands in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;

/// Where some bytes stand in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ByteSpan {
    /// Bytes before them.
    pub(super) at: u64,
    /// Number of bytes.
    pub(super) bytes: u64,
}

/// The places of one record. Those of one rank keep the order in which their records stand, source
/// by source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RecordPlace {
    /// Sort key.
    pub(super) rank: u64,
    /// Number of the source that has it, from 0.
    pub(super) source: u64,
    /// The record.
    pub(super) record: ByteSpan,
    /// The line that is kept beside it; empty if none is.
    pub(super) line: ByteSpan,
}

/// Bytes of a place in a scratch file.
const PLACE: usize = 48;
const PLACE_BYTES: u64 = 48;

impl RecordPlace {
    fn to_bytes(self) -> [u8; PLACE] {
        let Self { rank, source, record, line } = self;
        let mut bytes = [0; PLACE];
        let numbers = [rank, source, record.at, record.bytes, line.at, line.bytes];
        for (to, number) in bytes.chunks_exact_mut(8).zip(numbers) {
            to.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let mut numbers = bytes.chunks_exact(8).map(|part| part.try_into().map_or(0, u64::from_le_bytes));
        let mut next = || numbers.next().unwrap_or_default();
        let (rank, source) = (next(), next());
        let mut span = || ByteSpan { at: next(), bytes: next() };
        Self { rank, source, record: span(), line: span() }
    }
}

/// A file that nobody else sees: appended to, read anywhere, and emptied.
pub(super) trait ScratchFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    fn read_at(&self, bytes: &mut [u8], at: u64) -> io::Result<()>;
    fn clear(&mut self) -> io::Result<()>;
}

impl ScratchFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn read_at(&self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        self.read_exact_at(bytes, at)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.set_len(0)?;
        self.rewind()
    }
}

/// Bounds on what is held and merged at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct SortBounds {
    /// Places that are sorted in memory.
    pub(super) chunk: usize,
    /// Runs that are merged into one.
    pub(super) fan_in: usize,
    /// Places that are read ahead of each run.
    pub(super) read_ahead: usize,
}

impl Default for SortBounds {
    /// 3 MiB of places, and as much of buffers.
    fn default() -> Self {
        Self { chunk: 1 << 16, fan_in: 64, read_ahead: 1 << 10 }
    }
}

/// Runs of one length, in a scratch file of their own.
struct RunLevel<S> {
    scratch: S,
    /// Each sorted in itself; in places, not bytes.
    runs: Vec<Range<u64>>,
}

/// Takes places in any order and gives them back sorted. Scratch files are made by `open`, and only
/// once a chunk is full.
pub(super) struct ExternalSort<S, F> {
    open: F,
    bounds: SortBounds,
    held: Vec<RecordPlace>,
    levels: Vec<RunLevel<S>>,
}

impl<S: ScratchFile, F: FnMut() -> io::Result<S>> ExternalSort<S, F> {
    pub(super) fn new(bounds: SortBounds, open: F) -> Self {
        Self { open, bounds, held: Vec::new(), levels: Vec::new() }
    }

    pub(super) fn push(&mut self, place: RecordPlace) -> io::Result<()> {
        self.held.push(place);
        if self.held.len() < self.bounds.chunk { Ok(()) } else { self.spill() }
    }

    /// All places, sorted.
    pub(super) fn sorted(&mut self) -> io::Result<MergedPlaces<'_, S>> {
        self.held.sort_unstable();
        let mut runs = Vec::new();
        for level in &self.levels {
            runs.extend(
                level.runs.iter().map(|run| SortedRun::of(&level.scratch, run, self.bounds.read_ahead)),
            );
        }
        runs.push(SortedRun::held(&self.held));
        MergedPlaces::new(runs)
    }

    /// Writes what is held as a run, and merges each level that has become full into the next.
    fn spill(&mut self) -> io::Result<()> {
        self.held.sort_unstable();
        let held = std::mem::take(&mut self.held);
        let level = self.level(0)?;
        write_run(level, held.iter().copied().map(Ok))?;
        self.held = held;
        self.held.clear();
        let mut full = 0;
        while self.levels.get(full).is_some_and(|level| level.runs.len() >= self.bounds.fan_in.max(2)) {
            self.level(full + 1)?;
            if let Some([from, to]) = self.levels.get_mut(full..full + 2) {
                let runs =
                    from.runs.iter().map(|run| SortedRun::of(&from.scratch, run, self.bounds.read_ahead));
                write_run(to, MergedPlaces::new(runs.collect())?)?;
                from.runs.clear();
                from.scratch.clear()?;
            }
            full += 1;
        }
        Ok(())
    }

    fn level(&mut self, number: usize) -> io::Result<&mut RunLevel<S>> {
        while self.levels.len() <= number {
            self.levels.push(RunLevel { scratch: (self.open)()?, runs: Vec::new() });
        }
        self.levels.get_mut(number).ok_or_else(|| io::Error::other("a level that was just made is gone"))
    }
}

/// Appends one run to a level.
fn write_run<S: ScratchFile>(
    level: &mut RunLevel<S>,
    places: impl Iterator<Item = io::Result<RecordPlace>>,
) -> io::Result<()> {
    let begin = level.runs.last().map_or(0, |run| run.end);
    let (mut end, mut bytes) = (begin, Vec::with_capacity(PLACE << 10));
    for place in places {
        bytes.extend_from_slice(&place?.to_bytes());
        end += 1;
        if bytes.len() >= PLACE << 10 {
            level.scratch.append(&bytes)?;
            bytes.clear();
        }
    }
    level.scratch.append(&bytes)?;
    level.runs.push(begin..end);
    Ok(())
}

/// Rest of one sorted run.
struct SortedRun<'a, S> {
    /// Where more of it stands; nowhere for what is in memory.
    scratch: Option<(&'a S, Range<u64>)>,
    /// The next of it, the last first.
    ahead: Vec<RecordPlace>,
    read_ahead: u64,
}

impl<'a, S: ScratchFile> SortedRun<'a, S> {
    fn of(scratch: &'a S, run: &Range<u64>, read_ahead: usize) -> Self {
        let read_ahead = u64::try_from(read_ahead.max(1)).unwrap_or(u64::MAX);
        Self { scratch: Some((scratch, run.clone())), ahead: Vec::new(), read_ahead }
    }

    fn held(sorted: &[RecordPlace]) -> Self {
        Self { scratch: None, ahead: sorted.iter().rev().copied().collect(), read_ahead: 0 }
    }

    fn next(&mut self) -> io::Result<Option<RecordPlace>> {
        if self.ahead.is_empty()
            && let Some((scratch, left)) = &mut self.scratch
        {
            let end = left.start.saturating_add(self.read_ahead).min(left.end);
            let count = usize::try_from(end - left.start).map_err(io::Error::other)?;
            let mut bytes = vec![0; count * PLACE];
            scratch.read_at(&mut bytes, left.start * PLACE_BYTES)?;
            self.ahead.extend(bytes.rchunks_exact(PLACE).map(RecordPlace::from_bytes));
            left.start = end;
        }
        Ok(self.ahead.pop())
    }
}

/// The places of several runs, in order.
pub(super) struct MergedPlaces<'a, S> {
    runs: Vec<SortedRun<'a, S>>,
    /// The next of each run that has one.
    next: BinaryHeap<Reverse<(RecordPlace, usize)>>,
}

impl<'a, S: ScratchFile> MergedPlaces<'a, S> {
    fn new(mut runs: Vec<SortedRun<'a, S>>) -> io::Result<Self> {
        let mut next = BinaryHeap::with_capacity(runs.len());
        for (number, run) in runs.iter_mut().enumerate() {
            next.extend(run.next()?.map(|place| Reverse((place, number))));
        }
        Ok(Self { runs, next })
    }
}

impl<S: ScratchFile> Iterator for MergedPlaces<'_, S> {
    type Item = io::Result<RecordPlace>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((place, number)) = self.next.pop()?;
        match self.runs.get_mut(number).map_or(Ok(None), SortedRun::next) {
            Ok(next) => self.next.extend(next.map(|place| Reverse((place, number)))),
            Err(error) => return Some(Err(error)),
        }
        Some(Ok(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;
    use std::rc::Rc;

    /// A scratch file in memory; the most bytes that stood in all of them together.
    #[derive(Default)]
    struct InMemory(Vec<u8>);

    impl ScratchFile for InMemory {
        fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.0.extend_from_slice(bytes);
            Ok(())
        }

        fn read_at(&self, bytes: &mut [u8], at: u64) -> io::Result<()> {
            let at = usize::try_from(at).unwrap();
            bytes.copy_from_slice(&self.0[at..at + bytes.len()]);
            Ok(())
        }

        fn clear(&mut self) -> io::Result<()> {
            self.0.clear();
            Ok(())
        }
    }

    fn place(rank: u64, at: u64) -> RecordPlace {
        let line = if at.is_multiple_of(3) { ByteSpan { at: at * 7, bytes: 7 } } else { ByteSpan::default() };
        RecordPlace { rank, source: at / 7, record: ByteSpan { at, bytes: u64::MAX - at }, line }
    }

    fn sorted(ranks: &[u64], bounds: SortBounds) -> (Vec<RecordPlace>, usize) {
        let files = Rc::new(Cell::new(0));
        let opened = Rc::clone(&files);
        let mut sort = ExternalSort::new(bounds, || {
            opened.set(opened.get() + 1);
            Ok(InMemory::default())
        });
        for (at, rank) in (0..).zip(ranks) {
            sort.push(place(*rank, at)).unwrap();
            assert!(sort.held.len() < bounds.chunk.max(1));
            assert!(sort.levels.iter().all(|level| level.runs.len() < bounds.fan_in.max(2)));
        }
        let sorted = sort.sorted().unwrap().map(Result::unwrap).collect();
        (sorted, files.get())
    }

    fn bounds(chunk: usize, fan_in: usize) -> SortBounds {
        SortBounds { chunk, fan_in, read_ahead: 2 }
    }

    #[test]
    fn few_need_no_scratch_file_and_many_need_one_a_level() {
        assert_eq!(sorted(&[], SortBounds::default()), (Vec::new(), 0));
        assert_eq!(sorted(&[2, 1, 2], bounds(4, 2)), (vec![place(1, 1), place(2, 0), place(2, 2)], 0));
        let ranks: Vec<u64> = (0..1000).rev().collect();
        let (places, files) = sorted(&ranks, bounds(2, 3));
        assert!(places.is_sorted() && places.len() == 1000);
        // 500 runs: the levels of a counter of base three.
        assert_eq!(files, 6);
    }

    #[test]
    fn what_a_scratch_file_cannot_take_is_an_error() {
        let mut sort =
            ExternalSort::new(bounds(1, 2), || Err::<InMemory, _>(io::ErrorKind::StorageFull.into()));
        assert_eq!(sort.push(place(0, 0)).unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_file_is_read_as_it_was_written_after_it_was_emptied_too() {
        let mut file = tempfile::tempfile().unwrap();
        file.append(b"before").unwrap();
        ScratchFile::clear(&mut file).unwrap();
        file.append(b"behind").unwrap();
        let mut bytes = [0; 3];
        ScratchFile::read_at(&file, &mut bytes, 3).unwrap();
        assert_eq!(&bytes, b"ind");
    }

    proptest! {
        /// Whatever the bounds are, nothing is lost and equal ranks keep their order.
        #[test]
        fn it_sorts_as_a_stable_sort_does(
            ranks in prop::collection::vec(0..20_u64, 0..300), chunk in 1..40_usize, fan_in in 0..6_usize,
        ) {
            let mut expected: Vec<RecordPlace> = (0..).zip(&ranks).map(|(at, rank)| place(*rank, at)).collect();
            expected.sort_by_key(|place| place.rank);
            prop_assert_eq!(sorted(&ranks, bounds(chunk, fan_in)).0, expected);
        }
    }
}
