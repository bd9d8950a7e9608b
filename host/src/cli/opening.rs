//! The folder of a run, made anew or gone on with: what stands there is read and mended, and what follows from it for the lines that come.
//!
//! What the files say is the journal's business. It must never know how the run then goes.

use super::args::RunArgs;
use super::error::CliError;
use super::file_conflicts::Role;
use super::files::{Files, called};
use super::lines::Spool;
use super::recorded::{Recorded, Start};
use super::taskfile::{Known, ModuleChanged};
use crate::cache::is_reached_from;
use crate::config::Settings;
use crate::journal::diary::Diary;
use crate::journal::dir::{self, AGAIN, EVENTS, FAILED, RESULTS, RunDir};
use crate::journal::facts::{Facts, Host, Session};
use crate::journal::lines::{JournalError, Torn};
use crate::journal::records::{Records, Sync, Written};
use crate::journal::rewrite::{self, AgainLines, TakenBack};
use crate::journal::settle::Order;
use crate::journal::sieve::{Duplicates, Missing, Passed};
use crate::journal::{events, failed, results};
use crate::module::{Digest, Module};
use crate::report::Store;
use crate::supervisor::Plan;
use crate::sys::file_id::FileId;
use crate::sys::regular;
use crate::task::{Before, Grants, Verdict};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// Bytes read at once.
const BUFFER: usize = 256 << 10;

/// Settings that say what a task is and what it may do. A run that goes on with others is another run.
const MEANING: [&str; 18] = [
    "on-duplicate",
    "repeat",
    "input-format",
    "id-field",
    "fuel",
    "timeout",
    "memory",
    "input-limit",
    "output-limit",
    "file-limit",
    "log-limit",
    "dir",
    "env",
    "scratch",
    "task-env",
    "arg",
    "more-args",
    "sandbox",
];

/// What a run with a folder does otherwise than one without.
pub(super) struct Opened {
    pub(super) recorded: Recorded,
    pub(super) store: Box<dyn Store>,
    pub(super) sieve: Missing,
    pub(super) spool: Spool,
    pub(super) passed: Arc<Passed>,
    /// What modules were when the run began.
    pub(super) known: Known,
    /// Lines that are run before those of the input.
    pub(super) again: Option<AgainLines>,
    /// Whether the input is read.
    pub(super) reads_input: bool,
}

/// What opening the folder of a run depends on.
pub(super) struct Opening<'a> {
    /// Where it is, or is to be.
    pub(super) path: &'a Path,
    pub(super) args: &'a RunArgs,
    pub(super) settings: &'a Settings,
    pub(super) start: Start,
    /// The module that every task needs, if there is one.
    pub(super) module: Option<&'a Module>,
    pub(super) plan: &'a Plan,
}

