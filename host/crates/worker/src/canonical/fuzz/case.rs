//! Generates cases: what stands in the guest's memory, how its `cabi_realloc` behaves, and what it
//! is called with. Most parts of a case are as they should be, so that those that are not are
//! reached.
//!
//! It must never know how a guest is entered.

/// The words of memory that a case sets: its begin, and its end.
const LOW: usize = 1024;
const HIGH: usize = 256;
/// The guest's memory, unless it grows.
const MEMORY: usize = 65_536;

/// Where the guest looks for what to do.
mod control {
    pub(super) const RESULT: usize = 0;
    pub(super) const HOST_CALL: usize = 4;
    pub(super) const GROW: usize = 28;
    /// Two words for each of four calls.
    pub(super) const REALLOC: usize = 32;
}

/// Where good values stand: results, the tasks of a description, wishes, and text.
const RESULT: u32 = 64;
const TASKS: u32 = 128;
const WISHES: u32 = 384;
const TEXT: u32 = 640;

/// One case.
#[derive(Debug)]
pub(super) struct FuzzCase {
    /// Words that the guest copies into its memory.
    pub(super) words: Vec<u64>,
    /// `describe` is called, not `run`.
    pub(super) describes: bool,
    /// Calls of `run` that the instance serves if it comes through them, and whether it is kept
    /// after the last.
    pub(super) calls: u32,
    pub(super) kept: bool,
    /// Which time the guest tidies up after a call it traps, from 1; never if it is 0.
    pub(super) trap: u32,
    /// The attempt's task and id, its number, and the input.
    pub(super) task: String,
    pub(super) id: String,
    pub(super) number: u32,
    pub(super) input: Vec<u8>,
    /// Bytes that one call may copy out.
    pub(super) budget: usize,
}

impl FuzzCase {
    /// The case that these bytes stand for. Where they end all is as it should be.
    pub(super) fn new(data: &[u8]) -> Self {
        let mut draw = DecisionBytes(data);
        let describes = draw.below(2) == 1;
        let (calls, kept) = (1 + u32::from(draw.below(2)), draw.below(2) == 1);
        let trap = if draw.one_in(8) { 1 + u32::from(draw.below(2)) } else { 0 };
        let mut memory = MemoryImage { low: [0; LOW], high: [0; HIGH] };
        text(&mut draw, &mut memory);
        let result = if describes { description(&mut draw, &mut memory) } else { outcome(&mut draw) };
        let at = result_pointer(&mut draw, result.len());
        memory.write(at, &result);
        memory.word(control::RESULT, at);
        host_call(&mut draw, &mut memory);
        realloc(&mut draw, &mut memory);
        if draw.one_in(16) {
            let pages = draw.pick(&[1, 1, 2, u32::MAX]);
            memory.word(control::GROW, pages);
        }
        Self {
            words: memory.words(),
            describes,
            calls,
            kept,
            trap,
            task: draw.string(),
            id: draw.string(),
            number: draw.word(),
            input: draw.input(),
            budget: match draw.below(6) {
                1 => usize::from(draw.byte()),
                2 => usize::from(draw.half()),
                _ => 1 << 20,
            },
        }
    }

    /// Returns the maximum number of times we ask the guest to tidy up: not where its instance is
    /// thrown away.
    pub(super) fn tidies(&self) -> u32 {
        if self.describes { 0 } else { self.calls - u32::from(!self.kept) }
    }
}

/// The pieces of memory that a case sets.
struct MemoryImage {
    low: [u8; LOW],
    high: [u8; HIGH],
}

impl MemoryImage {
    /// Writes what of `bytes` falls in the pieces.
    fn write(&mut self, at: u32, bytes: &[u8]) {
        let Ok(at) = usize::try_from(at) else { return };
        for (place, byte) in (at..).zip(bytes) {
            let cell = match place.checked_sub(MEMORY - HIGH) {
                Some(place) => self.high.get_mut(place),
                None => self.low.get_mut(place),
            };
            if let Some(cell) = cell {
                *cell = *byte;
            }
        }
    }

    fn word(&mut self, at: usize, word: u32) {
        if let Some(cells) = self.low.get_mut(at..at + 4) {
            cells.copy_from_slice(&word.to_le_bytes());
        }
    }

    fn words(&self) -> Vec<u64> {
        let (low, _) = self.low.as_chunks();
        let (high, _) = self.high.as_chunks();
        low.iter().chain(high).map(|bytes| u64::from_le_bytes(*bytes)).collect()
    }
}

