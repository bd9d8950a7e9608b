//! A ring in a [shared page](super::page): frames that one process hands another with no call of
//! the system. One end writes, the other reads; each moves its own mark, and reads the other's.
//!
//! The reader trusts nothing here. It reads the writer's mark once, refuses one that is further
//! than the ring is long, and copies what lies before it out before anything is made of it: whoever
//! writes may change it at any time. Its own mark it keeps itself and never reads back. The words
//! are copied one by one, as atomics, so what is torn is wrong bytes and no undefined behavior.
//!
//! It must never know what a frame says.

use super::page::{SharedPage, WORDS};
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

/// Words of the page that come before the ring: the gate and its like, and the marks, each in a
/// cache line of its own.
const FIRST: usize = 512;
/// How many words were ever written.
const WRITTEN: usize = 64;
/// How many words were ever read.
const READ: usize = 128;
/// 1 while the reader sleeps or is about to.
const ASLEEP: usize = 192;
/// Words of the ring.
const LENGTH: usize = WORDS - FIRST;
/// Bytes of a word, to which every frame is filled up.
pub const WORD: usize = 8;

/// The end that writes.
#[derive(Debug)]
pub struct RingWriter {
    page: Arc<SharedPage>,
    written: u64,
}

impl RingWriter {
    /// The ring of a new page.
    #[must_use]
    pub const fn new(page: Arc<SharedPage>) -> Self {
        Self { page, written: 0 }
    }

    /// Writes bytes, filled up to whole words; says whether there was room for all of them and for
    /// `spare` bytes behind them. If not, none is written.
    #[must_use]
    pub fn put(&mut self, bytes: &[u8], spare: usize) -> bool {
        let unread = self.written.wrapping_sub(self.page.load(READ));
        let room = (LENGTH as u64).saturating_sub(unread);
        if bytes.len().div_ceil(WORD).saturating_add(spare.div_ceil(WORD)) as u64 > room {
            return false;
        }
        for part in bytes.chunks(WORD) {
            let mut word = [0; WORD];
            for (to, from) in word.iter_mut().zip(part) {
                *to = *from;
            }
            self.page.store_relaxed(place(self.written), u64::from_le_bytes(word));
            self.written = self.written.wrapping_add(1);
        }
        self.page.store(WRITTEN, self.written);
        true
    }

    /// Returns whether the reader sleeps and has to be woken, by whoever is told so first.
    #[must_use]
    pub fn has_to_wake(&self) -> bool {
        // Either the reader sees what was written before it sleeps, or it is seen asleep here.
        fence(Ordering::SeqCst);
        self.page.load(ASLEEP) == 1 && self.page.swap_if(ASLEEP, 1, 0)
    }
}

/// Bytes of the ring.
pub const BYTES: usize = LENGTH * WORD;

/// A writer that says it wrote more than fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("says that {0} words lie in a ring of {LENGTH}")]
pub struct RingViolation(u64);

/// The end that reads.
#[derive(Debug, Default)]
pub struct RingReader {
    read: u64,
}

impl RingReader {
    /// Returns whether something was written that was not read.
    #[must_use]
    pub fn has_more(&self, page: &SharedPage) -> bool {
        page.load(WRITTEN) != self.read
    }

    /// Copies what was written into the room that `room` gives for so many bytes, and makes it
    /// free. Returns how many bytes that were.
    ///
    /// # Errors
    /// If the writer says that there is more than fits. All [`BYTES`] are copied then: what it
    /// wrote before it lied stands first.
    pub fn take<'a>(
        &mut self,
        page: &SharedPage,
        room: impl FnOnce(usize) -> &'a mut [u8],
    ) -> Result<usize, RingViolation> {
        let count = page.load(WRITTEN).wrapping_sub(self.read);
        let words = usize::try_from(count).unwrap_or(usize::MAX).min(LENGTH);
        if words == 0 {
            return Ok(0);
        }
        for word in room(words * WORD).chunks_exact_mut(WORD) {
            word.copy_from_slice(&page.load_relaxed(place(self.read)).to_le_bytes());
            self.read = self.read.wrapping_add(1);
        }
        page.store(READ, self.read);
        if count > LENGTH as u64 { Err(RingViolation(count)) } else { Ok(words * WORD) }
    }
}

/// Says that the reader sleeps from now on; what was written before must be looked for once more.
pub fn fall_asleep(page: &SharedPage) {
    page.store(ASLEEP, 1);
    fence(Ordering::SeqCst);
}

/// Says that it is awake.
pub fn wake_up(page: &SharedPage) {
    page.store(ASLEEP, 0);
}

