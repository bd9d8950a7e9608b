//! `@jq`: programs of jq as data. The program comes in a variable, its input is stdin, its
//! arguments are jq's options: each value that comes out is a line, or several.
//!
//! The language is jaq's. Must never read a file, nor end with a panic for what a program does.

use jaq_all::data::{self, Filter, Runner};
use jaq_all::fmts::write::json::{self, Pp};
use jaq_all::jaq_core::Vars;
use jaq_all::json::{Val, read};
use jaq_all::{compile_with, defs, load};
use log::{LevelFilter, Log, Metadata, Record};
use std::io::{self, BufWriter, Read, StdoutLock, Write};
use std::process::ExitCode;

/// Variable that the host sets for an interpreter.
const PROGRAM: &str = "POLYMER_PROGRAM";
const USAGE: u8 = 2;
const NO_PROGRAM: u8 = 3;
const BAD_INPUT: u8 = 2;
const RUN_FAILED: u8 = 5;

/// What makes this command an interpreter for the host; it is never called.
#[unsafe(export_name = "polymer-interpreter")]
pub extern "C" fn interpreter() {}

/// Options of jq that have a meaning here.
#[derive(Default)]
struct Options {
    null_input: bool,
    raw_input: bool,
    slurp: bool,
    /// Strings as they are.
    raw: bool,
    /// No line end behind a value.
    join: bool,
    /// The exit code tells of the last value.
    exit_status: bool,
    pretty: Pp,
    names: Vec<String>,
    values: Vec<Val>,
}

impl Options {
    /// Reads them as jq does: short ones may stand together.
    fn read(args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options =
            Self { pretty: Pp { indent: Some("  ".to_owned()), ..Pp::default() }, ..Self::default() };
        options.pretty.sep_space = true;
        let mut args = args;
        let mut named = vec![];
        while let Some(arg) = args.next() {
            match arg.strip_prefix("--") {
                Some(long @ ("arg" | "argjson")) => {
                    let missing = || format!("--{long} needs a name and a value");
                    let name = args.next().ok_or_else(missing)?;
                    let text = args.next().ok_or_else(missing)?;
                    let value = match long {
                        "arg" => Val::from(text),
                        _ => read::parse_single(text.as_bytes())
                            .map_err(|error| format!("--argjson {name} is no JSON: {error}"))?,
                    };
                    named.push((Val::from(name.clone()), value.clone()));
                    options.names.push(name);
                    options.values.push(value);
                }
                Some(long) => options.set_long(long)?,
                None => {
                    let short = arg.strip_prefix('-').filter(|short| !short.is_empty());
                    let short =
                        short.ok_or_else(|| format!("{arg:?} is no option: inputs come from stdin"))?;
                    short.chars().try_for_each(|letter| options.set(letter))?;
                }
            }
        }
        options.names.push("named".to_owned());
        options.values.push(Val::obj(named.into_iter().collect()));
        Ok(options)
    }

    fn set_long(&mut self, name: &str) -> Result<(), String> {
        let letter = match name {
            "null-input" => 'n',
            "raw-input" => 'R',
            "slurp" => 's',
            "raw-output" => 'r',
            "join-output" => 'j',
            "exit-status" => 'e',
            "compact-output" => 'c',
            "sort-keys" => 'S',
            "tab" => {
                self.pretty.indent = Some("\t".to_owned());
                return Ok(());
            }
            _ => return Err(format!("--{name} is unknown here")),
        };
        self.set(letter)
    }

    fn set(&mut self, letter: char) -> Result<(), String> {
        match letter {
            'n' => self.null_input = true,
            'R' => self.raw_input = true,
            's' => self.slurp = true,
            'r' => self.raw = true,
            'j' => (self.raw, self.join) = (true, true),
            'e' => self.exit_status = true,
            'c' => (self.pretty.indent, self.pretty.sep_space) = (None, false),
            'S' => self.pretty.sort_keys = true,
            _ => return Err(format!("-{letter} is unknown here")),
        }
        Ok(())
    }

