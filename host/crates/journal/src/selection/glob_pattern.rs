//! Patterns over a whole text: `*` stands for any characters, also for none, and `?` for one. All
//! others stand for themselves.
//!
//! It must never know whose text it looks at: that may be megabytes of a guest's, so nothing is
//! held but places, and no pattern takes more than the product of the two lengths.

/// Returns whether all of `text` is as `pattern` says.
pub(super) fn glob_matches(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // What follows the last star, and from where in the text it was tried.
    let mut last_star = None;
    loop {
        match (pattern.next(), text.clone().next()) {
            (None, None) => return true,
            (Some('*'), _) => last_star = Some((pattern.clone(), text.clone())),
            (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
                text.next();
            }
            _ => {
                // The star takes one character more.
                let Some((after, from)) = &mut last_star else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pattern, text) = (after.clone(), from.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_over_the_whole_text() {
        for (pattern, fits, others) in [
            ("", &[""][..], &["a"][..]),
            ("*", &["", "a", "größer\n"], &[]),
            ("?", &["a", "ö", "\n", "?"], &["", "ab"]),
            ("case/1*", &["case/1", "case/12/x"], &["case/2", "a case/1"]),
            ("*.c", &[".c", "a.c", "a.c.c"], &["a.cc", "a.c "]),
            ("a*b*c", &["abc", "axbxc", "abbcc"], &["ab", "acb", "abcd"]),
            ("*a?", &["ab", "aaab"], &["a", "ba", "abc"]),
            ("**x**", &["x", "axb"], &["", "ab"]),
            ("[a]", &["[a]"], &["a"]),
        ] {
            for text in fits {
                assert!(glob_matches(pattern, text), "{pattern} {text}");
            }
            for text in others {
                assert!(!glob_matches(pattern, text), "{pattern} {text}");
            }
        }
    }

    #[test]
    fn many_stars_over_a_long_text_end() {
        let text = "a".repeat(1 << 16);
        assert!(!glob_matches(&("*a".repeat(64) + "b"), &text));
        assert!(glob_matches(&"*a".repeat(64), &text));
    }
}
