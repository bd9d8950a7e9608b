//! `polymer exec`: a module behaves as the same program does on this machine, its streams flow,
//! and what ends it has the exit code of timeout(1) and of a shell.

use super::support::terminal::Terminal;
use super::support::{Ended, Start, TempFolder, example, polymer, root, stream_programs, wat};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rustix::io::ioctl_fionread;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

/// What a program is given before it is killed and the test fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes in a pipe that nobody reads at which little more is taken: writes that end within a page
/// take all of it.
const FULL: u64 = 32 << 10;
/// Compiled code is kept here: the module is compiled once for all of these tests.
const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/exec-cache");

/// Runs a program to its end over this input, with no environment but these variables.
#[track_caller]
fn output(program: &Path, args: &[&str], variables: &[(&str, &str)], input: &[u8]) -> Output {
    let mut command = Command::new(program);
    command.args(args).env_clear().envs(variables.iter().copied()).current_dir(root());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_vec());
    // It may end before it has read everything.
    thread::spawn(move || drop(stdin.write_all(&input)));
    end_of(child)
}

/// Waits for the end of a program, and gives what it wrote.
#[track_caller]
fn end_of(child: Child) -> Output {
    let pid = Pid::from_raw(child.id().cast_signed());
    let (say, heard) = channel();
    thread::spawn(move || drop(say.send(child.wait_with_output())));
    match heard.recv_timeout(PATIENCE) {
        Ok(output) => output.unwrap(),
        Err(_) => {
            let _ = kill(pid, Signal::SIGKILL);
            panic!("it does not end");
        }
    }
}

/// The programs under `polymer exec`, with these flags and arguments.
fn exec(flags: &str, args: &str) -> Start {
    let line = format!("exec {flags} {} -- {args}", stream_programs().0);
    Start::polymer(&line).env("XDG_CACHE_HOME", CACHE)
}

/// The same, run to its end over no input, with this exit code.
#[track_caller]
fn ended(flags: &str, args: &str, code: i32) -> Ended {
    exec(flags, args).run("").check(code)
}

/// Bytes without a pattern, all values among them.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..length).map(|_| random.u8(..)).collect()
}

/// What the same program does here: its output, and its exit code as a shell has it.
#[track_caller]
fn check_as_native(args: &[&str], input: &[u8]) {
    let (module, native) = stream_programs();
    let here = output(native, args, &[("A", "b c"), ("EMPTY", "")], input);
    let flags = ["exec", "--env", "A=b c", "--env", "EMPTY=", module, "--"];
    let jailed =
        output(polymer(), &[&flags[..], args].concat(), &[("XDG_CACHE_HOME", CACHE), ("SECRET", "x")], input);
    let shown = String::from_utf8_lossy(&jailed.stderr);
    assert_eq!(jailed.status.code(), here.status.code(), "{args:?}\n{shown}");
    assert!(jailed.stdout == here.stdout, "{args:?} wrote something else\n{shown}");
    assert_eq!(shown, String::from_utf8_lossy(&here.stderr), "{args:?}");
}

#[test]
fn a_module_behaves_as_the_same_program_here() {
    let text = "one\nzwei größer\n\nlast without an end".as_bytes();
    let (small, large) = (noise(5000, 1), noise(3 << 20, 2));
    for (args, input) in [
        (&["cat"][..], text),
        (&["cat"], &[]),
        (&["cat"], &large),
        (&["upper"], text),
        (&["count"], &large),
        (&["exit", "0"], &[]),
        (&["exit", "1"], text),
        (&["exit", "7"], &[]),
        (&["exit", "124"], &[]),
        (&["exit", "255"], &[]),
        (&["binary"], &[]),
        (&["nothing"], &[]),
        (&["nothing"], &large),
        (&["args", "a b", "", "--fuel", "größer", "-"], &[]),
        (&["env"], &[]),
        (&["errors"], &[]),
        (&["both"], &[]),
        (&["around"], text),
        (&["half"], &small),
        (&["half"], &large),
        (&["bytewise"], &small),
        (&["twice"], text),
        (&["ask"], b"bob\nmore"),
        (&["ask"], &[]),
        (&["deep", "100"], &[]),
    ] {
        check_as_native(args, input);
    }
}

