//! The command: reads its flags, sets up a run, tells how it ended. Everything a run does is in the
//! library; nothing here knows of workers and their protocol.

mod alert_command;
pub mod args;
mod bounded_words;
mod build;
mod cache;
pub mod calibrate;
mod checker;
mod client;
mod colour;
pub mod decompress;
mod doctor;
mod dry_run;
pub mod error;
mod event_stream;
mod event_tap;
mod exec;
pub mod exit;
mod expected_lines;
mod expecting;
pub mod export;
pub mod fail_rate;
pub mod fetched_module;
pub mod field;
mod file_conflicts;
pub mod file_shortage;
mod files;
pub mod flag_conflict;
pub mod grants;
mod group_limits;
mod groups_file;
pub mod input;
mod input_position;
mod input_progress;
mod input_reader;
pub mod input_shape;
pub mod input_source;
mod inspect;
mod installing;
mod judge;
mod junit;
pub mod known_modules;
mod line_text;
pub mod lines;
mod load_module;
mod lookahead;
mod merge;
mod metrics_output;
mod module_memory;
mod no_such_task;
mod open_run_dir;
pub mod partition_choice;
mod partition_key;
mod partition_setting;
mod persistence;
pub mod pump;
pub mod record_id;
pub mod report;
mod resume;
mod resume_hint;
mod run;
mod run_dir_session;
mod run_options;
mod run_page;
mod run_watchers;
pub mod schema;
mod screens;
mod service_notify;
pub mod settings;
mod show_progress;
mod signals;
mod span_stream;
mod spreadsheet_text;
mod status;
mod stderr;
pub mod taskfile;
pub mod test;
mod top;
pub mod usual_judge;
mod watch;
pub mod workers;
mod xdg;

use crate::report::status_line;
use args::{Cli, CliCommand};
use colour::ColourEnvironment;
use error::CliError;
use exit::CommandExit;
use polymer_host_sys::process::exit_now;
use polymer_host_sys::standard::{StandardStream, was_closed};
use settings::ResolvedArgs;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use stderr::{say, shown};

/// Variables that are named in a warning, beside the first.
const NAMED: usize = 9;

/// Does what the command line says, the program's name first.
#[must_use]
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let argv: Vec<OsString> = args.into_iter().collect();
    // Of all that can go wrong `exec` tells in its own codes.
    let told: fn(CommandExit) -> CommandExit = if args::is_exec(&argv) { exec::told } else { |exit| exit };
    std::panic::set_hook(Box::new(move |info| {
        status_line::of_stderr().hold();
        top::restore_terminal();
        let text = format!("internal error: {info}\nThis is a bug in polymer. Its workers end with it.\n");
        // Not above the progress line: whoever panics may be the one who writes there.
        show(io::stderr(), &shown(&text));
        exit_now(told(CommandExit::Bug).code());
    }));
    let exit = told(command(argv));
    // Whatever happened, the shell finds a clean row.
    status_line::of_stderr().hold();
    exit.into()
}