/// Bytes that are nearly UTF-8, or only just: surrogates and the characters beside them, codes
/// that are too long or too high, pieces of codes.
const EDGES: [&[u8]; 10] = [
    b"\xed\xa0\x80",
    b"\xed\xbf\xbf",
    b"\xed\x9f\xbf\xee\x80\x80",
    b"\xed\xa0\xbd\xed\xb8\x80",
    b"\xc0\x80",
    b"\xe0\x9f\xbf",
    b"\xf4\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80",
    b"\xef\xbb\xbf\0",
    b"\xf0\x9f\xa6",
];

/// Text up to where the piece ends, of which a part may be no text.
fn text(draw: &mut DecisionBytes<'_>, memory: &mut MemoryImage) {
    const GOOD: &str = "plain text, gr\u{fc}n, \u{20ac}, \u{1f980}\n";
    let good: Vec<u8> = GOOD.bytes().cycle().take(LOW).collect();
    memory.write(TEXT, &good);
    let high = u32::try_from(MEMORY - HIGH).unwrap_or_default();
    memory.write(high, &good);
    if draw.one_in(3) {
        let at = TEXT + u32::from(draw.byte());
        let noise = [draw.byte(), draw.byte(), draw.byte(), draw.byte()];
        let edge = EDGES.get(usize::from(draw.below(12))).copied();
        memory.write(at, edge.unwrap_or(&noise));
    }
}

/// `result<list<u8>, failure>`.
fn outcome(draw: &mut DecisionBytes<'_>) -> Vec<u8> {
    let mut value = draw.padding(56);
    let fails = draw.below(2);
    set(&mut value, 0, &[draw.discriminant(fails, 2)]);
    if fails == 0 {
        span(draw, &mut value, 8);
        return value;
    }
    span(draw, &mut value, 8);
    optional(draw, &mut value, 16);
    set(&mut value, 28, &[draw.byte()]);
    let some = draw.below(2);
    set(&mut value, 32, &[draw.discriminant(some, 2)]);
    set(&mut value, 48, &[draw.byte()]);
    value
}

/// `list<task-info>`, whose elements and their wishes are written to memory.
fn description(draw: &mut DecisionBytes<'_>, memory: &mut MemoryImage) -> Vec<u8> {
    let count = u32::from(draw.below(4));
    let tasks = draw.list_pointer(TASKS);
    for (place, _) in (0..).step_by(60).zip(0..count) {
        let mut value = draw.padding(60);
        for at in [0, 8, 16] {
            span(draw, &mut value, at);
        }
        let encoding = draw.below(3);
        set(&mut value, 24, &[draw.discriminant(encoding, 3)]);
        optional(draw, &mut value, 28);
        optional(draw, &mut value, 40);
        let wishes = draw.list_pointer(WISHES);
        let wished = u32::from(draw.below(4));
        for (place, _) in (0..).step_by(12).zip(0..wished) {
            let mut value = draw.padding(12);
            let case = draw.below(3);
            set(&mut value, 0, &[draw.discriminant(case, 3)]);
            span(draw, &mut value, 4);
            memory.write(wishes.wrapping_add(place), &value);
        }
        let wished = draw.list_length(wished, wishes, 12);
        pair(&mut value, 52, wishes, wished);
        memory.write(tasks.wrapping_add(place), &value);
    }
    let count = draw.list_length(count, tasks, 60);
    let mut value = vec![0; 8];
    pair(&mut value, 0, tasks, count);
    value
}

/// A string or a list of bytes at `place` of a value.
fn span(draw: &mut DecisionBytes<'_>, value: &mut [u8], place: usize) {
    let (at, length) = draw.span();
    pair(value, place, at, length);
}

fn optional(draw: &mut DecisionBytes<'_>, value: &mut [u8], place: usize) {
    let some = draw.below(2);
    set(value, place, &[draw.discriminant(some, 2)]);
    span(draw, value, place + 4);
}

fn pair(value: &mut [u8], place: usize, at: u32, length: u32) {
    set(value, place, &at.to_le_bytes());
    set(value, place + 4, &length.to_le_bytes());
}

fn set(value: &mut [u8], place: usize, bytes: &[u8]) {
    if let Some(cells) = value.get_mut(place..place + bytes.len()) {
        cells.copy_from_slice(bytes);
    }
}

/// Where the result stands: at its place, at the end of memory or about it, or anywhere.
fn result_pointer(draw: &mut DecisionBytes<'_>, size: usize) -> u32 {
    let end = u32::try_from(MEMORY - size).unwrap_or_default();
    match draw.below(12) {
        1 => end,
        2 => end.wrapping_add(8),
        3 => end.wrapping_add(u32::from(draw.byte())),
        4 => RESULT + u32::from(draw.below(8)),
        5 => draw.wild(),
        _ => RESULT,
    }
}

