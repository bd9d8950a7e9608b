//! What references need of each limit, how much of what is set that is, and the limits that follow.
//! Pure.
//!
//! It must never know how a case is run, or how limits are shown and written.

use polymer_host_base::quantity::{parse_fuel, show_fuel, show_size, write_fuel, write_size};
use polymer_host_task::{AllLimits, LONGEST_PAYLOAD, LONGEST_TIME, Limits, Usage};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Percentage of a limit over which a reference is near it.
pub(super) const NEAR: u64 = 80;
/// The least memory that is proposed: little programs differ by more than they need.
const LEAST_MEMORY: u64 = 1 << 20;
/// The least output that is proposed.
const LEAST_OUTPUT: u64 = 1 << 10;
/// The least time that is proposed. A busy machine takes many times what this one took.
const LEAST_TIME: Duration = Duration::from_secs(10);
/// Second, in microseconds.
const SECOND: u64 = 1_000_000;

/// A limit that can be proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CalibratedLimit {
    /// Units of fuel.
    Fuel,
    /// Bytes of all linear memories.
    Memory,
    /// Bytes of output.
    Output,
    /// Time in microseconds.
    Timeout,
}

/// The number by which the largest need is multiplied: from 1 to 100, exact to the thousandth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalibrationFactor(u32);

/// A case of a reference, and what it used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CaseUsage<'a> {
    /// The module, as it was named.
    pub(super) reference: &'a str,
    /// Name of the case.
    pub(super) case: &'a str,
    /// Line of the case, from 1.
    pub(super) line: u64,
    pub(super) usage: &'a Usage,
}

/// The largest need of a limit among some cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LimitNeed<'a> {
    pub(super) limit: CalibratedLimit,
    /// As much as was used.
    pub(super) amount: u64,
    /// As much as may be used as things are.
    pub(super) set: u64,
    /// The first case that used so much.
    pub(super) by: CaseUsage<'a>,
}

impl CalibratedLimit {
    /// Every limit, in the order in which they are shown.
    pub(super) const ALL: [Self; 4] = [Self::Fuel, Self::Memory, Self::Output, Self::Timeout];

    /// The flag and the key of a profile that set it.
    pub(super) const fn setting(self) -> &'static str {
        match self {
            Self::Fuel => "fuel",
            Self::Memory => "memory",
            Self::Output => "output-limit",
            Self::Timeout => "timeout",
        }
    }

    /// Unit in which amounts of it are counted.
    pub(super) const fn unit(self) -> &'static str {
        match self {
            Self::Fuel => "fuel",
            Self::Memory | Self::Output => "bytes",
            Self::Timeout => "us",
        }
    }

    /// Its name in a sentence.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Fuel => "fuel",
            Self::Memory => "memory",
            Self::Output => "output",
            Self::Timeout => "time",
        }
    }

    /// What was used of it, if that is known.
    fn used(self, usage: &Usage) -> Option<u64> {
        match self {
            Self::Fuel => usage.fuel,
            Self::Memory => usage.peak_memory,
            Self::Output => usage.output_bytes,
            Self::Timeout => usage.wall.map(micros),
        }
    }

    fn set(self, limits: Limits) -> u64 {
        let AllLimits { fuel, timeout, memory, output, .. } = limits.into();
        match self {
            // One that is not counted is not calibrated.
            Self::Fuel => fuel.unwrap_or(u64::MAX),
            Self::Memory => memory,
            Self::Output => output,
            Self::Timeout => micros(timeout),
        }
    }

    /// Limit that leaves room beside a need: the need times the factor, rounded up to two
    /// significant digits, within what is of use and what is allowed.
    fn proposed(self, need: u64, factor: CalibrationFactor) -> u64 {
        let wanted = factor.times(need);
        match self {
            Self::Fuel => two_digits(wanted, 1).max(1),
            Self::Memory => round_size(wanted).max(LEAST_MEMORY),
            Self::Output => round_size(wanted).clamp(LEAST_OUTPUT, LONGEST_PAYLOAD),
            Self::Timeout => two_digits(wanted, SECOND).clamp(micros(LEAST_TIME), micros(LONGEST_TIME)),
        }
    }

    /// An amount of it for people.
    pub(super) fn shown(self, amount: u64) -> String {
        match self {
            Self::Fuel => show_fuel(amount),
            Self::Memory | Self::Output => show_size(amount),
            Self::Timeout if amount >= 10 * SECOND => format!("{} s", amount / SECOND),
            Self::Timeout if amount >= SECOND => {
                format!("{}.{} s", amount / SECOND, amount % SECOND / (SECOND / 10))
            }
            Self::Timeout => format!("{}.{} ms", amount / 1000, amount % 1000 / 100),
        }
    }

    /// An amount of it as flags and profiles take it, exact.
    pub(super) fn written(self, amount: u64) -> String {
        match self {
            Self::Fuel => {
                let short = show_fuel(amount);
                if parse_fuel(&short) == Ok(amount) { short } else { write_fuel(amount) }
            }
            Self::Memory | Self::Output => write_size(amount),
            Self::Timeout => format!("{}s", amount.div_ceil(SECOND)),
        }
    }
}

