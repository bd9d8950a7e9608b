//! A guest's memory, as the canonical ABI uses it: what is put there, and what is read from there
//! with every address checked.

use super::super::guest::GuestState;
use super::super::guest_error::{BadValue, OverBudget};
use super::ReallocFunction;
use wasmtime::{AsContextMut, Memory, Store};

/// Copies bytes to where the guest wants them; says where that is, and how many they are.
pub(super) async fn put(
    memory: &Memory,
    realloc: &ReallocFunction,
    store: &mut Store<GuestState>,
    bytes: &[u8],
) -> wasmtime::Result<(u32, u32)> {
    let length = u32::try_from(bytes.len())
        .map_err(|_| wasmtime::Error::msg(format!("an input of {} bytes is too long", bytes.len())))?;
    // Of nothing too: some guests take the address of an empty value for one of theirs.
    let at = realloc.call_async(&mut *store, (0, 0, 1, length)).await?;
    memory.write(store, index(at), bytes).map_err(|_| {
        BadValue(format!("realloc return: {at}, with {length} bytes beyond the end of memory"))
    })?;
    Ok((at, length))
}

pub(super) fn index(address: u32) -> usize {
    usize::try_from(address).unwrap_or(usize::MAX)
}

/// The alignment of each record and variant of which the contract has lists.
const ELEMENTS_ALIGN: u32 = 4;

/// A guest's memory while something is read from it.
pub(super) struct GuestMemory<'a> {
    bytes: &'a [u8],
    /// Bytes that may still be copied.
    left: usize,
    budget: usize,
}

impl<'a> GuestMemory<'a> {
    /// All of it. At most `budget` bytes are copied out.
    pub(super) const fn new(bytes: &'a [u8], budget: usize) -> Self {
        Self { bytes, left: budget, budget }
    }

    /// As [`new`](Self::new), with what the store has for one call.
    pub(super) fn of(memory: &Memory, store: &'a mut Store<GuestState>) -> Self {
        let budget = store.as_context_mut().hostcall_fuel();
        Self::new(memory.data(&*store), budget)
    }

    /// The `size` bytes of a value at `at`, which must be a multiple of `align`.
    pub(super) fn value(&self, what: &str, at: u32, align: u32, size: usize) -> Result<&'a [u8], BadValue> {
        if !at.is_multiple_of(align) {
            return Err(BadValue(format!("{what} pointer not aligned")));
        }
        let end = index(at).checked_add(size);
        let value = end.and_then(|end| self.bytes.get(index(at)..end));
        value.ok_or_else(|| BadValue(format!("{what} pointer out of bounds of memory")))
    }

    /// The bytes of a list of bytes whose address and length stand at `place` of a value.
    pub(super) fn list(&mut self, what: &str, value: &[u8], place: usize) -> wasmtime::Result<&'a [u8]> {
        let (at, length) = (word(value, place), word(value, place + 4));
        let end = index(at).checked_add(index(length));
        let list = end
            .and_then(|end| self.bytes.get(index(at)..end))
            .ok_or_else(|| BadValue(format!("{what} pointer/length out of bounds of memory")))?;
        self.left = self.left.checked_sub(list.len()).ok_or(OverBudget(self.budget))?;
        Ok(list)
    }

    /// A string.
    pub(super) fn string(&mut self, value: &[u8], place: usize) -> wasmtime::Result<String> {
        let bytes = self.list("string", value, place)?;
        let text = std::str::from_utf8(bytes).map_err(|error| BadValue(error.to_string()))?;
        Ok(text.to_owned())
    }

    /// An optional string: whether there is one stands at `place`, itself a word further.
    pub(super) fn optional_string(&mut self, value: &[u8], place: usize) -> wasmtime::Result<Option<String>> {
        if is_some(value, place)? { self.string(value, place + 4).map(Some) } else { Ok(None) }
    }

    /// The elements of a list of values of `size` bytes, each of which is to become a `T`.
    pub(super) fn elements<T>(
        &mut self,
        value: &[u8],
        place: usize,
        size: usize,
    ) -> wasmtime::Result<std::slice::ChunksExact<'a, u8>> {
        let (at, length) = (word(value, place), word(value, place + 4));
        let end = index(length).checked_mul(size).and_then(|bytes| index(at).checked_add(bytes));
        let list = end
            .and_then(|end| self.bytes.get(index(at)..end))
            .ok_or_else(|| BadValue("list pointer/length out of bounds of memory".to_owned()))?;
        // What is made of them takes more than they do, so that is what is counted.
        let made = index(length).saturating_mul(size_of::<T>());
        self.left = self.left.checked_sub(made).ok_or(OverBudget(self.budget))?;
        // Last, as the engine does: a list that is too large as well is refused for its size.
        if !at.is_multiple_of(ELEMENTS_ALIGN) {
            return Err(BadValue("list pointer is not aligned".to_owned()).into());
        }
        Ok(list.chunks_exact(size))
    }
}

