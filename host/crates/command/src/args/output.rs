//! Flags that say where records go, and in which form.
//!
//! It must never open anything.

use super::paths::named_path;
use super::{parse_glob, parse_output_format};
use clap::Args;
use polymer_host_journal::output::record::RecordProjection;
use polymer_host_task::OutputFormat;
use std::path::PathBuf;

/// Where records go.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write records to FILE and replace its content; default: standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Append records to the FILE of -o; `--skip-done FILE -o FILE --append` continues an
    /// unfinished run. An incomplete record at the end of FILE is cut off; any other last line
    /// without a newline gets one
    #[arg(long, requires = "output")]
    pub append: bool,
    /// Write the output of each task to a file of its own in the directory DIR, named after the
    /// task's id; its record then has `output_file`: path, size and SHA-256. DIR is created if it
    /// is missing, and must be empty unless the run resumes or appends. No file in it is ever
    /// replaced: a second output of the same id gets ~2
    #[arg(long, value_name = "DIR", conflicts_with = "client", value_parser = named_path())]
    pub output_dir: Option<PathBuf>,
    /// Record format of bytes (stdout of a command, output of a raw task, `list<u8>` of a
    /// function): text (default for commands), json (the bytes are a JSON value) or base64 (default
    /// for raw tasks)
    #[arg(long, value_name = "text|json|base64", value_parser = parse_output_format)]
    pub output_format: Option<OutputFormat>,
    /// Collect files of a task's --scratch folder into its record, as `files`: those whose path in
    /// the folder matches GLOB, such as '*.o', 'out/**' or '**/*.log'. A task may return at most
    /// 1000 files, together at most --output-limit
    #[arg(long, value_name = "GLOB", requires = "scratch", value_parser = parse_glob)]
    pub collect: Vec<String>,
    /// Write records in the order of the input lines, not in the order in which tasks end. While a
    /// record is awaited, up to 4096 others are held, fewer if they take 16 MiB; then no more lines
    /// are read. With --run-dir none are held: records are sorted when the session ends
    #[arg(short, long)]
    pub keep_order: bool,
    /// Part of each record to write: full, short (id, verdict and output; the error too, if the
    /// task failed), output (the output alone), none, or FIELDS of a record, separated by commas. A
    /// run folder also keeps the fields that it needs
    #[arg(long, value_name = "full|short|output|none|FIELDS", default_value = "full")]
    pub emit: RecordProjection,
}
