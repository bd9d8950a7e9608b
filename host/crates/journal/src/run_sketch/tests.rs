//! Tests of the sketch in a folder: what it is made of, and when the cache counts.

use super::*;
use crate::dir::{EVENTS, FAILED, RunDir};
use crate::manifest::{HostMachine, RunManifest};
use crate::output::record::render;
use polymer_host_event::samples;
use polymer_host_task::{Limits, Record, ReplacedRecord, TaskContent, TaskError, TaskKey, Verdict};
use std::time::SystemTime;

struct Folder {
    _folder: tempfile::TempDir,
    dir: RunDir,
}

impl Folder {
    /// Of a run in which lines of these numbers ended so.
    fn of(tasks: &[(u64, Verdict)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = RunDir::create(&folder.path().join("run")).unwrap();
        let host = HostMachine { name: String::new(), system: String::new(), cores: 1 };
        let manifest = RunManifest::new("/".into(), Default::default(), (&Limits::default()).into(), host);
        manifest.write(&dir).unwrap();
        let this = Self { _folder: folder, dir };
        this.write(RESULTS, &lines(tasks));
        let failed = tasks.iter().filter(|(_, verdict)| *verdict != Verdict::Ok);
        this.write(FAILED, failed.map(|(seq, _)| format!("line {seq}\n")).collect::<String>().as_bytes());
        this
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.path().join(name), content).unwrap();
    }

    fn sketch(&self) -> RunSketch {
        of_run(self.path(), IdNaming::Other, &(&Limits::default()).into()).unwrap()
    }

    /// Lets go of the lock, as a supervisor at its end.
    fn ended(self) -> (tempfile::TempDir, std::path::PathBuf) {
        let path = self.path().to_path_buf();
        let Self { _folder, mut dir } = self;
        dir.keep();
        drop(dir);
        (_folder, path)
    }
}

fn record(seq: u64, verdict: Verdict) -> Record {
    let error = match verdict {
        Verdict::Ok => TaskError::default(),
        _ => TaskError::new("code", format!("task {seq} failed")),
    };
    let (id, key) = (seq.to_string(), Some(TaskKey::of_id(&seq.to_string())));
    Record { seq, id, key, verdict, error, ..samples::ok() }
}

fn line(record: &Record) -> Vec<u8> {
    let mut line = Vec::new();
    render(record, SystemTime::UNIX_EPOCH, &mut line);
    line
}

fn lines(tasks: &[(u64, Verdict)]) -> Vec<u8> {
    tasks.iter().flat_map(|(seq, verdict)| line(&record(*seq, *verdict))).collect()
}

const TASKS: [(u64, Verdict); 4] =
    [(2, Verdict::Ok), (4, Verdict::Trap), (1, Verdict::TaskError), (3, Verdict::Trap)];

#[test]
fn records_and_their_lines_make_the_sketch() {
    let folder = Folder::of(&TASKS);
    let sketch = folder.sketch();
    assert_eq!((sketch.verdicts.total(), sketch.verdicts.failed()), (4, 3));
    let causes = sketch.causes.by_count();
    assert_eq!((causes.len(), causes[0].count, causes[0].first.seq), (2, 2, 3));
    let detail = sketch.detail(&causes[0].cause).unwrap();
    assert_eq!((detail.seq, detail.input.as_deref()), (3, Some("line 3")));
    assert_eq!(detail.message, "task 3 failed");
}

#[test]
fn a_torn_end_and_missing_files_are_no_error_and_damage_is() {
    let folder = Folder::of(&TASKS);
    let torn = [&lines(&TASKS)[..], b"{\"v\":1,\"id\""].concat();
    folder.write(RESULTS, &torn);
    folder.write(FAILED, b"line 4\n");
    let sketch = folder.sketch();
    assert_eq!(sketch.verdicts.total(), 4);
    let causes = sketch.causes.by_count();
    assert!(causes.iter().all(|entry| sketch.detail(&entry.cause).is_some()));
    fs::remove_file(folder.path().join(FAILED)).unwrap();
    assert_eq!(folder.sketch().verdicts.total(), 4);
    folder.write(RESULTS, &[b"nonsense\n", &torn[..]].concat());
    assert!(of_run(folder.path(), IdNaming::Other, &(&Limits::default()).into()).is_err());
    fs::remove_file(folder.path().join(RESULTS)).unwrap();
    assert_eq!(folder.sketch(), RunSketch::new(sketch.limits));
}

