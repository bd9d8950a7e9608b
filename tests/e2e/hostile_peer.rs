//! A worker that does not keep to the protocol: two tasks with a bad peer among a hundred that have
//! a good one, on three workers. The supervisor neither panics nor grows, the two end as the rules
//! say, and the others never notice. See `tests/peer`.

use super::support::{Ended, NO_RING, Start, TempFolder, copy_program, program};
use std::os::unix::fs::PermissionsExt;

/// What may be said of the innocent: right, and so many at the most in a second attempt.
struct Innocent {
    charged: usize,
}

/// Nobody but the two has a second attempt.
const UNHARMED: Innocent = Innocent { charged: 0 };

/// Others may have one, and are right nevertheless.
const TRIED_AGAIN: Innocent = Innocent { charged: 100 };

/// Runs a scenario: all innocents come back right, the two end so, and the supervisor holds nothing
/// that it did not hold before.
#[track_caller]
fn check(scenario: &str, ends: &str, innocent: &Innocent) -> Ended {
    let ended = Start::program("peer", scenario).run("").check(0);
    let lines: Vec<_> = ended.stdout.lines().collect();
    let shown = || format!("{scenario}\n{}{}", ended.stdout, ended.stderr);
    let [bad, good, charged, claims, memory, descriptors, left] = lines[..] else { panic!("{}", shown()) };
    let each: Vec<_> =
        bad.strip_prefix("2 bad: ").unwrap_or_else(|| panic!("{}", shown())).split(", ").collect();
    assert!(each.iter().all(|end| end.starts_with(ends)), "{}", shown());
    assert_eq!(good, "100 of 100 innocent", "{}", shown());
    let charged: usize = charged.strip_suffix(" charged").unwrap().parse().unwrap();
    assert!(charged <= innocent.charged, "{}", shown());
    assert_eq!(claims, "believable: true, words in bounds: true", "{}", shown());
    check_held([memory, descriptors, left], &ended);
    ended
}

#[track_caller]
fn check_held(lines: [&str; 3], ended: &Ended) {
    let says = ["under 64 MiB: true", "0 descriptors more", "0 processes left"];
    assert_eq!(lines, says, "{}{}", ended.stdout, ended.stderr);
}

/// An input whose peer does something else than to answer; nothing waits for a timeout. Answers of
/// others come by the socket in one run, and by a ring in the other.
#[track_caller]
fn check_input(mood: &str, ends: &str) {
    check(&format!("inputs {mood} 30000"), ends, &UNHARMED);
    check(&format!("typed {mood} 30000"), ends, &UNHARMED);
}

/// An input whose peer lies in its ring, or about it.
#[track_caller]
fn check_ring(mood: &str, ends: &str) {
    check(&format!("typed {mood} 30000"), ends, &UNHARMED);
}

/// 2,000 threads, 100 GB of page tables and a terabyte of a sparse file in memory are asked for in
/// the jail of a worker, and what is given of them is taken while 600 tasks run beside it.
#[test]
fn a_storm_in_a_jail_is_bounded_and_those_beside_it_go_on() {
    check_storm(Start::program("peer", "storm"));
    if nix::unistd::geteuid().is_root() {
        // Where an ordinary user may start it.
        let folder = TempFolder::new();
        let peer = folder.path().join("peer");
        copy_program(&program("peer"), &peer);
        for path in [folder.path(), &peer] {
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
        }
        check_storm(Start::file(&peer, "storm").under_user(65534));
    }
}

#[track_caller]
fn check_storm(start: Start) {
    // The middle one of three storms: see `peer/supervise`.
    let ended = start.patient(120).run("").check(0);
    let lines: Vec<_> = ended.stdout.lines().collect();
    let [calm, threads, all_tables, tables, sparse, innocent, most, longest, memory, descriptors, left] =
        lines[..]
    else {
        panic!("{}{}", ended.stdout, ended.stderr)
    };
    let number = |line: &str, start: &str| line.strip_prefix(start).unwrap().parse::<usize>().unwrap();
    assert!(number(threads, "threads ") < 64, "{threads}");
    assert_eq!(all_tables, "all tables false");
    assert!(number(tables, "tables of ") < 128 << 20, "{tables}");
    assert_eq!(sparse, "sparse EPERM: Operation not permitted");
    assert_eq!((calm, innocent), ("600 innocent", "600 innocent"));
    // Beside a calm run of the same minute, since other tests are at work too.
    let times = |line: &str, start: &str| {
        let rest = line.strip_prefix(start).unwrap();
        rest.strip_suffix(" times as long as without the storm").unwrap().parse::<f64>().unwrap()
    };
    let (most, longest) = (times(most, "49 of 50 at most "), times(longest, "all at most "));
    assert!(most <= 5.0 && longest <= 10.0, "{most}, {longest}\n{}", ended.stderr);
    check_held([memory, descriptors, left], &ended);
}

