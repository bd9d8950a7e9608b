//! The folder of a run, made anew or gone on with: what stands there is read and mended, and what
//! follows from it for the lines that come.
//!
//! What the files say is the journal's business. It must never know how the run then goes.

use super::args::{PartitionFlag, RunArgs};
use super::decompress::MaybeCompressedReader;
use super::error::CliError;
use super::file_conflicts::FileRole;
use super::files::{CommandFiles, called};
use super::input::{BOM, InputFormat};
use super::known_modules::{KnownModules, ModuleFiles};
use super::lines::LineSpool;
use super::lookahead::LookaheadReader;
use super::partition_setting;
use super::run_dir_session::{RerunSelection, RunDirSession, RunDirStart};
use super::taskfile::base_of;
use polymer_host_base::Digest;
use polymer_host_base::sanitize::name;
use polymer_host_config::RunSettings;
use polymer_host_journal::dedup::{DedupRules, MissingRecords, OnDuplicateLine, PassedCounts};
use polymer_host_journal::dir;
use polymer_host_journal::dir::{AGAIN, DirError, RESULTS, RunDir};
use polymer_host_journal::done_records::DoneRecords;
use polymer_host_journal::drop_records::{DroppedRecords, drop_records};
use polymer_host_journal::event_log::writer::EventLogWriter;
use polymer_host_journal::kept_records::KeptRecords;
use polymer_host_journal::lines::cannot_read;
use polymer_host_journal::manifest::{HostMachine, ManifestSession, RunManifest};
use polymer_host_journal::output::results::RecordStore;
use polymer_host_journal::records::{RunDirRecords, SyncPolicy, WrittenCounts};
use polymer_host_journal::rerun_lines::{AgainLines, RerunLine};
use polymer_host_journal::results;
use polymer_host_journal::results::{IdNaming, SeenRecord};
use polymer_host_journal::rewrite;
use polymer_host_journal::rewrite::TakenBack;
use polymer_host_journal::settle::RecordOrder;
use polymer_host_journal::summary;
use polymer_host_modules::Module;
use polymer_host_modules::cache::is_reached_from;
use polymer_host_run::RunPlan;
use polymer_host_store::ObjectUrl;
use polymer_host_sys::file_id::FileId;
use polymer_host_sys::regular;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{EarlierAttempts, Grants, ModuleDigests, TaskContent, TaskKey, Verdict};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

mod mend;
mod rerun_modules;

use mend::{EarlierSession, mend};

/// Bytes read at once.
const BUFFER: usize = 256 << 10;

/// Settings that say what a task is and what it may do. A run that goes on with others is another
/// run.
pub(super) const MEANING: [&str; 36] = [
    "on-duplicate",
    "repeat",
    "partition",
    "input-format",
    "null",
    "input-field",
    "id-field",
    "group-by",
    "groups",
    "task",
    "invoke",
    "output-format",
    "no-validate",
    "compare",
    "checker-protocol",
    "allow-args",
    "allow-env",
    "collect",
    "fuel",
    "timeout",
    "cpu-timeout",
    "memory",
    "stack",
    "optimize",
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
    "limit-speculation",
];

/// Differences of a run with a folder from one without.
pub(super) struct OpenedRunDir {
    pub(super) recorded: RunDirSession,
    pub(super) store: Box<dyn RecordStore>,
    pub(super) sieve: MissingRecords,
    pub(super) spool: LineSpool,
    pub(super) passed: Arc<PassedCounts>,
    /// Modules as they were when the run began.
    pub(super) known: KnownModules,
    /// Lines that are run before those of the input.
    pub(super) again: Option<AgainLines>,
    /// True if the input is read.
    pub(super) reads_input: bool,
}

/// Arguments for opening the folder of a run.
pub(super) struct RunDirOpening<'a> {
    /// Where it is, or is to be.
    pub(super) path: &'a Path,
    pub(super) args: &'a RunArgs,
    pub(super) settings: &'a RunSettings,
    pub(super) start: RunDirStart,
    /// The module that every task needs, if there is one.
    pub(super) module: Option<&'a Module>,
    pub(super) plan: &'a RunPlan,
}

