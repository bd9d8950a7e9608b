//! Every field of every message from a worker: the most that it may say, and one more.

use super::super::super::message::{
    FromWorker, WireConfinement, WireError, WireForm, WireFunction, WireTask, WireUsage,
};
use super::super::{ENTRIES, NAME, confinement, functions, imports, refusal, tasks, unconfined};
use super::*;
use polymer_host_task::LimitWall;

const MS: Duration = Duration::from_millis(1);

fn limits() -> Limits {
    Limits::default().with_fuel(10).with_memory(100).with_output(10).with_log(10)
}

fn command(limits: &Limits) -> AttemptBounds<'_> {
    AttemptBounds { limits, elapsed: MS, reused: 3, may_be_command: true, streamed: None }
}

/// What nobody who is honest would say less of.
fn claim(verdict: &'static str, output: WireOutput<'static>) -> FinishedMessage<'static> {
    let output_bytes = match output {
        WireOutput::None => 0,
        WireOutput::Json(bytes) | WireOutput::Text(bytes) | WireOutput::Bytes(bytes) => bytes.len() as u64,
    };
    let usage = WireUsage { output_bytes, ..WireUsage::default() };
    FinishedMessage {
        attempt: 7,
        verdict,
        output,
        error: None,
        usage,
        log: "",
        log_dropped: 0,
        files: None,
        idle: false,
    }
}

fn believed(claim: &FinishedMessage<'_>) -> Result<AttemptEnding, ProtocolViolation> {
    ending(claim, &command(&limits())).map(|(_, ending)| *ending)
}

#[track_caller]
fn refused(claim: &FinishedMessage<'_>) -> ProtocolViolation {
    believed(claim).unwrap_err()
}

#[test]
fn an_honest_claim_becomes_an_ending() {
    let mut claim = claim("ok", WireOutput::Json(b"[1, 2]"));
    claim.log = "iup\n-plain\n";
    let (attempt, ending) = ending(&claim, &command(&limits())).unwrap();
    assert_eq!(attempt, AttemptId(7));
    assert_eq!(ending.output, Some(Output::Json("[1,2]".to_owned())));
    assert_eq!(ending.log.text(), "info: up\nplain");
}

#[test]
fn the_end_of_a_streamed_attempt_has_no_output_and_counts_what_came() {
    let limits = limits();
    let bounds = AttemptBounds { streamed: Some(4), ..command(&limits) };
    for verdict in ["ok", "trap", "task_error"] {
        let mut claim = claim(verdict, WireOutput::None);
        claim.usage.output_bytes = 4;
        let ending = ending(&claim, &bounds).unwrap().1;
        assert_eq!((ending.output, ending.usage.output_bytes), (None, Some(4)));
    }
    let refused = |claim: &FinishedMessage<'_>| ending(claim, &bounds).unwrap_err();
    let mut less = claim("ok", WireOutput::None);
    less.usage.output_bytes = 3;
    assert!(matches!(refused(&less), ProtocolViolation::Under { claimed: 3, sent: 4, .. }));
    less.usage.output_bytes = 5;
    assert!(matches!(refused(&less), ProtocolViolation::Over { claimed: 5, limit: 4, .. }));
    let again = claim("ok", WireOutput::Text(b"1234"));
    assert!(matches!(refused(&again), ProtocolViolation::Mismatch("an output that was streamed", _)));
    // What it left unread is not known yet when it ends.
    let idle = FinishedMessage { idle: true, ..claim("ok", WireOutput::None) };
    let none = AttemptBounds { streamed: Some(0), ..bounds };
    assert!(!ending(&idle, &none).unwrap().1.usage.idle);
}

#[test]
fn whoever_gave_something_was_not_idle() {
    let idle = |change: fn(&mut FinishedMessage<'static>)| {
        let mut claim = FinishedMessage { idle: true, ..claim("ok", WireOutput::Text(b"")) };
        change(&mut claim);
        believed(&claim).unwrap().usage.idle
    };
    assert!(idle(|_| {}));
    assert!(!idle(|claim| claim.idle = false));
    assert!(!idle(|claim| claim.log = "-said\n"));
    assert!(!idle(|claim| claim.log_dropped = 1));
    assert!(!idle(|claim| claim.usage.output_bytes = 1));
    assert!(!idle(|claim| (claim.verdict, claim.output) = ("trap", WireOutput::None)));
}

