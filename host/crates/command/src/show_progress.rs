//! Decision how a run shows its progress: pure, of what was asked for and what the place can do.
//!
//! It must never know how a bar is drawn or a line is written.

use super::args::ShowProgress;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProgressDisplay {
    /// Rows at the foot of the terminal.
    Bar,
    /// Lines at intervals.
    Lines,
    /// Not at all.
    Nothing,
}

/// Why there can be no bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoBar {
    /// Stderr is a file or a pipe.
    #[error("standard error is no terminal")]
    NoTerminal,
    /// It is a terminal that cannot go back in its row.
    #[error("TERM names no terminal that can draw one")]
    PlainTerminal,
    /// Rows are no JSON.
    #[error("the log on standard error is JSON")]
    Json,
    /// A bar would wipe out what is typed.
    #[error("the input is typed on the terminal")]
    Typed,
}

/// Where progress would be shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProgressPlace {
    /// Whether a bar can be drawn.
    pub(super) bar: Result<(), NoBar>,
    /// Records go to a pipe: whoever reads them may write to the same terminal, as `jq` does.
    pub(super) has_piped_records: bool,
    /// Nothing is told on the way: `--quiet`, or a client that reads records.
    pub(super) is_muted: bool,
    /// Another part of the command tells what comes of the run, so lines are shown only if asked
    /// for.
    pub(super) is_given: bool,
}

/// Returns how progress is shown, and why not as a bar, if one was asked for.
pub(super) fn display(asked: ShowProgress, place: ProgressPlace) -> (ProgressDisplay, Option<NoBar>) {
    let ProgressPlace { bar, has_piped_records, is_muted, is_given } = place;
    let shown = match (asked, bar) {
        _ if is_muted => ProgressDisplay::Nothing,
        (ShowProgress::Auto, Ok(())) if !has_piped_records => ProgressDisplay::Bar,
        (ShowProgress::Auto, _) if is_given => ProgressDisplay::Nothing,
        (ShowProgress::Bar, Ok(())) => ProgressDisplay::Bar,
        (ShowProgress::Bar, Err(why)) => return (ProgressDisplay::Lines, Some(why)),
        (ShowProgress::Auto | ShowProgress::Counter, _) => ProgressDisplay::Lines,
        (ShowProgress::None, _) => ProgressDisplay::Nothing,
    };
    (shown, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: ProgressPlace =
        ProgressPlace { bar: Ok(()), has_piped_records: false, is_muted: false, is_given: false };

    #[test]
    fn what_is_asked_for_is_shown_as_far_as_the_place_can() {
        use ProgressDisplay::{Bar, Lines, Nothing};
        let plain = ProgressPlace { bar: Err(NoBar::NoTerminal), ..PLACE };
        let piped = ProgressPlace { has_piped_records: true, ..PLACE };
        let muted = ProgressPlace { is_muted: true, ..PLACE };
        let given = ProgressPlace { is_given: true, ..plain };
        for (asked, expected) in [
            (ShowProgress::Auto, [Bar, Lines, Lines, Nothing, Nothing]),
            // Whoever asks for it knows who else writes there.
            (ShowProgress::Bar, [Bar, Lines, Bar, Nothing, Lines]),
            (ShowProgress::Counter, [Lines, Lines, Lines, Nothing, Lines]),
            (ShowProgress::None, [Nothing; 5]),
        ] {
            assert_eq!(
                [PLACE, plain, piped, muted, given].map(|place| display(asked, place).0),
                expected,
                "{asked:?}"
            );
        }
    }

    #[test]
    fn who_asks_for_a_bar_that_cannot_be_drawn_is_told_why() {
        for why in [NoBar::NoTerminal, NoBar::PlainTerminal, NoBar::Json, NoBar::Typed] {
            let place = ProgressPlace { bar: Err(why), ..PLACE };
            assert_eq!(display(ShowProgress::Bar, place).1, Some(why));
            assert_eq!(display(ShowProgress::Auto, place).1, None);
            let muted = ProgressPlace { is_muted: true, ..place };
            assert_eq!(display(ShowProgress::Bar, muted).1, None);
        }
    }
}
