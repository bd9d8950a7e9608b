//! The flags of `polymer calibrate`.
//!
//! It must never open anything.

use super::CaseArgs;
use super::paths::named_path;
use crate::calibrate::{CalibrateFormat, CalibrationFactor};
use clap::Args;
use polymer_host_config::FILE;
use std::path::{Path, PathBuf};

const CALIBRATE_EXAMPLES: &str = "\
Each module is a reference: it must pass every case, in the form that `polymer test` takes (`polymer \
test --help`). The limits are the largest need times the factor, rounded up to two digits. Cases that \
end at a limit, as one may expect of them, count for nothing. The time is at least 10 s: it differs \
from machine to machine, and fuel does not.

Exit codes: 0 limits are proposed, 100 a reference does not pass every case, 2 usage error, unreadable \
case or a profile that is there already, 96 set-up failed, 110 the profile could not be written.

Examples:
  polymer calibrate reference.wasm cases.jsonl
  polymer calibrate python/ cpp/ cases.jsonl --factor 3 --write-profile grading
  polymer run answer.wasm --input in.jsonl -P grading";

/// The arguments of `polymer calibrate`.
#[derive(Debug, Args)]
#[command(
    after_help = CALIBRATE_EXAMPLES,
    override_usage = "polymer calibrate [OPTIONS] <MODULE>... <CASES> [-- <A>...]"
)]
pub struct CalibrateArgs {
    /// Multiply the largest need by N, from 1 to 100, such as 2 or 1.25
    #[arg(long, value_name = "N", default_value = "2")]
    pub factor: CalibrationFactor,
    /// Add the limits to polymer.toml in the current directory, as [profile.NAME] behind what is
    /// there. Letters, digits, - and _ make a name
    #[arg(long, value_name = "NAME", value_parser = parse_profile_name)]
    pub write_profile: Option<String>,
    /// Add the profile to FILE in place of polymer.toml
    #[arg(short, long, value_name = "FILE", requires = "write_profile", value_parser = named_path())]
    pub output: Option<PathBuf>,
    /// How to show the limits: a table (text) or one JSON value (json)
    #[arg(long, value_name = "text|json", default_value = "text")]
    pub format: CalibrateFormat,
    /// Which cases, over which references, and under what they run.
    #[command(flatten)]
    pub running: CaseArgs,
}

impl CalibrateArgs {
    /// The file that a profile is added to.
    #[must_use]
    pub fn file(&self) -> &Path {
        self.output.as_deref().unwrap_or(Path::new(FILE))
    }
}

fn parse_profile_name(text: &str) -> Result<String, &'static str> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if !text.is_empty() && text.chars().all(is_plain) {
        Ok(text.to_owned())
    } else {
        Err("use letters, digits, - and _")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, CliCommand};
    use std::ffi::OsString;

    fn read(line: &str) -> Result<CalibrateArgs, String> {
        let line = ["polymer", "calibrate"].into_iter().chain(line.split_whitespace()).map(OsString::from);
        match Cli::read(line).map_err(|no_start| no_start.text)?.action {
            CliCommand::Calibrate(args) => Ok(*args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_calibration_has_references_cases_and_a_factor() {
        let args = read("a.wasm b.wasm cases.jsonl --fuel 2G").unwrap();
        assert_eq!((args.running.modules().len(), args.running.cases()), (2, Path::new("cases.jsonl")));
        assert_eq!((args.factor.to_string().as_str(), args.format), ("2", CalibrateFormat::Text));
        assert_eq!((args.write_profile.as_deref(), args.file()), (None, Path::new("polymer.toml")));
        let args = read("a.wasm - --factor 1.5 --write-profile a-b_1 -o x.toml --format json").unwrap();
        assert_eq!((args.write_profile.as_deref(), args.file()), (Some("a-b_1"), Path::new("x.toml")));
        assert_eq!((args.factor.to_string().as_str(), args.format), ("1.5", CalibrateFormat::Json));
    }

    #[test]
    fn what_is_no_factor_or_name_is_a_usage_error_that_says_what_is() {
        for (line, said) in [
            ("a.wasm", "CASES"),
            ("a.wasm c --factor 0.5", "write a number from 1 to 100"),
            ("a.wasm c --factor many", "write a number from 1 to 100"),
            ("a.wasm c --write-profile a.b", "use letters, digits, - and _"),
            ("a.wasm c -o x.toml", "--write-profile"),
            ("a.wasm c --format junit", "it is text or json"),
        ] {
            let error = read(line).unwrap_err();
            assert!(error.contains(said), "{line}: {error}");
        }
    }
}