#[test]
fn a_record_that_another_took_the_place_of_does_not_count() {
    let folder = Folder::of(&TASKS);
    let content = Some(TaskContent::of(&[0; 32], None, b"", b"c"));
    let old = Record { content, ..record(4, Verdict::Trap) };
    let new = Record { content, replaces: Some(ReplacedRecord(content)), ..record(4, Verdict::Ok) };
    let text = [line(&record(1, Verdict::TaskError)), line(&old), line(&new)].concat();
    folder.write(RESULTS, &text);
    folder.write(FAILED, b"line 1\nline 4\n");
    let sketch = folder.sketch();
    assert_eq!((sketch.verdicts.get(Verdict::Ok), sketch.verdicts.get(Verdict::Trap)), (1, 0));
    let cause = &sketch.causes.by_count()[0].cause;
    assert_eq!(sketch.detail(cause).unwrap().input.as_deref(), Some("line 1"));
}

#[test]
fn restarts_are_read_from_events() {
    let folder = Folder::of(&TASKS);
    let events = concat!(
        "{\"event\":\"session\",\"v\":1,\"time\":\"1970-01-01T00:00:01.000000Z\",\"pid\":1,\"session\":1}\n",
        "{\"event\":\"worker_started\",\"at_ms\":1.000,\"slot\":1,\"process\":1,\"role\":\"run\",\"module\":1,\"restart\":false}\n",
        "{\"event\":\"worker_started\",\"at_ms\":2.000,\"slot\":1,\"process\":2,\"role\":\"run\",\"module\":1,\"restart\":true}\n",
        "{\"event\":\"worker_sta",
    );
    folder.write(EVENTS, events.as_bytes());
    assert_eq!(folder.sketch().restarts, 1);
}

#[test]
fn events_tell_when_something_failed_and_records_do_where_there_are_none() {
    let folder = Folder::of(&TASKS);
    // Of each bucket in which something is marked: how many tasks ended there, and the marks.
    let marks = |sketch: &RunSketch| -> Vec<(u64, (u64, u64, u64))> {
        let buckets = sketch.timeline.buckets().iter();
        let marks = buckets.map(|bucket| (bucket.ok, (bucket.retries, bucket.escalations, bucket.crashes)));
        marks.filter(|(_, marks)| *marks != (0, 0, 0)).collect()
    };
    let session =
        "{\"event\":\"session\",\"v\":1,\"time\":\"1970-01-01T00:00:01.000000Z\",\"pid\":1,\"session\":1}\n";
    let failed = |at: u32, verdict: &str| {
        format!(
            "{{\"event\":\"attempt_failed\",\"at_ms\":{at}.000,\"seq\":1,\"key\":\"\",\"id\":\"a\",\"attempt\":1,\
             \"verdict\":\"{verdict}\",\"error\":{{\"message\":\"\",\"code\":\"\"}},\"slot\":1,\"again\":\"\"}}\n"
        )
    };
    let died = "{\"event\":\"worker_died\",\"at_ms\":5.000,\"slot\":3,\"process\":1,\
                \"error\":{\"message\":\"killed by SIGSEGV\",\"code\":\"\"},\"charged\":\"a\",\"returned\":0}\n";
    let past = vec![samples::past(1, Verdict::Timeout), samples::past(2, Verdict::WorkerLost)];
    let whole = Record { attempts: 3, history: past, ..record(1, Verdict::Ok) };
    folder.write(RESULTS, &line(&whole));
    folder.write(FAILED, b"");
    folder.write(EVENTS, session.as_bytes());
    // The record alone: all stands where the task ended.
    let of_record = folder.sketch();
    assert_eq!((of_record.retries, of_record.crashes, of_record.deaths.count()), (2, 1, 0));
    assert_eq!(marks(&of_record), [(1, (2, 1, 1))]);
    let events = [session, &failed(5, "timeout"), died, &failed(5, "worker_lost")].concat();
    folder.write(EVENTS, events.as_bytes());
    let of_events = folder.sketch();
    assert_eq!((of_events.retries, of_events.crashes, of_events.deaths.count()), (2, 1, 1));
    assert_eq!(marks(&of_events), [(0, (2, 1, 1))]);
    let [death] = of_events.deaths.first() else { panic!() };
    assert_eq!((death.at, death.slot, death.task.as_deref()), (1_005_000, 3, Some("a")));
    assert_eq!(death.how, "killed by SIGSEGV");
}