#[test]
fn bombs_and_floods_are_refused_before_they_are_held() {
    for mood in [
        "length-bomb",
        "long-frame",
        "empty-frame",
        "depth-bomb",
        "depth-bomb-inside",
        "wide-bomb",
        "wide-map",
        "wide-text",
        "million-tasks",
        "no-message",
        "two-in-one",
        "length-bomb-and-flood",
        "flood",
    ] {
        check_input(mood, "quarantined protocol 3");
    }
}

#[test]
fn what_cannot_be_true_costs_the_worker_its_life() {
    for mood in [
        "much-fuel",
        "much-memory",
        "much-time",
        "an-hour",
        "much-cpu",
        "much-written",
        "more-written",
        "less-written",
        "much-reused",
        "once-reused",
        "much-dropped",
        "forged-attempt",
        "no-attempt",
        "stale-attempt",
        "other-workers-attempt",
        "not-yet-sent-attempt",
        "supervisors-verdict",
        "no-verdict",
        "ok-without-output",
        "trap-with-a-value",
        "bad-input-with-output",
        "ok-with-an-error",
        "json-that-is-none",
        "json-of-two-lines",
        "text-that-is-none",
        "long-output",
        "log-without-marks",
        "files-unasked",
        "long-log",
    ] {
        check_input(mood, "quarantined protocol 3");
    }
}

/// No jail of the peer's bounds them, so the supervisor looks.
#[test]
fn threads_that_the_kernel_does_not_bound_cost_the_worker_its_life() {
    check_input("many-threads", "quarantined protocol 3");
}

/// What a command wrote before it failed is told; a typed task writes nothing.
#[test]
fn output_goes_with_the_failure_of_a_command_and_of_no_typed_task() {
    check("inputs trap-with-output 30000", "trap  1 with output", &UNHARMED);
    check("typed trap-with-output 30000", "quarantined protocol 3", &UNHARMED);
    check("module typed-trap-with-output", "quarantined protocol 3", &UNHARMED);
}

#[test]
fn words_that_have_no_place_cost_it_its_life_and_are_not_heeded() {
    for mood in [
        "hello-again",
        "unconfined-now",
        "ready-again",
        "refused-now",
        "compiled-now",
        "output-unasked",
        "credit-unasked",
    ] {
        check_input(mood, "quarantined protocol 3");
    }
}

/// The same from the worker of a checker: nobody's attempt is charged, and no innocent is refused.
#[test]
fn a_checker_that_lies_leaves_its_tasks_unjudged_and_harms_nobody() {
    for mood in
        ["much-fuel", "forged-attempt", "no-verdict", "supervisors-verdict", "flood", "hello-again", "exit"]
    {
        check(&format!("checker {mood} 30000"), "judge_error checker_lost 1", &UNHARMED);
    }
    check("checker silent 400", "judge_error checker_timeout 1", &UNHARMED);
    // What it echoes is no answer.
    check("checker innocent 30000", "judge_error checker_answer 1", &UNHARMED);
}

/// The same of the files that come back of a validator: those that cannot be are a lie, those that
/// say nothing are no answer.
#[test]
fn a_validator_that_lies_of_its_feedback_leaves_its_tasks_unjudged_and_harms_nobody() {
    for mood in [
        "much-fuel",
        "supervisors-verdict",
        "files-unasked",
        "files-elsewhere",
        "files-of-the-case",
        "files-twice",
        "files-out-of-order",
        "files-too-long",
        "files-of-a-size-that-cannot-be",
        "files-uncounted",
    ] {
        check(&format!("validator {mood} 30000"), "judge_error checker_lost 1", &UNHARMED);
    }
    for mood in ["says-a-score-of-none", "says-bytes", "says-too-much", "says-there-are-more"] {
        check(&format!("validator {mood} 30000"), "judge_error checker_answer 1", &UNHARMED);
    }
    check("validator says-nothing-for-a-terminal 30000", "ok  1", &UNHARMED);
    // To echo is to exit with 0.
    check("validator innocent 30000", "judge_error checker_failed 1", &UNHARMED);
}