impl Opening<'_> {
    /// Opens it. What had to be mended is told.
    pub(super) fn open(self, files: &mut Files, tell: &mut dyn FnMut(String)) -> Result<Opened, CliError> {
        let Self { path, args, plan, .. } = self;
        keep_apart(path, &plan.service.grants)?;
        // Before any of them is mended, replaced or removed.
        own(files, path)?;
        let is_new = self.start == Start::New;
        let dir = if is_new { RunDir::create(path)? } else { RunDir::open(path)? };
        let mut facts = self.facts()?;
        rewrite::finish(dir.path())?;
        let mut told = mend(&dir, tell)?;
        let known = self.known(&facts, &told.events.modules)?;
        if let Some(module) = self.module {
            facts.modules.entry(module.name().to_owned()).or_insert_with(|| module.digest().to_string());
        }
        if let Start::Rerun(verdicts) = &self.start {
            if path.join(AGAIN).exists() {
                return Err(CliError::RerunUnfinished(path.to_path_buf()));
            }
            take_back(&dir, verdicts, plan, tell)?;
            told = mend(&dir, tell)?;
        }
        let again = if path.join(AGAIN).exists() { Some(AgainLines::open(dir.path())?) } else { None };
        let reads_input = self.reads_input(&facts, again.is_some());
        let was_complete = !is_new && facts.input_is_done();
        let began = SystemTime::now();
        facts.sessions.push(Session {
            started: humantime::format_rfc3339_micros(began).to_string(),
            ended: None,
            complete: false,
            halt: String::new(),
            reads_input,
        });
        facts.write(&dir)?;
        let sync = args.recording.sync;
        let session = u32::try_from(facts.sessions.len()).unwrap_or(u32::MAX);
        let diary = Diary::open(&dir, session, began, sync)?;
        let spool = dir.unnamed()?;
        let lines = spool.try_clone().map_err(CliError::System)?;
        let written: BTreeMap<Verdict, u64> = told.results.tally.verdicts.iter().collect();
        let written = Written::new(written.into());
        let records = Records::open(&dir, lines, sync, Arc::clone(&written))?;
        if sync != Sync::None {
            dir.sync_names().map_err(CliError::System)?;
        }
        let sieve = Missing::new(told.results.done, args.recording.on_duplicate);
        let sieve = sieve.with_interruptions(told.events.interrupted, |task, interrupted| {
            task.before = Before { interrupted: interrupted.times, alone: interrupted.alone };
        });
        let start = self.start;
        let passed = sieve.passed();
        own(files, dir.path())?;
        let order = if args.output.keep_order { Order::Input } else { Order::Completion };
        let recorded = Recorded { dir, facts, diary, written, start, order, was_complete, trouble: None };
        let (store, spool) = (Box::new(records), Spool::new(spool));
        Ok(Opened { recorded, store, sieve, spool, passed, known, again, reads_input })
    }

    /// What the run is from here on. That it is another one than it was is refused, unless that is forced.
    fn facts(&self) -> Result<Facts, CliError> {
        let now = saved(self.settings)?;
        let mut facts = match self.start {
            Start::New => new_facts(now.clone(), self.args)?,
            Start::Resume | Start::Rerun(_) => Facts::read(self.path)?,
        };
        if self.start != Start::New {
            // Its relative paths start there.
            let here = std::env::current_dir().map_err(CliError::System)?;
            if here != facts.folder {
                return Err(CliError::OtherPlace { folder: facts.folder });
            }
        }
        // What is run again may be given more, this time: its records are made anew.
        if matches!(self.start, Start::Rerun(_)) {
            return Ok(facts);
        }
        if self.start == Start::Resume && !self.args.recording.force {
            let changed = facts.changed(&now, &MEANING);
            if !changed.is_empty() {
                let words = changed.iter().map(|(name, was, is)| {
                    let name = if *name == "more-args" {
                        "what stands behind --".to_owned()
                    } else {
                        format!("--{name}")
                    };
                    format!("{name} was {was} and is {is}")
                });
                return Err(CliError::SettingsChanged(words.collect::<Vec<_>>().join("; ")));
            }
        }
        facts.grants = granted(&now);
        facts.settings = now;
        facts.limits = (&self.args.limits()).into();
        Ok(facts)
    }

    /// What modules were when the run began. One that is another now stops it, unless that is forced.
    fn known(&self, facts: &Facts, told: &BTreeMap<String, Digest>) -> Result<Known, CliError> {
        let force = self.args.recording.force;
        let mut digests: HashMap<String, [u8; 32]> =
            told.iter().map(|(name, digest)| (name.clone(), *digest.bytes())).collect();
        for (name, digest) in &facts.modules {
            if let Ok(digest) = digest.parse::<Digest>() {
                digests.insert(name.clone(), *digest.bytes());
            }
        }
        // A run over one module had one, whatever its file is called now.
        let only = facts.modules.values().find_map(|digest| digest.parse::<Digest>().ok());
        if let (Some(module), Some(was)) = (self.module, only) {
            if was != *module.digest() && !force {
                let changed = ModuleChanged { name: module.name().to_owned(), was, is: *module.digest() };
                return Err(changed.into());
            }
            digests.insert(module.name().to_owned(), *was.bytes());
        }
        Ok(Known { digests, force })
    }

    /// Whether the input is read. What came out of a pipe and had its records need not be given again for the sake of what failed.
    fn reads_input(&self, facts: &Facts, has_again: bool) -> bool {
        let from_file = self.args.named_input().is_some_and(|path| path != "-");
        let was_read = facts.input_is_done();
        match self.start {
            Start::New => true,
            Start::Resume => from_file || !has_again || !was_read,
            Start::Rerun(_) => false,
        }
    }
}

/// That the run's own files in its folder, those that are there and those that may come, are no
/// other files of the run.
fn own(files: &mut Files, path: &Path) -> Result<(), CliError> {
    files.own_folder("the run's folder", path, dir::is_own)?;
    files.own_files(path, dir::is_own)
}

/// That no guest can write to the folder: what its `run.json` grants is granted when the run goes on.
fn keep_apart(path: &Path, grants: &Grants) -> Result<(), CliError> {
    let mut writable = grants.dirs.iter().filter(|dir| dir.writable);
    match writable.find(|dir| is_reached_from(path, &dir.host)) {
        Some(dir) => Err(CliError::ReachesRun { granted: dir.host.clone(), folder: path.to_path_buf() }),
        None => Ok(()),
    }
}

/// Takes back the records of what failed. A line that is too long for this run too stays as it is.
fn take_back(
    dir: &RunDir,
    verdicts: &[Verdict],
    plan: &Plan,
    tell: &mut dyn FnMut(String),
) -> Result<(), CliError> {
    // Task records have more in their lines than the input, at the most so much.
    let longest = plan.service.limits.input.saturating_mul(2).saturating_add(2 << 20);
    let wanted = |verdict| verdicts.is_empty() || verdicts.contains(&verdict);
    let longest = usize::try_from(longest).unwrap_or(usize::MAX);
    let TakenBack { lines, too_long } = rewrite::take_back(dir.path(), wanted, longest)?;
    let words = |count: u64| if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
    tell(format!("{} to run again\n", words(lines)));
    if too_long > 0 {
        tell(format!("{} too long for that; a larger --input-limit would take them\n", words(too_long)));
    }
    Ok(())
}

/// What the files of an earlier session say.
#[derive(Default)]
struct Told {
    results: results::Results,
    events: events::Events,
}

