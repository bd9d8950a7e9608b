//! The pieces of a line of JSON: strings, numbers, times.
//!
//! It must never know what a record is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::time::Duration;

/// Bytes that are looked at together.
const LOOK: usize = 32;

/// Below so many microseconds their number divided by 1000 has at most 15 digits, so a double has
/// just these digits.
const EXACT: u64 = 1_000_000_000_000_000;

const DIGITS: &[u8; 16] = b"0123456789abcdef";
static DECIMAL: [[u8; 2]; 100] = pairs(10);
static HEX: [[u8; 2]; 256] = pairs(16);

/// Text of the record that is being written.
pub(super) struct RecordText<'a>(pub(super) &'a mut Vec<u8>);

impl RecordText<'_> {
    /// JSON of ours, as it is.
    pub(super) fn put(&mut self, json: &str) {
        self.0.extend_from_slice(json.as_bytes());
    }

    /// A string.
    pub(super) fn string(&mut self, text: &str) {
        self.0.push(b'"');
        self.escaped(text);
        self.0.push(b'"');
    }

    /// Writes the inside of a string. Besides what JSON requires, it escapes every control
    /// character that JSON allows unescaped, DEL and U+0080 to U+009F: a terminal may act on them.
    pub(super) fn escaped(&mut self, text: &str) {
        let is_special = |byte| matches!(byte, 0..0x20 | b'"' | b'\\') | may_control(byte);
        self.each_special(text.as_bytes(), is_special);
    }

    /// A value of the guest's or the submitter's, which was checked and made compact where it came
    /// in. It passes as it is, with the control characters escaped that may stand in its strings.
    pub(super) fn json(&mut self, value: &str) {
        if value.is_empty() || any(value.as_bytes(), |byte| byte < 0x20) {
            // It is no such value, and would spoil the whole file.
            return self.string(value);
        }
        self.each_special(value.as_bytes(), may_control);
    }

    /// Puts what is not special as it is, and the others as they have to be.
    fn each_special(&mut self, mut rest: &[u8], is_special: impl Fn(u8) -> bool + Copy) {
        loop {
            let (plain, from) = rest.split_at(first(rest, is_special));
            self.0.extend_from_slice(plain);
            rest = match from {
                [] => return,
                [0xc2, second @ 0x80..=0x9f, rest @ ..] => {
                    self.code_point(*second);
                    rest
                }
                [0xc2, rest @ ..] => {
                    self.0.push(0xc2);
                    rest
                }
                [byte, rest @ ..] => {
                    self.escape(*byte);
                    rest
                }
            };
        }
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'"' => self.put("\\\""),
            b'\\' => self.put(r"\\"),
            0x08 => self.put(r"\b"),
            b'\t' => self.put(r"\t"),
            b'\n' => self.put(r"\n"),
            0x0c => self.put(r"\f"),
            b'\r' => self.put(r"\r"),
            other => self.code_point(other),
        }
    }

    fn code_point(&mut self, code: u8) {
        self.put(r"\u00");
        self.0.extend(hex_of(code));
    }

    /// A whole number.
    pub(super) fn number(&mut self, number: impl itoa::Integer) {
        self.put(itoa::Buffer::new().format(number));
    }

    pub(super) fn number_or_null(&mut self, number: Option<impl itoa::Integer>) {
        match number {
            Some(number) => self.number(number),
            None => self.put("null"),
        }
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.put(if flag { "true" } else { "false" });
    }

    /// Milliseconds, rounded to three decimals, of which those at the end that are 0 are left out
    /// except for the first.
    pub(super) fn millis(&mut self, time: Duration) {
        let rounded = (u64::from(time.subsec_nanos()) + 500) / 1000;
        let micros = time.as_secs().checked_mul(1_000_000).and_then(|micros| micros.checked_add(rounded));
        let Some(micros) = micros.filter(|micros| *micros < EXACT) else { return self.ages(time) };
        self.number(micros / 1000);
        let micros = micros % 1000;
        let [high, low] = two(micros / 10);
        match [b'.', high, low, b'0' + (micros % 10) as u8] {
            [point, first, b'0', b'0'] => self.0.extend_from_slice(&[point, first]),
            [point, first, second, b'0'] => self.0.extend_from_slice(&[point, first, second]),
            decimals => self.0.extend_from_slice(&decimals),
        }
    }

    pub(super) fn millis_or_null(&mut self, time: Option<Duration>) {
        match time {
            Some(time) => self.millis(time),
            None => self.put("null"),
        }
    }

    /// Milliseconds of decades, which only a worker that is not ours any more claims: as near as a
    /// double comes to them.
    #[expect(clippy::cast_precision_loss, reason = "nobody measures decades to the microsecond")]
    fn ages(&mut self, time: Duration) {
        let millis = (time.as_nanos().saturating_add(500) / 1000) as f64 / 1000.0;
        match serde_json::to_string(&millis) {
            Ok(text) => self.put(&text),
            Err(_) => self.put("null"),
        }
    }

    /// A time as RFC 3339 has it, to the microsecond, before the year 10000.
    pub(super) fn time(&mut self, since_1970: Duration) {
        let (days, second) = (since_1970.as_secs() / 86_400, since_1970.as_secs() % 86_400);
        let (year, month, day) = date(days);
        let mut text = *b"\"0000-00-00T00:00:00.000000Z\"";
        let micros = u64::from(since_1970.subsec_micros());
        for (at, number) in [
            (1, year / 100),
            (3, year),
            (6, month),
            (9, day),
            (12, second / 3600),
            (15, second / 60 % 60),
            (18, second % 60),
            (21, micros / 10_000),
            (23, micros / 100),
            (25, micros),
        ] {
            [text[at], text[at + 1]] = two(number);
        }
        self.0.extend_from_slice(&text);
    }

    /// Bytes as a string of two hexadecimal digits each.
    pub(super) fn hex(&mut self, bytes: &[u8; 16]) {
        let mut text = [b'"'; 2 * 16 + 2];
        let (pairs, _) = text[1..].as_chunks_mut::<2>();
        for (pair, byte) in pairs.iter_mut().zip(bytes) {
            *pair = hex_of(*byte);
        }
        self.0.extend_from_slice(&text);
    }

    /// Bytes as a string of base64.
    pub(super) fn base64(&mut self, bytes: &[u8]) {
        self.put("\"");
        self.put(&STANDARD.encode(bytes));
        self.put("\"");
    }
}