impl CalibrationFactor {
    const LEAST: u32 = 1_000;
    const MOST: u32 = 100_000;

    /// So many times `need`, rounded up.
    fn times(self, need: u64) -> u64 {
        let product = u128::from(need) * u128::from(self.0);
        u64::try_from(product.div_ceil(u128::from(Self::LEAST))).unwrap_or(u64::MAX)
    }

    /// The same as a number.
    pub(super) fn as_number(self) -> f64 {
        f64::from(self.0) / f64::from(Self::LEAST)
    }
}

impl FromStr for CalibrationFactor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write a number from 1 to 100, such as 2 or 1.25";
        let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 3 {
            return Err(FORM);
        }
        let whole: u32 = whole.parse().map_err(|_| FORM)?;
        let part: u32 = format!("{part:0<3}").parse().map_err(|_| FORM)?;
        let thousandths = whole.checked_mul(Self::LEAST).and_then(|factor| factor.checked_add(part));
        let is_allowed = |factor: &u32| (Self::LEAST..=Self::MOST).contains(factor);
        thousandths.filter(is_allowed).map(Self).ok_or(FORM)
    }
}

impl fmt::Display for CalibrationFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_number())
    }
}

impl LimitNeed<'_> {
    /// Percentage of what is set, rounded up, so that what is over some percentage shows it.
    pub(super) fn percent(&self) -> u64 {
        let hundredfold = u128::from(self.amount) * 100;
        u64::try_from(hundredfold.div_ceil(u128::from(self.set.max(1)))).unwrap_or(u64::MAX)
    }

    /// Returns whether it is over 80 % of what is set.
    fn is_near(&self) -> bool {
        self.percent() > NEAR
    }

    /// Limit that leaves room beside it.
    pub(super) fn proposed(&self, factor: CalibrationFactor) -> u64 {
        self.limit.proposed(self.amount, factor)
    }
}

/// The largest need of each limit, in the order of limits. One of which no usage is known is left
/// out.
pub(super) fn largest<'a>(cases: &[CaseUsage<'a>], limits: Limits) -> Vec<LimitNeed<'a>> {
    let of = |limit: CalibratedLimit| {
        let needs = cases.iter().filter_map(|case| {
            let (amount, set) = (limit.used(case.usage)?, limit.set(limits));
            Some(LimitNeed { limit, amount, set, by: *case })
        });
        needs.reduce(|most, next| if next.amount > most.amount { next } else { most })
    };
    CalibratedLimit::ALL.into_iter().filter_map(of).collect()
}

/// The largest need of each reference and limit that is over 80 % of what is set. Cases of one
/// reference stand together.
pub(super) fn near<'a>(cases: &[CaseUsage<'a>], limits: Limits) -> Vec<LimitNeed<'a>> {
    let references = cases.chunk_by(|one, other| one.reference == other.reference);
    references.flat_map(|cases| largest(cases, limits)).filter(LimitNeed::is_near).collect()
}

/// The first case of each reference that was refused memory and managed without: it may need more
/// than it got.
pub(super) fn refused_memory<'a>(cases: &[CaseUsage<'a>]) -> Vec<CaseUsage<'a>> {
    let references = cases.chunk_by(|one, other| one.reference == other.reference);
    references.filter_map(|cases| cases.iter().find(|case| case.usage.grow_refused).copied()).collect()
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1000)).unwrap_or(u64::MAX)
}

/// A size in whole KiB, MiB or GiB of two significant digits, at least as large. The unit is the
/// largest that leaves two digits.
fn round_size(bytes: u64) -> u64 {
    let units = [1 << 30, 1 << 20, 1 << 10];
    let unit = units.into_iter().find(|unit| bytes.div_ceil(*unit) >= 10).unwrap_or(1 << 10);
    two_digits(bytes, unit)
}