/// A module has no signals, and its exit codes are larger.
#[test]
fn what_differs_from_a_program_here_is_told_by_the_exit_code() {
    assert_eq!(ended("", "panic", 134).stderr.matches("it gave up").count(), 1);
    ended("", "exit 300", 255);
    ended("", "exit -1", 255);
    Start::polymer(&format!("exec {}", wat("exit_256"))).run("").check(255);
    // Its own stack or that of the engine, whichever is used up first.
    ended("", "deep 100000000", 134).check_says("polymer exec: the guest trapped (");
    let deep = Start::polymer(&format!("exec {}", wat("hostile/recursion"))).run("").check(134);
    deep.check_says("polymer exec: the guest trapped (stack)");
    deep.check_says("; --stack allows more");
    ended("", "panic", 134).check_says("polymer exec: the guest trapped (unreachable)");
}

#[test]
fn input_and_output_flow() {
    let mut running = exec("", "upper").start();
    for line in ["one", "größer", "", "last"] {
        running.say(line);
        // Before there is more input, or an end of it.
        assert_eq!(running.line(), format!("{}\n", line.to_uppercase()));
    }
    assert_eq!(running.end().check(0).stderr, "");
    let mut running = exec("", "around").start();
    assert_eq!(running.line(), "before\n");
    running.say("12345");
    assert_eq!(running.end().check(0).stdout, "before\nafter 6\n");
}

#[test]
fn it_ends_with_the_module_though_its_input_is_open() {
    for args in ["nothing", "exit 7"] {
        let mut running = exec("", args).start();
        let stdin = running.take_stdin();
        running.end().check(if args == "nothing" { 0 } else { 7 });
        drop(stdin);
    }
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let module = stream_programs().0;
    let line = format!("polymer exec {module} -- endless | head -1; echo ${{PIPESTATUS[0]}}");
    let shell = Start::shell(&format!("bash -c '{line}'")).env("XDG_CACHE_HOME", CACHE);
    let ended = shell.run("").check(0);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("y\n141\n", ""));
}

#[test]
fn output_that_cannot_be_written_is_a_failure_of_its_own() {
    let line = format!("polymer exec {} -- binary > /dev/full", stream_programs().0);
    let ended = Start::shell(&line).env("XDG_CACHE_HOME", CACHE).run("").check(125);
    ended.check_says("standard output");
    let line = format!("polymer exec {} -- binary >&-", stream_programs().0);
    let ended = Start::shell(&line).env("XDG_CACHE_HOME", CACHE).run("").check(125);
    ended.check_says("standard output is closed");
}

#[test]
fn each_limit_has_its_code_and_one_line_that_names_it() {
    for (flags, args, code, line) in [
        ("--timeout 300ms", "sleep", 124, "the guest did not end in time (300ms); --timeout allows more"),
        (
            "--cpu-timeout 200ms --fuel 9999T",
            "spin",
            124,
            "the guest used up its CPU time (200ms); --cpu-timeout allows more",
        ),
        ("--fuel 50M", "spin", 137, "the guest ran out of fuel (50M); --fuel allows more"),
        ("--memory 32MiB", "hoard", 137, "the guest needed more memory than 32 MiB; --memory allows more"),
        (
            "--output-limit 1KiB",
            "endless",
            137,
            "the guest wrote more than 1 KiB; --output-limit allows more",
        ),
    ] {
        let told = ended(flags, args, code);
        let last = told.stderr.lines().last().unwrap_or_default();
        assert_eq!(last, format!("polymer exec: {line}"), "{args}\n{}", told.stderr);
        assert!(told.stdout.len() <= 1024, "{} bytes", told.stdout.len());
        let quiet = ended(&format!("{flags} -q"), args, code).stderr;
        assert!(!quiet.contains("polymer exec"), "{quiet}");
    }
}

#[test]
fn a_signal_ends_the_module_at_once() {
    for (signal, code) in [(Signal::SIGTERM, 143), (Signal::SIGINT, 130), (Signal::SIGHUP, 129)] {
        let mut running = exec("", "sleep").start();
        assert_eq!(running.line(), "sleeping\n");
        let stdin = running.take_stdin();
        running.signal(signal);
        assert_eq!(running.end().check(code).stderr, "");
        drop(stdin);
    }
}

/// The guest waits to write more, and so does polymer.
#[test]
fn a_signal_ends_it_though_nobody_reads_its_output() {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = Command::new(polymer());
    command.args(["exec", stream_programs().0, "--", "endless"]).env_clear().env("XDG_CACHE_HOME", CACHE);
    let child = command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    // It holds the pipe's other end.
    drop(command);
    let deadline = Instant::now() + PATIENCE;
    while ioctl_fionread(&reader).unwrap() < FULL {
        assert!(Instant::now() < deadline, "the pipe is not filled");
        thread::yield_now();
    }
    let _ = kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM);
    let ended = end_of(child);
    assert_eq!((ended.status.code(), ended.stderr), (Some(143), Vec::new()));
    drop(reader);
}