/// Returns whether a byte of UTF-8 is a control character that JSON lets stand, or may be the first
/// byte of one.
const fn may_control(byte: u8) -> bool {
    matches!(byte, 0x7f | 0xc2)
}

/// Returns whether any of the bytes is special. Checks all of them, which is faster than stopping
/// early.
fn any(bytes: &[u8], is_special: impl Fn(u8) -> bool) -> bool {
    bytes.iter().fold(false, |found, byte| found | is_special(*byte))
}

/// Returns the number of bytes before the first special one.
fn first(bytes: &[u8], is_special: impl Fn(u8) -> bool + Copy) -> usize {
    let plain = bytes.chunks(LOOK).take_while(|part| !any(part, is_special)).map(<[u8]>::len).sum();
    let rest = bytes.get(plain..).unwrap_or_default();
    plain + rest.iter().take(LOOK).take_while(|byte| !is_special(**byte)).count()
}

/// The last two digits of a number.
const fn two(number: u64) -> [u8; 2] {
    DECIMAL[(number % 100) as usize]
}

const fn hex_of(byte: u8) -> [u8; 2] {
    HEX[byte as usize]
}

/// The first numbers with two digits to this base.
const fn pairs<const N: usize>(base: usize) -> [[u8; 2]; N] {
    let (mut pairs, mut number) = ([[0; 2]; N], 0);
    while number < N {
        pairs[number] = [DIGITS[number / base], DIGITS[number % base]];
        number += 1;
    }
    pairs
}

/// Year, month and day so many days after the first of 1970. Years are taken to begin with March,
/// so that the day that not every year has is their last, and counted from a year 0 that is the
/// first of 400 after which all repeats.
const fn date(days: u64) -> (u64, u64, u64) {
    const TO_1970: u64 = 719_468;
    const OF_400_YEARS: u64 = 146_097;
    let days = days + TO_1970;
    let (round, day) = (days / OF_400_YEARS, days % OF_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Five months from March, and five from August, have 153 days each.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (round * 400 + year + next, month, day)
}