/// One byte of a value.
pub(super) fn byte(value: &[u8], place: usize) -> u8 {
    value.get(place).copied().unwrap_or_default()
}

/// Four bytes of a value, as a number.
pub(super) fn word(value: &[u8], place: usize) -> u32 {
    let bytes = value.get(place..).and_then(|rest| rest.first_chunk());
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Eight bytes of a value, as a number.
pub(super) fn long(value: &[u8], place: usize) -> u64 {
    let bytes = value.get(place..).and_then(|rest| rest.first_chunk());
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Returns whether an option has a value.
pub(super) fn is_some(value: &[u8], place: usize) -> Result<bool, BadValue> {
    match byte(value, place) {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(unexpected(other)),
    }
}

/// A number that stands for no case of its type.
pub(super) fn unexpected(discriminant: u8) -> BadValue {
    BadValue(format!("unexpected discriminant: {discriminant}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    #[test]
    fn nothing_beyond_the_end_is_read_whatever_addresses_say() {
        let bytes = [7; 64];
        let mut lift = GuestMemory::new(&bytes, 1000);
        assert_eq!(lift.value("return", 8, 8, 56).unwrap().len(), 56);
        assert!(lift.value("return", 16, 8, 56).is_err());
        assert!(lift.value("return", 4, 8, 8).is_err());
        assert!(lift.value("return", u32::MAX - 7, 8, 56).is_err());
        for (at, length) in [(0, 65), (65, 0), (64, 1), (u32::MAX, u32::MAX), (1, u32::MAX)] {
            assert!(lift.list("list", &words(&[at, length]), 0).is_err(), "{at} {length}");
            assert!(lift.elements::<[u8; 60]>(&words(&[at & !3, length]), 0, 60).is_err() || length == 0);
        }
        assert_eq!(lift.list("list", &words(&[64, 0]), 0).unwrap(), b"");
        assert!(lift.elements::<u32>(&words(&[2, 1]), 0, 4).is_err(), "not aligned");
        // A value that is cut short reads as zeros, never beyond itself.
        assert_eq!((byte(&[1], 1), word(&[1, 2, 3], 0), long(&[1; 7], 0)), (0, 0, 0));
    }

    #[test]
    fn what_one_call_copies_is_bounded_in_all() {
        let bytes = [b'a'; 64];
        let mut lift = GuestMemory::new(&bytes, 100);
        lift.string(&words(&[0, 60]), 0).unwrap();
        let error = lift.string(&words(&[0, 41]), 0).unwrap_err();
        assert!(error.is::<OverBudget>());
        lift.string(&words(&[0, 40]), 0).unwrap();
        // Of a list what is made of it counts.
        let mut lift = GuestMemory::new(&bytes, 100);
        assert!(lift.elements::<[u8; 51]>(&words(&[0, 2]), 0, 4).unwrap_err().is::<OverBudget>());
        assert_eq!(lift.elements::<[u8; 50]>(&words(&[0, 2]), 0, 4).unwrap().len(), 2);
    }

    /// The first fault found decides how the attempt ends, and a module may come as a component as
    /// well.
    #[test]
    fn a_list_is_looked_at_in_the_order_of_the_engine() {
        let refused = |at: u32, length: u32| {
            let mut lift = GuestMemory::new(&[0; 64], 100);
            lift.elements::<[u8; 51]>(&words(&[at, length]), 0, 4).unwrap_err()
        };
        assert!(refused(66, 2).is::<BadValue>(), "beyond the end, too large, not aligned");
        assert!(refused(2, 2).is::<OverBudget>(), "too large, not aligned");
        assert!(refused(2, 1).is::<BadValue>(), "not aligned");
    }

    #[test]
    fn options_and_strings_are_what_they_say_or_nothing() {
        let mut lift = GuestMemory::new(b"ab\xff\x00", 1000);
        let some = [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0];
        assert_eq!(lift.optional_string(&some, 0).unwrap().as_deref(), Some("ab"));
        assert_eq!(lift.optional_string(&[0; 12], 0).unwrap(), None);
        assert!(lift.optional_string(&[2; 12], 0).unwrap_err().is::<BadValue>());
        assert!(lift.string(&words(&[0, 3]), 0).unwrap_err().is::<BadValue>());
    }
}
