//! `polymer top`, which shows a run on the whole terminal, the socket that it asks, and `polymer
//! status --watch`.

use super::support::terminal::Terminal;
use super::support::{RunDir, Running, Start, TempFolder, example};
use nix::sys::signal::Signal;
use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// A place for sockets that no other test has.
struct Sockets(TempFolder);

impl Sockets {
    fn new() -> Self {
        Self(TempFolder::new())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// The socket of a run.
    fn of(&self, run: &Running) -> PathBuf {
        self.path().join(format!("polymer/{}.sock", run.pid()))
    }

    /// Variables by which only these sockets are found.
    fn variables(&self) -> [(&str, &str); 3] {
        let path = self.path().to_str().unwrap();
        [("TERM", "xterm-256color"), ("XDG_RUNTIME_DIR", path), ("TMPDIR", path)]
    }

    /// A run that has this task, and is at it.
    fn start(&self, run: Start, task: &str) -> Running {
        let mut run = run.env("XDG_RUNTIME_DIR", self.path()).start();
        run.say(task);
        run.says(", 1 running");
        run
    }

    /// `polymer top` on a terminal of so many columns, and what it ended with.
    fn top(&self, columns: u16, arguments: &str) -> Terminal {
        Terminal::with(columns, &self.variables(), &format!("polymer top {arguments}; echo over-$?"))
    }
}

/// A task that takes longer than any test.
const LONG: &str = r#"{"text":"endless","wait":550}"#;

fn simple() -> String {
    format!("{} -j 1 --id-field text --log-interval 50ms", example("simple"))
}

/// That the terminal is as it was before.
#[track_caller]
fn check_given_back(lines: &[String], bytes: &str, code: &str) {
    assert_eq!(lines, [code], "{bytes:?}");
    assert!(bytes.contains("\x1b[?1049h\x1b[?25l") && bytes.contains("\x1b[?25h\x1b[?1049l"), "{bytes:?}");
}

#[test]
fn a_run_is_shown_by_its_folder_at_each_width_until_somebody_has_seen_enough() {
    let (sockets, dir) = (Sockets::new(), RunDir::new());
    let run = sockets.start(dir.run(&simple()), LONG);
    let folder = dir.path().to_str().unwrap();
    for (columns, key) in [(50, "q"), (80, "\x03"), (200, "q")] {
        let mut terminal = sockets.top(columns, folder);
        terminal.until("the task and its worker", |terminal| {
            let lines = terminal.lines();
            let has = |part: &str| lines.iter().any(|line| line.contains(part));
            has(&format!("process {}", run.pid())) && has("SLOT") && has("endless") && has("1 running")
        });
        assert!(terminal.lines().iter().all(|line| line.chars().count() < columns.into()));
        // It is drawn anew for another width.
        terminal.resize(60);
        terminal.until("the long hint", |terminal| {
            terminal.lines().iter().any(|line| line == "q quits; order: a m f s (age)")
        });
        terminal.keys("m");
        terminal.until_seen("order: a m f s (memory)");
        terminal.keys(key);
        let seen = terminal.end();
        check_given_back(&seen.lines, &seen.bytes, "over-0");
    }
    // The run is as it was.
    run.signal(Signal::SIGINT);
    run.signal(Signal::SIGINT);
    run.end();
}

#[test]
fn a_signal_gives_the_terminal_back_too_and_is_told_as_one() {
    let sockets = Sockets::new();
    let _run = sockets.start(Start::polymer(&format!("run {}", simple())), LONG);
    // The shell is told of the key as well.
    let mut terminal = Terminal::with(80, &sockets.variables(), "trap : QUIT; polymer top; echo over-$?");
    terminal.until_seen("endless");
    terminal.keys("\x1c");
    let seen = terminal.end();
    check_given_back(&seen.lines, &seen.bytes, "over-131");
}

#[test]
fn without_a_name_the_one_run_is_shown_and_several_are_listed() {
    let sockets = Sockets::new();
    let seen = sockets.top(80, "").end();
    assert!(seen.lines[0].starts_with("error: no run of yours is under way"), "{:?}", seen.lines);
    assert_eq!(seen.lines.last().unwrap(), "over-96");
    let dir = RunDir::new();
    let first = sockets.start(Start::polymer(&format!("run {}", simple())), LONG);
    // What a supervisor left that was killed is passed over, and goes.
    let killed = sockets.start(Start::polymer(&format!("run {}", simple())), LONG);
    let stale = sockets.of(&killed);
    killed.signal(Signal::SIGKILL);
    killed.end();
    assert!(stale.exists());
    let mut terminal = sockets.top(80, "");
    terminal.until_seen("endless");
    terminal.keys("q");
    assert_eq!(terminal.end().lines, ["over-0"]);
    assert!(!stale.exists());
    let second = sockets.start(dir.run(&simple()), LONG);
    let seen = sockets.top(200, "").end();
    let text = seen.lines.join("\n");
    assert!(text.contains(&format!("\n    process {}, without a folder", first.pid())), "{text}");
    let folder = dir.path().canonicalize().unwrap();
    assert!(text.contains(&format!("\n    process {} in {}", second.pid(), folder.display())), "{text}");
    assert!(text.ends_with("over-96"), "{text}");
    let mut terminal = sockets.top(80, &format!("--pid {}", first.pid()));
    terminal.until_seen("endless");
    terminal.keys("q");
    assert_eq!(terminal.end().lines, ["over-0"]);
}

#[test]
fn a_run_that_ends_is_told_of_as_its_folder_knows_it() {
    let (sockets, dir) = (Sockets::new(), RunDir::new());
    let mut run = sockets.start(dir.run(&simple()), r#"{"text":"short","wait":30}"#);
    let mut terminal = sockets.top(80, dir.path().to_str().unwrap());
    terminal.until_seen("short");
    drop(run.take_stdin());
    let seen = terminal.end();
    let text = seen.lines.join("\n");
    assert!(
        text.starts_with("state      finished\nrecords    1: 1 ok\n") && text.ends_with("over-0"),
        "{text}"
    );
    run.end().check(0);
    assert_eq!(fs::read_dir(sockets.path().join("polymer")).unwrap().count(), 0, "a socket is left");
    // And later at once.
    let seen = sockets.top(80, dir.path().to_str().unwrap()).end();
    assert!(seen.lines.join("\n").starts_with("state      finished\n"), "{:?}", seen.lines);
}

#[test]
fn where_there_is_no_terminal_it_says_what_to_use() {
    let ended = Start::polymer("top").run("").check(96);
    assert!(ended.stderr.contains("`polymer status DIR --watch`"), "{}", ended.stderr);
}

/// That nobody who connects can do anything to a run, and that it answers others all the same.
#[test]
fn nobody_who_asks_slows_a_run_or_ends_it() {
    let sockets = Sockets::new();
    let start = Start::polymer(&format!("run {}", simple()));
    let mut run = start.env("XDG_RUNTIME_DIR", sockets.path()).start();
    run.say(r#"{"text":"a"}"#);
    run.record().check("ok", "");
    let socket = sockets.of(&run);
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(socket.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    let connect = || UnixStream::connect(&socket).unwrap();
    let _silent: Vec<UnixStream> = (0..100).map(|_| connect()).collect();
    let mut talks = connect();
    talks.set_nonblocking(true).unwrap();
    let megabytes = vec![b'{'; 4 << 20];
    while talks.write(&megabytes).is_ok() {}
    let mut answer = String::new();
    connect().read_to_string(&mut answer).unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((&answer["v"], &answer["pid"]), (&1.into(), &run.pid().into()));
    for at in 0..50 {
        run.say(&format!(r#"{{"text":"b{at}"}}"#));
    }
    let ended = run.end().check(0);
    assert_eq!(ended.records().len(), 51);
    assert!(!socket.exists());
}

#[test]
fn a_run_without_a_place_for_its_socket_says_nothing_of_it() {
    let sockets = Sockets::new();
    fs::create_dir(sockets.path().join("polymer")).unwrap();
    fs::set_permissions(sockets.path().join("polymer"), Permissions::from_mode(0o755)).unwrap();
    let start = Start::polymer(&format!("run {} --quiet", simple()));
    let ended = start
        .env("XDG_RUNTIME_DIR", sockets.path())
        .env("TMPDIR", "/nonexistent")
        .run("{\"text\":\"a\"}\n")
        .check(0);
    assert_eq!(ended.stderr, "");
}

#[test]
fn what_guests_and_users_wrote_does_nothing_to_the_terminal_of_whoever_watches() {
    let sockets = Sockets::new();
    let id = serde_json::json!({"text": format!("\u{1b}[2J\u{202e}{}", "日".repeat(300)), "wait": 550});
    let _run = sockets.start(Start::polymer(&format!("run {}", simple())), &id.to_string());
    for columns in [50, 80, 200] {
        let mut terminal = sockets.top(columns, "");
        terminal.until_seen("\\u{1b}[2J");
        terminal.keys("q");
        let seen = terminal.end();
        assert!(!seen.bytes.contains("\x1b[2J") && !seen.bytes.contains('\u{202e}'), "{:?}", seen.bytes);
    }
}

#[test]
fn status_is_printed_until_the_run_is_over() {
    let (sockets, dir) = (Sockets::new(), RunDir::new());
    let mut run = sockets.start(dir.run(&simple()), r#"{"text":"short","wait":10}"#);
    let mut watching = Start::polymer(&format!("status {} --watch=50ms", dir.path().display())).start();
    let state = |watching: &mut Running| loop {
        let line = watching.line();
        if line.starts_with("state ") {
            return line;
        }
    };
    for _ in 0..2 {
        let line = state(&mut watching);
        assert!(line.starts_with("state      running (process "), "{line}");
    }
    drop(run.take_stdin());
    run.end().check(0);
    let ended = watching.end().check(0);
    let blocks: Vec<&str> = ended.stdout.split("\n\n").collect();
    assert!(blocks.len() > 2 && blocks.iter().all(|block| block.starts_with("state ")), "{}", ended.stdout);
    assert!(
        blocks.last().unwrap().starts_with("state      finished\nrecords    1: 1 ok\n"),
        "{}",
        ended.stdout
    );
    // Of a run that is over there is one block, whatever the interval.
    let ended = Start::polymer(&format!("status {} --watch --json", dir.path().display())).run("").check(0);
    assert_eq!(ended.stdout.lines().count(), 1);
}
