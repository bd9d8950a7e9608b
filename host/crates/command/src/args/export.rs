//! The flags of `polymer export`.
//!
//! It must never open anything.

use super::paths::named_path;
use super::selecting::SELECTING;
use crate::export::format::ExportFormat;
use clap::Args;
use polymer_host_journal::selection::{FieldList, RecordSelection};
use std::path::{Path, PathBuf};

/// The arguments of `polymer export`.
#[derive(Debug, Args)]
#[command(after_long_help = SELECTING)]
pub struct ExportArgs {
    /// The run folder
    #[arg(value_parser = named_path())]
    pub dir: PathBuf,
    /// Format, each of which --help describes
    ///
    /// csv (quoted as RFC 4180 says), tsv (tabs, newlines and backslashes as \t, \n and \\), json
    /// (one array), joblog (the log of GNU parallel) or perfetto (trace events, for
    /// ui.perfetto.dev)
    #[arg(long, value_name = "csv|tsv|json|joblog|perfetto", default_value = "csv")]
    #[arg(value_parser = parse_export_format)]
    pub format: ExportFormat,
    /// Write to FILE and replace its content; default: standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Export only records that EXPR selects, such as 'verdict!=ok and meta.week=3'
    #[arg(long, value_name = "EXPR")]
    pub select: Option<RecordSelection>,
    /// Columns of csv and tsv, or fields of the objects of json: fields of a record, separated by
    /// commas, such as id,verdict,meta.week
    #[arg(long, value_name = "FIELD,...")]
    pub fields: Option<FieldList>,
}

impl ExportArgs {
    /// Where the records go; `None` is standard output.
    #[must_use]
    pub fn output(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }
}

fn parse_export_format(text: &str) -> Result<ExportFormat, String> {
    ExportFormat::named(text)
        .ok_or_else(|| format!("use one of {}", ExportFormat::ALL.map(ExportFormat::name).join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, CliCommand};
    use std::ffi::OsString;

    fn read(line: &[&str]) -> Result<ExportArgs, String> {
        let line = ["polymer", "export"].iter().chain(line).map(OsString::from);
        match Cli::read(line).map_err(|no_start| no_start.text)?.action {
            CliCommand::Export(args) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_export_is_a_table_on_standard_output_unless_something_else_is_said() {
        let args = read(&["d"]).unwrap();
        assert_eq!((args.format, args.output()), (ExportFormat::Csv, None));
        assert!(args.select.is_none() && args.fields.is_none());
        assert_eq!(read(&["d", "-o", "-"]).unwrap().output(), None);
        let args = read(&["d", "-o", "x", "--format", "perfetto", "--select", "verdict != ok"]).unwrap();
        assert_eq!((args.output(), args.format), (Some(Path::new("x")), ExportFormat::Perfetto));
        assert_eq!(args.select.unwrap().to_string(), "verdict!=ok");
        let fields = read(&["d", "--fields", "id,error.code"]).unwrap().fields.unwrap();
        assert_eq!(fields.paths().len(), 2);
    }

    #[test]
    fn what_is_no_format_expression_or_list_is_a_usage_error_that_says_where() {
        for (line, said) in [
            (["--format", "xml"], "use one of csv, tsv, json, joblog, perfetto"),
            (["--select", "verdict="], "at column 9: expected a value"),
            (["--fields", "id,"], "at column 4: expected a field"),
        ] {
            let error = read(&["d", line[0], line[1]]).unwrap_err();
            assert!(error.contains(said) && error.contains(line[0]), "{error}");
        }
    }
}