impl RunDirOpening<'_> {
    /// Opens it. What had to be mended is told.
    pub(super) fn open(
        self,
        files: &mut CommandFiles,
        tell: &mut dyn FnMut(String),
    ) -> Result<OpenedRunDir, CliError> {
        let Self { path, args, plan, .. } = self;
        keep_apart(path, &plan.service.grants)?;
        // Before any of them is mended, replaced or removed.
        own(files, path)?;
        let is_new = self.start == RunDirStart::New;
        let dir = if is_new { RunDir::create(path)? } else { RunDir::open(path)? };
        // It may bring another manifest.
        rewrite::finish(dir.path())?;
        let mut facts = self.facts()?;
        summary::check_version(dir.path())?;
        let naming = naming(&facts.settings);
        let mut told = mend(&dir, naming, tell)?;
        let known = self.known(&mut facts, &told.events.modules)?;
        if self.drops_unwanted(&dir, naming, &told)? {
            told = mend(&dir, naming, tell)?;
        }
        if let RunDirStart::Rerun(selection) = &self.start {
            if path.join(AGAIN).exists() {
                return Err(CliError::RerunUnfinished(path.to_path_buf()));
            }
            self.check_modules(&dir, naming, selection, &known)?;
            self.take_back(&dir, naming, selection, tell)?;
            told = mend(&dir, naming, tell)?;
        }
        let (again, wanted) = self.again()?;
        let needs_input = !wanted.is_empty();
        let reads_input = self.reads_input(&facts, again.is_some(), needs_input);
        // What is read from here on stands where the records were found: they are only appended to.
        let kept = (told.results.done.judged() > 0).then(|| KeptRecords::open(&path.join(RESULTS)));
        let sieve = self.sieve(told.results.done, wanted).judging_anew(kept.and_then(Result::ok));
        let sieve = sieve.with_interruptions(told.events.interrupted, |task, interrupted| {
            task.before = EarlierAttempts { interrupted: interrupted.times, alone: interrupted.alone };
        });
        let was_complete = !is_new && facts.input_is_done();
        let began = SystemTime::now();
        facts.sessions.push(self.session(began, reads_input));
        if let Some(merged) = &mut facts.merged {
            merged.resumed |= self.start == RunDirStart::Resume && reads_input;
        }
        facts.write(&dir)?;
        let sync = args.recording.sync;
        let session = u32::try_from(facts.sessions.len()).unwrap_or(u32::MAX);
        let event_log = EventLogWriter::open(&dir, session, began, (sync, args.recording.keep_events))?;
        let spool = dir.unnamed()?;
        let lines = spool.try_clone().map_err(DirError::system(SystemOperation::Write, dir.path()))?;
        let written: BTreeMap<Verdict, u64> = told.results.tally.verdicts.iter().collect();
        let written = WrittenCounts::new(written.into());
        let records = RunDirRecords::open(&dir, lines, sync, Arc::clone(&written))?;
        if sync != SyncPolicy::None {
            dir.sync_names()?;
        }
        own(files, dir.path())?;
        let order = if args.output.keep_order { RecordOrder::Input } else { RecordOrder::Completion };
        let (passed, changed, module_files) = (sieve.passed(), known.changed, known.files.clone());
        let recorded = RunDirSession {
            dir,
            facts,
            event_log,
            written,
            first: told.results.tally.place(),
            start: self.start,
            order,
            was_complete,
            naming,
            changed,
            module_files,
            passed: Arc::clone(&passed),
            others: None,
            error: None,
        };
        let (store, spool) = (Box::new(records), LineSpool::new(spool));
        Ok(OpenedRunDir { recorded, store, sieve, spool, passed, known, again, reads_input })
    }

    /// This session, at its start.
    fn session(&self, began: SystemTime, reads_input: bool) -> ManifestSession {
        ManifestSession {
            started: humantime::format_rfc3339_micros(began).to_string(),
            ended: None,
            complete: false,
            halt: String::new(),
            // What is looked for again tells nothing of the lines that have no record.
            reads_input: reads_input && !matches!(self.start, RunDirStart::Rerun(_)),
        }
    }

    /// Drops the records of tasks that an update does not want; says whether there were any.
    fn drops_unwanted(
        &self,
        dir: &RunDir,
        naming: IdNaming,
        told: &EarlierSession,
    ) -> Result<bool, CliError> {
        let RunDirStart::Update(wanted) = &self.start else { return Ok(false) };
        // To look at each record once more costs as much as to judge many a one.
        if wanted.keeps_all_but_canceled() && told.results.tally.verdicts.get(Verdict::Canceled) == 0 {
            return Ok(false);
        }
        let dropped = drop_records(dir.path(), naming, |task| !wanted.keeps(task))?;
        Ok(dropped != DroppedRecords::default())
    }

    /// Reads what is to be run again: lines that were taken back, and records whose lines the input
    /// has.
    fn again(&self) -> Result<(Option<AgainLines>, Vec<RerunFilter>), CliError> {
        let (mut lines, mut wanted) = (false, Vec::new());
        for again in AgainLines::open(self.path)? {
            match again? {
                RerunLine::Line(_) => lines = true,
                RerunLine::Record { key, content } => wanted.push((key, content)),
            }
        }
        Ok((if lines { Some(AgainLines::open(self.path)?) } else { None }, wanted))
    }

    fn sieve(&self, done: DoneRecords, wanted: Vec<RerunFilter>) -> MissingRecords {
        let rules = DedupRules {
            replaces: true,
            only_wanted: matches!(self.start, RunDirStart::Rerun(_)),
            keeps_refused: self.args.recording.force,
        };
        MissingRecords::new(done, self.args.recording.on_duplicate).under(rules).wanting(wanted)
    }

    /// Returns the manifest of the run from here on. A run that is another one than it was is
    /// refused, unless that is forced.
    fn facts(&self) -> Result<RunManifest, CliError> {
        let now = saved(self.settings)?;
        let mut facts = match self.start {
            RunDirStart::New => new_facts(now.clone(), self.args)?,
            RunDirStart::Resume | RunDirStart::Update(_) | RunDirStart::Rerun(_) => {
                RunManifest::read(self.path)?
            }
        };
        // What an update runs is named by whole paths.
        if !matches!(self.start, RunDirStart::New | RunDirStart::Update(_)) {
            // Its relative paths start there.
            let here = SystemError::current_folder()?;
            if here != facts.folder {
                return Err(CliError::OtherPlace { folder: facts.folder });
            }
        }
        if !matches!(self.start, RunDirStart::New | RunDirStart::Update(_)) {
            partition_setting::check(&facts, self.args.input.partition.and_then(PartitionFlag::given))?;
        }
        // What is run again may be given more, this time: its records are made anew.
        if matches!(self.start, RunDirStart::Rerun(_)) {
            return Ok(facts);
        }
        if self.start == RunDirStart::Resume && !self.args.recording.force {
            let changed = facts.changed(&now, &MEANING);
            if !changed.is_empty() {
                let words = changed.iter().map(|(name, was, is)| {
                    let name =
                        if *name == "more-args" { "what follows --".to_owned() } else { format!("--{name}") };
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

    /// Returns the digests by which tasks are known of modules that the run had before. A changed
    /// module stops the run, unless something else is asked for. What follows for the run's only
    /// module is put down in `facts`.
    fn known(
        &self,
        facts: &mut RunManifest,
        told: &BTreeMap<String, Digest>,
    ) -> Result<KnownModules, CliError> {
        let mut known = KnownModules {
            digests: HashMap::new(),
            changed: self.args.recording.changed_modules(),
            files: ModuleFiles::of(&facts.module_files),
        };
        // A supervisor that was lost may not have come to write them.
        for (name, digest) in told {
            facts.modules.entry(name.clone()).or_insert_with(|| digest.to_string());
        }
        for (name, first) in &facts.modules {
            if let Ok(first) = first.parse::<Digest>() {
                let now = facts.rebuilt.get(name).and_then(|now| now.parse().ok()).unwrap_or(first);
                let digests = ModuleDigests { key: *first.bytes(), content: *now.bytes() };
                known.digests.insert(name.clone(), digests);
            }
        }
        if let Some(module) = self.module {
            let (name, is) = (module.name(), *module.digest());
            // A run over one module had one, whatever its file is called now.
            let only = || facts.modules.keys().find_map(|name| known.digests.get(name));
            let was = known.digests.get(name).or_else(only).copied();
            let digests = known.changed.digests(name, was.unwrap_or(ModuleDigests::same(*is.bytes())), is)?;
            facts.modules.insert(name.to_owned(), Digest::from(digests.key).to_string());
            let rebuilt = digests.is_rebuilt().then(|| Digest::from(digests.content).to_string());
            facts.set_rebuilt(name, rebuilt);
            known.digests.insert(name.to_owned(), digests);
        }
        Ok(known)
    }

    /// Returns whether the input is read. Input that came out of a pipe and had its records need
    /// not be given again for the sake of what failed.
    fn reads_input(&self, facts: &RunManifest, has_again: bool, needs_input: bool) -> bool {
        let from_file = self.args.named_input().is_some_and(|path| path != "-");
        let was_read = facts.input_is_done();
        match self.start {
            RunDirStart::New | RunDirStart::Update(_) => true,
            RunDirStart::Resume => from_file || needs_input || !has_again || !was_read,
            RunDirStart::Rerun(_) => needs_input,
        }
    }

    /// That modules which task records name are what they were. That of a whole run was looked at.
    fn check_modules(
        &self,
        dir: &RunDir,
        naming: IdNaming,
        selection: &RerunSelection,
        known: &KnownModules,
    ) -> Result<(), CliError> {
        let Some(tasks) = &self.args.input.tasks else { return Ok(()) };
        let base = self.args.input.base.as_deref().unwrap_or_else(|| base_of(tasks));
        rerun_modules::check(dir.path(), naming, selection, known, (base, self.args.limits.module_limit))
    }

    /// Takes back the records of what is to be run again. A line that is too long for this run too
    /// stays as it is.
    fn take_back(
        &self,
        dir: &RunDir,
        naming: IdNaming,
        selection: &RerunSelection,
        tell: &mut dyn FnMut(String),
    ) -> Result<(), CliError> {
        // Task records have more in their lines than the input, at the most so much.
        let longest = self.plan.service.limits.input.saturating_mul(2).saturating_add(2 << 20);
        let longest = usize::try_from(longest).unwrap_or(usize::MAX);
        let mut unknown: BTreeSet<&str> = selection.ids.iter().map(String::as_str).collect();
        let wanted = |seen: &SeenRecord, record: &[u8]| {
            if !unknown.is_empty() {
                unknown.remove(results::id_of(record).unwrap_or_default().as_str());
            }
            selection.picks(seen.verdict, record)
        };
        let TakenBack { lines, standing, too_long } =
            rewrite::take_back(dir.path(), naming, wanted, longest)?;
        let words = |count: u64| if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
        tell(format!("{} to run again\n", words(lines + standing)));
        if too_long > 0 {
            tell(format!(
                "{} too long to run again; a larger --input-limit would allow it\n",
                words(too_long)
            ));
        }
        for id in unknown {
            tell(format!("warn: no record has the id {}\n", name(id)));
        }
        Ok(())
    }
}

/// A record that is to be made again once the input comes to its line.
type RerunFilter = (TaskKey, Option<TaskContent>);

/// Returns how the ids of tasks are made in a run with these settings.
pub(super) fn naming(settings: &BTreeMap<String, Vec<String>>) -> IdNaming {
    let is_file = |values: &Vec<String>| values.iter().any(|value| value == "file");
    if settings.get("input-format").is_some_and(is_file) { IdNaming::Path } else { IdNaming::Other }
}

/// That the run's own files in its folder, those that are there and those that may come, are no
/// other files of the run.
pub(super) fn own(files: &mut CommandFiles, path: &Path) -> Result<(), CliError> {
    files.own_folder("the run's folder", path, dir::is_own)?;
    files.own_files(path, dir::is_own)
}

/// That no guest can write to the folder: what its `run.json` grants is granted when the run goes
/// on.
fn keep_apart(path: &Path, grants: &Grants) -> Result<(), CliError> {
    let mut writable = grants.dirs.iter().filter(|dir| dir.writable);
    match writable.find(|dir| is_reached_from(path, &dir.host)) {
        Some(dir) => Err(CliError::ReachesRun { granted: dir.host.clone(), folder: path.to_path_buf() }),
        None => Ok(()),
    }
}

/// Settings that are said once, and are no part of a run.
const OF_ONE_SESSION: [&str; 12] = [
    "run-dir",
    "resume",
    "force",
    "module-changed",
    "color",
    "quiet",
    "events",
    "traces",
    "traces-sample",
    "metrics",
    "on-fail-rate",
    "show-progress",
];

/// Settings that may name something by a URL.
pub(super) const MAY_BE_URLS: [&str; 5] = ["module", "input", "tasks", "checker", "interactor"];

/// The settings as they are kept. Where it stands, that it goes on, and how it is told of are no
/// part of a run.
fn saved(settings: &RunSettings) -> Result<BTreeMap<String, Vec<String>>, CliError> {
    let mut saved = settings.to_saved()?;
    saved.retain(|name, _| !OF_ONE_SESSION.contains(&name.as_str()));
    for value in saved.iter_mut().filter(|(name, _)| MAY_BE_URLS.contains(&name.as_str())) {
        value.1.iter_mut().for_each(|text| *text = ObjectUrl::without_secrets(text));
    }
    Ok(saved)
}

fn new_facts(settings: BTreeMap<String, Vec<String>>, args: &RunArgs) -> Result<RunManifest, CliError> {
    let folder = SystemError::current_folder()?;
    let limits = (&args.limits()).into();
    let mut facts = RunManifest::new(folder, settings, limits, host()?);
    let named = args.named_input().filter(|path| *path != "-");
    facts.input.null = args.input.null;
    facts.partition = args.input.partition.and_then(PartitionFlag::given).map(partition_setting::facts);
    facts.input.path = named.and_then(|path| match ObjectUrl::of_path(path) {
        Some(_) => Some(ObjectUrl::without_secrets(&path.to_string_lossy()).into()),
        None => std::path::absolute(path).ok(),
    });
    Ok(facts)
}

/// Flags that grant nothing, as they are kept.
const OFF: [&str; 2] = ["--task-env false", "--allow-args false"];

/// Returns what tasks may touch, as the flags that grant it. Values of variables are nobody else's
/// business.
fn granted(settings: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let names = ["dir", "env", "scratch", "task-env", "arg", "more-args", "allow-args", "allow-env"];
    let values = |name: &'static str| {
        settings.get(name).into_iter().flatten().map(move |value| match name {
            "env" => format!("--env {}", value.split('=').next().unwrap_or_default()),
            "more-args" => value.clone(),
            name => format!("--{name} {value}"),
        })
    };
    names.into_iter().flat_map(values).filter(|flag| !OFF.contains(&flag.as_str())).collect()
}

fn host() -> Result<HostMachine, CliError> {
    let name =
        nix::sys::utsname::uname().map_err(SystemError::on(SystemOperation::Ask, "the machine's name"))?;
    let text = |part: &std::ffi::OsStr| part.to_string_lossy().into_owned();
    Ok(HostMachine {
        name: text(name.nodename()),
        system: [name.sysname(), name.release(), name.machine()].map(text).join(" "),
        cores: super::workers::WorkerCount::Percent(100).here(),
    })
}

/// Where files end that were not written to their end.
pub(super) type FileEnds = Vec<(FileId, u64)>;

/// The sieve of a run without a folder, if it needs one: for the records that an earlier run left
/// in a file, or for duplicates. Also where each of those files ends that was not written to its
/// end.
pub(super) fn sieve_of_file(
    args: &RunArgs,
    files: &mut CommandFiles,
    tell: &mut dyn FnMut(String),
) -> Result<(Option<MissingRecords>, FileEnds), CliError> {
    let duplicates = args.recording.on_duplicate;
    let earlier = &args.recording.skip_done;
    let mut ends = Vec::new();
    if earlier.is_empty() && duplicates == OnDuplicateLine::Run {
        return Ok((None, ends));
    }
    let naming =
        if args.input.input_format == Some(InputFormat::File) { IdNaming::Path } else { IdNaming::Other };
    let mut done = DoneRecords::default();
    for path in earlier {
        let unread = cannot_read(path);
        let file = File::open(path).and_then(|file| Ok(regular::stored(file)?)).map_err(&unread)?;
        let id = FileId::of(&file).map_err(SystemError::on(SystemOperation::Inspect, path))?;
        let again = file.try_clone().map_err(SystemError::on(SystemOperation::Inspect, path))?;
        let stored = BufReader::with_capacity(BUFFER, file);
        let mut records = LookaheadReader::new(MaybeCompressedReader::new(stored, false));
        let (start, _) = records.look(|start| start.len() >= BOM.len()).map_err(unread)?;
        let mark = if start.starts_with(BOM) { BOM.len() } else { 0 };
        records.consume(mark);
        // Records are not added to what is compressed.
        let role = if records.get_ref().is_packed() { FileRole::Input } else { FileRole::SkipDone };
        files.read(role, called("--skip-done", path), &again)?;
        let tally = results::add_finished(records, path, naming, &mut done)?;
        if let Some(torn) = tally.torn {
            let (path, bytes) = (path.display(), torn.bytes);
            tell(format!("warn: {path}: the {bytes} bytes after its last complete record are ignored\n"));
            ends.push((id, torn.at + u64::try_from(mark).unwrap_or_default()));
        }
    }
    Ok((Some(MissingRecords::new(done, duplicates)), ends))
}
