//! A command that runs: what it says is heard as it comes, and everything that is waited for has a
//! deadline, which counts from when the test begins to wait for it.

use super::record::{self, Record};
use super::{outer_environment, path_with_polymer, polymer, program, root};
use nix::sys::signal::{SigHandler, Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What a command is given for what a test waits for, before it is killed and the test fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// Set where no answer is to come by a ring: the same must hold then.
pub(crate) const NO_RING: &str = "POLYMER_NO_ANSWER_RING";
/// Bytes of each stream that a failure shows.
const SHOWN: usize = 8000;

/// A command about to start: with no environment, in the top of the repository.
pub(crate) struct Start {
    command: Command,
    patience: Duration,
}

/// How a command ended and all it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command that runs. It is killed when this is dropped.
pub(crate) struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    heard: Receiver<Heard>,
    stdout: Vec<String>,
    stderr: Vec<String>,
    /// How far the streams were handed out.
    read: [usize; 2],
    /// What has not come to its end: two streams and the process.
    open: u8,
    patience: Duration,
}

enum Heard {
    Stdout(String),
    Stderr(String),
    End,
}

impl Start {
    /// `polymer` with these arguments, split at white space.
    pub(crate) fn polymer(line: &str) -> Self {
        Self::args(line.split_whitespace())
    }

    /// `polymer` with these arguments.
    pub(crate) fn args<I: IntoIterator<Item: AsRef<OsStr>>>(args: I) -> Self {
        let mut command = Command::new(polymer());
        command.args(args);
        Self::of(command)
    }

    /// A program that embeds the library, with these arguments. It finds no cargo, so it builds no
    /// guest under its deadline.
    pub(crate) fn program(name: &str, line: &str) -> Self {
        Self::file(&program(name), line)
    }

    /// As [`program`](Self::program), by its path.
    pub(crate) fn file(path: &Path, line: &str) -> Self {
        let mut command = Command::new(path);
        command.args(line.split_whitespace());
        Self::of(command)
    }

    /// `polymer` with these arguments, on a system that has been deprived of this: see
    /// `tests/outer`.
    pub(crate) fn deprived(of: &str, line: &str) -> Self {
        let mut command = Command::new(program("outer"));
        command.args(of.split_whitespace()).arg("--").arg(polymer()).args(line.split_whitespace());
        Self::of(command)
    }

    /// A line for the shell that finds `polymer`, and what it needs to build.
    pub(crate) fn shell(line: &str) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        let start = Self::of(command).with_outer_environment();
        start.env("PATH", path_with_polymer())
    }

    fn of(mut command: Command) -> Self {
        command.env_clear().current_dir(root());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.envs(std::env::var_os(NO_RING).map(|value| (NO_RING, value)));
        // So that the command and what it started can be ended together.
        command.process_group(0);
        heed_signals(&mut command);
        Self { command, patience: PATIENCE }
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// In this folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// As this user, and in none of the groups of the one who tests: only the superuser can.
    pub(crate) fn under_user(mut self, user: u32) -> Self {
        self.command.uid(user).gid(user);
        self
    }

    /// With so many seconds in place of the usual patience.
    pub(crate) fn patient(self, seconds: u64) -> Self {
        Self { patience: Duration::from_secs(seconds), ..self }
    }

    pub(crate) fn with_outer_environment(mut self) -> Self {
        self.command.envs(outer_environment());
        // Whoever tests may have settings of their own.
        self.env("XDG_CONFIG_HOME", "/nonexistent")
    }

    pub(crate) fn start(mut self) -> Running {
        let mut child = self.command.spawn().unwrap();
        let (say, heard) = channel();
        hear(child.stdout.take().unwrap(), say.clone(), Heard::Stdout);
        hear(child.stderr.take().unwrap(), say.clone(), Heard::Stderr);
        let pid = Pid::from_raw(child.id().cast_signed());
        thread::spawn(move || {
            // It stays a zombie, and its id its own, until the test takes its status.
            let _ = waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
            drop(say.send(Heard::End));
        });
        let stdin = child.stdin.take();
        let (stdout, stderr) = (Vec::new(), Vec::new());
        Running { child, stdin, heard, stdout, stderr, read: [0; 2], open: 3, patience: self.patience }
    }

    /// Runs it to its end over this input.
    #[track_caller]
    pub(crate) fn run(self, input: impl Into<Vec<u8>>) -> Ended {
        let mut running = self.start();
        let (input, mut stdin) = (input.into(), running.stdin.take().unwrap());
        // It may end before it has read everything.
        thread::spawn(move || drop(stdin.write_all(&input)));
        running.end()
    }
}

/// Has the command heed signals that whoever tests ignores, as under `nohup` or in the background
/// of a script: it would go on ignoring them.
#[expect(unsafe_code, reason = "what happens between fork and exec")]
pub(super) fn heed_signals(command: &mut Command) {
    let heed = || {
        for signal in [Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT] {
            // SAFETY: no handler is put in place.
            unsafe { nix::sys::signal::signal(signal, SigHandler::SigDfl) }?;
        }
        Ok(())
    };
    // SAFETY: `signal` is safe to call between fork and exec.
    unsafe { command.pre_exec(heed) };
}