/// The same, to its end.
fn command(argv: Vec<OsString>) -> CommandExit {
    let (asked, around) = (colour::typed(&argv), ColourEnvironment::of(|name| std::env::var_os(name)));
    let is_wanted = |asked| around.wants(asked, io::stderr().is_terminal());
    stderr::set_colour(is_wanted(asked.unwrap_or_default()));
    let resolved = settings::resolve(argv).map(|ResolvedArgs { cli, settings, passed_over }| {
        stderr::set_colour(is_wanted(asked.unwrap_or(cli.color)));
        tell_passed_over(&passed_over);
        (cli, settings)
    });
    let done = match resolved {
        Err(no_start) if no_start.asked_for && was_closed(StandardStream::Output) => {
            Err(CliError::OutputClosed)
        }
        Err(no_start) if no_start.asked_for => {
            let is_coloured = around.wants(asked.unwrap_or_default(), io::stdout().is_terminal());
            let text = if is_coloured { &no_start.coloured } else { &no_start.text };
            return if show(io::stdout(), text) { CommandExit::Ok } else { CommandExit::Output };
        }
        Err(no_start) => {
            say(&no_start.text);
            return CommandExit::Usage;
        }
        Ok((Cli { action, .. }, _)) if prints(&action) && was_closed(StandardStream::Output) => {
            Err(CliError::OutputClosed)
        }
        Ok((Cli { action: CliCommand::Run(args), .. }, Some(settings))) if args.settings.dry_run => {
            dry_run::dry_run(&args, &settings)
        }
        Ok((Cli { action: CliCommand::Run(mut args), .. }, settings)) => {
            run::run(&mut args, settings.unwrap_or_default())
        }
        Ok((Cli { action: CliCommand::Exec(args), .. }, _)) => exec::exec(&args),
        Ok((Cli { action: CliCommand::Resume(args), .. }, _)) => resume::resume(&args),
        Ok((Cli { action: CliCommand::Rerun(args), .. }, _)) => resume::rerun(&args),
        Ok((Cli { action: CliCommand::Merge(args), .. }, _)) => merge::merge(&args),
        Ok((Cli { action: CliCommand::Status(args), .. }, _)) => status::status(&args),
        Ok((Cli { action: CliCommand::Top(args), .. }, _)) => top::top(&args),
        Ok((Cli { action: CliCommand::Export(args), .. }, _)) => export::export(&args),
        Ok((Cli { action: CliCommand::Report(args), .. }, _)) => run_page::report(&args),
        Ok((Cli { action: CliCommand::Doctor(args), .. }, _)) => doctor::doctor(&args),
        Ok((Cli { action: CliCommand::Inspect(args), .. }, _)) => {
            let done = inspect::inspect(&args);
            return done.unwrap_or_else(|error| inspect::give_up(&error));
        }
        Ok((Cli { action: CliCommand::New(args), .. }, _)) => build::new(&args),
        Ok((Cli { action: CliCommand::Build(args), .. }, _)) => build::build(&args),
        Ok((Cli { action: CliCommand::Test(args), .. }, _)) => test::test(&args),
        Ok((Cli { action: CliCommand::Judge(args), .. }, settings)) => {
            judge::judge(&args, &settings.unwrap_or_default())
        }
        Ok((Cli { action: CliCommand::Calibrate(args), .. }, _)) => calibrate::calibrate(&args),
        Ok((Cli { action: CliCommand::Cache(args), .. }, _)) => cache::cache(&args),
        Ok((Cli { action: CliCommand::Schema(args), .. }, _)) => schema::schema(args.name),
        Ok((Cli { action: CliCommand::Completions(args), .. }, _)) => Ok(installing::completions(&args)),
        Ok((Cli { action: CliCommand::Man(args), .. }, _)) => installing::man(&args),
    };
    done.unwrap_or_else(|error| give_up(&error))
}

/// Names the variables that begin like ours and set nothing.
fn tell_passed_over(names: &[String]) {
    let Some((first, others)) = names.split_first() else { return };
    let text = others.iter().take(NAMED).fold(first.clone(), |text, name| text + ", " + name);
    let more = match others.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    say(&format!("warn: variables ignored because no flag has their name: {text}{more}\n"));
}

/// Returns whether the command's output goes to standard output.
fn prints(action: &CliCommand) -> bool {
    match action {
        CliCommand::Run(args) => args.settings.dry_run || screens::prints(args),
        CliCommand::Export(args) => args.output().is_none(),
        // Without a place the page goes to the folder, and its path is printed.
        CliCommand::Report(args) => args.output.is_none() || args.output().is_none(),
        CliCommand::Judge(args) => args.table.output.is_none(),
        // Their records go to the folder; that they are only to say what they would do is found out
        // later.
        CliCommand::Resume(_) | CliCommand::Rerun(_) => false,
        // A run's folder too.
        CliCommand::Merge(_) => false,
        // What it has made is there to be seen.
        CliCommand::New(_) | CliCommand::Man(_) => false,
        CliCommand::Exec(_)
        | CliCommand::Status(_)
        | CliCommand::Top(_)
        | CliCommand::Doctor(_)
        | CliCommand::Inspect(_)
        | CliCommand::Build(_)
        | CliCommand::Test(_)
        | CliCommand::Calibrate(_)
        | CliCommand::Cache(_)
        | CliCommand::Schema(_)
        | CliCommand::Completions(_) => true,
    }
}

/// Tells of what ends the command, unless nobody is there to be told.
fn give_up(error: &CliError) -> CommandExit {
    if !error.is_quiet() {
        say(&error.render());
    }
    error.exit()
}

/// Writes a text whole; says whether that worked.
fn show(mut to: impl Write, text: &str) -> bool {
    to.write_all(text.as_bytes()).and_then(|()| to.flush()).is_ok()
}
