//! Choice of coloured output: by `--color`, else by the variables that people set for all programs,
//! else by where the output goes.
//!
//! It must never know which words have a colour.

use super::args::WhenToColour;
use crate::report::status_line::can_go_back;
use std::ffi::{OsStr, OsString};

/// Colour settings of the environment.
#[derive(Debug, Clone, Default)]
pub(super) struct ColourEnvironment {
    no_color: bool,
    clicolor: Option<bool>,
    force: bool,
    can_colour: bool,
}

impl ColourEnvironment {
    /// As `NO_COLOR` (no-color.org), `CLICOLOR` and `CLICOLOR_FORCE` (bixense.com/clicolors) and
    /// `TERM` have it.
    pub(super) fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let given = |name| variable(name).filter(|value| !value.is_empty());
        Self {
            no_color: given("NO_COLOR").is_some(),
            clicolor: given("CLICOLOR").map(|value| value != "0"),
            force: given("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            can_colour: can_go_back(variable("TERM").as_deref()),
        }
    }

    /// Returns whether to use colours if `asked` is the choice, on a terminal or elsewhere.
    pub(super) fn wants(&self, asked: WhenToColour, is_terminal: bool) -> bool {
        match asked {
            WhenToColour::Always => true,
            WhenToColour::Never => false,
            WhenToColour::Auto if self.no_color => false,
            WhenToColour::Auto if self.force => true,
            WhenToColour::Auto => is_terminal && self.can_colour && self.clicolor.unwrap_or(true),
        }
    }
}

/// Returns the `--color` that was typed, before the command line is parsed: its errors are reported
/// too. The last word counts.
pub(super) fn typed(argv: &[OsString]) -> Option<WhenToColour> {
    let ours = argv.iter().take_while(|word| *word != "--");
    let values = ours.clone().zip(ours.skip(1).map(Some).chain([None])).filter_map(|(word, next)| {
        let inline = word.to_str().and_then(|word| word.strip_prefix("--color="));
        let value = inline.map(OsStr::new).or(next.map(OsString::as_os_str).filter(|_| word == "--color"));
        WhenToColour::named(value?.to_str()?)
    });
    values.last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(variables: &'static [(&str, &str)]) -> ColourEnvironment {
        ColourEnvironment::of(|name| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn a_flag_counts_before_variables_and_those_before_where_it_goes() {
        const XTERM: (&str, &str) = ("TERM", "xterm");
        for (variables, terminal, pipe) in [
            (&[XTERM][..], true, false),
            (&[], false, false),
            (&[("TERM", "dumb")], false, false),
            (&[XTERM, ("NO_COLOR", "1")], false, false),
            (&[XTERM, ("NO_COLOR", "")], true, false),
            (&[XTERM, ("CLICOLOR", "0")], false, false),
            (&[XTERM, ("CLICOLOR_FORCE", "1")], true, true),
            (&[XTERM, ("CLICOLOR_FORCE", "0")], true, false),
            (&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], true, true),
            (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false, false),
        ] {
            let around = given(variables);
            assert_eq!(
                [true, false].map(|is_terminal| around.wants(WhenToColour::Auto, is_terminal)),
                [terminal, pipe],
                "{variables:?}"
            );
            assert!(around.wants(WhenToColour::Always, false) && !around.wants(WhenToColour::Never, true));
        }
    }

    #[test]
    fn what_is_typed_is_found_though_the_rest_is_wrong() {
        for (line, expected) in [
            ("polymer run", None),
            ("polymer --color never rn", Some(WhenToColour::Never)),
            ("polymer run --color=always --fule", Some(WhenToColour::Always)),
            ("polymer run --color=always --color never", Some(WhenToColour::Never)),
            ("polymer run --color=blue", None),
            ("polymer run --color", None),
            ("polymer run x -- --color always", None),
        ] {
            let argv: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(typed(&argv), expected, "{line}");
        }
    }
}
