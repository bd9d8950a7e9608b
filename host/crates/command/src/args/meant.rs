//! What somebody may have meant who mistyped a command, a flag or a value, where clap itself has no
//! idea: it compares by another measure, which finds little in short words, and does not know the
//! words of values that we read ourselves.

use super::Cli;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};
use polymer_host_config::nearest;
use polymer_host_modules::project::starter::LANGUAGES;
use polymer_host_task::Verdict;

/// What may be a module's file, by its end.
const MODULES: [&str; 4] = [".wasm", ".wat", ".py", ".js"];

/// A tip on what may be meant, unless the error has one.
pub(super) fn tip(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let has = |kind| error.get(kind).is_some();
    match error.kind() {
        ErrorKind::InvalidSubcommand if !has(ContextKind::SuggestedSubcommand) => {
            let typed = text(ContextKind::InvalidSubcommand)?;
            let command = command_of(error);
            let names = command.get_subcommands().map(Command::get_name);
            if let Some(name) = nearest(&typed, names) {
                return Some(format!("a similar subcommand exists: '{name}'"));
            }
            let is_module = MODULES.iter().any(|end| typed.ends_with(end));
            is_module.then(|| format!("to run a module: polymer run {typed}"))
        }
        ErrorKind::UnknownArgument if !has(ContextKind::SuggestedArg) => {
            let typed = text(ContextKind::InvalidArg)?;
            let typed = typed.strip_prefix("--")?.split('=').next().unwrap_or_default().to_owned();
            let (command, all) = (command_of(error), Cli::command());
            let globals = all.get_arguments().filter(|arg| arg.is_global_set());
            let flags = command.get_arguments().chain(globals).filter_map(|arg| arg.get_long());
            nearest(&typed, flags).map(|name| format!("a similar argument exists: '--{name}'"))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if !has(ContextKind::SuggestedValue) => {
            let (arg, typed) = (text(ContextKind::InvalidArg)?, text(ContextKind::InvalidValue)?);
            let words = match error.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(words)) => words.clone(),
                _ => words(&arg),
            };
            // As in `fuel=4x,max=120G`.
            let typed = typed.split(['=', ':']).next().unwrap_or_default().trim();
            let near = nearest(typed, words.iter().map(String::as_str)).filter(|near| *near != typed)?;
            Some(format!("a similar value exists: '{near}'"))
        }
        _ => None,
    }
}

/// The verdict that may be meant, in words.
pub(crate) fn verdict_meant(typed: &str) -> String {
    let near = nearest(typed, Verdict::ALL.into_iter().map(Verdict::name));
    near.map(|near| format!("; is `{near}` meant?")).unwrap_or_default()
}

/// The words that a flag takes, as in `--sandbox <auto|strict|off>`.
fn words(arg: &str) -> Vec<String> {
    let value =
        arg.split_once('<').and_then(|(_, value)| value.rsplit_once('>')).map_or("", |(value, _)| value);
    match value {
        "VERDICT,..." => Verdict::ALL.into_iter().map(|verdict| verdict.name().to_owned()).collect(),
        "LANG" => LANGUAGES.iter().map(|(word, _)| (*word).to_owned()).collect(),
        "MODE" => ["exact", "trim", "tokens", "json", "float"].map(str::to_owned).to_vec(),
        "LIMIT=2x,max=MAX" => ["fuel", "memory", "timeout", "output"].map(str::to_owned).to_vec(),
        _ => value
            .split('|')
            .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
            .map(str::to_owned)
            .collect(),
    }
}

/// The command that an error is about, as its usage names it.
fn command_of(error: &clap::Error) -> Command {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let mut command = Cli::command();
    for word in usage.split_whitespace().skip_while(|word| *word != "polymer").skip(1) {
        match command.find_subcommand(word) {
            Some(found) => command = found.clone(),
            None => break,
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::super::NoStart;
    use super::*;
    use std::ffi::OsString;

    #[track_caller]
    fn said(line: &str) -> String {
        let error: NoStart = Cli::read(line.split(' ').map(OsString::from)).unwrap_err();
        assert!(!error.asked_for, "{line}");
        error.text
    }

    #[test]
    fn what_may_be_meant_is_said_of_commands_flags_and_values() {
        for (line, meant) in [
            ("polymer rn", "'run'"),
            ("polymer urn", "'run'"),
            ("polymer rrun", "'run'"),
            ("polymer exce a", "'exec'"),
            ("polymer exec a --rwa", "'--raw'"),
            ("polymer exec a --sandbox strct", "'strict'"),
            ("polymer tst", "'test'"),
            ("polymer nwe", "'new'"),
            ("polymer dotcor", "'doctor'"),
            ("polymer cache cler", "'clear'"),
            ("polymer a.wasm", "polymer run a.wasm"),
            ("polymer run a --fule 1", "'--fuel'"),
            ("polymer run a --enw X", "'--env'"),
            ("polymer run a --colr never", "'--color'"),
            ("polymer test a b --dri x", "'--dir'"),
            ("polymer run a --color nver", "'never'"),
            ("polymer run a --log-level eror", "'error'"),
            ("polymer run a --input-format jsn", "'json'"),
            ("polymer run a --sandbox strct", "'strict'"),
            ("polymer run a --isolation proces", "'process'"),
            ("polymer run a --sync evry", "'every'"),
            ("polymer run a --on-duplicate frist", "'first'"),
            ("polymer run a --keep-events attempt", "'attempts'"),
            ("polymer run a --module-changed kep", "'keep'"),
            ("polymer run a --output-format bse64", "'base64'"),
            ("polymer run a --repeat forevr", "'forever'"),
            ("polymer run a --retries 1 --retry-on trap,timout", "'timeout'"),
            ("polymer run a --escalate fule=2x,max=3G", "'fuel'"),
            ("polymer rerun d --verdict trp", "'trap'"),
            ("polymer exprot d", "'export'"),
            ("polymer export d --format jsn", "'json'"),
            ("polymer reprot d", "'report'"),
            ("polymer report d --format htlm", "'html'"),
            ("polymer calibrat a b", "'calibrate'"),
            ("polymer calibrate a b --format jsn", "'json'"),
            ("polymer new --lang rsut x", "'rust'"),
            ("polymer test a b --compare exat", "'exact'"),
            ("polymer schema recrod", "'record'"),
        ] {
            let said = said(line);
            assert!(said.contains("\n  tip: ") && said.contains(meant), "{line}\n{said}");
            assert_eq!(said.matches("similar").count(), usize::from(!meant.contains(' ')), "{line}\n{said}");
        }
    }

    #[test]
    fn what_is_far_from_everything_has_no_tip() {
        for line in [
            "polymer xyzzy",
            "polymer run a --xyzzy",
            "polymer run a --sandbox maybe",
            "polymer run a --timeout 5parsecs",
            "polymer run a --escalate fuel=x",
        ] {
            assert!(!said(line).contains("similar"), "{line}\n{}", said(line));
        }
    }

    /// Flags whose value is one of some words say the words where the tip finds them.
    #[test]
    fn every_list_of_words_is_seen() {
        assert_eq!(words("--sandbox <auto|strict|off>"), ["auto", "strict", "off"]);
        assert_eq!(words("--repeat <N|forever>"), ["forever"]);
        assert!(
            words("--workers <N|50%|-2>").is_empty()
                && words("--input <FILE>").is_empty()
                && words("DIR").is_empty()
        );
        assert_eq!(words("--verdict <VERDICT,...>").len(), Verdict::ALL.len());
    }
}