/// Where the word of this number lies.
fn place(number: u64) -> usize {
    // The rest of a division by the length is less than that.
    FIRST + usize::try_from(number % LENGTH as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::page;
    use super::*;

    fn ring() -> (RingWriter, SharedPage, RingReader) {
        let fd = page::create().unwrap();
        let ours = SharedPage::map(&fd).unwrap();
        (RingWriter::new(Arc::new(SharedPage::map(&fd).unwrap())), ours, RingReader::default())
    }

    fn take(reader: &mut RingReader, page: &SharedPage) -> Result<Vec<u8>, RingViolation> {
        let mut bytes = vec![0; LENGTH * WORD];
        let count = reader.take(page, |count| &mut bytes[..count])?;
        bytes.truncate(count);
        Ok(bytes)
    }

    #[test]
    fn what_is_put_is_taken_in_its_order_wherever_the_ring_begins_anew() {
        let (mut writer, page, mut reader) = ring();
        // Of a length that no multiple of is the ring's.
        let message: Vec<u8> = (0..8 * 101).map(|byte| u8::try_from(byte % 251).unwrap()).collect();
        for _ in 0..300 {
            assert!(!reader.has_more(&page));
            assert!(writer.put(&message, 0) && writer.put(b"x", 0) && reader.has_more(&page));
            let taken = take(&mut reader, &page).unwrap();
            assert_eq!(taken, [&message[..], b"x\0\0\0\0\0\0\0"].concat());
        }
    }

    #[test]
    fn a_full_ring_takes_nothing_and_loses_nothing() {
        let (mut writer, page, mut reader) = ring();
        let mut put = 0;
        while writer.put(&[1; 100], 0) {
            put += 104;
        }
        assert!(put > LENGTH * WORD - 104);
        assert!(!writer.put(&[2; 100], 0) && !writer.put(b"3", 100) && writer.put(b"3", 8));
        put += 8;
        assert_eq!(take(&mut reader, &page).unwrap().len(), put);
        assert!(writer.put(&vec![3; LENGTH * WORD], 0) && !writer.put(b"4", 0));
        assert_eq!(take(&mut reader, &page).unwrap(), vec![3; LENGTH * WORD]);
        assert!(!writer.put(&vec![3; LENGTH * WORD + 1], 0));
    }

    #[test]
    fn marks_that_lie_are_told_and_what_stood_before_is_copied() {
        for lie in [LENGTH as u64 + 1, u64::MAX, 1 << 40] {
            let (mut writer, page, mut reader) = ring();
            assert!(writer.put(b"honestly", 0));
            page.store(WRITTEN, lie);
            let mut bytes = vec![7; BYTES];
            let taken = reader.take(&page, |count| {
                assert_eq!(count, BYTES);
                &mut bytes
            });
            assert_eq!(taken, Err(RingViolation(lie)));
            assert!(bytes.starts_with(b"honestly") && bytes[8..] == [0; BYTES - 8]);
        }
        // One that goes back says by that that nearly all numbers were written.
        let (_, page, mut reader) = ring();
        page.store(WRITTEN, 3);
        assert_eq!(take(&mut reader, &page).unwrap().len(), 24);
        page.store(WRITTEN, 2);
        assert_eq!(take(&mut reader, &page), Err(RingViolation(u64::MAX)));
    }

    #[test]
    fn what_the_reader_has_read_is_its_own_to_know() {
        let (_, page, mut reader) = ring();
        page.store(WRITTEN, 3);
        page.store(READ, 77);
        assert_eq!(take(&mut reader, &page).unwrap().len(), 24);
        page.store(READ, 77);
        assert_eq!(take(&mut reader, &page).unwrap(), b"");
    }

    #[test]
    fn a_sleeper_is_woken_once_and_who_is_awake_never() {
        let (mut writer, page, mut reader) = ring();
        assert!(writer.put(b"a", 0) && !writer.has_to_wake());
        take(&mut reader, &page).unwrap();
        fall_asleep(&page);
        assert!(!reader.has_more(&page));
        assert!(writer.put(b"b", 0) && writer.has_to_wake() && !writer.has_to_wake());
        fall_asleep(&page);
        assert!(reader.has_more(&page));
        wake_up(&page);
        assert!(!writer.has_to_wake());
    }

    /// Every message arrives once and in order, and a reader that sleeps is woken.
    #[test]
    fn two_threads_that_write_and_read_lose_nothing_and_hang_nowhere() {
        const MESSAGES: u64 = 200_000;
        let (mut writer, page, mut reader) = ring();
        let (wake, woken) = std::sync::mpsc::channel();
        let writing = std::thread::spawn(move || {
            for number in 0..MESSAGES {
                while !writer.put(&number.to_le_bytes(), 0) {
                    std::thread::yield_now();
                }
                if writer.has_to_wake() {
                    wake.send(()).unwrap();
                }
            }
        });
        let mut next = 0;
        while next < MESSAGES {
            for number in take(&mut reader, &page).unwrap().chunks(WORD) {
                assert_eq!(number, next.to_le_bytes());
                next += 1;
            }
            fall_asleep(&page);
            if next < MESSAGES && !reader.has_more(&page) {
                woken.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
            }
            wake_up(&page);
        }
        writing.join().unwrap();
    }
}
