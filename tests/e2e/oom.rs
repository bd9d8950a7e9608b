//! A memory cgroup that is too small: it is said at the start, a kill by the kernel's OOM killer is
//! told as that, and no task is charged for it. Tested where this user may make such a cgroup.

use super::support::{Ended, Start, TempFolder, by_id, fixture, wat};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const LIMIT: u64 = 100 << 20;

/// A memory cgroup of 100 MiB, removed when this is dropped.
struct Cgroup(PathBuf);

impl Cgroup {
    /// `None` where it cannot be made, which is said.
    #[expect(clippy::print_stderr, reason = "a test says what it does not show")]
    fn new(name: &str) -> Option<Self> {
        let made = Self::make(name);
        if made.is_none() {
            eprintln!("no memory cgroup can be made here, so this is not tested");
        }
        made
    }

    fn make(name: &str) -> Option<Self> {
        let own = fs::read_to_string("/proc/self/cgroup").ok()?;
        let path = |line: &str, prefix: &str| line.split_once(prefix).map(|(_, path)| path.to_owned());
        let one = own.lines().find_map(|line| path(line, ":memory:"));
        let (top, path, file) = match one {
            Some(path) => ("/sys/fs/cgroup/memory", path, "memory.limit_in_bytes"),
            None => ("/sys/fs/cgroup", own.lines().find_map(|line| path(line, "0::"))?, "memory.max"),
        };
        let folder = Path::new(top).join(path.trim_start_matches('/'));
        let folder = folder.join(format!("polymer-test-{}-{name}", std::process::id()));
        fs::create_dir(&folder).ok()?;
        let made = Self(folder);
        fs::write(made.0.join(file), LIMIT.to_string()).ok()?;
        Some(made)
    }

    /// `polymer` in it.
    fn polymer(&self, line: &str, lines: &str) -> Ended {
        let procs = self.0.join("cgroup.procs");
        Start::shell(&format!("echo $$ > {} && exec polymer {line}", procs.display())).patient(120).run(lines)
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // What was in it is gone, but the kernel may take a moment to notice.
        let until = Instant::now() + Duration::from_secs(10);
        while fs::remove_dir(&self.0).is_err() && Instant::now() < until {
            std::thread::yield_now();
        }
    }
}

/// A module that writes to 200 MiB.
fn greedy(folder: &TempFolder) -> PathBuf {
    let text = fs::read_to_string(fixture("fills.wat")).unwrap();
    folder.file("greedy.wat", text.replace("1023", "3199").replace("0x4000000", "0xc800000"))
}

#[test]
fn what_workers_may_need_beyond_the_cgroup_is_said_at_the_start() {
    let Some(cgroup) = Cgroup::new("start") else { return };
    let ended = cgroup.polymer(&format!("run {} -j 2", wat("silent")), "x\n").check(0);
    ended.check_says("warn: workers may need 544 MiB (2 of 272 MiB each) and the memory cgroup has 100 MiB");
    let ended = cgroup.polymer(&format!("run {} -j 2 --memory 16MiB", wat("silent")), "x\n").check(0);
    assert!(!ended.stderr.contains("may need"), "{}", ended.stderr);
    cgroup.polymer("doctor", "").check(0).check_says_on_stdout("the memory cgroup has 100 MiB");
}

#[test]
fn a_task_that_does_not_fit_ends_the_run_and_is_not_charged() {
    let (Some(cgroup), folder) = (Cgroup::new("alone"), TempFolder::new()) else { return };
    let ended = cgroup.polymer(&format!("run {} -j 1", greedy(&folder).display()), "x\n").check(96);
    ended.check_says("killed by the kernel's OOM killer");
    let error = ended.stderr.lines().find(|line| line.starts_with("error: ")).unwrap();
    assert!(error.contains("100 MiB"), "{}", ended.stderr);
    ended.check_says("hint: ");
    assert_eq!(ended.stdout, "");
}

#[test]
fn innocents_beside_one_that_does_not_fit_are_done() {
    let (Some(cgroup), folder) = (Cgroup::new("beside"), TempFolder::new()) else { return };
    let line =
        |module: &Path, id: usize| json!({"id": id.to_string(), "module": module, "input": ""}).to_string();
    let (silent, greedy) = (PathBuf::from(wat("silent")), greedy(&folder));
    let lines: Vec<_> = (0..40).map(|id| line(if id == 7 { &greedy } else { &silent }, id) + "\n").collect();
    let ended = cgroup.polymer("run --tasks - -j 2", &lines.concat()).check(96);
    ended.check_says("killed by the kernel's OOM killer");
    let records = by_id(ended.records());
    assert!(!records.contains_key("7"), "{:?}", records.get("7"));
    records.values().for_each(|record| record.check_ok(&json!("")));
}