/// Of a streamed attempt there is no second one: its input is gone.
#[test]
fn a_lie_about_a_stream_costs_the_worker_its_life_and_the_task_its_one_attempt() {
    for mood in [
        "forged-credit",
        "credit-for-more",
        "credit-of-nothing",
        "credit-of-another",
        "over-credit",
        "long-piece",
        "empty-pieces",
        "unknown-channel",
        "of-another",
        "of-the-last",
        "of-nobody",
        "flood",
        "counts-more",
        "counts-less",
        "output-again",
    ] {
        check(&format!("streams {mood} 30000"), "worker_lost protocol 1", &UNHARMED);
    }
    check("streams exits 30000", "worker_lost exit-3 1", &UNHARMED);
    check("streams never-credits 400", "timeout timeout 1", &UNHARMED);
    check("streams honest 30000", "ok  1", &UNHARMED);
    // The right answer stands. Whoever was sent to that worker behind it is charged, and ends ok
    // alone.
    check("streams after-the-end 30000", "ok  1", &Innocent { charged: 2 });
}

/// Of two that talk one lies: whoever does is to blame, once, and no other pair notices.
#[test]
fn a_liar_that_talks_is_to_blame_and_the_other_is_not() {
    let forged = [
        "forged-credit",
        "credit-for-more",
        "credit-of-nothing",
        "credit-of-another",
        "long-piece",
        "empty-pieces",
        "unknown-channel",
        "of-another",
        "of-nobody",
        "counts-more",
        "counts-less",
        "output-again",
        // It writes no more than it has credit for, and more than any output may be.
        "flood",
    ];
    for mood in forged {
        check(&format!("interaction program {mood} 30000"), "worker_lost protocol 1", &UNHARMED);
        check(&format!("interaction interactor {mood} 30000"), "judge_error interactor_lost 1", &UNHARMED);
    }
    check("interaction program exits 30000", "worker_lost exit-3 1", &UNHARMED);
    check("interaction interactor exits 30000", "judge_error interactor_lost 1", &UNHARMED);
    // Both wait: the one for a word, the other because it says nothing.
    check("interaction program never-credits 400", "timeout idle 1", &UNHARMED);
    check("interaction interactor never-credits 400", "timeout idle 1", &UNHARMED);
    // It ended well before it lied.
    check("interaction program after-the-end 30000", "ok  1", &UNHARMED);
}

/// What lies in a ring is a claim as what comes by a socket is.
#[test]
fn a_lie_in_a_ring_costs_the_worker_its_life() {
    if std::env::var_os(NO_RING).is_some() {
        return;
    }
    for mood in [
        "ring-far",
        "ring-of-ones",
        "ring-goes-back",
        "ring-empty-frame",
        "ring-long-frame",
        "ring-length-bomb",
        "ring-no-message",
        "ring-two-in-one",
        "ring-wake-in-it",
        "ring-mark-on-the-socket",
        "ring-wakes",
    ] {
        check_ring(mood, "quarantined protocol 3");
    }
    for mood in ["ring-mark-and-silence", "ring-marks"] {
        check(&format!("typed {mood} 400"), "timeout timeout 1", &UNHARMED);
    }
    for mood in ["ring-mark-and-exit", "ring-full-of-marks-and-exit", "ring-half-and-exit"] {
        check_ring(mood, "quarantined exit-3 3");
    }
    check("typed ring-takes-back-and-exit 30000", "quarantined exit-3 3", &TRIED_AGAIN);
    for mood in ["ring-answer-by-socket", "ring-answer-without-a-wake"] {
        check_ring(mood, "ok  1");
    }
}

#[test]
fn silence_is_ended_by_the_clock() {
    for mood in
        ["silent", "stop", "half-a-frame", "page-of-ones-and-silent", "page-hides-and-silent", "page-spins"]
    {
        check(&format!("inputs {mood} 400"), "timeout timeout 1", &UNHARMED);
        check(&format!("typed {mood} 400"), "timeout timeout 1", &UNHARMED);
    }
}

#[test]
fn a_worker_that_ends_by_itself_leaves_what_was_sent_to_it_to_others() {
    for mood in
        ["exit", "half-a-frame-and-exit", "page-names-nobody", "page-goes-back", "page-of-ones", "page-cut"]
    {
        check_input(mood, "quarantined exit-3 3");
    }
    // Nobody can write to a screen through its last words.
    let ended = check("inputs words-for-a-terminal 30000", "quarantined exit-3 3", &UNHARMED);
    assert!(ended.stderr.contains("\u{fffd}]0;mine\u{fffd}\u{fffd}[2J"), "{}", ended.stderr);
}

#[test]
fn whom_it_leaves_behind_holds_up_nobody() {
    check_input("leaves-a-child", "quarantined exit-3 3");
    check_input("leaves-a-session", "quarantined exit-3 3");
    // What comes of it depends on who is heard first.
    check_input("leaves-a-session-that-floods", "quarantined");
}

#[test]
fn what_does_no_harm_is_let_pass() {
    for mood in ["descriptors", "flood-of-words"] {
        check_input(mood, "ok  1");
    }
}

