//! Command lines in, arguments out: defaults, what flags say, and what is a usage error.

use super::*;
use crate::report::progress::LineInterval;
use polymer_host_sched::MaxFail;
use polymer_host_task::{AllLimits, CompileLimits, USUAL_STACK};

fn read(line: &str) -> Result<Cli, NoStart> {
    Cli::read(line.split_whitespace().map(OsString::from))
}

#[track_caller]
pub(super) fn run(flags: &str) -> RunArgs {
    match read(&format!("polymer run {flags}")).unwrap().action {
        CliCommand::Run(args) => *args,
        other => panic!("{other:?}"),
    }
}

/// That these flags are a usage error that says this.
#[track_caller]
pub(super) fn check_wrong(flags: &str, says: &str) {
    let error = read(&format!("polymer run {flags}")).unwrap_err();
    assert!(!error.asked_for);
    assert!(error.text.contains(says), "{}", error.text);
}

#[test]
fn clap_finds_no_fault_with_the_flags() {
    Cli::flags().debug_assert();
}

#[test]
fn the_defaults_are_those_of_the_library() {
    let args = run("a.wasm");
    assert_eq!(args.limits(), Limits::default());
    let CompileLimits { cpu, memory, module } = CompileLimits::default();
    assert_eq!(args.limits.module_limit, module);
    assert_eq!(args.limits.stack, USUAL_STACK);
    assert_eq!((args.limits.compile_timeout, args.limits.compile_memory), (cpu, memory));
    assert_eq!(args.grants.grants().unwrap(), Grants::default());
    let RetryArgs { retries, crash_limit, max_fail, .. } = args.retrying;
    assert_eq!((retries, crash_limit, max_fail), (0, 3, None));
    assert_eq!(args.workers.workers, WorkerCount::Percent(100));
    assert_eq!((args.log.log_interval, args.log.log_level), (LineInterval::Growing, LogLevelFlag::Error));
    assert_eq!(
        (args.log.success_output, args.log.failure_output),
        (WhenToShowLog::Never, FailureOutput::Grouped)
    );
    assert_eq!((args.input.input_format, args.output(), args.output.keep_order), (None, None, false));
    assert_eq!((args.caching.cache_dir, args.caching.no_cache), (None, false));
    assert_eq!(args.caching.cache_size, polymer_host_modules::cache::DEFAULT_SIZE);
}

#[test]
fn flags_say_what_they_mean() {
    let args = run(
        "a.wasm --input in --input-format file -o out -k -j -2 --timeout 1m30s --cpu-timeout 3s --fuel 2k --memory 1MiB --input-limit 1 \
         --output-limit 2 --log-limit 3 --retries 4 --max-fail 5 --crash-limit 0 --log-file log --log-level debug \
         --success-output final --failure-output never --log-interval 1s --id-field id --compile-timeout 2s --compile-memory 64MiB",
    );
    let timeout = Duration::from_secs(90);
    let cpu = Some(Duration::from_secs(3));
    let limits = AllLimits { fuel: Some(2000), timeout, cpu, memory: 1 << 20, input: 1, output: 2, log: 3 };
    assert_eq!(AllLimits::from(args.limits()), limits);
    assert_eq!((args.limits.compile_timeout, args.limits.compile_memory), (Duration::from_secs(2), 64 << 20));
    assert_eq!(args.input.input_format, Some(InputFormat::File));
    assert_eq!((args.output(), args.output.keep_order), (Some(Path::new("out")), true));
    assert_eq!(args.workers.workers, WorkerCount::AllBut(2));
    assert_eq!((args.retrying.max_fail, args.retrying.crash_limit), (Some(MaxFail::Tasks(5)), 0));
    assert_eq!(
        (args.log.success_output, args.log.failure_output),
        (WhenToShowLog::Final, FailureOutput::Never)
    );
    assert_eq!(run("a.wasm --jobs 50%").workers.workers, WorkerCount::Percent(50));
    assert_eq!(run("a.wasm -j4 -o -").output(), None);
}

