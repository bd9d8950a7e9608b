//! Amounts as people write them, read exactly: no number passes through a float. What was written
//! is named by whoever asked.
//!
//! It must never know which flag, key or field an amount is for.

use std::fmt;
use std::time::Duration;

/// Kind of amount that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityKind {
    /// Units of fuel.
    Fuel,
    /// Bytes.
    Size,
    /// Time.
    Time,
}

/// Why a text is no amount of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}; write {}", quantity.form())]
pub struct QuantityError {
    /// Kind that was wanted.
    pub quantity: QuantityKind,
    /// Error in the amount.
    pub why: NoQuantity,
}

/// Error in an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoQuantity {
    /// No number stands at the start.
    NoNumber,
    /// It is below zero.
    Negative,
    /// The unit is none of the known ones.
    UnknownUnit(String),
    /// Minutes in lower case, months in some programs' upper case.
    MinutesOrMonths,
    /// A part of a time without a unit, behind others that have one.
    NoUnit,
    /// Digits that a comma parts.
    Comma,
    /// A part of a byte or of a unit of fuel.
    NotWhole,
    /// More than the amount may be.
    TooLarge,
    /// A limit of nothing would end everything at once.
    Zero,
}

impl QuantityKind {
    /// Examples, and what units mean.
    #[must_use]
    pub const fn form(self) -> &'static str {
        match self {
            Self::Fuel => "fuel as `500M`, `1.5G`, `1e9` or `1_000_000`: k, M, G and T are powers of 1000",
            Self::Size => {
                "a size as `64KiB`, `1.5GiB`, `256MB` or bare bytes: KiB, MiB, GiB, TiB and K, M, G, T are powers of 1024, \
                 KB, MB, GB, TB powers of 1000"
            }
            Self::Time => "a time as `500ms`, `2.5s`, `1m30s`, `1h` or bare seconds: ms, s, m, h, d",
        }
    }
}

impl NoQuantity {
    fn of(self, quantity: QuantityKind) -> QuantityError {
        QuantityError { quantity, why: self }
    }
}

impl fmt::Display for NoQuantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNumber => f.write_str("it does not start with a number"),
            Self::Negative => f.write_str("it is negative"),
            Self::UnknownUnit(unit) => write!(f, "unknown unit `{unit}`"),
            Self::MinutesOrMonths => {
                f.write_str("`M` may be minutes or months: `5m` is minutes, `30d` a month")
            }
            Self::NoUnit => f.write_str("its last number has no unit"),
            Self::Comma => {
                f.write_str("it has a comma: separate digits with `_`, and a fraction with a point")
            }
            Self::NotWhole => f.write_str("without a unit it must be a whole number"),
            Self::TooLarge => f.write_str("it is too large"),
            Self::Zero => f.write_str("it must be above 0"),
        }
    }
}

/// Units of fuel, in lower case.
const FUEL: &[(&str, u64)] =
    &[("", 1), ("k", 1_000), ("m", 1_000_000), ("g", 1_000_000_000), ("t", 1_000_000_000_000)];
/// Units of sizes, in lower case. Single letters are binary, as in Docker, systemd and JVM options.
const SIZE: &[(&str, u64)] = &[
    ("", 1),
    ("b", 1),
    ("byte", 1),
    ("bytes", 1),
    ("k", 1 << 10),
    ("kib", 1 << 10),
    ("kb", 1_000),
    ("m", 1 << 20),
    ("mib", 1 << 20),
    ("mb", 1_000_000),
    ("g", 1 << 30),
    ("gib", 1 << 30),
    ("gb", 1_000_000_000),
    ("t", 1 << 40),
    ("tib", 1 << 40),
    ("tb", 1_000_000_000_000),
];
const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 24 * 60 * 60 * SECOND;
/// Units of time in nanoseconds, in lower case. Months and years are as long as on average.
const TIME: &[(&[&str], u64)] = &[
    (&["ns", "nsec", "nanos", "nanosecond", "nanoseconds"], 1),
    (&["us", "µs", "μs", "usec", "micros", "microsecond", "microseconds"], 1_000),
    (&["ms", "msec", "millis", "millisecond", "milliseconds"], 1_000_000),
    (&["s", "sec", "secs", "second", "seconds"], SECOND),
    (&["m", "min", "mins", "minute", "minutes"], 60 * SECOND),
    (&["h", "hr", "hrs", "hour", "hours"], 60 * 60 * SECOND),
    (&["d", "day", "days"], DAY),
    (&["w", "wk", "week", "weeks"], 7 * DAY),
    (&["month", "months"], 2_630_016 * SECOND),
    (&["y", "yr", "year", "years"], 31_557_600 * SECOND),
];
/// From here on digits do not matter: 64 bits hold less. So a product with any unit fits 128 bits.
const PLENTY: u128 = 100_000_000_000_000_000_000;