#[test]
fn an_answer_too_many_is_not_taken_for_another() {
    // The right answer stands. Whoever is next at that worker is charged, and ends ok alone; it may
    // be the other of the two.
    check("inputs answers-twice 30000", "ok", &Innocent { charged: 2 });
    // Out of order, if there was another to be answered first.
    check("inputs out-of-order 30000", "ok", &UNHARMED);
    // A page may name anybody who waits at its worker: each is charged once at the most, and then
    // ends ok alone.
    check("inputs page-names-the-next 30000", "quarantined exit-3 3", &Innocent { charged: 100 });
}

#[test]
fn a_bad_module_is_condemned_and_the_good_one_is_served() {
    for (mood, ends) in BAD_MODULES {
        check(&format!("module {mood}"), ends, &UNHARMED);
    }
}

/// Where nothing has run yet, the machine is tried first: it is found fit, and the module is to
/// blame.
#[test]
fn a_bad_module_is_condemned_too_where_it_is_the_first_of_all() {
    for (mood, ends) in BAD_MODULES {
        check(&format!("module-first {mood}"), ends, &UNHARMED);
    }
}

/// What the worker of a bad module does, and how its tasks end.
const BAD_MODULES: [(&str, &str); 11] = [
    ("compile-ready", "module_invalid compile_crashed 0"),
    // Nobody only looks at the modules of a run.
    ("compile-seen", "module_invalid compile_crashed 0"),
    ("compile-exit", "module_invalid compile_crashed 0"),
    ("compile-refuses-at-length", "module_invalid \u{fffd}[2J"),
    // Its code could still be written when others are to map it.
    ("compile-keeps-mapping", "module_invalid load_crashed 0"),
    ("load-long-frame", "module_invalid load_crashed 0"),
    ("load-million-tasks", "module_invalid load_crashed 0"),
    ("load-compiled", "module_invalid load_crashed 0"),
    ("load-answers", "module_invalid load_crashed 0"),
    ("load-exit", "module_invalid load_crashed 0"),
    ("load-ready-twice", "quarantined protocol 3"),
];

#[test]
fn lies_about_code_are_not_believed_and_what_is_sealed_stays() {
    for mood in [
        "compile-twice",
        "compile-sparse",
        "compile-imports",
        "load-many-tasks",
        "load-writes-code",
        "load-cuts-page",
    ] {
        check(&format!("module {mood}"), "ok  1", &UNHARMED);
    }
}

/// Lines of 1 MB on workers that read 2 MB a second; `POLYMER_SLOW_LINES=200` for more of them.
#[test]
fn a_worker_that_reads_slowly_gets_each_line_twice_at_the_most_and_no_task_pays_for_it() {
    let lines = std::env::var("POLYMER_SLOW_LINES").ok().and_then(|lines| lines.parse().ok()).unwrap_or(45);
    let ended = Start::program("peer", &format!("slow {lines} 1000000 2000000")).patient(60 + lines).run("");
    let ended = ended.check(0);
    let said: Vec<_> = ended.stdout.lines().collect();
    let [ok, sent, memory, descriptors, left] = said[..] else { panic!("{}", ended.stdout) };
    let expected = [format!("{lines} of {lines} ok"), "sent at most twice: true".to_owned()];
    assert_eq!([ok, sent], [&*expected[0], &*expected[1]], "{}{}", ended.stdout, ended.stderr);
    check_held([memory, descriptors, left], &ended);
}

#[test]
fn workers_that_all_misbehave_at_their_start_end_the_run_with_a_reason() {
    for (mood, says) in [
        (
            "wrong-version",
            "worker processes end before they do anything: the worker broke the protocol (speaks protocol ",
        ),
        (
            "hello-twice",
            "the module good cannot be used: compiling failed: the worker broke the protocol (said hello",
        ),
        (
            "length-bomb",
            "worker processes end before they do anything: the worker broke the protocol (a frame of 4294967295 ",
        ),
        (
            "ready",
            "worker processes end before they do anything: the worker broke the protocol (is ready although nobody asked)",
        ),
        ("unconfined", "the jail around workers cannot be set up: "),
        ("exit", "worker processes end before they do anything: the worker exited with code 3"),
    ] {
        let ended = Start::program("peer", &format!("start {mood}")).run("").check(0);
        let lines: Vec<_> = ended.stdout.lines().collect();
        let [.., memory, descriptors, left] = lines[..] else { panic!("{}", ended.stdout) };
        assert!(ended.stdout.starts_with(says), "{mood}: {}", ended.stdout);
        check_held([memory, descriptors, left], &ended);
    }
}
