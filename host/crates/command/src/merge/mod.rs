//! `polymer merge`: one run of the folders of its partitions.
//!
//! What belongs together, and how records are merged, is the journal's business; here folders are
//! opened and it is told what came of it. In the folder of a partition it must never write.

mod error;

use super::args::MergeArgs;
use super::error::CliError;
use super::exit::CommandExit;
use super::judge::is_judged_set;
use super::open_run_dir::MEANING;
use super::stderr::say;
pub(super) use error::MergeError;
use polymer_host_base::sanitize::one_line;
use polymer_host_base::text::counted;
use polymer_host_journal::dir::{self, AGAIN, DirError, EVENTS, RunDir};
use polymer_host_journal::event_log::retention::EventRetention;
use polymer_host_journal::event_log::writer::EventLogWriter;
use polymer_host_journal::manifest::{ManifestSession, MergedFacts, RunManifest};
use polymer_host_journal::merge::plan::{MergePlan, OfferedRun, UnfinishedRun, partitions_in_words};
use polymer_host_journal::merge::{MergeProgress, MergedRecords, merge as merge_records};
use polymer_host_journal::records::SyncPolicy;
use polymer_host_journal::rewrite;
use polymer_host_journal::summary::{self, RunSummary};
use polymer_host_sys::process::raise_descriptor_limit;
use polymer_host_sys::system_error::SystemOperation;
use polymer_host_task::{Percentage, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// The time between two lines that say how far it is.
const PROGRESS: Duration = Duration::from_secs(5);
/// Settings that bound a run, and so each partition by itself.
const BUDGETS: [&str; 6] = ["max-fail", "groups", "group-tasks", "group-fuel", "group-cpu", "group-max-fail"];

/// Merges the folders.
pub(super) fn merge(args: &MergeArgs) -> Result<CommandExit, CliError> {
    // A lock of each partition is held. What is lacking is told by what cannot be opened then.
    drop(raise_descriptor_limit());
    let began = (Instant::now(), SystemTime::now());
    let offered =
        args.dirs.iter().map(|path| HeldRun::open(path, &args.out)).collect::<Result<Vec<_>, _>>()?;
    let (offered, _locks): (Vec<OfferedRun>, Vec<Option<File>>) =
        offered.into_iter().map(|held| (held.run, held.lock)).unzip();
    let (mut dir, mut plan) = open(&args.out, &offered)?;
    tell_plan(&plan, &offered);
    let taken: Vec<&Path> = offered_at(&plan.taken, &offered).map(|run| run.path.as_path()).collect();
    let session = MergeSession::new(&plan.manifest);
    let merged =
        merge_records(&dir, &taken, || session.finish(&mut plan.manifest, began.1), progress(began.0))?;
    dir.keep();
    let mut stats = merged.stats.clone();
    stats.elapsed = began.0.elapsed();
    close(&dir, &session, &plan.manifest, &merged, (began.1, &stats))?;
    tell_end(&args.out, &plan.manifest, &merged);
    Ok(exit(&plan.manifest, session.complete, &merged))
}

/// A folder that is to be merged.
struct HeldRun {
    run: OfferedRun,
    /// Keeps supervisors away.
    lock: Option<File>,
}

impl HeldRun {
    /// Opens the one at `path`, which is not `out`.
    fn open(path: &Path, out: &Path) -> Result<Self, CliError> {
        if is_judged_set(path) {
            return Err(MergeError::OfSet(path.to_path_buf()).into());
        }
        // What it says of modules and grants holds for the merged run.
        dir::check_own(path)?;
        let whole = |path: &Path| fs::canonicalize(path).ok();
        if whole(path).is_some_and(|path| whole(out) == Some(path)) {
            return Err(MergeError::Itself(path.to_path_buf()).into());
        }
        let (lock, is_running) = match dir::hold_for_reading(path) {
            Ok(lock) => (lock, false),
            Err(DirError::Locked { .. }) => (None, true),
            Err(error) => return Err(error.into()),
        };
        // With the lock held: nobody is about to write another.
        let manifest = RunManifest::read(path)?;
        summary::check_version(path)?;
        let has_again = path.join(AGAIN).exists() || rewrite::is_pending(path);
        let is_busy = match (is_running, has_again) {
            (true, _) => Some(UnfinishedRun::Running),
            (false, true) => Some(UnfinishedRun::Rerun),
            (false, false) => None,
        };
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        Ok(Self { run: OfferedRun { path, manifest, is_busy }, lock })
    }
}

/// Opens the folder of the merged run, which is made if it is not there, and plans what is merged.
fn open(out: &Path, offered: &[OfferedRun]) -> Result<(RunDir, MergePlan), CliError> {
    let planned = |merged: Option<&RunManifest>| {
        MergePlan::new((out, merged), offered, &MEANING)
            .map_err(|refusal| CliError::from(MergeError::from(refusal)))
    };
    match dir::check_run(out) {
        Ok(()) => {
            let dir = RunDir::open(out)?;
            rewrite::finish(out)?;
            let manifest = RunManifest::read(out)?;
            summary::check_version(out)?;
            let plan = planned(Some(&manifest))?;
            if out.join(AGAIN).exists() {
                return Err(CliError::RerunUnfinished(out.to_path_buf()));
            }
            Ok((dir, plan))
        }
        Err(DirError::NoRun(_)) => {
            // Before there is a folder: what is refused leaves none.
            let plan = planned(None)?;
            let dir = RunDir::create(out)?;
            // A merge that is killed leaves a run that has no partition yet, and may be repeated.
            let mut empty = plan.manifest.clone();
            if let Some(merged) = &mut empty.merged {
                merged.parts.clear();
            }
            empty.write(&dir)?;
            Ok((dir, plan))
        }
        Err(error) => Err(error.into()),
    }
}

/// This merge, as a session of the merged run.
struct MergeSession {
    complete: bool,
    /// Why not all lines have a record; else empty.
    halt: String,
}

impl MergeSession {
    fn new(manifest: &RunManifest) -> Self {
        let missing = manifest.merged.as_ref().and_then(missing);
        let halt = missing.map(|missing| format!("partitions are missing: {missing}"));
        Self { complete: halt.is_none(), halt: halt.unwrap_or_default() }
    }

    /// Returns the manifest at the end of it, when its records are about to be there.
    fn finish(&self, manifest: &mut RunManifest, began: SystemTime) -> RunManifest {
        let text = |moment| humantime::format_rfc3339_micros(moment).to_string();
        manifest.sessions.push(ManifestSession {
            started: text(began),
            ended: Some(text(SystemTime::now())),
            complete: self.complete,
            halt: self.halt.clone(),
            reads_input: true,
        });
        manifest.clone()
    }
}

fn missing(merged: &MergedFacts) -> Option<String> {
    partitions_in_words(merged.missing(), merged.of)
}

/// Writes the sums and the end of the session.
fn close(
    dir: &RunDir,
    session: &MergeSession,
    manifest: &RunManifest,
    merged: &MergedRecords,
    (began, stats): (SystemTime, &polymer_host::Stats),
) -> Result<(), CliError> {
    let written: BTreeMap<Verdict, u64> = merged.verdicts.iter().collect();
    let sessions = manifest.sessions.len();
    RunSummary::new(session.complete, session.halt.clone(), &written, sessions, stats).write(dir)?;
    let number = u32::try_from(sessions).unwrap_or(u32::MAX);
    let kept = (SyncPolicy::Batch, EventRetention::All);
    let mut events = EventLogWriter::open(dir, number, began, kept)?;
    events.groups(stats.elapsed, &stats.groups);
    // Last: it says that all of this is there.
    events.end(stats.elapsed, session.complete, &session.halt);
    let path = dir.path().join(EVENTS);
    let unwritten = DirError::system(SystemOperation::Write, &path);
    events.take_error().map_or(Ok(()), |source| Err(unwritten(source).into()))
}

/// Tells now and then how far it is.
fn progress(began: Instant) -> impl FnMut(MergeProgress) {
    let mut due = began + PROGRESS;
    move |progress| {
        if Instant::now() >= due {
            due = Instant::now() + PROGRESS;
            let MergeProgress { read, written } = progress;
            say(&format!("merging: {} read, {written} written\n", counted(read, "record")));
        }
    }
}

fn offered_at<'a>(numbers: &'a [usize], offered: &'a [OfferedRun]) -> impl Iterator<Item = &'a OfferedRun> {
    numbers.iter().filter_map(|number| offered.get(*number))
}

/// Tells what is not taken, and what is worth a warning.
fn tell_plan(plan: &MergePlan, offered: &[OfferedRun]) {
    let mut text = String::new();
    for warning in &plan.warnings {
        let _ = writeln!(text, "warn: {}", one_line(warning));
    }
    for run in offered_at(&plan.twice, offered) {
        let (path, k) = (shown(&run.path), number(run));
        let _ = writeln!(text, "warn: {path} is passed over: the records of partition {k} are there already");
    }
    for (number_of, why) in &plan.unfinished {
        let Some(run) = offered.get(*number_of) else { continue };
        let (path, k) = (shown(&run.path), number(run));
        let _ = writeln!(
            text,
            "{path} is left out, partition {k} is not finished: {}",
            one_line(&why.to_string())
        );
    }
    say(&text);
}

fn shown(path: &Path) -> String {
    one_line(&path.display().to_string()).into_owned()
}

/// The number of its partition.
fn number(run: &OfferedRun) -> u32 {
    run.manifest.partition.as_ref().map_or(0, |partition| partition.k)
}

/// Tells what came of it.
fn tell_end(out: &Path, manifest: &RunManifest, merged: &MergedRecords) {
    let Some(facts) = &manifest.merged else { return };
    let mut text = format!(
        "{} of {} in {}: {}, {} not ok\n",
        counted(facts.parts.len().try_into().unwrap_or(u64::MAX), "partition"),
        facts.of,
        shown(out),
        counted(merged.verdicts.all(), "record"),
        merged.verdicts.failed(),
    );
    if let Some(missing) = missing(facts) {
        let _ = writeln!(text, "partitions are missing: {missing}");
    }
    let budgets = BUDGETS.into_iter().filter(|name| manifest.settings.contains_key(*name));
    let budgets: Vec<String> = budgets.map(|name| format!("--{name}")).collect();
    if !budgets.is_empty() {
        let _ = writeln!(text, "each partition was bounded by itself: {}", budgets.join(", "));
    }
    say(&text);
}

/// The exit code: that of a run over all of it, which may have accepted a share of failures.
fn exit(manifest: &RunManifest, complete: bool, merged: &MergedRecords) -> CommandExit {
    let accepted = manifest.settings.get("accept-fail").and_then(|values| values.first());
    let accepted = accepted.and_then(|text| text.parse::<Percentage>().ok());
    let (failed, all) = (merged.verdicts.failed(), merged.verdicts.all());
    match accepted {
        _ if !complete => CommandExit::Incomplete,
        Some(accepted) if !accepted.is_passed_by(failed, all) => CommandExit::Ok,
        _ if failed == 0 => CommandExit::Ok,
        _ => CommandExit::Failed,
    }
}
