//! Tests of the sketch of a run: what is counted where, bounds, and that parts make the whole.

use super::*;
use crate::{MOST_CAUSES, MOST_EXTREMES};
use proptest::prelude::*;

const LIMITS: SketchLimits = SketchLimits { run_time: Some(1000), fuel: Some(100), memory: Some(1 << 20) };

/// What a test says of a task.
#[derive(Debug, Clone)]
struct Told {
    verdict: Verdict,
    code: u8,
    slot: u32,
    started: u64,
    time: u64,
    fuel: u64,
    group: u8,
    past: Vec<Verdict>,
}

fn add(sketch: &mut RunSketch, seq: u64, told: &Told) {
    let (id, code, group) =
        (seq.to_string(), format!("code-{}", char::from(b'a' + told.code)), format!("g{}", told.group));
    sketch.add(&TaskFacts {
        code: if told.verdict == Verdict::Ok { "" } else { &code },
        slot: Some(told.slot),
        started: Some(told.started),
        run_time: Some(told.time),
        queue_time: Some(told.time / 2),
        fuel: Some(told.fuel),
        memory: Some(told.fuel << 14),
        group: Some(&group),
        points: Some((u64::from(told.code), 1000)),
        past: &told.past,
        ..TaskFacts::new(seq, &id, told.verdict)
    });
}

fn of(tasks: &[(u64, Told)]) -> RunSketch {
    let mut sketch = RunSketch::new(LIMITS);
    tasks.iter().for_each(|(seq, told)| add(&mut sketch, *seq, told));
    sketch
}

fn told() -> impl Strategy<Value = Told> {
    let verdict = prop::sample::select(vec![
        Verdict::Ok,
        Verdict::Ok,
        Verdict::Trap,
        Verdict::Timeout,
        Verdict::Quarantined,
    ]);
    let past = prop::collection::vec(prop::sample::select(vec![Verdict::WorkerLost, Verdict::Timeout]), 0..3);
    let times = (0..90_000_000_u64, 0..3000_u64, 0..200_u64);
    (verdict, 0..20_u8, 1..90_u32, times, 0..150_u8, past).prop_map(
        |(verdict, code, slot, (started, time, fuel), group, past)| Told {
            verdict,
            code,
            slot,
            started,
            time: time * 1_000_000,
            fuel,
            group,
            past,
        },
    )
}

#[test]
fn a_task_is_counted_wherever_it_belongs() {
    let task = |verdict, past: &[Verdict]| Told {
        verdict,
        code: 0,
        slot: 2,
        started: 5_000_000,
        time: 900,
        fuel: 90,
        group: 7,
        past: past.to_vec(),
    };
    let sketch = of(&[
        (1, task(Verdict::Ok, &[Verdict::WorkerLost])),
        (2, task(Verdict::Timeout, &[Verdict::Timeout, Verdict::Timeout])),
        (3, task(Verdict::Quarantined, &[Verdict::WorkerLost])),
    ]);
    assert_eq!((sketch.verdicts.total(), sketch.verdicts.failed(), sketch.causes.total()), (3, 2, 2));
    assert_eq!((sketch.retries, sketch.crashes), (4, 3));
    let bucket = &sketch.timeline.buckets()[0];
    assert_eq!((bucket.ok, bucket.failed, bucket.retries), (1, 2, 4));
    assert_eq!((bucket.crashes, bucket.escalations, bucket.restarts), (3, 2, 0));
    assert_eq!((sketch.near_time.count, sketch.near_fuel.count, sketch.near_memory.count), (3, 3, 3));
    let (name, sums) = sketch.groups.iter().next().unwrap();
    assert_eq!((name, sums.fuel, sums.max_points, sums.verdicts.failed()), ("g7", 270, 3000, 2));
    assert!(sketch.modules.is_empty());
    let first = &sketch.causes.by_count()[0].cause;
    assert_eq!(sketch.detail(first).unwrap().seq, 2);
}