#[test]
fn cpu_time_is_used_up_only_where_it_has_a_limit_and_that_much_time_has_passed() {
    let error = Some(Box::new(WireError { code: "cpu", ..WireError::default() }));
    let claim = FinishedMessage { error, ..claim("timeout", WireOutput::None) };
    let ends = |limits: &Limits| ending(&claim, &command(limits)).map(|(_, ending)| ending.error.wall);
    assert_eq!(ends(&limits().with_cpu(MS)), Ok(Some(LimitWall::Engine)));
    let early = Err(ProtocolViolation::Mismatch("an early code `cpu`", Verdict::Timeout));
    assert_eq!(ends(&limits().with_cpu(MS * 2)), early);
    assert_eq!(ends(&limits()), early);
}

#[test]
fn a_worker_claims_the_inner_wall_or_none() {
    let wall = |verdict, code| {
        let error = Some(Box::new(WireError { code, ..WireError::default() }));
        believed(&FinishedMessage { error, ..claim(verdict, WireOutput::None) }).unwrap().error.wall
    };
    for (verdict, code) in [
        ("fuel_exhausted", "fuel"),
        ("timeout", "timeout"),
        ("memory_exceeded", "memory"),
        ("output_exceeded", "output"),
        ("trap", "stack"),
        ("trap", "handles"),
        ("trap", "random"),
        ("module_invalid", "tables"),
    ] {
        assert_eq!(wall(verdict, code), Some(LimitWall::Engine), "{verdict} {code}");
    }
    for (verdict, code) in
        [("trap", "unreachable"), ("task_error", "stack"), ("bad_input", "handles"), ("trap", "host")]
    {
        assert_eq!(wall(verdict, code), None, "{verdict} {code}");
    }
}

