//! A command line that starts nothing: what is said of it.

use super::meant::tip;

/// A command line that starts nothing: wrong, or asking for help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct NoStart {
    /// What to print.
    pub text: String,
    /// The same with colours, if it was asked for: then it is all our own.
    pub coloured: String,
    /// It was asked for: it goes to standard output and the exit code is 0. Else it is a usage
    /// error.
    pub asked_for: bool,
}

impl NoStart {
    /// What clap has to say, and what may have been meant.
    pub(crate) fn of(error: &clap::Error) -> Self {
        let text = error.to_string();
        if error.exit_code() == 0 {
            return Self { text, coloured: error.render().ansi().to_string(), asked_for: true };
        }
        Self::wrong(tip(error).map_or(text.clone(), |tip| with_tip(&text, &tip)))
    }

    /// A usage error that says this.
    pub(crate) fn usage(text: &str) -> Self {
        Self::wrong(format!("error: {}\n", text.trim_end()))
    }

    /// A usage error in these words.
    pub(crate) const fn wrong(text: String) -> Self {
        Self { text, coloured: String::new(), asked_for: false }
    }
}

/// A tip below the error, where clap puts its own.
fn with_tip(text: &str, tip: &str) -> String {
    let (what, rest) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
    let gap = if rest.starts_with("  tip:") { "\n" } else { "\n\n" };
    format!("{what}\n\n  tip: {tip}{gap}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tip_stands_below_the_error() {
        assert_eq!(
            with_tip("error: no 'rn'\n\nUsage: polymer\n", "'run'"),
            "error: no 'rn'\n\n  tip: 'run'\n\nUsage: polymer\n"
        );
        assert_eq!(with_tip("error: no '--x'\n\n  tip: y\n", "z"), "error: no '--x'\n\n  tip: z\n  tip: y\n");
        assert_eq!(with_tip("error: no\n", "z"), "error: no\n\n  tip: z\n\n");
    }
}