fn hear(stream: impl Read + Send + 'static, say: Sender<Heard>, kind: fn(String) -> Heard) {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        loop {
            let mut line = Vec::new();
            let more = stream.read_until(b'\n', &mut line).unwrap_or(0) > 0;
            let heard = if more { kind(text_of(&line)) } else { Heard::End };
            if say.send(heard).is_err() || !more {
                return;
            }
        }
    });
}

impl Running {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Writes a line to its input.
    #[track_caller]
    pub(crate) fn say(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Takes its input, to write to it from elsewhere.
    pub(crate) fn take_stdin(&mut self) -> ChildStdin {
        self.stdin.take().unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).unwrap();
    }

    /// Waits for the next line of stdout.
    #[track_caller]
    pub(crate) fn line(&mut self) -> String {
        let deadline = self.deadline();
        while self.stdout.len() == self.read[0] {
            self.wait("a line on stdout", deadline);
        }
        self.read[0] += 1;
        self.stdout[self.read[0] - 1].clone()
    }

    /// Waits for the next record.
    #[track_caller]
    pub(crate) fn record(&mut self) -> Record {
        record::parse(&self.line())
    }

    /// Waits for a line of stderr that contains this, and gives it. Lines before it are passed
    /// over.
    #[track_caller]
    pub(crate) fn says(&mut self, part: &str) -> String {
        let deadline = self.deadline();
        loop {
            while self.stderr.len() == self.read[1] {
                self.wait(part, deadline);
            }
            self.read[1] += 1;
            let line = &self.stderr[self.read[1] - 1];
            if line.contains(part) {
                return line.clone();
            }
        }
    }

    /// Waits for a line of stderr that contains one of these. Lines before it are passed over.
    #[track_caller]
    pub(crate) fn says_any(&mut self, parts: &[&str]) {
        let deadline = self.deadline();
        loop {
            while self.stderr.len() == self.read[1] {
                self.wait(&parts.join(" or "), deadline);
            }
            self.read[1] += 1;
            if parts.iter().any(|part| self.stderr[self.read[1] - 1].contains(part)) {
                return;
            }
        }
    }

    /// Whether it has not ended, and it is not late yet.
    pub(crate) fn goes_on(&mut self, deadline: Instant) -> bool {
        matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline
    }

    /// Whether it has said a line on stdout that nobody has read.
    pub(crate) fn has_line(&mut self) -> bool {
        while let Ok(heard) = self.heard.try_recv() {
            self.take(heard);
        }
        self.stdout.len() > self.read[0]
    }

    /// Closes its input and waits for the end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ended {
        self.stdin = None;
        let deadline = self.deadline();
        while self.open > 0 {
            self.wait("its end", deadline);
        }
        let status = self.child.wait().unwrap();
        Ended { status, stdout: self.stdout.concat(), stderr: self.stderr.concat() }
    }

    /// When what is waited for from now on is late. A test may have built a guest since it started
    /// the command.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.patience
    }

    /// Waits until something is heard.
    #[track_caller]
    fn wait(&mut self, what: &str, deadline: Instant) {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.heard.recv_timeout(left) {
            Ok(heard) => self.take(heard),
            Err(RecvTimeoutError::Timeout) => panic!("waited too long for {what}\n{}", self.shown()),
            Err(RecvTimeoutError::Disconnected) => panic!("it ended before {what}\n{}", self.shown()),
        }
    }

    fn take(&mut self, heard: Heard) {
        match heard {
            Heard::Stdout(line) => self.stdout.push(line),
            Heard::Stderr(line) => self.stderr.push(line),
            Heard::End => self.open -= 1,
        }
    }

    fn shown(&self) -> String {
        shown(&self.stdout.concat(), &self.stderr.concat())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = nix::sys::signal::killpg(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGKILL);
            drop(self.child.wait());
        }
    }
}

impl Ended {
    /// That it ended with this code.
    #[track_caller]
    pub(crate) fn check(self, code: i32) -> Self {
        let shown = || shown(&self.stdout, &self.stderr);
        assert_eq!(self.status.code(), Some(code), "{}\n{}", self.status, shown());
        self
    }

    /// Its records, each checked.
    #[track_caller]
    pub(crate) fn records(&self) -> Vec<Record> {
        record::parse_all(&self.stdout)
    }

    /// That it said this on stderr.
    #[track_caller]
    pub(crate) fn check_says(&self, part: &str) {
        assert!(self.stderr.contains(part), "`{part}` was not said\n{}", shown(&self.stdout, &self.stderr));
    }
}

impl Ended {
    /// That it said this on stdout.
    #[track_caller]
    pub(crate) fn check_says_on_stdout(&self, part: &str) {
        assert!(self.stdout.contains(part), "`{part}` was not said\n{}", shown(&self.stdout, &self.stderr));
    }
}

fn shown(stdout: &str, stderr: &str) -> String {
    format!("--- stdout\n{}--- stderr\n{}---", tail(stdout), tail(stderr))
}

fn tail(text: &str) -> &str {
    let start = text.len().saturating_sub(SHOWN);
    (start..=text.len()).find_map(|at| text.get(at..)).unwrap_or_default()
}

/// Bytes as text, as far as they are.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs `polymer` with these arguments over these lines, and expects this exit code.
#[track_caller]
pub(crate) fn console(line: &str, lines: &[&str], code: i32) -> Ended {
    let mut input = lines.join("\n");
    input.push_str(if lines.is_empty() { "" } else { "\n" });
    Start::polymer(line).run(input).check(code)
}