#[test]
fn what_is_no_command_or_is_not_there_is_a_failure_of_polymers_own() {
    let folder = TempFolder::new();
    let interpreter = "(module (memory (export \"memory\") 1) (func (export \"_start\")) (func (export \"polymer-interpreter\")))";
    let interpreter = folder.file("interpreter.wat", interpreter).display().to_string();
    let (typed, silent) = (example("simple"), wat("silent"));
    for (line, says) in [
        ("exec".to_owned(), "<MODULE>"),
        ("exec /nowhere.wasm".to_owned(), "there is no module"),
        ("exec README.md".to_owned(), "README.md"),
        (format!("exec --no-such-flag {silent}"), "--no-such-flag"),
        (format!("exec {silent} argument"), "unexpected argument 'argument'"),
        (format!("exec {silent} --fuel lots"), "'lots'"),
        (format!("exec {silent} --dir /nowhere"), "/nowhere"),
        (format!("exec {silent} -P none"), "none"),
        (format!("--color never exec {silent} --fule 1"), "'--fuel'"),
        (format!("exec {}", wat("unknown_import")), "unknown_import"),
        (format!("exec {typed}"), "it is a typed task"),
        (format!("exec {typed} -q"), "hint: `polymer run` runs it"),
        (format!("exec {interpreter}"), "it is an interpreter"),
    ] {
        Start::polymer(&line).run("").check(125).check_says(says);
    }
    Start::polymer("exec --help").run("").check(0).check_says_on_stdout("Exit codes:");
}

#[test]
fn settings_of_a_run_hold() {
    let folder = TempFolder::new();
    folder.file("polymer.toml", "[profile.default]\nfuel = \"50M\"\nworkers = 2\n");
    let exec = |flags: &str| exec(flags, "spin").within(folder.path());
    exec("").run("").check(137).check_says("out of fuel (50M)");
    exec("").env("POLYMER_FUEL", "60M").run("").check(137).check_says("out of fuel (60M)");
    exec("--fuel 70M").run("").check(137).check_says("out of fuel (70M)");
}

/// What is seen of a line of `polymer exec` on a terminal.
fn on_terminal(line: &str) -> Terminal {
    Terminal::with(80, &[("TERM", "xterm-256color"), ("XDG_CACHE_HOME", CACHE)], line)
}

#[test]
fn a_terminal_gets_no_control_characters_unless_they_are_asked_for() {
    let module = stream_programs().0;
    let seen = on_terminal(&format!("polymer exec {module} -- controls")).end();
    assert_eq!(seen.status.code(), Some(0));
    assert!(seen.bytes.contains("\\u{1b}[31mred\\u{1b}[0m größer 日本\ttab\r"), "{:?}", seen.bytes);
    assert!(seen.bytes.contains("\\u{1b}]0;title\\u{7}wrong\\u{d}right"), "{:?}", seen.bytes);
    assert!(!seen.bytes.contains('\u{1b}'), "{:?}", seen.bytes);
    let seen = on_terminal(&format!("polymer exec --raw {module} -- controls")).end();
    assert!(seen.bytes.contains("\u{1b}[31mred\u{1b}[0m größer"), "{:?}", seen.bytes);
    assert!(seen.bytes.contains("\u{1b}]0;title\u{7}wrong\rright"), "{:?}", seen.bytes);
    // What goes elsewhere is as the module wrote it.
    let line = format!("polymer exec {module} -- controls 2>/dev/null | od -An -c | head -1");
    let seen = on_terminal(&line).end();
    assert!(seen.bytes.contains("033   [   3   1   m"), "{:?}", seen.bytes);
}

#[test]
fn a_question_is_seen_before_it_is_answered() {
    let module = stream_programs().0;
    let mut terminal = on_terminal(&format!("polymer exec {module} -- ask"));
    terminal.until_seen("name?");
    terminal.keys("bob\n");
    let seen = terminal.end();
    assert_eq!(seen.status.code(), Some(0));
    assert!(seen.lines.iter().any(|line| line == "hello bob"), "{:?}", seen.lines);
}

#[test]
fn why_it_was_ended_stands_in_a_row_of_its_own() {
    let module = stream_programs().0;
    let seen = on_terminal(&format!("polymer exec --timeout 300ms {module} -- ask")).end();
    assert_eq!(seen.status.code(), Some(124));
    let lines: Vec<&str> = seen.lines.iter().map(|line| line.trim_end()).collect();
    assert_eq!(lines[0], "name?", "{lines:?}");
    assert!(lines[1].starts_with("polymer exec: the guest did not end in time (300ms)"), "{lines:?}");
}
