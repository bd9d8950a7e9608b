//! The supervisor's side: a hundred innocent tasks, two that are not, and what came of both.
//!
//! One line each: how the two ended, how many innocents came back right and how many were charged,
//! what was said of processes that died, and what the supervisor holds that it did not hold before.

use polymer_host::Verdict;
use polymer_host::event::RunEvent;
use polymer_host::{Builder, CallOptions, Done, Input, Module, Output, TaskManager};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Innocent tasks of a run.
pub(crate) const INNOCENT: usize = 100;
/// Where the others stand among them.
pub(crate) const BAD: [usize; 2] = [30, 60];

pub(crate) fn builder(exe: &Path, module: &str) -> Result<Builder, Box<dyn Error>> {
    let module = Module::from_bytes(module, module)?;
    let ring = std::env::var_os("POLYMER_NO_ANSWER_RING").is_none();
    Ok(TaskManager::builder().worker_exe(exe).worker_count(3).crash_limit(2).answer_ring(ring).module(module))
}

/// What the tasks are: the mood, or an innocent one of some bytes.
fn tasks(mood: &str, bytes: usize) -> Vec<Input> {
    let innocent = |number: usize| Input::text(format!("innocent {number} {}", "x".repeat(bytes)));
    let mut tasks: Vec<_> = (0..INNOCENT).map(innocent).collect();
    BAD.iter().for_each(|place| tasks.insert(*place, Input::text(mood)));
    tasks
}

/// `module`: what the tasks are of, a command whose answers come by the socket, or typed tasks whose
/// answers come by a ring.
pub(crate) fn inputs(module: &str, mood: &str, millis: u64) -> Result<(), Box<dyn Error>> {
    let before = descriptors();
    let forged = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&forged);
    // What stands around a worker is said before it has seen a guest, and only then.
    let hear = move |event: &RunEvent| {
        if matches!(event, RunEvent::Confined(told) if !told.active.is_empty()) {
            seen.store(true, Ordering::Relaxed);
        }
    };
    let limits = builder(&std::env::current_exe()?, module)?.output_limit(1 << 20).on_event(hear);
    let manager = limits.timeout(Duration::from_millis(millis)).build()?;
    // What waits for one that does not read must wait somewhere.
    let bytes = if mood == "silent" { 50 << 10 } else { 0 };
    let done = manager.supervise(tasks(mood, bytes))?;
    tell(&done, &manager);
    if forged.load(Ordering::Relaxed) {
        println!("a jail was forged");
    }
    drop(manager);
    tell_held(before);
    Ok(())
}

/// `alone_first`: one of the two has ended before anything else is called, so the machine is tried
/// with the built-in module.
pub(crate) fn module(mood: &str, alone_first: bool) -> Result<(), Box<dyn Error>> {
    let before = descriptors();
    let manager = builder(&std::env::current_exe()?, "good")?.timeout(Duration::from_secs(20)).build()?;
    let (good, bad) = (Module::from_bytes("good", "good")?, Module::from_bytes("bad", mood)?);
    let call = |task: Input| {
        let module = if task.payload.bytes().starts_with(b"innocent") { &good } else { &bad };
        manager.call(module, task, CallOptions::default())
    };
    let mut tasks = tasks("bad", 0);
    let mut done = Vec::new();
    if alone_first {
        done.push(call(tasks.remove(BAD[0])).wait()?);
    }
    let calls: Vec<_> = tasks.into_iter().map(call).collect();
    done.extend(calls.into_iter().map(polymer_host::Call::wait).collect::<Result<Vec<_>, _>>()?);
    tell(&done, &manager);
    drop((manager, good, bad));
    tell_held(before);
    Ok(())
}

pub(crate) fn start(mood: &str) -> Result<(), Box<dyn Error>> {
    let before = descriptors();
    let folder = tempfile::tempdir()?;
    let exe = folder.path().join(format!("start-{mood}"));
    std::fs::copy(std::env::current_exe()?, &exe)?;
    let manager = builder(&exe, "good")?.build()?;
    match manager.supervise(tasks("innocent", 0)) {
        Ok(_) => println!("it ran"),
        Err(error) => println!("{error}"),
    }
    drop(manager);
    tell_held(before);
    Ok(())
}