#[test]
fn a_sketch_is_kept_and_counts_until_the_records_change() {
    let (_folder, path) = Folder::of(&TASKS).ended();
    let sketch = || of_run(&path, IdNaming::Other, &(&Limits::default()).into()).unwrap();
    let kept = || fs::read_to_string(path.join(SKETCH)).unwrap();
    let first = sketch();
    // What is kept is what is read: another sketch of the same records shows it.
    let marked = kept().replace("task 1 failed", "task 1 FAILED");
    fs::write(path.join(SKETCH), &marked).unwrap();
    assert_eq!(sketch().causes, first.causes);
    assert_ne!(sketch(), first);
    // A rewrite that gives the same length and the same end.
    let metadata = fs::metadata(path.join(RESULTS)).unwrap();
    let swapped = lines(&[(4, Verdict::Trap), (2, Verdict::Ok), (1, Verdict::TaskError), (3, Verdict::Trap)]);
    fs::write(path.join("new"), &swapped).unwrap();
    let later = metadata.modified().unwrap() + std::time::Duration::from_nanos(1);
    File::options().write(true).open(path.join("new")).unwrap().set_modified(later).unwrap();
    fs::rename(path.join("new"), path.join(RESULTS)).unwrap();
    assert_eq!(metadata.len(), fs::metadata(path.join(RESULTS)).unwrap().len());
    assert!(!kept().contains(&format!(
        "\"modified_ns\":{}",
        later.duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos()
    )));
    assert_eq!(sketch().causes, first.causes);
    assert!(!kept().contains("FAILED"), "it was made anew");
    // One more record, another version, and what is no sketch.
    fs::write(path.join(RESULTS), [swapped, lines(&[(5, Verdict::Ok)])].concat()).unwrap();
    assert_eq!(sketch().verdicts.total(), 5);
    for text in [kept().replace("{\"v\":1,", "{\"v\":2,"), kept()[..99].to_owned(), String::new()] {
        fs::write(path.join(SKETCH), text).unwrap();
        assert_eq!(sketch().verdicts.total(), 5);
        assert!(kept().starts_with("{\"v\":1,"));
    }
}

#[test]
fn nothing_is_kept_of_a_run_that_goes_on() {
    let folder = Folder::of(&TASKS);
    folder.sketch();
    assert!(!folder.path().join(SKETCH).exists());
}

#[test]
fn what_others_may_have_written_is_not_read() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = Folder::of(&TASKS).ended();
    let sketch = || of_run(&path, IdNaming::Other, &(&Limits::default()).into()).unwrap();
    let first = sketch();
    let kept = fs::read_to_string(path.join(SKETCH)).unwrap();
    fs::write(path.join(SKETCH), kept.replace("task 1 failed", "task 1 FAILED")).unwrap();
    fs::set_permissions(path.join(SKETCH), fs::Permissions::from_mode(0o666)).unwrap();
    assert_eq!(sketch(), first);
}