/// Reads an amount of fuel: a number, bare or with `k`, `M`, `G` or `T` for powers of a thousand.
///
/// # Errors
/// If it is no such number, is 0, or does not fit 64 bits.
pub fn parse_fuel(text: &str) -> Result<u64, QuantityError> {
    parse_scaled(text, FUEL).map_err(|why| why.of(QuantityKind::Fuel))
}

/// Reads a size in bytes: a number, bare or with a unit of powers of 1024 (`KiB`, `K`) or of 1000
/// (`KB`). A fraction of a byte that is left is dropped.
///
/// # Errors
/// If it is no such number, is 0, or does not fit 64 bits.
pub fn parse_size(text: &str) -> Result<u64, QuantityError> {
    parse_scaled(text, SIZE).map_err(|why| why.of(QuantityKind::Size))
}

/// Reads a time such as `250ms`, `2.5s`, `1m30s` or, in seconds, `5`.
///
/// # Errors
/// If it is no such time, or is 0.
pub fn parse_time(text: &str) -> Result<Duration, QuantityError> {
    parse_parts(text).map_err(|why| why.of(QuantityKind::Time))
}

fn parse_scaled(text: &str, units: &[(&str, u64)]) -> Result<u64, NoQuantity> {
    let (number, unit) = DecimalNumber::take(text.trim())?;
    let unit = unit.trim();
    let lower = unit.to_ascii_lowercase();
    let known = units.iter().find(|(name, _)| *name == lower);
    let scale = known.map(|(_, scale)| *scale).ok_or_else(|| unknown(unit))?;
    if scale == 1 && !number.is_whole() {
        return Err(NoQuantity::NotWhole);
    }
    let value = number.times(scale).and_then(|value| u64::try_from(value).ok());
    match value.ok_or(NoQuantity::TooLarge)? {
        0 => Err(NoQuantity::Zero),
        value => Ok(value),
    }
}

fn parse_parts(text: &str) -> Result<Duration, NoQuantity> {
    let mut rest = text.trim();
    let (mut nanos, mut is_first) = (0_u128, true);
    while is_first || !rest.is_empty() {
        let (number, behind) = DecimalNumber::take(rest).map_err(|why| match why {
            NoQuantity::NoNumber if !is_first => unknown(rest),
            why => why,
        })?;
        let behind = behind.trim_start();
        let length = behind.find(|letter: char| !letter.is_alphabetic()).unwrap_or(behind.len());
        let (unit, next) = behind.split_at(length);
        let scale = match unit {
            "" if behind.is_empty() && is_first => SECOND,
            "" if behind.is_empty() => return Err(NoQuantity::NoUnit),
            "" => return Err(unknown(behind)),
            unit => unit_of_time(unit)?,
        };
        let part = number.times(scale).ok_or(NoQuantity::TooLarge)?;
        nanos = nanos.checked_add(part).ok_or(NoQuantity::TooLarge)?;
        (rest, is_first) = (next.trim_start(), false);
    }
    let seconds = u64::try_from(nanos / u128::from(SECOND)).map_err(|_| NoQuantity::TooLarge)?;
    let below = u32::try_from(nanos % u128::from(SECOND)).map_err(|_| NoQuantity::TooLarge)?;
    match Duration::new(seconds, below) {
        Duration::ZERO => Err(NoQuantity::Zero),
        time => Ok(time),
    }
}

