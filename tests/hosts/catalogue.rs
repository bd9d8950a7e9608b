//! The tries of `escape` for other sandboxes: `hosts catalogue WRAPPER…` makes each of them by a
//! process of its own that the wrapper starts, and without a wrapper in the jail of a worker.
//!
//! In the wrapper's arguments `{program}` stands for this program, `{readable}` and `{writable}`
//! for the folders that are granted. A line for each try says what came of it, and a table how many
//! of each kind were refused, reached the kernel's own checks, or were done.
#![expect(clippy::disallowed_types, reason = "a try is a process")]

use super::Told;
use super::escape::{self, Kind};
use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than any try takes that is not held up.
const LIMIT: Duration = Duration::from_secs(10);
/// Tries that a sandbox without limits would pay for with the machine, or that leave two processes.
const LEFT_OUT: [&str; 5] = ["fork", "large-file", "many-files", "much-time", "vfork"];
/// Answers of a wall. Others are those of the call itself: a wall let it through.
const REFUSALS: [&str; 9] =
    ["EPERM", "EACCES", "ENOENT", "EROFS", "ENOSYS", "EXDEV", "EAGAIN", "ENOMEM", "nothing else"];

/// What came of a try.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Refused,
    Reached,
    Done,
}

pub(super) fn run(wrapper: &[String]) -> Told {
    let place = tempfile::tempdir()?;
    let folder = |name: &str| place.path().join(name);
    let mut counts: BTreeMap<Kind, BTreeMap<Class, usize>> = BTreeMap::new();
    for (kind, name) in escape::names().filter(|(_, name)| !LEFT_OUT.contains(name)) {
        for (name, file) in [("readable", "file"), ("writable", "old")] {
            std::fs::create_dir_all(folder(name))?;
            std::fs::write(folder(name).join(file), "granted")?;
        }
        let outcome = attempt(wrapper, name, &folder("readable"), &folder("writable"))?;
        let class = class(&outcome);
        *counts.entry(kind).or_default().entry(class).or_default() += 1;
        println!("{kind:?}\t{name}\t{outcome}");
    }
    println!("\n| kind | refused | reached the kernel | done |\n|---|---|---|---|");
    for (kind, counts) in counts {
        let count = |class| counts.get(&class).copied().unwrap_or_default();
        println!(
            "| {kind:?} | {} | {} | {} |",
            count(Class::Refused),
            count(Class::Reached),
            count(Class::Done)
        );
    }
    Ok(())
}

/// Makes one try. Returns its outcome in a word, or how its process ended.
fn attempt(wrapper: &[String], name: &str, readable: &Path, writable: &Path) -> std::io::Result<String> {
    let program = std::env::current_exe()?;
    let paths = [("{program}", program.as_path()), ("{readable}", readable), ("{writable}", writable)];
    let filled = |word: &String| {
        paths.iter().fold(word.clone(), |word, (mark, path)| word.replace(mark, &path.to_string_lossy()))
    };
    let words: Vec<String> = wrapper.iter().map(filled).collect();
    let mut command = match words.split_first() {
        Some((first, rest)) => {
            let mut command = Command::new(first);
            command.args(rest).arg(&program).arg("bare");
            command
        }
        None => {
            let mut command = Command::new(&program);
            command.arg("escape");
            command
        }
    };
    command.arg(name).arg(readable).arg(writable).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let exit = polymer_host_sys::process::watch_child(child.id())?;
    let begun = Instant::now();
    let mut ready = [nix::poll::PollFd::new(std::os::fd::AsFd::as_fd(&exit), nix::poll::PollFlags::POLLIN)];
    let limit = nix::poll::PollTimeout::try_from(LIMIT).unwrap_or(nix::poll::PollTimeout::MAX);
    nix::poll::poll(&mut ready, limit)?;
    if begun.elapsed() >= LIMIT {
        child.kill()?;
    }
    let status = child.wait()?;
    let mut said = String::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(1 << 16).read_to_string(&mut said)?;
    }
    let told =
        said.lines().last().and_then(|line| line.split_once(": ")).map(|(_, outcome)| outcome.to_owned());
    let ended = status.signal().or_else(|| status.code().filter(|code| *code > 128).map(|code| code - 128));
    Ok(told
        .unwrap_or_else(|| ended.map_or_else(|| status.to_string(), |signal| format!("killed by {signal}"))))
}

fn class(outcome: &str) -> Class {
    if outcome == "done" {
        Class::Done
    } else if outcome.starts_with("killed by") || REFUSALS.contains(&outcome) {
        Class::Refused
    } else {
        Class::Reached
    }
}
