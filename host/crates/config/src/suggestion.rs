//! Suggestion for a mistyped word.

/// Of `words` the one nearest to `word`, if it is near: no more than a third of its letters differ.
pub fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 3).max(1);
    words
        .map(|other| (strsim::osa_distance(word, other), other))
        .filter(|(far, _)| *far <= most)
        .min()
        .map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_was_meant() {
        let near = |word| nearest(word, ["fuel", "timeout", "log-file", "log-level"].into_iter());
        for (word, meant) in [
            ("fuel", Some("fuel")),
            ("fule", Some("fuel")),
            ("timeuot", Some("timeout")),
            ("log_file", Some("log-file")),
            ("fool", None),
            ("memory", None),
            ("", None),
        ] {
            assert_eq!(near(word), meant, "{word}");
        }
    }
}