/// A way to change a figure of an answer.
type Figure = fn(&mut FinishedMessage<'static>, u64);

#[test]
fn every_figure_has_a_bound_that_the_supervisor_knows() {
    // All fields by name: whoever adds one has to say here what is the most it may be, or that it
    // is no figure.
    let FinishedMessage {
        attempt: _,
        verdict: _,
        output: _,
        error: _,
        usage,
        log: _,
        log_dropped: _,
        files: _,
        idle: _,
    } = claim("ok", WireOutput::Text(b"1234"));
    let WireUsage {
        fuel: _,
        fuel_exact: _,
        wall_ns: _,
        cpu_ns: _,
        peak_memory: _,
        grow_refused: _,
        output_bytes: _,
        reused: _,
    } = usage;
    let millisecond = nanos(MS);
    let figures: [(&str, Figure, u64); 7] = [
        ("fuel", |claim, to| claim.usage.fuel = to, 10),
        ("peak_memory", |claim, to| claim.usage.peak_memory = to, 100),
        ("wall_ns", |claim, to| claim.usage.wall_ns = to, millisecond),
        ("cpu_ns", |claim, to| (claim.usage.wall_ns, claim.usage.cpu_ns) = (500, to), 500),
        ("reused", |claim, to| claim.usage.reused = u32::try_from(to).unwrap_or(u32::MAX), 3),
        ("output_bytes", |claim, to| claim.usage.output_bytes = to, 4 + UNTOLD),
        ("log_dropped", |claim, to| claim.log_dropped = to, millisecond * LOG_RATE),
    ];
    for (name, change, most) in figures {
        let mut honest = claim("ok", WireOutput::Text(b"1234"));
        change(&mut honest, most);
        assert!(believed(&honest).is_ok(), "{name} of {most}");
        for lie in [most + 1, u64::MAX] {
            let mut liar = claim("ok", WireOutput::Text(b"1234"));
            change(&mut liar, lie);
            assert!(
                matches!(refused(&liar), ProtocolViolation::Over { limit, .. } if limit == most),
                "{name} {lie}"
            );
        }
    }
}

#[test]
fn bytes_that_are_claimed_are_those_that_came() {
    let output_bytes = |verdict, output, output_bytes| {
        let mut claim = claim(verdict, output);
        claim.usage.output_bytes = output_bytes;
        believed(&claim).is_ok()
    };
    for (verdict, output, least, most) in [
        ("ok", WireOutput::Text(b"1234"), 4, 7),
        ("ok", WireOutput::Bytes(b"1234"), 4, 4),
        ("trap", WireOutput::Text(b"1234"), 4, 7),
        // A value is told in other bytes: a limit is all that is known.
        ("ok", WireOutput::Json(b"1234"), 0, 10),
        ("trap", WireOutput::None, 0, 10),
        // What was returned and is too much stands in the guest's memory.
        ("output_exceeded", WireOutput::None, 0, 100),
    ] {
        assert!(output_bytes(verdict, output, least) && output_bytes(verdict, output, most), "{output:?}");
        assert!(!output_bytes(verdict, output, most + 1), "{output:?}");
        assert!(least == 0 || !output_bytes(verdict, output, least - 1), "{output:?}");
    }
}

#[test]
fn what_a_command_wrote_goes_with_every_verdict_it_can_end_with_and_nothing_else_does() {
    let limits = limits();
    for verdict in Verdict::ALL {
        for (bounds, may) in [
            (command(&limits), verdict.may_have_written()),
            (AttemptBounds { may_be_command: false, ..command(&limits) }, verdict == Verdict::Ok),
        ] {
            let told = |output| ending(&claim(verdict.name(), output), &bounds);
            if !verdict.is_workers_to_say() {
                assert!(matches!(told(WireOutput::None), Err(ProtocolViolation::Verdict(_))), "{verdict}");
                continue;
            }
            for output in [WireOutput::Text(b"abc"), WireOutput::Bytes(b"\xff"), WireOutput::Text(b"")] {
                assert_eq!(told(output).is_ok(), may, "{verdict} {output:?}");
            }
            assert_eq!(told(WireOutput::Json(b"1")).is_ok(), verdict == Verdict::Ok, "{verdict}");
            assert_eq!(told(WireOutput::None).is_ok(), verdict != Verdict::Ok, "{verdict}");
            assert!(told(WireOutput::Bytes(&[0; 11])).is_err(), "{verdict}: over its limit");
        }
    }
}

#[test]
fn what_cannot_be_true_is_a_violation() {
    let none = WireOutput::None;
    assert!(matches!(refused(&claim("quarantined", none)), ProtocolViolation::Verdict(_)));
    assert!(matches!(refused(&claim("nonsense", none)), ProtocolViolation::Verdict(_)));
    assert!(matches!(refused(&claim("ok", none)), ProtocolViolation::Mismatch("no output", _)));
    assert!(matches!(
        refused(&claim("trap", WireOutput::Json(b"1"))),
        ProtocolViolation::Mismatch("a value", _)
    ));
    assert!(matches!(
        refused(&claim("ok", WireOutput::Json(b"{\"a\":1}\n{}"))),
        ProtocolViolation::Output(_)
    ));
    assert!(matches!(refused(&claim("trap", WireOutput::Text(b"\xff"))), ProtocolViolation::Output(_)));
    let mut chatty = claim("trap", none);
    chatty.log = "unmarked";
    assert_eq!(refused(&chatty), ProtocolViolation::Log);
    chatty.log = "-1234567890123456789012345678901234567890\n";
    assert!(matches!(refused(&chatty), ProtocolViolation::Over { what: "a log", limit: 33, .. }));
    let error = Some(Box::new(WireError::default()));
    let torn = FinishedMessage { error, ..claim("ok", WireOutput::Text(b"")) };
    assert!(matches!(refused(&torn), ProtocolViolation::Mismatch("an error", _)));
    let verdict = refused(&claim("\u{1b}[2J", none)).to_string();
    assert_eq!(verdict, r#"claims the verdict "\u{1b}[2J""#);
}

/// So long that nothing of it may stay whole.
const LONG: usize = 1 << 20;

/// Whether a text was cut to this.
fn is_cut(text: &str, most: usize) -> bool {
    text.len() <= most + " [cut]".len()
}

#[test]
fn no_word_of_any_message_is_kept_longer_than_it_may_be() {
    let (long, short) = ("x".repeat(LONG), "x".repeat(2 * MESSAGE));
    let many = || vec![(long.as_str(), long.as_str()); ENTRIES + 1];
    let function = WireFunction { name: long.clone(), signature: long.clone(), refused: Some(long.clone()) };
    let task = WireTask {
        name: long.clone(),
        version: long.clone(),
        summary: long.clone(),
        encoding: 2,
        input_schema: Some(long.clone()),
        output_schema: Some(long.clone()),
        wishes: vec![(0, short.clone()); ENTRIES + 1],
    };
    let error = WireError { message: &long, code: &long, trace: Some(&long), ..WireError::default() };
    let mut finished = claim("trap", WireOutput::None);
    finished.error = Some(Box::new(error));
    for message in [
        FromWorker::Hello {
            version: 0,
            engine: &long,
            confinement: WireConfinement {
                active: many(),
                missing: many(),
                scans_pages: false,
                counts_threads: false,
            },
        },
        FromWorker::Unconfined { layer: &long, why: &long },
        FromWorker::Compiled { form: WireForm::Typed, imports: vec![short.clone(); ENTRIES + 1] },
        FromWorker::Seen {
            form: WireForm::Typed,
            imports: vec![short; ENTRIES + 1],
            functions: vec![function.clone(); 2],
        },
        FromWorker::Refused { code: &long, message: &long },
        FromWorker::Ready { tasks: vec![task; 2], functions: vec![function; 2] },
        FromWorker::Finished(finished),
    ] {
        check_words(message);
    }
}

#[track_caller]
fn check_functions(exported: Vec<WireFunction>) {
    for function in functions(exported, false) {
        let words = [Some(function.name), Some(function.signature), function.refused];
        assert!(words.iter().flatten().all(|word| is_cut(word, MESSAGE)));
    }
}

/// All messages and all their fields by name, as above.
#[track_caller]
fn check_words(message: FromWorker<'_>) {
    let error = |error: TaskError| assert!(is_cut(&error.message, MESSAGE) && is_cut(&error.code, CODE));
    match message {
        FromWorker::Hello { version: _, engine, confinement: claim } => {
            assert!(is_cut(&super::super::engine(engine), MESSAGE));
            // None of these is a layer that is known.
            let told = confinement(&claim);
            assert!(told.active.is_empty() && told.missing.is_empty());
        }
        FromWorker::Unconfined { layer, why } => error(unconfined(layer, why)),
        FromWorker::Compiled { form: _, imports: claim } => {
            let told = imports(claim);
            assert!(told.len() == ENTRIES && told.iter().all(|import| is_cut(import, MESSAGE)));
        }
        FromWorker::Refused { code, message } => error(refusal(code, message)),
        FromWorker::Ready { tasks: claim, functions: exported } => {
            for task in tasks(claim.clone()).unwrap() {
                assert!(is_cut(&task.name, NAME) && is_cut(&task.version, NAME));
                assert!(is_cut(&task.summary, MESSAGE) && task.wishes.len() == ENTRIES);
                let schemas = [task.input_schema, task.output_schema];
                assert!(schemas.iter().flatten().all(|schema| is_cut(schema, super::super::SCHEMA)));
            }
            for (encoding, wish) in [(3, 0), (0, 3)] {
                let wrong = WireTask { encoding, wishes: vec![(wish, String::new())], ..claim[0].clone() };
                assert!(matches!(tasks(vec![wrong]), Err(ProtocolViolation::Unknown(_))));
            }
            check_functions(exported);
        }
        FromWorker::Seen { form: _, imports: claim, functions: exported } => {
            let told = imports(claim);
            assert!(told.len() == ENTRIES && told.iter().all(|import| is_cut(import, MESSAGE)));
            check_functions(exported);
        }
        // Bytes of a guest, which are no words, and a number; and two words of the protocol's own.
        FromWorker::Output(_) | FromWorker::StdinCredit(_) | FromWorker::BySocket | FromWorker::Wake => {}
        FromWorker::Finished(finished) => {
            let ending = believed(&finished).unwrap();
            assert!(ending.error.trace.as_ref().is_some_and(|trace| is_cut(trace, TRACE)));
            error(ending.error);
        }
    }
}

#[test]
fn of_fuel_that_nobody_counts_nothing_is_believed() {
    let limits = limits().without_fuel();
    let ends = |claim: &FinishedMessage<'_>| ending(claim, &command(&limits)).map(|(_, ending)| ending.usage);
    let mut honest = claim("ok", WireOutput::Text(b""));
    honest.usage.fuel_exact = true;
    let usage = ends(&honest).unwrap();
    assert_eq!((usage.fuel, usage.fuel_exact), (None, false));
    honest.usage.fuel = 1;
    ends(&honest).unwrap_err();
    ends(&claim("fuel_exhausted", WireOutput::None)).unwrap_err();
}
