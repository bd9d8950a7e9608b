//! One program of a build: started in its jail, heard, and ended with all that it started.

use super::messages::{BuildCommand, BuildLimits, SAID};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, chdir, dup2_stderr, dup2_stdin, dup2_stdout, execve, setpgid};
use polymer_host_base::{JailLayer, MissingLayer};
use polymer_host_jail::build_jail::{BuildWalls, CompilerBounds, confine, missing};
use polymer_host_sys::process;
use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The code of a process that became no compiler.
const NOT_STARTED: u8 = 127;

/// What surrounds each program of a build.
#[derive(Debug)]
pub(super) struct CompilerJail<'a> {
    pub(super) walls: BuildWalls,
    pub(super) folders: &'a [PathBuf],
    pub(super) place: &'a Path,
    pub(super) limits: BuildLimits,
    /// Other processes of the user are not counted with those of the build.
    pub(super) counts_tasks: bool,
    /// All that is started is in a namespace of processes of its own, of which this is the first.
    pub(super) is_first: bool,
    /// Where what a program writes to stdout goes, and where it reads.
    pub(super) null: &'a File,
}

/// How a program ended.
#[derive(Debug)]
pub(super) enum CompilerEnd {
    /// With this code.
    Exit(i32),
    /// By a signal.
    Signal(i32),
    /// It said more than is allowed.
    Talked,
    /// A wall of its jail could not be put up.
    NoWall(MissingLayer),
    /// It could not be started, and why.
    NotStarted(String),
}

/// The first words of all programs of a build, and how many bytes there were.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) kept: Vec<u8>,
    bytes: u64,
}

impl Said {
    fn hear(&mut self, part: &[u8]) {
        let room = SAID.saturating_sub(self.kept.len()).min(part.len());
        self.kept.extend_from_slice(part.get(..room).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
    }
}

impl CompilerJail<'_> {
    /// Runs a program to its end. Nothing that it started is left then.
    ///
    /// # Errors
    /// If the system refuses it.
    pub(super) fn run(&self, command: &BuildCommand, said: &mut Said) -> io::Result<CompilerEnd> {
        let (mut words, theirs) = io::pipe()?;
        let (mut refusal, refused) = io::pipe()?;
        let program = Program::of(command)?;
        let pid = process::fork(|| self.become_compiler(command, &program, &theirs, &refused))?;
        drop((theirs, refused));
        // Ends when the program is there, which closes it.
        let mut lacks = Vec::new();
        refusal.read_to_end(&mut lacks)?;
        let heard = hear(pid, &mut words, said, self.limits.said);
        self.end(pid);
        let status = waitpid(pid, None)?;
        self.reap();
        if !lacks.is_empty() {
            return Ok(told(&lacks));
        }
        Ok(match (heard?, status) {
            (false, _) => CompilerEnd::Talked,
            (true, WaitStatus::Signaled(_, signal, _)) => CompilerEnd::Signal(signal as i32),
            (true, WaitStatus::Exited(_, code)) => CompilerEnd::Exit(code),
            (true, status) => return Err(io::Error::other(format!("a compiler ended oddly: {status:?}"))),
        })
    }