fn unit_of_time(unit: &str) -> Result<u64, NoQuantity> {
    if unit == "M" {
        return Err(NoQuantity::MinutesOrMonths);
    }
    let lower = unit.to_lowercase();
    let known = TIME.iter().find(|(names, _)| names.contains(&lower.as_str()));
    known.map(|(_, scale)| *scale).ok_or_else(|| unknown(unit))
}

fn unknown(unit: &str) -> NoQuantity {
    if unit.starts_with(',') { NoQuantity::Comma } else { NoQuantity::UnknownUnit(unit.to_owned()) }
}

/// A decimal number as it was written: `digits` times ten to the `exponent`.
#[derive(Debug, Clone, Copy)]
struct DecimalNumber {
    digits: u128,
    exponent: i32,
}

impl DecimalNumber {
    /// The number at the start of a text, and what stands behind it.
    fn take(text: &str) -> Result<(Self, &str), NoQuantity> {
        let has_number = |text: &str| {
            let bare = text.strip_prefix('.').unwrap_or(text);
            bare.starts_with(|first: char| first.is_ascii_digit())
        };
        if text.strip_prefix('-').is_some_and(has_number) {
            return Err(NoQuantity::Negative);
        }
        if !has_number(text) {
            return Err(NoQuantity::NoNumber);
        }
        let mut number = Self { digits: 0, exponent: 0 };
        let mut rest = number.take_digits(text, false);
        if let Some(fraction) = rest.strip_prefix('.').filter(|fraction| !fraction.starts_with('.'))
            && has_number(fraction)
        {
            rest = number.take_digits(fraction, true);
        }
        if let Some((exponent, behind)) = exponent(rest) {
            number.exponent = number.exponent.saturating_add(exponent);
            rest = behind;
        }
        Ok((number, rest))
    }

    /// Takes digits, with `_` between them.
    fn take_digits<'a>(&mut self, text: &'a str, is_fraction: bool) -> &'a str {
        let mut rest = text;
        loop {
            let bare = rest.strip_prefix('_').filter(|_| rest.len() < text.len()).unwrap_or(rest);
            let Some(digit) = bare.chars().next().and_then(|letter| letter.to_digit(10)) else { return rest };
            rest = bare.get(1..).unwrap_or_default();
            let shift = if self.digits < PLENTY {
                self.digits = self.digits * 10 + u128::from(digit);
                -i32::from(is_fraction)
            } else {
                i32::from(!is_fraction)
            };
            self.exponent = self.exponent.saturating_add(shift);
        }
    }

    /// So many times `scale`, without the fraction that is left; `None` if 128 bits do not hold it.
    fn times(self, scale: u64) -> Option<u128> {
        let value = self.digits.checked_mul(u128::from(scale))?;
        let power = 10_u128.checked_pow(self.exponent.unsigned_abs());
        match (value, self.exponent >= 0) {
            (0, _) => Some(0),
            (value, true) => value.checked_mul(power?),
            (value, false) => Some(power.map_or(0, |power| value / power)),
        }
    }

    /// Returns whether it has no fraction.
    fn is_whole(self) -> bool {
        let power = 10_u128.checked_pow(self.exponent.unsigned_abs());
        self.exponent >= 0 || power.map_or(self.digits == 0, |power| self.digits.is_multiple_of(power))
    }
}

/// The exponent at the start of a text, as in `e9` and `E-3`, and what stands behind it.
fn exponent(text: &str) -> Option<(i32, &str)> {
    let behind = text.strip_prefix(['e', 'E'])?;
    let (is_negative, behind) = match behind.strip_prefix(['+', '-']) {
        Some(digits) => (behind.starts_with('-'), digits),
        None => (false, behind),
    };
    let length = behind.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(behind.len());
    let (digits, rest) = behind.split_at(length);
    if digits.is_empty() {
        return None;
    }
    let size = digits.parse().unwrap_or(i32::MAX);
    Some((if is_negative { -size } else { size }, rest))
}

#[cfg(test)]
mod tests;
