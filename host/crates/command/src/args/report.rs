//! The flags of `polymer report`.
//!
//! It must never open anything.

use super::paths::named_path;
use crate::run_page::format::ReportFormat;
use clap::Args;
use std::path::{Path, PathBuf};

/// What `--help` says behind the flags.
const EXAMPLES: &str = "\
Examples:
  Write DIR/report.html, one page that needs no network:
    polymer report grades

  Add a summary to a run of GitHub Actions:
    polymer report grades --format markdown >> \"$GITHUB_STEP_SUMMARY\"

The page is made of the records, so it can be made at any time, also while the run goes on. What it \
shows is kept in DIR/sketch.json, so that the next page takes no time.";

/// The arguments of `polymer report`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct ReportArgs {
    /// The run folder
    #[arg(value_parser = named_path())]
    pub dir: PathBuf,
    /// Format, each of which --help describes
    ///
    /// html (one page with everything in it), markdown (the same in short, for the summary of a CI
    /// run) or junit (XML for build servers: a case for each failure)
    #[arg(long, value_name = "html|markdown|junit", default_value = "html")]
    #[arg(value_parser = parse_report_format)]
    pub format: ReportFormat,
    /// Also show what changed since the run in DIR: tasks that fail now and did not, or the
    /// reverse, and tasks whose fuel changed
    ///
    /// Tasks are matched as by a resume: by their ids, else by what they are.
    #[arg(long, value_name = "DIR", value_parser = named_path())]
    pub compare: Option<PathBuf>,
    /// Write to FILE and replace its content; default: DIR/report.html for html, standard output
    /// for markdown and junit
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl ReportArgs {
    /// Where the report goes; `None` is standard output.
    #[must_use]
    pub fn output(&self) -> Option<PathBuf> {
        match &self.output {
            Some(path) if path == Path::new("-") => None,
            Some(path) => Some(path.clone()),
            None => self.format.file_name().map(|name| self.dir.join(name)),
        }
    }
}

fn parse_report_format(text: &str) -> Result<ReportFormat, String> {
    ReportFormat::named(text)
        .ok_or_else(|| format!("use one of {}", ReportFormat::ALL.map(ReportFormat::name).join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, CliCommand};
    use std::ffi::OsString;

    fn read(line: &[&str]) -> Result<ReportArgs, String> {
        let line = ["polymer", "report"].iter().chain(line).map(OsString::from);
        match Cli::read(line).map_err(|no_start| no_start.text)?.action {
            CliCommand::Report(args) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_page_goes_to_the_folder_and_text_to_standard_output() {
        let output = |line: &[&str]| read(line).unwrap().output();
        assert_eq!(output(&["d"]), Some(PathBuf::from("d/report.html")));
        assert_eq!(output(&["d", "-o", "-"]), None);
        assert_eq!(output(&["d", "-o", "x.html"]), Some(PathBuf::from("x.html")));
        assert_eq!(output(&["d", "--format", "markdown"]), None);
        assert!(read(&["d", "--format", "pdf"]).unwrap_err().contains("use one of html, markdown, junit"));
    }
}
