//! What is read of a record against what it was made of.

use super::*;
use crate::output::record::{RecordProjection, StoredOutput, render, render_part};
use polymer_host_base::Digest;
use polymer_host_event::samples;
use polymer_host_task::{
    CheckAnswer, CheckFailure, CheckFailureCode, CheckReport, EarlierStart, Expectation, InputPayload,
    Judgement, ModuleId, OutputDifference, Points, Record,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn execution() -> TaskExecution {
    TaskExecution::of(&[1; 32], None, b"", &InputPayload::Bytes(Vec::new()))
}

/// The record of an ending that was judged.
fn record_of(ending: AttemptEnding, attempts: &KeptAttempts) -> Record {
    Record {
        verdict: ending.verdict,
        output: ending.output,
        error: ending.error,
        attempts: attempts.number,
        worker: attempts.worker,
        started: None,
        earlier: Some(EarlierStart(attempts.started)),
        queued: attempts.queued,
        usage: ending.usage,
        log: ending.log,
        files: ending.files,
        judgement: ending.judgement,
        history: attempts.history.clone(),
        execution: Some(execution()),
        ..samples::ok()
    }
}

fn line_of(record: &Record) -> String {
    let mut line = Vec::new();
    render(record, SystemTime::UNIX_EPOCH, &mut line);
    String::from_utf8(line).unwrap()
}

fn read(record: &Record) -> Option<KeptRecord> {
    KeptRecord::read(line_of(record).trim_end().as_bytes())
}

fn once() -> KeptAttempts {
    KeptAttempts {
        number: 1,
        worker: Some(1),
        started: Some(Duration::from_secs(1_800_000_000)),
        queued: Some(Duration::from_micros(1)),
        history: Vec::new(),
    }
}

fn ended(verdict: Verdict, code: &str) -> AttemptEnding {
    let error = if verdict == Verdict::Ok { TaskError::default() } else { TaskError::new(code, "why") };
    let output = (verdict == Verdict::Ok).then(|| Output::Text("out".to_owned()));
    AttemptEnding { output, ..AttemptEnding::without_guest(verdict, error) }
}

/// The ending of a record that was judged as accepted or not by its verdict.
fn back(ending: AttemptEnding) -> Option<AttemptEnding> {
    let judged = Expectation::default().judged(ending, None);
    read(&record_of(judged, &once())).and_then(|kept| kept.ending.ending().cloned())
}

#[test]
fn an_ending_that_is_not_the_guests_doing_is_not_kept() {
    for verdict in Verdict::all() {
        let is_kept = back(ended(verdict, "code")).is_some();
        use Verdict::{BuildFailed, Canceled, ModuleInvalid, PolicyDenied, Quarantined, WorkerLost};
        let is_anothers = matches!(
            verdict,
            BuildFailed | ModuleInvalid | PolicyDenied | WorkerLost | Quarantined | Canceled
        );
        // Those of judges are no endings of attempts: what they stand for is.
        assert_eq!(is_kept, !is_anothers, "{verdict}");
    }
    assert!(back(ended(Verdict::Timeout, DEADLINE)).is_none());
    assert!(back(ended(Verdict::TaskError, DEADLINE)).is_some(), "a guest may choose that code");
}

#[test]
fn a_record_that_does_not_tell_it_exactly_is_not_enough() {
    let judged = Expectation::default().judged(ended(Verdict::Ok, ""), None);
    let whole = record_of(judged, &once());
    assert_eq!(read(&whole).unwrap().execution, execution());
    assert!(read(&Record { execution: None, ..whole.clone() }).is_none(), "nobody knows what was run");
    assert!(read(&Record { judgement: None, ..whole.clone() }).is_none());
    assert!(read(&Record { attempts: 0, ..whole.clone() }).is_none(), "no guest was entered");
    let mut talked = whole.clone();
    if let Some(judgement) = &mut talked.judgement {
        judgement.interactor = Some(Box::default());
    }
    assert!(read(&talked).is_none(), "both sides would have to talk again");
    let json = |text: &str| Record { output: Some(Output::Json(text.to_owned())), ..whole.clone() };
    assert!(read(&json("[\"\u{7f}\"]")).is_none() && read(&json(r#"["\u0001"]"#)).is_some());
    let part = |stored: Option<&StoredOutput>, projection: &str| {
        let (mut line, projection) = (Vec::new(), projection.parse().unwrap());
        render_part(&whole, stored, SystemTime::UNIX_EPOCH, projection, &mut line);
        KeptRecord::read(&line)
    };
    let stored = StoredOutput { path: "x".to_owned(), sha256: Digest::of(b""), bytes: 0 };
    assert!(part(None, "full").is_some());
    assert!(part(Some(&stored), "full").is_none(), "the output is elsewhere");
    let all = "v,id,verdict,output,error,attempts,worker,started,stats,log,key,content,judge";
    assert!(part(None, all).is_some());
    for field in
        ["verdict", "output", "error", "attempts", "worker", "started", "stats", "log", "key", "judge"]
    {
        let fields: Vec<&str> = all.split(',').filter(|name| *name != field).collect();
        assert!(part(None, &fields.join(",")).is_none(), "{field}");
    }
    for text in ["", "{}", "nonsense", "[]"] {
        assert_eq!(KeptRecord::read(text.as_bytes()), None, "{text}");
    }
    assert_eq!(RecordProjection::Full.resumable(), Some(RecordProjection::Full));
}

#[test]
fn memory_that_was_refused_is_told_apart_from_memory_that_was_too_little() {
    let usage = Usage { grow_refused: true, ..Usage::default() };
    let exceeded = AttemptEnding { usage: usage.clone(), ..ended(Verdict::MemoryExceeded, "memory") };
    assert_eq!(back(exceeded.clone()), Some(exceeded));
    let went_on = AttemptEnding { usage, ..ended(Verdict::Ok, "") };
    let judged = Expectation::default().judged(went_on.clone(), Some(OutputDifference::default()));
    assert_eq!(judged.verdict, Verdict::MemoryExceeded);
    assert_eq!(read(&record_of(judged, &once())).unwrap().ending.ending(), Some(&went_on));
}

fn text() -> impl Strategy<Value = String> {
    "[ -~\u{7f}\u{85}ä\n\t\"\\\\]{0,12}"
}

fn span_of() -> impl Strategy<Value = Duration> {
    (0..1_000_000_000_000_u64).prop_map(Duration::from_micros)
}

prop_compose! {
    fn error()(message in text(), code in text(), wall in option::of(0..3_usize), exit_code in option::of(any::<u32>()),
        trace in option::of(text())) -> TaskError {
        TaskError { message, code, wall: wall.map(|at| LimitWall::ALL[at]), exit_code, trace }
    }
}

prop_compose! {
    fn usage()(fuel in option::of(any::<u64>()), wall in option::of(span_of()), cpu in option::of(span_of()),
        (fuel_exact, grow_refused, partial) in any::<(bool, bool, bool)>(), peak_memory in option::of(any::<u64>()),
        output_bytes in option::of(any::<u64>()), reused in 0..3_u32) -> Usage {
        Usage { fuel, fuel_exact, wall, cpu, peak_memory, grow_refused, output_bytes, reused, idle: false, partial }
    }
}

fn given() -> impl Strategy<Value = Output> {
    prop_oneof![
        text().prop_map(Output::Text),
        vec(any::<u8>(), 0..5).prop_map(Output::Bytes),
        prop_oneof![
            Just("null"),
            Just("[1.0,{\"a\":\"\\u0001\"}]"),
            Just("12345678901234567890123"),
            Just("true")
        ]
        .prop_map(|json| Output::Json(json.to_owned())),
    ]
}

fn collected_files() -> impl Strategy<Value = CollectedFiles> {
    let content = prop_oneof![
        text().prop_map(CollectedContent::Text),
        vec(any::<u8>(), 0..5).prop_map(CollectedContent::Bytes),
        any::<u64>().prop_map(CollectedContent::Dropped),
    ];
    (vec((text(), content), 0..4), any::<u64>()).prop_map(|(files, left_out)| {
        let files = files.into_iter().enumerate().map(|(at, (path, content))| {
            let path = format!("{at}{path}");
            CollectedEntry { path, content }
        });
        CollectedFiles { files: files.collect(), left_out }
    })
}

prop_compose! {
    /// An ending that a worker may claim, and the times and places beside it.
    fn ending()(verdict in prop_oneof![Just(Verdict::Ok), Just(Verdict::Ok), Just(Verdict::TaskError),
            Just(Verdict::BadInput), Just(Verdict::BadOutput), Just(Verdict::Trap), Just(Verdict::FuelExhausted),
            Just(Verdict::Timeout), Just(Verdict::MemoryExceeded), Just(Verdict::OutputExceeded)],
        output in given(), is_there in any::<bool>(), error in error(), usage in usage(), dropped_bytes in any::<u64>(),
        lines in vec("[a-zä ]{1,5}", 0..3), files in option::of(collected_files())) -> AttemptEnding {
        let is_ok = verdict == Verdict::Ok;
        let lines = lines.into_iter().map(|text| LogLine { level: None, text }).collect();
        let may_be_given = !matches!(output, Output::Json(_)) && is_there;
        AttemptEnding {
            verdict,
            output: Some(output).filter(|_| is_ok || may_be_given),
            error: if is_ok { TaskError::default() } else { error },
            retry: None,
            usage,
            log: Log { lines, dropped_bytes },
            files: files.map(Box::new),
            judgement: None,
        }
    }
}

prop_compose! {
    fn attempts()(number in 1..9_u32, worker in option::of(1..9_u32), started in option::of(span_of()),
        queued in option::of(span_of()), past in vec((any::<u32>(), 0..Verdict::ALL.len(), error(), usage()), 0..3))
        -> KeptAttempts {
        let past = past.into_iter().map(|(attempt, verdict, error, usage)| {
            PastAttempt { attempt, verdict: Verdict::ALL[verdict], error, worker: None, usage }
        });
        KeptAttempts { number, worker, started, queued, history: past.collect() }
    }
}

prop_compose! {
    fn expectation()(verdicts in vec(0..Verdict::ALL.len(), 0..3), exit_code in option::of(0..4_u32),
        output in option::of(given()), is_checked in any::<bool>()) -> Expectation {
        Expectation {
            verdicts: verdicts.into_iter().map(|at| Verdict::ALL[at]).collect(),
            exit_code,
            output,
            checker: is_checked.then_some(ModuleId(7)),
            points: Points::new(2.0),
            ..Expectation::default()
        }
    }
}

/// What a judge that may say anything makes of an ending, by the ways that a run has.
fn judged(expect: &Expectation, ending: AttemptEnding, is_right: bool, is_silent: bool) -> AttemptEnding {
    let difference = OutputDifference { message: "differs".to_owned(), diff: "-a\n+b".to_owned() };
    if expect.needs_check(&ending) {
        let failure = CheckFailure { code: CheckFailureCode::Trap, message: "it trapped".to_owned() };
        let answer = CheckAnswer { accepted: is_right, points: None, message: "said".to_owned() };
        let answer = if is_silent { Err(failure) } else { Ok(answer) };
        return expect.checked(ending, CheckReport { answer, usage: Usage::default() });
    }
    let is_wrong = expect.needs_comparison(&ending) && !is_right;
    expect.judged(ending, is_wrong.then_some(difference))
}

proptest! {
    #[test]
    fn a_record_gives_back_the_ending_that_was_judged(ending in ending(), attempts in attempts(), expect in expectation(),
        is_right in any::<bool>(), is_silent in any::<bool>()) {
        prop_assume!(!(ending.verdict == Verdict::Timeout && ending.error.code == DEADLINE));
        let record = record_of(judged(&expect, ending.clone(), is_right, is_silent), &attempts);
        let kept = read(&record);
        prop_assert!(kept.is_some(), "{}", line_of(&record));
        let kept = kept.unwrap();
        prop_assert_eq!(kept.ending.ending(), Some(&ending), "{}", line_of(&record));
        prop_assert_eq!(&kept.ending.attempts, &attempts);
        prop_assert_eq!((Some(kept.key), kept.content), (record.key, record.content));
    }

    /// Whatever is expected then, its record is the one that a run of it would have left.
    #[test]
    fn what_is_judged_anew_has_the_record_that_it_would_have_had(ending in ending(), attempts in attempts(),
        before in expectation(), now in expectation(), is_right in any::<bool>()) {
        let first = record_of(judged(&before, ending.clone(), !is_right, false), &attempts);
        let fresh = record_of(judged(&now, ending, is_right, false), &attempts);
        if let Some(mut kept) = read(&first).map(|kept| kept.ending) {
            let again = judged(&now, *kept.take_ending().unwrap(), is_right, false);
            prop_assert_eq!(line_of(&record_of(again, &kept.attempts)), line_of(&fresh));
        }
    }

    #[test]
    fn no_line_is_too_strange(text in "[ -~]{0,60}", at in 0..400_usize) {
        let whole = line_of(&record_of(Expectation::default().judged(ended(Verdict::Ok, ""), None), &once()));
        let at = whole.char_indices().map(|(at, _)| at).nth(at).unwrap_or(0);
        let spoilt = format!("{}{text}{}", &whole[..at], &whole[at..]);
        drop(KeptRecord::read(spoilt.as_bytes()));
        drop(KeptRecord::read(text.as_bytes()));
    }
}

#[test]
fn a_judgement_of_nobody_is_not_read_for_an_ending() {
    let judgement = Judgement {
        accepted: false,
        points: None,
        max_points: None,
        message: String::new(),
        diff: String::new(),
        ended: Some((Verdict::WorkerLost, TaskError::new("SIGSEGV", "died"))),
        checker: None,
        interactor: None,
    };
    let ending = AttemptEnding { judgement: Some(Box::new(judgement)), ..ended(Verdict::Ok, "") };
    assert!(read(&record_of(ending, &once())).is_none(), "an expected death is died again");
}