    /// Becomes the program, in the copy of this process that was made for it. Returns only if it
    /// could not.
    fn become_compiler(
        &self,
        command: &BuildCommand,
        program: &Program,
        words: &PipeWriter,
        mut refused: &PipeWriter,
    ) -> u8 {
        let bounds = CompilerBounds {
            cpu: self.limits.cpu,
            memory: self.limits.memory,
            file_size: self.limits.files,
            // The builder and the keeper are counted too, and one more is what is noticed.
            tasks: self.counts_tasks.then(|| self.limits.tasks.saturating_add(3)),
        };
        let prepared = || -> Result<(), MissingLayer> {
            let at = |error: Errno| missing(JailLayer::Limits, &error.into());
            nix::sys::prctl::set_pdeathsig(Signal::SIGKILL).map_err(at)?;
            setpgid(Pid::from_raw(0), Pid::from_raw(0)).map_err(at)?;
            dup2_stdin(self.null).and_then(|()| dup2_stdout(self.null)).map_err(at)?;
            dup2_stderr(words).map_err(at)?;
            chdir(&self.place.join(&command.within)).map_err(at)?;
            confine(self.walls, self.folders, self.place, bounds)
        };
        let why = match prepared() {
            Ok(()) => {
                let error = match execve(&program.path, &program.args, &program.env) {
                    Ok(never) => match never {},
                    Err(error) => error,
                };
                format!("\n{} cannot be started: {error}", command.program.display())
            }
            Err(MissingLayer { layer, why }) => format!("{}\n{why}", layer.name()),
        };
        // Who reads it is waiting for the end as well.
        drop(refused.write_all(why.as_bytes()));
        NOT_STARTED
    }

    /// Kills what a program left behind, and itself if it has not ended.
    fn end(&self, pid: Pid) {
        // What is gone already is no matter. Nothing of a build can leave its group.
        let _ = killpg(pid, Signal::SIGKILL);
        if self.is_first {
            let _ = kill(Pid::from_raw(-1), Signal::SIGKILL);
        }
    }

    fn reap(&self) {
        // In a namespace of its own all of it is killed already, and its end is waited for.
        let flags = if self.is_first { None } else { Some(WaitPidFlag::WNOHANG) };
        while !matches!(waitpid(None, flags), Err(Errno::ECHILD) | Ok(WaitStatus::StillAlive)) {}
    }
}

/// A program as execve(2) wants it: made before the process is copied.
#[derive(Debug)]
struct Program {
    path: CString,
    args: Vec<CString>,
    env: Vec<CString>,
}

impl Program {
    fn of(command: &BuildCommand) -> io::Result<Self> {
        let text = |text: &OsStr| CString::new(text.as_bytes());
        let variable = |(name, value): &(String, std::ffi::OsString)| {
            CString::new([name.as_bytes(), b"=", value.as_bytes()].concat())
        };
        Ok(Self {
            path: text(command.program.as_os_str())?,
            args: command.args.iter().map(|arg| text(arg)).collect::<Result<_, _>>()?,
            env: command.env.iter().map(variable).collect::<Result<_, _>>()?,
        })
    }
}

/// What a process wrote that became no compiler: the name of a layer, or none, and why.
fn told(lacks: &[u8]) -> CompilerEnd {
    let text = String::from_utf8_lossy(lacks);
    let (layer, why) = text.split_once('\n').unwrap_or(("", &text));
    match JailLayer::named(layer) {
        Some(layer) => CompilerEnd::NoWall(MissingLayer { layer, why: why.to_owned() }),
        None => CompilerEnd::NotStarted(why.to_owned()),
    }
}

/// Hears a program until it ends. Returns false if it said more than `most` bytes before.
fn hear(pid: Pid, words: &mut PipeReader, said: &mut Said, most: u64) -> io::Result<bool> {
    let exit = process::watch_child(pid.as_raw().cast_unsigned())?;
    let mut buffer = vec![0; 64 << 10];
    let mut is_open = true;
    loop {
        let mut watched = vec![PollFd::new(exit.as_fd(), PollFlags::POLLIN)];
        if is_open {
            watched.push(PollFd::new(words.as_fd(), PollFlags::POLLIN));
        }
        match poll(&mut watched, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let is_ready = |at: usize| watched.get(at).is_some_and(|fd| fd.any().unwrap_or(true));
        let (has_ended, has_words) = (is_ready(0), is_ready(1));
        drop(watched);
        if has_words {
            match words.read(&mut buffer)? {
                0 => is_open = false,
                got => said.hear(buffer.get(..got).unwrap_or_default()),
            }
            if said.bytes > most {
                return Ok(false);
            }
        } else if has_ended {
            return Ok(true);
        }
    }
}
