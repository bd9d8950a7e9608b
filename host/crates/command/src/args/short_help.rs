//! What `-h` shows: for commands with many flags those that are used most, a line each, so that it
//! fits a screen. `--help` has all.
//!
//! A flag that stands in no list here is only in `--help`.

use super::Cli;
use clap::Command;
use std::ffi::OsString;

/// A flag by its long name, or an argument by the name that clap has for it; what stands for its
/// value; and what is said of it.
type ShortHelpEntry = (&'static str, &'static str, &'static str);

const RUN: [ShortHelpEntry; 24] = [
    ("module", "MODULE", "A .wasm or .wat file, a project directory, or a source file"),
    ("tasks", "FILE", "Task records; each names its module and input"),
    ("place", "INPUT", "Read lines from INPUT; default: standard input"),
    ("input-format", "FORMAT", "Format of a line: json, text, file or whole"),
    ("id-field", "NAME", "Use this field of each JSON line as the task id"),
    ("invoke", "FUNCTION", "Call this exported function of any component"),
    ("output", "FILE", "Write records to FILE; default: standard output"),
    ("keep-order", "", "Write records in the order of the input lines"),
    ("timeout", "TIME", "Time limit of a task [default: 60s]"),
    ("fuel", "FUEL", "Fuel, about one per instruction [default: 30G]"),
    ("memory", "SIZE", "Memory limit of a task [default: 256MiB]"),
    ("dir", "HOST", "Grant a directory read-only; with :rw writable"),
    ("env", "K[=V]", "Grant an environment variable"),
    ("arg", "A", "Pass an argument to tasks; or: -- A..."),
    ("workers", "N", "Worker processes: 4, 50%, -2 (all cores but two)"),
    ("retries", "N", "Retries of failures that are marked retryable"),
    ("max-fail", "N|P%", "Stop after N failures, or if over P% fail"),
    ("run-dir", "DIR", "Keep the run in DIR, for `polymer resume DIR`"),
    ("success-output", "WHEN", "Show logs of ok tasks: immediate or final"),
    ("log-level", "LEVEL", "off, error, info or debug [default: error]"),
    ("quiet", "", "Print nothing unless something failed"),
    ("profile", "NAME", "Apply [profile.NAME] of polymer.toml"),
    ("dry-run", "", "Run nothing; print every setting and its origin"),
    ("help", "", "This; --help has all flags, exit codes, examples"),
];

const TEST: [ShortHelpEntry; 13] = [
    ("paths", "CASES", "Modules to test, then a file of cases, one a line"),
    ("format", "FORMAT", "Show outcomes as text, json or junit"),
    ("compare", "MODE", "exact, trim, tokens, json, float:EPS, ... (see --help)"),
    ("checker", "MODULE", "A task that says whether outputs are right"),
    ("timeout", "TIME", "Time limit of a task [default: 60s]"),
    ("fuel", "FUEL", "Fuel, about one per instruction [default: 30G]"),
    ("memory", "SIZE", "Memory limit of a task [default: 256MiB]"),
    ("dir", "HOST", "Grant a directory read-only; with :rw writable"),
    ("env", "K[=V]", "Grant an environment variable"),
    ("workers", "N", "Worker processes: 4, 50%, -2 (all cores but two)"),
    ("retries", "N", "Retries of failures that are marked retryable"),
    ("no-cache", "", "Disable the compile cache"),
    ("help", "", "This; --help has all flags and the format of a case"),
];

const CALIBRATE: [ShortHelpEntry; 14] = [
    ("paths", "CASES", "References, then a file of cases, one a line"),
    ("factor", "N", "Multiply the largest need by N [default: 2]"),
    ("write-profile", "NAME", "Add the limits to polymer.toml as [profile.NAME]"),
    ("output", "FILE", "Add the profile to FILE"),
    ("format", "FORMAT", "Show the limits as text or json"),
    ("compare", "MODE", "How to compare outputs [default: json]"),
    ("timeout", "TIME", "Time limit of a task [default: 60s]"),
    ("fuel", "FUEL", "Fuel, about one per instruction [default: 30G]"),
    ("memory", "SIZE", "Memory limit of a task [default: 256MiB]"),
    ("dir", "HOST", "Grant a directory read-only; with :rw writable"),
    ("env", "K[=V]", "Grant an environment variable"),
    ("workers", "N", "Worker processes: 4, 50%, -2 (all cores but two)"),
    ("no-cache", "", "Disable the compile cache"),
    ("help", "", "This; --help has all flags and exit codes"),
];

const JUDGE: [ShortHelpEntry; 22] = [
    ("programs", "PROGRAMS", "A folder, one program, or a file of JSON lines"),
    ("cases", "CASES", "JSON lines, a folder of cases, or problem packages"),
    ("program", "NAME", "Which of several files is the program"),
    ("compare", "MODE", "How to compare outputs [default: trim]"),
    ("checker", "MODULE", "A task that says whether outputs are right"),
    ("interactor", "MODULE", "A program that talks with each one"),
    ("stop-at-first-failure", "", "Run no case behind the first failed one"),
    ("format", "FORMAT", "Write the table as text, csv or json"),
    ("rows", "ROWS", "Rows of CSV: programs or persons"),
    ("table", "FILE", "Write the table to FILE"),
    ("pass-at", "K,K", "Also estimate pass@k"),
    ("fail-on-wrong", "", "Exit with 100 if any cell is not right"),
    ("run-dir", "DIR", "Keep what was judged; judge only changes again"),
    ("remove-absent", "", "Remove records of programs that are gone"),
    ("cpu-timeout", "TIME", "CPU time limit of a case"),
    ("fuel", "FUEL", "Fuel, about one per instruction [default: 30G]"),
    ("memory", "SIZE", "Memory limit of a case [default: 256MiB]"),
    ("build-cpu", "TIME", "CPU time limit of compiling [default: 60s]"),
    ("workers", "N", "Worker processes: 4, 50%, -2 (all cores but two)"),
    ("quiet", "", "Print nothing but errors and the table"),
    ("profile", "NAME", "Apply [profile.NAME] of polymer.toml"),
    ("help", "", "This; --help has all flags, exit codes, examples"),
];

const EXEC: [ShortHelpEntry; 14] = [
    ("module", "MODULE", "A .wasm or .wat file, a project directory, or a source file"),
    ("timeout", "TIME", "Time limit [default: 60s]"),
    ("cpu-timeout", "TIME", "CPU time limit"),
    ("fuel", "FUEL", "Fuel, about one per instruction [default: 30G]"),
    ("memory", "SIZE", "Memory limit [default: 256MiB]"),
    ("output-limit", "SIZE", "Limit of standard output [default: 1GiB]"),
    ("dir", "HOST", "Grant a directory read-only; with :rw writable"),
    ("env", "K[=V]", "Grant an environment variable"),
    ("arg", "A", "Pass an argument; or: -- A..."),
    ("raw", "", "Leave control characters as they are on a terminal"),
    ("quiet", "", "Do not say why the module was ended"),
    ("sandbox", "MODE", "Jail: auto, strict or off [default: auto]"),
    ("profile", "NAME", "Apply [profile.NAME] of polymer.toml"),
    ("help", "", "This; --help has all flags, exit codes, examples"),
];

const INSPECT: [ShortHelpEntry; 8] = [
    ("module", "MODULE", "A .wasm or .wat file, a project directory, or a source file"),
    ("timeout", "TIME", "Time for it to describe itself [default: 60s]"),
    ("fuel", "FUEL", "Fuel for that [default: 30G]"),
    ("memory", "SIZE", "Memory limit for that [default: 256MiB]"),
    ("compile-timeout", "TIME", "CPU time limit of compiling [default: 120s]"),
    ("sandbox", "MODE", "Jail: auto, strict or off [default: auto]"),
    ("no-cache", "", "Disable the compile cache"),
    ("help", "", "This; --help has all flags"),
];

const LISTS: [(&str, &[ShortHelpEntry]); 6] = [
    ("run", &RUN),
    ("exec", &EXEC),
    ("test", &TEST),
    ("judge", &JUDGE),
    ("calibrate", &CALIBRATE),
    ("inspect", &INSPECT),
];

/// The command, as it reads this command line.
pub(crate) fn command(argv: &[OsString]) -> Command {
    let is_short = argv.iter().take_while(|word| *word != "--").any(|word| word == "-h");
    let command = Cli::flags();
    if is_short {
        LISTS.iter().fold(command, |command, (name, list)| short(command, name, list))
    } else {
        command
    }
}

/// A command that shows this list only.
fn short(command: Command, name: &str, list: &'static [ShortHelpEntry]) -> Command {
    let listed = |name: &str| list.iter().enumerate().find(|(_, (listed, ..))| *listed == name);
    command.mut_arg("color", |arg| arg.hide(true)).mut_subcommand(name, |command| {
        let command = command
            .after_help("")
            .disable_help_flag(true)
            .arg(clap::Arg::new("help").short('h').long("help").action(clap::ArgAction::HelpShort));
        command.mut_args(|arg| {
            let name = arg.get_long().unwrap_or(arg.get_id().as_str()).to_owned();
            let Some((at, (_, value, help))) = listed(&name) else { return arg.hide(true) };
            let arg = arg.help(*help).help_heading(None::<&str>).display_order(at);
            if value.is_empty() {
                return arg;
            }
            arg.value_name(*value).hide_default_value(true).hide_possible_values(true)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows and columns of a small screen, and rows of a usual one.
    const COLUMNS: usize = 80;
    const ROWS: usize = 40;

    fn help(command: &str, flag: &str) -> String {
        let argv: Vec<OsString> =
            ["polymer", command, flag].iter().filter(|word| !word.is_empty()).map(OsString::from).collect();
        let command = super::command(&argv).term_width(COLUMNS);
        let error = command.try_get_matches_from(argv).unwrap_err();
        assert_eq!(error.exit_code(), 0, "{error}");
        error.to_string()
    }

    /// All commands, those of `cache` too.
    fn commands() -> Vec<String> {
        let cli = Cli::flags();
        let names = cli.get_subcommands().map(|command| command.get_name().to_owned());
        names.chain([String::new()]).collect()
    }

    #[test]
    fn what_is_asked_for_in_short_fits_a_screen() {
        for name in commands() {
            let text = help(&name, "-h");
            assert!(text.lines().count() <= ROWS, "{name}: {} lines\n{text}", text.lines().count());
            let wide = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
            assert!(wide <= COLUMNS, "{name}: {wide} columns\n{text}");
        }
    }

    #[test]
    fn the_long_help_has_every_flag_and_the_short_one_leads_to_it() {
        for name in commands() {
            let (long, short) = (help(&name, "--help"), help(&name, "-h"));
            let cli = Cli::flags();
            let command = cli.find_subcommand(&name).unwrap_or(&cli).clone();
            for flag in command.get_arguments().filter_map(|arg| arg.get_long()) {
                assert!(long.contains(&format!("--{flag}")), "{name}: --{flag} is not in\n{long}");
            }
            assert!(short.contains("--help"), "{name}\n{short}");
        }
    }

    #[test]
    fn every_line_of_a_list_is_there_in_its_order() {
        for (name, list) in LISTS {
            let text = help(name, "-h");
            for (flag, value, said) in list {
                let line = text.lines().find(|line| line.contains(said));
                let line =
                    line.unwrap_or_else(|| panic!("{flag} of {name} has no line of its own in\n{text}"));
                assert!(line.contains(flag) || line.contains(value), "{line}");
                assert!(line.contains(value), "{line}");
            }
        }
    }
}
