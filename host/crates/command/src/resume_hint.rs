//! The last word on a run that was not finished: how to go on with it, or why that cannot be done.
//!
//! It must never know how a run is gone on with, only what to type for it.

use super::error::CliError;
use super::exit::CommandExit;
use super::give_up;
use super::stderr::say;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Tells how a run ended: its error, if there is one, and behind it `how_to_go_on` if it was not
/// finished. `complete` is what the run says of its input, `recorded` how many records it has.
pub(super) fn close(
    result: Result<CommandExit, CliError>,
    complete: bool,
    recorded: u64,
    how_to_go_on: &str,
) -> CommandExit {
    let left = is_left(&result, complete, recorded);
    let exit = result.unwrap_or_else(|error| give_up(&error));
    if left {
        say(how_to_go_on);
    }
    exit
}

/// Returns whether anything is left to do that is worth resuming.
fn is_left(result: &Result<CommandExit, CliError>, complete: bool, recorded: u64) -> bool {
    match result {
        Ok(_) => !complete,
        // Whoever has read enough wants no more.
        Err(error) if error.is_quiet() => false,
        Err(error) => match error.exit() {
            CommandExit::Incomplete | CommandExit::Output => true,
            // A run that came to nothing is begun anew.
            // But for one that the machine had nothing for.
            CommandExit::Setup => recorded > 0 || matches!(error, CliError::Exhausted(_)),
            CommandExit::Ok
            | CommandExit::Usage
            | CommandExit::Bug
            | CommandExit::Failed
            | CommandExit::Program(_)
            | CommandExit::Stopped(_)
            | CommandExit::Signal(_) => false,
        },
    }
}

/// The line that says how to go on with a run that was not finished. `run_dir` is its run
/// directory, `output` the file that its records were to go to, each if it was given; `piped` says
/// that nothing has kept its input. Only a regular file can be gone on with.
pub(super) fn how_to_go_on(run_dir: Option<&Path>, output: Option<&Path>, piped: bool) -> String {
    let kept = output.filter(|path| path.is_file());
    match (run_dir, kept) {
        (Some(folder), _) => {
            let again = if piped { ", with the same input on standard input again" } else { "" };
            format!("the run is incomplete; to continue it{again}: polymer resume {}\n", quoted(folder))
        }
        (None, Some(file)) => format!(
            "the run is incomplete, and cannot be resumed because no --run-dir was given; to run what has no record, add `--skip-done {} --append` to the same command\n",
            quoted(file)
        ),
        (None, None) => {
            "the run is incomplete, and cannot be resumed because no --run-dir was given\n".to_owned()
        }
    }
}

/// A path as one word of a shell's command line, safe to show whatever bytes it has.
fn quoted(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(byte);
    // What begins with a dash would be taken for a flag.
    let dot = if bytes.starts_with(b"-") { "./" } else { "" };
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && bytes.iter().all(plain) => format!("{dot}{text}"),
        Ok(text) if bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) => {
            format!("'{dot}{}'", text.replace('\'', r"'\''"))
        }
        _ => {
            let escaped = bytes.iter().map(|byte| match byte {
                b'\\' | b'\'' => format!("\\{}", char::from(*byte)),
                b' '..=b'~' => char::from(*byte).to_string(),
                // Three digits, so that a digit behind them is none of theirs.
                _ => format!("\\{byte:03o}"),
            });
            format!("$'{dot}{}'", escaped.collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_sys::system_error::{SystemError, SystemOperation};
    use std::ffi::OsStr;
    use std::io;

    fn output(kind: io::ErrorKind) -> CliError {
        CliError::Output { recorded: 1, source: SystemError::new(SystemOperation::Write, "x", kind) }
    }

    #[test]
    fn a_path_is_one_word_for_a_shell() {
        let word = |bytes: &[u8]| quoted(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(word(b"runs/a-1_b.c"), "runs/a-1_b.c");
        assert_eq!(word(b"-rf"), "./-rf");
        assert_eq!(word(b""), "''");
        assert_eq!(word(b"my run; rm"), "'my run; rm'");
        assert_eq!(word(b"it's"), r"'it'\''s'");
        assert_eq!(word(b"- $x"), "'./- $x'");
        assert_eq!(word("é'".as_bytes()), r"$'\303\251\''");
        assert_eq!(word(b"\x1b[1m\n\xff7\\"), r"$'\033[1m\012\3777\\'");
    }

    #[test]
    fn a_run_directory_is_resumed() {
        let folder = Path::new("runs/my run");
        let line = how_to_go_on(Some(folder), Some(Path::new("x")), false);
        assert_eq!(line, "the run is incomplete; to continue it: polymer resume 'runs/my run'\n");
    }

    #[test]
    fn without_one_it_says_why_not_and_what_the_records_are_good_for() {
        let none = "the run is incomplete, and cannot be resumed because no --run-dir was given\n";
        assert_eq!(how_to_go_on(None, None, false), none);
        // There is nothing in a device that could be passed over.
        assert_eq!(how_to_go_on(None, Some(Path::new("/dev/full")), false), none);
        let file = tempfile::NamedTempFile::new().unwrap();
        let line = how_to_go_on(None, Some(file.path()), false);
        let expected = format!("`--skip-done {} --append`", file.path().display());
        assert!(line.contains(&expected) && line.contains("no --run-dir"), "{line}");
        assert_eq!(line.lines().count(), 1);
    }

    #[test]
    fn only_what_is_left_is_gone_on_with() {
        assert!(!is_left(&Ok(CommandExit::Ok), true, 1));
        assert!(!is_left(&Ok(CommandExit::Signal(2)), true, 1), "everything was done by then");
        assert!(is_left(&Ok(CommandExit::Incomplete), false, 1));
        assert!(is_left(&Ok(CommandExit::Signal(15)), false, 0));
        assert!(is_left(&Err(output(io::ErrorKind::StorageFull)), false, 1));
        assert!(is_left(&Err(output(io::ErrorKind::StorageFull)), true, 1), "the last records are missing");
        assert!(!is_left(&Err(output(io::ErrorKind::BrokenPipe)), false, 1));
        let nobody = || Err(CliError::CannotSpawn("no".to_owned()));
        assert!(!is_left(&nobody(), false, 0));
        assert!(is_left(&nobody(), false, 1));
    }
}
