//! Size of a regular expression, before anything is built from it. Pure.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Size assumed for an expression that cannot be read here: the library reads a few things that are
/// written otherwise.
const UNREADABLE: PatternSize = PatternSize { width: 10_000, parts: 100_000 };

/// The size of an expression.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PatternSize {
    /// Places that a character may be tried at, repetitions written out.
    pub(super) width: u64,
    /// Ranges of characters in all of them: what a machine for it is made of.
    pub(super) parts: u64,
}

impl PatternSize {
    const fn plus(self, other: Self) -> Self {
        Self { width: self.width.saturating_add(other.width), parts: self.parts.saturating_add(other.parts) }
    }

    const fn times(self, times: u64) -> Self {
        Self { width: self.width.saturating_mul(times), parts: self.parts.saturating_mul(times) }
    }
}

pub(super) fn size(pattern: &str) -> PatternSize {
    regex_syntax::parse(&as_meant(pattern)).map_or(UNREADABLE, |read| of(&read))
}

/// Classes as JSON Schema means them: of ASCII.
fn as_meant(pattern: &str) -> String {
    let mut meant = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        match (char, if char == '\\' { chars.next() } else { None }) {
            (_, Some('w')) => meant.push_str("[0-9A-Za-z_]"),
            (_, Some('d')) => meant.push_str("[0-9]"),
            (_, Some('s')) => meant.push_str("[\\t-\\r ]"),
            (char, next) => {
                meant.push(char);
                meant.extend(next);
            }
        }
    }
    meant
}

/// The nesting is bounded by the parser.
fn of(part: &Hir) -> PatternSize {
    let one = |parts: usize| PatternSize { width: 1, parts: u64::try_from(parts).unwrap_or(u64::MAX).max(1) };
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => one(1),
        HirKind::Literal(literal) => one(1).times(u64::try_from(literal.0.len()).unwrap_or(u64::MAX).max(1)),
        HirKind::Class(Class::Unicode(class)) => one(class.ranges().len()),
        HirKind::Class(Class::Bytes(class)) => one(class.ranges().len()),
        HirKind::Repetition(repeated) => {
            of(&repeated.sub).times(u64::from(repeated.max.unwrap_or(repeated.min).max(1)))
        }
        HirKind::Capture(group) => of(&group.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(of).fold(PatternSize::default(), PatternSize::plus)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_ascii() {
        assert_eq!(as_meant(r"^\w+[\d.]\\w\s\S$"), r"^[0-9A-Za-z_]+[[0-9].]\\w[\t-\r ]\S$");
        assert_eq!(size(r"[\w.]+"), PatternSize { width: 1, parts: 5 });
    }

    #[test]
    fn repetitions_are_written_out() {
        for (pattern, width) in
            [("abc", 3), ("^[a-z]+$", 3), ("(a{10}){20}", 200), ("(a?){1000}a{1000}", 2000), ("\\cA", 10_000)]
        {
            assert_eq!(size(pattern).width, width, "{pattern}");
        }
        assert!(size("\\p{L}{100}").parts > 10_000);
        assert!(size("((((a{1000}){1000}){1000}){1000}){1000}").parts >= 1_000_000_000_000_000);
    }
}