#[test]
fn who_asked_for_more_memory_than_there_may_be_hit_the_limit() {
    let mut sketch = RunSketch {
        limits: SketchLimits { memory: Some(100), ..SketchLimits::default() },
        ..RunSketch::default()
    };
    for (seq, verdict) in [(1, Verdict::MemoryExceeded), (2, Verdict::Trap)] {
        sketch.add(&TaskFacts { memory: Some(10), ..TaskFacts::new(seq, "a", verdict) });
    }
    let near: Vec<_> = sketch.near_memory.tasks.tasks().iter().map(|task| (task.seq, task.value)).collect();
    assert_eq!((sketch.near_memory.count, near), (1, vec![(1, 100)]));
    // What it had is what it used.
    assert_eq!((sketch.memory.max(), sketch.most_memory.tasks()[0].value), (10, 10));
}

#[test]
fn a_task_of_which_little_is_known_is_counted() {
    let mut sketch = RunSketch::default();
    sketch.add(&TaskFacts::new(1, "a", Verdict::BadInput));
    sketch.add(&TaskFacts { started: Some(7), ..TaskFacts::new(2, "b", Verdict::Ok) });
    assert_eq!((sketch.verdicts.total(), sketch.run_time.count()), (2, 0));
    assert_eq!(sketch.timeline.buckets().len(), 1);
    sketch.add_restart(8);
    assert_eq!((sketch.restarts, sketch.timeline.buckets()[0].restarts), (1, 1));
}

#[test]
fn ten_thousand_hostile_tasks_make_no_large_sketch() {
    let mut sketch = RunSketch::new(LIMITS);
    let noise = "\u{1b}<script>\u{202e}\"\\".repeat(5000);
    for seq in 0..10_000_u64 {
        let letters: String = seq.to_string().bytes().map(|digit| char::from(digit - b'0' + b'g')).collect();
        let (code, group) = (format!("{letters}{noise}"), format!("{letters} {noise}"));
        sketch.add(&TaskFacts {
            code: &code,
            message: &noise,
            trace: Some(&noise),
            log: &noise,
            diff: &noise,
            input: Some(noise.as_bytes()),
            group: Some(&group),
            module: Some(&group),
            slot: Some(u32::try_from(seq * 1_000_003 % 4_000_000_007).unwrap()),
            started: Some(seq * seq * 1_000_000_007),
            run_time: Some(seq << 40),
            fuel: Some(u64::MAX - seq),
            ..TaskFacts::new(seq, &noise, Verdict::TaskError)
        });
    }
    assert_eq!((sketch.causes.len(), sketch.causes.total()), (MOST_CAUSES, 10_000));
    assert_eq!(sketch.slowest.tasks().len(), MOST_EXTREMES);
    let text = serde_json::to_string(&sketch).unwrap();
    assert!(text.len() < 8 << 20, "{}", text.len());
    for entry in sketch.causes.by_count() {
        assert!(sketch.detail(&entry.cause).is_some(), "each cause has its example");
    }
}

proptest! {
    #[test]
    fn parts_are_the_whole_and_what_is_written_is_read(one in prop::collection::vec(told(), 0..60), other in prop::collection::vec(told(), 0..60)) {
        let all: Vec<(u64, Told)> = (1..).zip(one.iter().chain(&other).cloned()).collect();
        let (left, right) = all.split_at(one.len());
        let (mut merged, mut reversed) = (of(left), of(right));
        let before = merged.clone();
        merged.merge(&reversed);
        reversed.merge(&before);
        let whole = of(&all);
        for part in [&merged, &reversed] {
            prop_assert_eq!(part.causes.by_count(), whole.causes.by_count());
            for entry in whole.causes.by_count() {
                prop_assert_eq!(part.detail(&entry.cause), whole.detail(&entry.cause));
            }
            let but_causes = |sketch: &RunSketch| RunSketch {
                causes: CauseTable::default(),
                details: CauseDetails::default(),
                ..sketch.clone()
            };
            prop_assert_eq!(but_causes(part), but_causes(&whole));
        }
        prop_assert!(whole.is_sound());
        let text = serde_json::to_string(&whole).unwrap();
        prop_assert_eq!(serde_json::from_str::<RunSketch>(&text).unwrap(), whole);
    }
}