    /// Returns the values that the program is given, one after the other.
    fn inputs<'a>(&self, stdin: &'a [u8]) -> Box<dyn Iterator<Item = Result<Val, String>> + 'a> {
        let all = |stdin: &[u8]| Val::from(String::from_utf8_lossy(stdin).into_owned());
        match (self.raw_input, self.slurp) {
            (true, true) => Box::new(std::iter::once(Ok(all(stdin)))),
            (true, false) => {
                let lines = stdin.strip_suffix(b"\n").unwrap_or(stdin).split(|byte| *byte == b'\n');
                Box::new(lines.filter(move |_| !stdin.is_empty()).map(move |line| Ok(all(line))))
            }
            (false, slurp) => {
                let values = read::parse_many(stdin).map(|value| value.map_err(|error| error.to_string()));
                match slurp {
                    false => Box::new(values),
                    true => Box::new(std::iter::once(
                        values.collect::<Result<Vec<_>, _>>().map(|all| all.into_iter().collect()),
                    )),
                }
            }
        }
    }

    fn write(&self, out: &mut impl Write, value: &Val) -> io::Result<()> {
        match value {
            Val::TStr(text) | Val::BStr(text) if self.raw => out.write_all(text)?,
            _ => json::write(out, &self.pretty, 0, value)?,
        }
        if self.join { Ok(()) } else { out.write_all(b"\n") }
    }
}

/// Writes what a program says by `stderr`, `debug` and `halt_error`, as jq does.
struct Said;

impl Log for Said {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        match record.level() {
            log::Level::Debug => eprintln!("[\"DEBUG:\",{}]", record.args()),
            _ => eprint!("{}", record.args()),
        }
    }

    fn flush(&self) {}
}

fn main() -> ExitCode {
    if log::set_logger(&Said).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("jq: {why}");
            return USAGE.into();
        }
    };
    let program = std::env::var(PROGRAM).unwrap_or_default();
    match compile_with(&program, defs(), data::funs(), &options.names) {
        Ok(filter) => ended(run(&options, &filter)),
        Err(reports) => {
            reports.iter().for_each(|report| eprint!("jq: {}", load::FileReportsDisp::new(report)));
            NO_PROGRAM.into()
        }
    }
}

/// Why a program ended before its inputs.
enum RunEnd {
    Input(String),
    Error(String),
    Halted(i32),
}

impl From<io::Error> for RunEnd {
    fn from(error: io::Error) -> Self {
        Self::Error(error.to_string())
    }
}

/// Runs a program over all inputs. Returns its last value, if there was one.
fn run(options: &Options, filter: &Filter) -> Result<Option<Val>, RunEnd> {
    let mut stdin = Vec::new();
    io::stdin().read_to_end(&mut stdin)?;
    let runner = Runner { null_input: options.null_input, ..Runner::default() };
    let name = Val::Null;
    let mut out: BufWriter<StdoutLock> = BufWriter::new(io::stdout().lock());
    let mut last = None;
    let written = data::run(
        &runner,
        filter,
        Vars::new(options.values.iter().cloned()),
        (&name, options.inputs(&stdin)),
        RunEnd::Input,
        |value| match value {
            Ok(value) => {
                options.write(&mut out, &value)?;
                last = Some(value);
                Ok(())
            }
            Err(end) => Err(end.get_halt().map_or_else(
                |end| match end.get_err() {
                    Ok(error) => RunEnd::Error(error.to_string()),
                    Err(_) => RunEnd::Error("break out of nothing".to_owned()),
                },
                RunEnd::Halted,
            )),
        },
    );
    // What came before an error is output too.
    out.flush()?;
    written.map(|()| last.filter(|_| options.exit_status))
}

fn ended(end: Result<Option<Val>, RunEnd>) -> ExitCode {
    match end {
        Ok(Some(Val::Null | Val::Bool(false))) => ExitCode::from(1),
        Ok(_) => ExitCode::SUCCESS,
        Err(RunEnd::Halted(code)) => ExitCode::from(u8::try_from(code & 0xff).unwrap_or(u8::MAX)),
        Err(RunEnd::Input(why)) => {
            eprintln!("jq: error (at <stdin>): {why}");
            BAD_INPUT.into()
        }
        Err(RunEnd::Error(why)) => {
            eprintln!("jq: error: {why}");
            RUN_FAILED.into()
        }
    }
}