/// Tasks beside a storm.
const BESIDE: usize = 600;
/// Storms of which the middle one counts.
const STORMS: usize = 3;

pub(crate) fn storm() -> Result<(), Box<dyn Error>> {
    let before = descriptors();
    let folder = tempfile::tempdir()?;
    let exe = folder.path().join("start-storm");
    std::fs::copy(std::env::current_exe()?, &exe)?;
    let manager = builder(&exe, "good")?.timeout(LONGEST).build()?;
    let round =
        || -> Result<_, Box<dyn Error>> { Ok((beside(&manager, None)?, beside(&manager, Some("storm"))?)) };
    let mut rounds = (0..STORMS).map(|_| round()).collect::<Result<Vec<_>, _>>()?;
    rounds.sort_by(|(_, one), (_, other)| one.longest.total_cmp(&other.longest));
    for (calm, stormy) in &rounds {
        eprintln!("times their own time: {calm}, and beside the storm {stormy}");
    }
    let middle = |figure: fn(&Beside) -> f64| {
        let times = |(calm, stormy): &(Beside, Beside)| figure(stormy) / figure(calm).max(1.0);
        let mut all: Vec<f64> = rounds.iter().map(times).collect();
        all.sort_by(f64::total_cmp);
        all.swap_remove(STORMS / 2)
    };
    let (most, longest) = (middle(|beside| beside.most), middle(|beside| beside.longest));
    let (calm, stormy) = rounds.swap_remove(STORMS / 2);
    println!("{} innocent", calm.innocent);
    println!("{}", stormy.said);
    println!("{} innocent", stormy.innocent);
    println!("49 of 50 at most {most:.1} times as long as without the storm");
    println!("all at most {longest:.1} times as long as without the storm");
    drop(manager);
    tell_held(before);
    Ok(())
}

/// What came of innocent tasks.
struct Beside {
    innocent: usize,
    /// How many times its own time one took at the most. Any may be held up by what else the
    /// machine does.
    longest: f64,
    /// The same of 49 of 50.
    most: f64,
    /// What the task beside them said.
    said: String,
}

impl std::fmt::Display for Beside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} (49 of 50) and {:.1} (all)", self.most, self.longest)
    }
}

/// Runs the innocent tasks beside another.
fn beside(manager: &TaskManager, other: Option<&str>) -> Result<Beside, Box<dyn Error>> {
    let innocent = (0..BESIDE).map(|number| Input::text(format!("innocent {number}")));
    let done = manager.supervise(other.map(Input::text).into_iter().chain(innocent))?;
    let mut all = Beside { innocent: 0, longest: 1.0, most: 1.0, said: String::new() };
    let mut times = Vec::with_capacity(BESIDE);
    for done in &done {
        let text = match &done.output {
            Some(Output::Text(text)) if done.is_ok() => text,
            _ => return Err(format!("{}: {}", done.verdict.name(), done.error.message).into()),
        };
        if other.is_some_and(|other| done.task.payload.bytes() == other.as_bytes()) {
            all.said = text.to_owned();
        } else {
            let (own, whole) = text.split_once(' ').unwrap();
            all.innocent += 1;
            times.push(whole.parse::<f64>()? / own.parse::<f64>()?);
        }
    }
    times.sort_by(f64::total_cmp);
    all.longest = times.last().copied().unwrap_or(f64::INFINITY);
    all.most = times.get(times.len() * 49 / 50).copied().unwrap_or(f64::INFINITY);
    Ok(all)
}

/// What each attempt may take; less than a line takes to be read.
const SHORT: Duration = Duration::from_millis(300);