#[test]
fn grants_are_given_by_flags() {
    let args = run("a.wasm --dir /::/in:rw --env A=1 --arg -x --arg y -- --fuel z");
    let grants = args.grants.grants().unwrap();
    assert_eq!(grants.args, ["-x", "y", "--fuel", "z"]);
    assert_eq!((grants.dirs[0].guest.as_str(), grants.dirs[0].writable), ("/in", true));
    assert_eq!(grants.env[0].name, "A");
    assert!(run("a.wasm --env POLYMER_TEST_UNSET").grants.grants().is_err());
    assert!(run("--tasks t -- x").module.is_none());
}

#[test]
fn a_cache_is_named_or_left_out() {
    let args = run("a.wasm --cache-dir c --cache-size 5MiB").caching;
    assert_eq!((args.cache_dir.as_deref(), args.cache_size), (Some(Path::new("c")), 5 << 20));
    assert!(run("a.wasm --no-cache").caching.no_cache);
    check_wrong("a.wasm --no-cache --cache-dir c", "cannot be used with");
    check_wrong("a.wasm --cache-size 0", "--cache-size <SIZE>");
    let CliCommand::Cache(args) = read("polymer cache clear --cache-dir c").unwrap().action else { panic!() };
    assert!(matches!(args.action, CacheAction::Clear(CachePlace { cache_dir: Some(_) })));
    assert!(!read("polymer cache").unwrap_err().asked_for);
}

#[test]
fn a_run_has_a_module_or_task_records() {
    check_wrong("", "MODULE");
    check_wrong("a.wasm --tasks t", "cannot be used with");
    for flag in ["--input i", "--input-format text", "--id-field n"] {
        check_wrong(&format!("--tasks t {flag}"), "cannot be used with");
    }
    assert_eq!(run("--tasks -").input.tasks.as_deref(), Some(Path::new("-")));
}

#[test]
fn an_input_is_read_once_often_or_forever() {
    assert_eq!(run("a.wasm").input.repeat, 1);
    assert_eq!(run("a.wasm --input i --repeat 3").input.repeat, 3);
    assert_eq!(run("--tasks t --repeat forever").input.repeat, FOREVER);
}

#[test]
fn what_is_no_value_is_a_usage_error_that_names_the_flag() {
    check_wrong("a.wasm -j 0", "at least one worker");
    check_wrong("a.wasm --memory 5XB", "unknown unit `XB`; write a size as `64KiB`");
    check_wrong("a.wasm --fuel 0", "--fuel <FUEL>");
    check_wrong("a.wasm --timeout 60x", "`1m30s`");
    check_wrong("a.wasm --timeout 99999y", "too large");
    check_wrong("a.wasm --output-limit 2GiB", "at most 1GiB");
    check_wrong("a.wasm --stack 65MiB", "64KiB to 64MiB");
    check_wrong("a.wasm --stack 1KiB", "64KiB to 64MiB");
    check_wrong("a.wasm --dir ::x", "HOST[::GUEST]");
    check_wrong("a.wasm --max-fail 0", "--max-fail");
    check_wrong("a.wasm --input-format csv", "json, text, file");
    for rounds in ["0", "-1", "1.5", "always", "Forever", "99999999999999999999"] {
        check_wrong(&format!("a.wasm --input i --repeat={rounds}"), "--repeat <N|forever>");
    }
    check_wrong("a.wasm --repeat 0", "write a number of at least 1, or `forever`");
    check_wrong("a.wasm in.jsonl b.jsonl", "b.jsonl");
}

#[test]
fn help_is_asked_for_and_complete() {
    let help = read("polymer --help").unwrap_err();
    assert!(help.asked_for);
    assert!(help.text.contains("Examples:"), "{}", help.text);
    let help = read("polymer run --help").unwrap_err();
    for part in [
        "Input:",
        "Output:",
        "Limits:",
        "Grants",
        "Workers:",
        "Retries and early stop:",
        "Compiled code:",
        "Log:",
        "[default: 30G]",
    ] {
        assert!(help.text.contains(part), "{part} is missing in {}", help.text);
    }
}
