//! Two outputs as a guest may have written them, compared in every way: what is the same, and what
//! is said of the rest.

use polymer_host_judge::{diff, same_texts, same_values};
use polymer_host_task::{CompareMode, DefaultValidator, Tolerance};
use serde_json::Value;

/// The longest description of a difference.
const LONGEST: usize = 4 << 10;

/// A byte that no UTF-8 has, between the two.
const BETWEEN: u8 = 0xfe;

/// The first byte says how far numbers may be apart. What is expected and what is given follow.
pub fn judge(data: &[u8]) {
    let Some((distance, texts)) = data.split_first() else { return };
    let distance = f64::from(*distance) / 16.0;
    let Some(tolerance) = Tolerance::new(distance) else { panic!("{distance} is no tolerance") };
    let mut texts = texts.splitn(2, |byte| *byte == BETWEEN);
    let (expected, given) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    pair(tolerance, expected, given);
    white_space(tolerance, expected);
}

/// What the default output validator of the problem package format is given: nothing; that case
/// counts; both, with a tolerance; and that white space counts.
fn validators(tolerance: Tolerance) -> [DefaultValidator; 4] {
    let usual = DefaultValidator::default();
    let strict = DefaultValidator { case_sensitive: true, ..usual };
    let near = Some(tolerance);
    let float = DefaultValidator { float_absolute_tolerance: near, float_relative_tolerance: near, ..strict };
    [usual, strict, float, DefaultValidator { space_change_sensitive: true, ..usual }]
}

fn modes(tolerance: Tolerance) -> [CompareMode; 11] {
    use CompareMode::{EndsWith, Exact, Float, Json, Tokens, Trim, UnorderedLines, Validator};
    let [usual, strict, float, spaces] = validators(tolerance).map(Validator);
    [Exact, Trim, Tokens, Json, Float(tolerance), UnorderedLines, usual, strict, float, spaces, EndsWith]
}

/// A share of a tolerance is one of the expected number, and an end is one of the given output.
fn goes_one_way(mode: CompareMode) -> bool {
    matches!(mode, CompareMode::Float(_) | CompareMode::EndsWith)
        || matches!(mode, CompareMode::Validator(it) if it.has_tolerance())
}

fn pair(tolerance: Tolerance, expected: &[u8], given: &[u8]) {
    for mode in modes(tolerance) {
        for text in [expected, given] {
            assert!(same_texts(mode, text, text), "{mode}: {text:?}");
        }
        let same = same_texts(mode, expected, given);
        if !goes_one_way(mode) {
            assert_eq!(same, same_texts(mode, given, expected), "{mode}: {expected:?} {given:?}");
        }
        let shown = diff(mode, expected, given);
        assert!(shown.len() <= LONGEST && shown.lines().count() <= 42, "{mode}: {shown}");
        assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{mode}: {shown:?}");
        assert_eq!(shown.is_empty(), same, "{mode}: {expected:?} {given:?}: {shown}");
        assert_eq!(mode.to_string().parse(), Ok(mode));
    }
    let [exact, trim, tokens, json, float, unordered, usual, strict, near, spaces, ends] =
        modes(tolerance).map(|mode| same_texts(mode, expected, given));
    let implied = [(exact, trim), (trim, tokens), (tokens, float), (trim, unordered), (exact, json)];
    assert!(tokens == strict && float == near, "{expected:?} {given:?}");
    let implied =
        implied.into_iter().chain([(strict, usual), (spaces, usual), (exact, spaces), (exact, ends)]);
    let implied = implied.collect::<Vec<_>>();
    assert!(implied.iter().all(|(one, other)| !one || *other), "{expected:?} {given:?}");
    let documents = serde_json::from_slice::<Value>(expected).ok().zip(serde_json::from_slice(given).ok());
    if let Some((one, other)) = documents {
        values(tolerance, &one, &other, json && has_short_numbers(expected) && has_short_numbers(given));
    }
}

/// No number loses digits as a value.
fn has_short_numbers(text: &[u8]) -> bool {
    text.split(|byte| !byte.is_ascii_digit() && *byte != b'.').all(|number| number.len() <= 15)
}

/// Documents that say the same are the same as values.
fn values(tolerance: Tolerance, expected: &Value, given: &Value, are_same_documents: bool) {
    let same = |mode| same_values(mode, expected, given);
    assert!(!are_same_documents || same(CompareMode::Json), "{expected} {given}");
    for mode in modes(tolerance) {
        assert!(same_values(mode, given, given), "{mode}: {given}");
        assert!(!same(CompareMode::Exact) || same(mode), "{mode}: {expected} {given}");
    }
}

/// White space at the end is none that counts, but to the byte.
fn white_space(tolerance: Tolerance, expected: &[u8]) {
    let given = [expected, b" \r\n\n\t"].concat();
    for mode in modes(tolerance) {
        let same = match mode {
            CompareMode::Exact => false,
            CompareMode::EndsWith => given.ends_with(expected),
            CompareMode::Validator(validator) => !validator.space_change_sensitive,
            // White space is none in what is no document.
            CompareMode::Json => same_texts(mode, expected, &[expected, b"\n"].concat()),
            _ => true,
        };
        assert_eq!(same_texts(mode, expected, &given), same, "{mode}: {expected:?}");
    }
}