/// Reads what is there, and cuts off what was torn.
fn mend(dir: &RunDir, tell: &mut dyn FnMut(String)) -> Result<Told, CliError> {
    let mut cut = |name: &'static str, torn: Option<Torn>| -> Result<(), CliError> {
        let Some(Torn { at, bytes }) = torn else { return Ok(()) };
        let path = dir.path().join(name);
        tell(format!("warn: {}: {bytes} bytes behind its last whole line were cut off\n", path.display()));
        let cut = File::options().write(true).open(&path).and_then(|file| file.set_len(at));
        cut.map_err(|source| JournalError::Write { path, source }.into())
    };
    let reader = |name: &str| -> Result<_, CliError> {
        let path = dir.path().join(name);
        match File::open(&path) {
            Ok(file) => Ok(Some((BufReader::with_capacity(BUFFER, file), path))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(JournalError::Read { path, source }.into()),
        }
    };
    let mut told = Told::default();
    if let Some((reader, path)) = reader(RESULTS)? {
        told.results = results::scan(reader, &path)?;
        cut(RESULTS, told.results.tally.torn)?;
    }
    failed::check_results(dir.path())?;
    let needs = told.results.tally.verdicts.failed();
    match reader(FAILED)? {
        Some((reader, path)) => {
            let (_, torn) = failed::fit(reader, &path, needs)?;
            cut(FAILED, torn)?;
        }
        None if needs == 0 => {}
        None => {
            let path = dir.path().join(FAILED);
            return Err(JournalError::LinesMissing { path, has: 0, needs }.into());
        }
    }
    if let Some((reader, path)) = reader(EVENTS)? {
        told.events = events::scan(reader, &path)?;
        cut(EVENTS, told.events.torn)?;
    }
    Ok(told)
}

/// The settings as they are kept. Where it stands, and that it goes on, is no part of a run.
fn saved(settings: &Settings) -> Result<BTreeMap<String, Vec<String>>, CliError> {
    let mut saved = settings.to_saved()?;
    saved.retain(|name, _| !["run-dir", "resume", "force"].contains(&name.as_str()));
    Ok(saved)
}

fn new_facts(settings: BTreeMap<String, Vec<String>>, args: &RunArgs) -> Result<Facts, CliError> {
    let folder = std::env::current_dir().map_err(CliError::System)?;
    let limits = (&args.limits()).into();
    let mut facts = Facts::new(folder, settings, limits, host()?);
    let named = args.named_input().filter(|path| *path != "-");
    facts.input.path = named.and_then(|path| std::path::absolute(path).ok());
    Ok(facts)
}

/// What tasks may touch, as the flags that grant it. Values of variables are nobody else's business.
fn granted(settings: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let names = ["dir", "env", "scratch", "task-env", "arg", "more-args"];
    let values = |name: &'static str| {
        settings.get(name).into_iter().flatten().map(move |value| match name {
            "env" => format!("--env {}", value.split('=').next().unwrap_or_default()),
            "more-args" => value.clone(),
            name => format!("--{name} {value}"),
        })
    };
    names.into_iter().flat_map(values).filter(|flag| flag != "--task-env false").collect()
}

fn host() -> Result<Host, CliError> {
    let name = nix::sys::utsname::uname().map_err(|error| CliError::System(error.into()))?;
    let text = |part: &std::ffi::OsStr| part.to_string_lossy().into_owned();
    Ok(Host {
        name: text(name.nodename()),
        system: [name.sysname(), name.release(), name.machine()].map(text).join(" "),
        cores: super::workers::WorkerCount::Percent(100).here(),
    })
}

/// Where files end that were not written to their end.
pub(super) type Ends = Vec<(FileId, u64)>;

/// The sieve of a run without a folder, if it needs one: for the records that an earlier run left
/// in a file, or for duplicates. Also where each of those files ends that was not written to its
/// end.
pub(super) fn sieve_of_file(
    args: &RunArgs,
    files: &mut Files,
    tell: &mut dyn FnMut(String),
) -> Result<(Option<Missing>, Ends), CliError> {
    let duplicates = args.recording.on_duplicate;
    let earlier = &args.recording.skip_done;
    let mut ends = Vec::new();
    if earlier.is_empty() && duplicates == Duplicates::Run {
        return Ok((None, ends));
    }
    let mut done = results::Done::default();
    for path in earlier {
        let unread = |source| JournalError::Read { path: path.clone(), source };
        let file = File::open(path).and_then(|file| Ok(regular::stored(file)?)).map_err(unread)?;
        files.read(Role::SkipDone, called("--skip-done", path), &file)?;
        let id = FileId::of(&file).map_err(CliError::System)?;
        let tally = results::add_finished(BufReader::with_capacity(BUFFER, file), path, &mut done)?;
        if let Some(torn) = tally.torn {
            let (path, bytes) = (path.display(), torn.bytes);
            tell(format!("warn: {path}: the {bytes} bytes behind its last whole record do not count\n"));
            ends.push((id, torn.at));
        }
    }
    Ok((Some(Missing::new(done, duplicates)), ends))
}