/// An amount in whole units of which only the first two digits are not 0, at least as large; the
/// largest amount where there is no such.
fn two_digits(amount: u64, unit: u64) -> u64 {
    let count = amount.div_ceil(unit);
    let mut step: u64 = 1;
    while count / step >= 100 {
        step *= 10;
    }
    count.div_ceil(step).checked_mul(step).and_then(|count| count.checked_mul(unit)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_base::quantity::{parse_size, parse_time};

    fn usage(fuel: u64, memory: u64, output: u64, wall: u64) -> Usage {
        Usage {
            fuel: Some(fuel),
            peak_memory: Some(memory),
            output_bytes: Some(output),
            wall: Some(Duration::from_millis(wall)),
            ..Usage::default()
        }
    }

    fn case<'a>(reference: &'a str, case: &'a str, usage: &'a Usage) -> CaseUsage<'a> {
        CaseUsage { reference, case, line: 1, usage }
    }

    fn factor(text: &str) -> CalibrationFactor {
        text.parse().unwrap()
    }

    fn proposed(limit: CalibratedLimit, need: u64, by: &str) -> String {
        limit.written(limit.proposed(need, factor(by)))
    }

    #[test]
    fn a_factor_is_a_decimal_number_from_1_to_100() {
        for (text, thousandths) in
            [("1", 1000), ("2", 2000), ("1.5", 1500), ("1.125", 1125), (" 100 ", 100_000), ("100.0", 100_000)]
        {
            assert_eq!(factor(text), CalibrationFactor(thousandths), "{text}");
        }
        for text in
            ["", "0", "0.999", "100.001", "101", "-2", "2x", "1e1", "1.", ".5", "1.0001", "NaN", "4294968"]
        {
            assert!(text.parse::<CalibrationFactor>().is_err(), "{text}");
        }
        assert_eq!((factor("2.0").to_string(), factor("1.25").to_string()), ("2".into(), "1.25".into()));
    }

    #[test]
    fn fuel_is_proposed_in_two_digits() {
        let fuel = |need, by: &str| proposed(CalibratedLimit::Fuel, need, by);
        assert_eq!(fuel(15_210, "2"), "31k");
        assert_eq!(fuel(50, "2"), "100");
        assert_eq!(fuel(333, "1"), "340");
        assert_eq!(fuel(650_000, "2"), "1.3M");
        assert_eq!(fuel(1, "1.001"), "2");
        assert_eq!(fuel(0, "2"), "1");
        assert_eq!(fuel(15_000_000_000, "1"), "15G");
        assert_eq!(fuel(1_500_000_000_001, "1"), "1.6T");
        assert_eq!(fuel(u64::MAX, "100"), u64::MAX.to_string());
    }

    #[test]
    fn sizes_are_proposed_in_whole_units_within_bounds() {
        let memory = |need, by: &str| proposed(CalibratedLimit::Memory, need, by);
        assert_eq!(memory(0, "2"), "1MiB");
        assert_eq!(memory(17 << 16, "2"), "2200KiB");
        assert_eq!(memory((9 << 20) + 1, "1"), "10MiB");
        assert_eq!(memory(64 << 20, "1.5"), "96MiB");
        assert_eq!(memory(64 << 20, "2"), "130MiB");
        assert_eq!(memory(15 << 30, "1"), "15GiB");
        assert_eq!(memory(u64::MAX, "2"), u64::MAX.to_string());
        let output = |need, by: &str| proposed(CalibratedLimit::Output, need, by);
        assert_eq!(
            (output(0, "2"), output(512, "2"), output(513, "2")),
            ("1KiB".into(), "1KiB".into(), "2KiB".into())
        );
        assert_eq!(output(700 << 20, "2"), "1GiB");
        assert_eq!(output(u64::MAX, "1"), "1GiB");
    }

    #[test]
    fn time_is_proposed_with_a_large_floor() {
        let time = |need: Duration, by: &str| proposed(CalibratedLimit::Timeout, micros(need), by);
        assert_eq!(time(Duration::from_millis(3), "100"), "10s");
        assert_eq!(time(Duration::from_millis(5001), "2"), "11s");
        assert_eq!(time(Duration::from_secs(61), "2"), "130s");
        assert_eq!(time(LONGEST_TIME, "2"), "31536000s");
        assert_eq!(time(Duration::MAX, "2"), "31536000s");
    }

    #[test]
    fn what_is_proposed_is_never_less_than_what_was_needed_and_is_read_back_exactly() {
        for limit in CalibratedLimit::ALL {
            let most = match limit {
                CalibratedLimit::Fuel | CalibratedLimit::Memory => u64::MAX,
                CalibratedLimit::Output => LONGEST_PAYLOAD,
                CalibratedLimit::Timeout => micros(LONGEST_TIME),
            };
            for shift in 0..64 {
                for need in [(1 << shift) - 1, 1 << shift, (1 << shift) + 1, 3 << shift] {
                    for by in ["1", "1.001", "2", "100"] {
                        let proposed = limit.proposed(need, factor(by));
                        assert!(
                            proposed >= need.min(most) && proposed <= most,
                            "{limit:?} {need} {proposed}"
                        );
                        let written = limit.written(proposed);
                        let read = match limit {
                            CalibratedLimit::Fuel => parse_fuel(&written),
                            CalibratedLimit::Memory | CalibratedLimit::Output => parse_size(&written),
                            CalibratedLimit::Timeout => parse_time(&written).map(micros),
                        };
                        assert_eq!(read, Ok(proposed), "{written}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_largest_need_of_each_limit_is_found_with_its_case() {
        let (one, two) = (usage(10, 5 << 20, 7, 3), usage(30, 4 << 20, 7, 2));
        let cases = [case("a", "first", &one), case("b", "second", &two)];
        let needs = largest(&cases, Limits::default());
        let found: Vec<_> = needs.iter().map(|need| (need.limit, need.amount, need.by.case)).collect();
        let expected = [
            (CalibratedLimit::Fuel, 30, "second"),
            (CalibratedLimit::Memory, 5 << 20, "first"),
            (CalibratedLimit::Output, 7, "first"),
            (CalibratedLimit::Timeout, 3000, "first"),
        ];
        assert_eq!(found, expected);
        assert_eq!((needs[1].set, needs[1].percent(), needs[3].set), (256 << 20, 2, 60 * SECOND));
        let unknown = Usage { fuel: Some(1), ..Usage::default() };
        assert_eq!(largest(&[case("a", "c", &unknown)], Limits::default()).len(), 1);
        assert!(largest(&[], Limits::default()).is_empty());
    }

    #[test]
    fn a_share_is_rounded_up_and_80_percent_is_not_yet_near() {
        let limits = Limits::default().with_fuel(1000);
        for (fuel, percent, is_near) in
            [(0, 0, false), (1, 1, false), (800, 80, false), (801, 81, true), (1000, 100, true)]
        {
            let used = usage(fuel, 0, 0, 0);
            let cases = [case("a", "c", &used)];
            let need = largest(&cases, limits)[0];
            assert_eq!((need.percent(), need.is_near()), (percent, is_near), "{fuel}");
            assert_eq!(near(&cases, limits).len(), usize::from(is_near), "{fuel}");
        }
        let huge = usage(u64::MAX, 0, 0, 0);
        assert_eq!(largest(&[case("a", "c", &huge)], Limits::default().with_fuel(1))[0].percent(), u64::MAX);
    }

    #[test]
    fn each_reference_is_near_its_limits_by_itself() {
        let (low, high, higher) = (usage(10, 0, 0, 0), usage(90, 0, 0, 0), usage(95, 0, 0, 0));
        let cases =
            [case("a", "1", &low), case("b", "1", &high), case("b", "2", &higher), case("c", "1", &high)];
        let found = near(&cases, Limits::default().with_fuel(100));
        let found: Vec<_> =
            found.iter().map(|need| (need.by.reference, need.by.case, need.percent())).collect();
        assert_eq!(found, [("b", "2", 95), ("c", "1", 90)]);
    }

    #[test]
    fn who_was_refused_memory_is_named_once() {
        let refused = Usage { grow_refused: true, ..Usage::default() };
        let none = Usage::default();
        let cases = [case("a", "1", &none), case("b", "2", &refused), case("b", "3", &refused)];
        let found: Vec<_> = refused_memory(&cases).iter().map(|case| case.case).collect();
        assert_eq!(found, ["2"]);
    }

    #[test]
    fn amounts_read_well() {
        let time = |amount| CalibratedLimit::Timeout.shown(amount);
        assert_eq!(
            [time(60 * SECOND), time(1_540_000), time(1_299), time(40)],
            ["60 s", "1.5 s", "1.2 ms", "0.0 ms"]
        );
        assert_eq!(CalibratedLimit::Fuel.shown(15_210), "15.2k");
        assert_eq!(CalibratedLimit::Memory.shown(1 << 20), "1 MiB");
        assert_eq!(CalibratedLimit::Output.setting(), "output-limit");
    }
}
