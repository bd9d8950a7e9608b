//! What somebody may have meant who mistyped a word.

/// Of `words` the one nearest to `word`, if it is near: no more than a third of its letters differ.
pub(super) fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 3).max(1);
    words
        .map(|other| (distance(word, other), other))
        .filter(|(far, _)| *far <= most)
        .min()
        .map(|(_, other)| other)
}

/// Letters to put in, take out, replace or swap with their neighbour to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let mut before = None;
    for (at, letter) in one.chars().enumerate() {
        let mut next = vec![at + 1];
        for (place, &there) in other.iter().enumerate() {
            let of = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX - 1);
            let mut least = of(&row, place) + usize::from(letter != there);
            least = least.min(of(&row, place + 1) + 1).min(of(&next, place) + 1);
            let swapped = place > 0 && before == Some(there) && other.get(place - 1) == Some(&letter);
            if swapped {
                least = least.min(of(&above, place - 1) + 1);
            }
            next.push(least);
        }
        above = std::mem::replace(&mut row, next);
        before = Some(letter);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted() {
        for (one, other, far) in [
            ("", "", 0),
            ("fuel", "fuel", 0),
            ("fule", "fuel", 1),
            ("timeuot", "timeout", 1),
            ("worker", "workers", 1),
            ("", "abc", 3),
            ("memory", "fuel", 6),
        ] {
            assert_eq!(distance(one, other), far, "{one} {other}");
            assert_eq!(distance(other, one), far, "{other} {one}");
        }
    }

    #[test]
    fn only_what_is_near_was_meant() {
        let near = |word| nearest(word, ["fuel", "timeout", "log-file", "log-level"].into_iter());
        assert_eq!(near("timeuot"), Some("timeout"));
        assert_eq!(near("log_file"), Some("log-file"));
        assert_eq!(near("fool"), None);
        assert_eq!(near("memory"), None);
    }
}