pub(crate) fn slow(lines: usize, bytes: usize, rate: u32) -> Result<(), Box<dyn Error>> {
    let before = descriptors();
    let sent: Arc<Mutex<BTreeMap<u64, usize>>> = Arc::default();
    let count = Arc::clone(&sent);
    let hear = move |event: &RunEvent| {
        if let RunEvent::AttemptDispatched { task, .. } = event {
            *count.lock().unwrap().entry(task.seq).or_default() += 1;
        }
    };
    let settings = builder(&std::env::current_exe()?, &format!("reads {rate}"))?.on_event(hear);
    let manager = settings.timeout(SHORT).queue(8).build()?;
    let (sender, results) = manager.start()?;
    let ok = std::thread::scope(|scope| {
        scope.spawn(move || {
            for line in 0..lines {
                // Now and then there is one that others would wait for.
                let kind = if line % 7 == 3 { "long" } else { "x" };
                drop(sender.send(Input::text(kind.to_owned() + &"x".repeat(bytes))));
            }
        });
        results.filter(|done| done.verdict == Verdict::Ok && done.attempts == 1).count()
    });
    println!("{ok} of {lines} ok");
    let most = sent.lock().unwrap().values().max().copied().unwrap_or_default();
    println!("sent at most twice: {}", most <= 2);
    eprintln!("sent {most} times at the most");
    drop(manager);
    tell_held(before);
    Ok(())
}

/// More than any attempt of these takes.
const LONGEST: Duration = Duration::from_secs(60);

fn tell(done: &[Done<Input>], manager: &TaskManager) {
    let is_innocent = |done: &&Done<Input>| done.task.payload.bytes().starts_with(b"innocent");
    let (innocent, bad): (Vec<_>, Vec<_>) = done.iter().partition(is_innocent);
    let ends: BTreeSet<_> = bad
        .iter()
        .map(|done| {
            let wrote = if done.output.is_some() && !done.is_ok() { " with output" } else { "" };
            format!("{} {} {}{wrote}", done.verdict.name(), done.error.code, done.attempts)
        })
        .collect();
    println!("{} bad: {}", bad.len(), ends.into_iter().collect::<Vec<_>>().join(", "));
    let right = |done: &&&Done<Input>| {
        let echo = done.output.as_ref().is_some_and(
            |output| matches!(output, Output::Text(text) if text.as_bytes() == done.task.payload.bytes()),
        );
        done.verdict == Verdict::Ok && echo
    };
    println!("{} of {INNOCENT} innocent", innocent.iter().filter(right).count());
    let charged = innocent.iter().filter(|done| done.attempts != 1 || !done.history.is_empty()).count();
    println!("{charged} charged");
    let limits = manager.plan().service.limits;
    let believable = done.iter().all(|done| {
        done.stats.fuel.is_none_or(|fuel| Some(fuel) <= limits.fuel)
            && done.stats.peak_memory.is_none_or(|memory| memory <= limits.memory)
            && done.stats.wall.is_none_or(|wall| wall <= LONGEST)
            && done.stats.cpu.is_none_or(|cpu| cpu <= LONGEST)
            && done.stats.output_bytes.is_none_or(|bytes| bytes <= limits.output)
            && done.stats.reused == 0
            && done.log.dropped_bytes == 0
    });
    let mut words = done.iter().flat_map(|done| {
        let history = done.history.iter().map(|past| &past.error);
        history.chain([&done.error]).flat_map(|error| [&error.message, &error.code])
    });
    let bounded = words.clone().all(|text| text.len() < 8192 && !text.chars().any(char::is_control));
    println!("believable: {believable}, words in bounds: {bounded}");
    if let Some(words) = words.rfind(|text| text.contains(' ')) {
        eprintln!("the last words: {words}");
    }
}

pub(crate) fn tell_held(descriptors_before: usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    eprintln!("{kib} KiB at the peak");
    println!("under 64 MiB: {}", kib < 64 << 10);
    // A thread of the run that is over may close its last one a moment later.
    let deadline = Instant::now() + Duration::from_secs(5);
    while descriptors() > descriptors_before && Instant::now() < deadline {
        std::thread::yield_now();
    }
    println!("{} descriptors more", descriptors() - descriptors_before);
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    println!("{} processes left", lists.map(|list| list.split_whitespace().count()).sum::<usize>());
}

pub(crate) fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}
