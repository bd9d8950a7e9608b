//! What the flags about retries and giving up mean, and what is a usage error.

use super::super::tests::{check_wrong, run};
use super::*;

fn flags(flags: &str) -> RetryArgs {
    run(&format!("a.wasm {flags}")).retrying
}

/// The plan of a run with these flags; its workers need not be there.
fn plan(line: &str) -> polymer_host_run::RunPlan {
    let args = run(&format!("a.wasm {line}"));
    let builder = Builder::default().worker_exe("/bin/true").limits(args.limits());
    args.retrying.apply(builder, 7).unwrap().build().unwrap().plan()
}

#[test]
fn by_default_nothing_is_tried_again_but_what_a_busy_machine_may_have_done() {
    let config = plan("").config;
    assert_eq!((config.retry.retries, config.retry.on), (0, VerdictSet::NONE));
    assert_eq!(config.retry.backoff, Backoff { seed: 7, ..Backoff::NONE });
    assert_eq!((config.crash_limit, config.max_fail, config.global_timeout), (3, None, None));
    assert!(config.confirm_timeouts && !plan("--no-confirm-timeouts").config.confirm_timeouts);
    assert!(flags("").accept_fail.is_nothing());
}

#[test]
fn retries_are_as_the_flags_have_them() {
    let config = plan(
        "--retries 4 --retry-on trap,timeout --retry-delay 2s --retry-backoff exponential --retry-max-delay 1m \
         --retry-jitter --crash-limit 9",
    )
    .config;
    assert_eq!((config.retry.retries, config.crash_limit), (4, 9));
    assert_eq!(config.retry.on, VerdictSet::of([Verdict::Trap, Verdict::Timeout]).unwrap());
    let (delay, max) = (Duration::from_secs(2), Duration::from_secs(60));
    assert_eq!(config.retry.backoff, Backoff { delay, exponential: true, max, jitter: true, seed: 7 });
}

#[test]
fn what_escalates_is_read_and_everything_is_sized_for_the_most() {
    let plan = plan(
        "--escalate fuel=4x,max=120G --escalate memory=1.5x,max=1GiB --escalate timeout=2x,max=5m --escalate output=2x,max=1MiB \
         --output-limit 1KiB",
    );
    let limits = plan.service.limits;
    assert_eq!((limits.fuel, limits.memory, limits.output), (Some(120_000_000_000), 1 << 30, 1 << 20));
    assert_eq!(limits.timeout, Duration::from_secs(300));
    assert!(plan.config.load_limit > Duration::from_secs(300));
    assert!(plan.config.recycle.memory.is_some_and(|most| most > 1 << 30));
    assert_eq!(plan.config.escalation.most(), limits);
}

#[test]
fn who_gives_up_does_so_by_number_share_or_time() {
    assert_eq!(plan("--max-fail 5").config.max_fail, Some(MaxFail::Tasks(5)));
    let share = Percentage::percent(5).unwrap();
    assert_eq!(plan("--max-fail 5%").config.max_fail, Some(MaxFail::Share(share)));
    assert_eq!(flags("--accept-fail 5%").accept_fail, share);
    assert_eq!(plan("--global-timeout 1h").config.global_timeout, Some(Duration::from_secs(3600)));
}

#[test]
fn what_another_attempt_cannot_change_is_not_tried_again_and_the_error_says_why() {
    for (verdict, why) in [
        ("ok", "nothing is wrong"),
        ("bad_input", "just as bad"),
        ("module_invalid", "just as unusable"),
        ("policy_denied", "deny it again"),
        ("worker_lost", "--crash-limit"),
        ("quarantined", "--crash-limit"),
        ("canceled", "the end of the run ended it"),
        ("Trap", "use task_error, bad_output, trap"),
        ("", "it is not a verdict"),
    ] {
        check_wrong(&format!("a.wasm --retries 1 --retry-on=trap,{verdict}"), why);
    }
    check_wrong("a.wasm --retry-on trap", "--retries");
    check_wrong("a.wasm --retry-delay 1s", "--retries");
    check_wrong("a.wasm --retries 1 --retry-jitter", "--retry-delay");
}

#[test]
fn what_is_no_escalation_share_or_wait_is_a_usage_error() {
    for (escalation, says) in [
        ("fuel", "fuel=4x,max=120G"),
        ("fuel=4x", "fuel=4x,max=120G"),
        ("fuel=4x,120G", "fuel=4x,max=120G"),
        ("log=4x,max=1MiB", "fuel, memory, timeout and output"),
        ("fuel=4,max=120G", "`2x` or `1.5x`"),
        ("fuel=1x,max=120G", "`2x` or `1.5x`"),
        ("fuel=4x,max=120GiB", "k, M, G and T"),
        ("memory=4x,max=1q", "unknown unit `q`"),
        ("timeout=2x,max=60x", "`1m30s`"),
        ("timeout=2x,max=2y", "too large"),
        ("output=2x,max=2GiB", "at most 1GiB"),
    ] {
        check_wrong(&format!("a.wasm --escalate {escalation}"), says);
    }
    for most in ["0", "0%", "x", "-1", "101%", "5.5"] {
        check_wrong(&format!("a.wasm --max-fail={most}"), "--max-fail <N|P%>");
    }
    check_wrong("a.wasm --accept-fail 5", "`5%`");
    check_wrong("a.wasm --global-timeout 0s", "--global-timeout <TIME>");
    let args = run("a.wasm --retries 1 --retry-delay 11m").retrying;
    let error = args.apply(Builder::default(), 0).unwrap_err();
    assert_eq!(error.to_string(), "--retry-delay 11m is more than --retry-max-delay 10m");
}