/// Draws the host call that the guest makes before it returns.
fn host_call(draw: &mut DecisionBytes<'_>, memory: &mut MemoryImage) {
    let kind = u32::from(draw.below(8));
    if kind == 4 && !draw.one_in(8) {
        return;
    }
    let (at, length) = draw.span();
    let level = if draw.one_in(8) { draw.wild() } else { u32::from(draw.below(4)) };
    for (place, word) in (control::HOST_CALL..).step_by(4).zip([kind, level, at, length]) {
        memory.word(place, word);
    }
}

/// The mode in which `cabi_realloc` answers by where memory ends.
const ENDS: u32 = 4;

/// Draws the behaviour of `cabi_realloc` in each of its calls. See the guest for the modes.
fn realloc(draw: &mut DecisionBytes<'_>, memory: &mut MemoryImage) {
    for row in 0..4 {
        let mode = if draw.one_in(4) { u32::from(draw.below(5)) } else { 0 };
        if mode != 0 {
            let at = if mode == ENDS { draw.pick(&[0, 0, 1, 2]) } else { draw.span().0 };
            memory.word(control::REALLOC + row * 8, mode);
            memory.word(control::REALLOC + row * 8 + 4, at);
        }
    }
}

/// Bytes that decide, one decision after the other. Zeros follow them.
struct DecisionBytes<'a>(&'a [u8]);

impl DecisionBytes<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn half(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    fn word(&mut self) -> u32 {
        u32::from(self.half()) | (u32::from(self.half()) << 16)
    }

    fn below(&mut self, bound: u8) -> u8 {
        self.byte().checked_rem(bound).unwrap_or_default()
    }

    fn one_in(&mut self, bound: u8) -> bool {
        self.below(bound) == bound - 1
    }

    fn pick(&mut self, from: &[u32]) -> u32 {
        let at = usize::from(self.byte()).checked_rem(from.len()).unwrap_or_default();
        from.get(at).copied().unwrap_or_default()
    }

    /// Nothing but zeros, or noise: what stands between the fields of a value means nothing.
    fn padding(&mut self, size: usize) -> Vec<u8> {
        let noise = if self.one_in(2) { self.byte() } else { 0 };
        vec![noise; size]
    }

    /// A case of a type, or sometimes none.
    fn discriminant(&mut self, case: u8, cases: u8) -> u8 {
        if self.one_in(24) { if self.one_in(2) { cases } else { self.byte() } } else { case }
    }

    /// Any address or length, those at the edges more often.
    fn wild(&mut self) -> u32 {
        let edge =
            self.pick(&[0, 65_536, 131_072, 1 << 31, u32::MAX, u32::MAX / 60 + 1, u32::MAX / 12 + 1, 16]);
        match self.below(3) {
            0 => edge.wrapping_add(u32::from(self.byte())),
            1 => edge.wrapping_sub(u32::from(self.byte())),
            _ => self.word(),
        }
    }

    /// Address and length of some text or bytes: mostly good, at times at the end of memory or
    /// about it, at times anything.
    fn span(&mut self) -> (u32, u32) {
        let (low, end) = (TEXT + u32::from(self.byte()), 65_536);
        let length = u32::from(self.below(48));
        match self.below(24) {
            1 => (end - length, length),
            2 => (end - length, length + 1),
            3 => (self.wild(), length),
            4 => (low, self.wild()),
            5 => (self.wild(), self.wild()),
            6 => (low, u32::from(self.half())),
            7 => (end + u32::from(self.below(2)), 0),
            8 => (2048, u32::from(self.half())),
            _ => (low, length),
        }
    }

    fn list_pointer(&mut self, usual: u32) -> u32 {
        match self.below(24) {
            1 => usual + u32::from(self.below(4)),
            2 => 65_536_u32.wrapping_sub(u32::from(self.byte())),
            3 => self.wild(),
            4 => 65_536 - 4 * u32::from(self.below(64)),
            _ => usual,
        }
    }

    /// Draws the number of elements: as many as were written, or as many as just fit or do not, or
    /// any number.
    fn list_length(&mut self, usual: u32, at: u32, size: u32) -> u32 {
        let fits = 65_536_u32.saturating_sub(at).checked_div(size).unwrap_or_default();
        match self.below(24) {
            1 => fits,
            2 => fits + 1,
            3 => self.wild(),
            4 => u32::from(self.byte()),
            _ => usual,
        }
    }

    fn string(&mut self) -> String {
        let length = usize::from(self.below(20));
        "t\u{e4}sk-\u{1f980}".chars().cycle().take(length).collect()
    }

    fn input(&mut self) -> Vec<u8> {
        let length = match self.below(16) {
            1 => MEMORY,
            2 => usize::from(self.half()),
            3 => MEMORY - 2048,
            _ => usize::from(self.below(64)),
        };
        let first = self.byte();
        (0..length).map(|at| first.wrapping_add(u8::try_from(at & 0x7f).unwrap_or_default())).collect()
    }
}
