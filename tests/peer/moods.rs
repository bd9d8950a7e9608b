//! The ways to misbehave, by name. Who is in no mood returns, and the honest part goes on.

use super::claims;
use super::feedback;
use super::interactions;
use super::link::{Link, framed, told};
use super::pages;
use super::rings;
use super::streams;
use super::worker::{Peer, compiled, finished, hello};
use nix::sys::signal::{Signal, raise};
use nix::unistd::{ForkResult, fork, setsid};
use polymer_host_protocol::message::{RunMessage, WireCollected, WireForm};
use polymer_host_protocol::{FromWorker, ToWorker, VERSION, most_threads, write_frame};
use polymer_host_sys::process;
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::time::Duration;

/// Before its first word.
pub(crate) fn at_start(link: &mut Link, mood: &str) {
    match mood {
        "" => {}
        "wrong-version" => link.say(&hello(VERSION + 1)),
        "hello-twice" => link.say(&hello(VERSION)),
        "length-bomb" => link.send(&u32::MAX.to_le_bytes()),
        "ready" => link.say(&FromWorker::Ready { tasks: Vec::new(), functions: Vec::new() }),
        "unconfined" => link.say(&FromWorker::Unconfined { layer: "\u{1b}[2J", why: "\u{1b}]0;mine\u{7}\n" }),
        "exit" => process::exit_now(3),
        _ => panic!("no mood at the start: {mood}"),
    }
    if mood == "wrong-version" || mood == "length-bomb" {
        link.wait();
    }
}

/// When a compile worker has written its code.
pub(crate) fn at_compiling(link: &mut Link, mood: &str, code: &File) {
    match mood {
        TYPED | GOOD_TYPED => {
            link.say(&FromWorker::Compiled { form: WireForm::Typed, imports: Vec::new() });
            link.wait();
        }
        "compile-twice" => link.say(&compiled()),
        "compile-sparse" => code.set_len(8 << 30).unwrap(),
        "compile-imports" => {
            let FromWorker::Compiled { form, .. } = compiled() else { return };
            link.say(&FromWorker::Compiled { form, imports: vec![String::new(); 1_000_000] });
        }
        "compile-ready" => link.say(&FromWorker::Ready { tasks: Vec::new(), functions: Vec::new() }),
        "compile-seen" => {
            let form = WireForm::CommandModule;
            link.say(&FromWorker::Seen { form, imports: Vec::new(), functions: Vec::new() });
        }
        "compile-exit" => process::exit_now(3),
        "compile-refuses-at-length" => {
            let (code, message) = ("\u{1b}[2J".repeat(100_000), "no ".repeat(100_000));
            link.say(&FromWorker::Refused { code: &code, message: &message });
        }
        "compile-keeps-mapping" => {
            // SAFETY: this process has one thread.
            if let ForkResult::Child = unsafe { fork() }.unwrap() {
                setsid().unwrap();
                let length = std::num::NonZero::new(4096).unwrap();
                let write = nix::sys::mman::ProtFlags::PROT_WRITE;
                // SAFETY: a new mapping at a place the kernel chooses.
                unsafe {
                    nix::sys::mman::mmap(None, length, write, nix::sys::mman::MapFlags::MAP_SHARED, code, 0)
                }
                .unwrap();
                // Said when the mapping is there: from now on the other one may be killed.
                link.say(&compiled());
                nix::unistd::alarm::set(5);
                nix::unistd::pause();
            }
            link.wait();
        }
        _ => return,
    }
    link.say(&compiled());
    link.wait()
}

/// A module of typed tasks, which write to no stdout: its workers say that one wrote and trapped.
pub(crate) const TYPED: &str = "typed-trap-with-output";
/// A module of typed tasks, of which those of bad inputs are in their mood, as for a command.
pub(crate) const GOOD_TYPED: &str = "typed-good";

/// When a run worker was handed its module. Says whether it has said that it is ready.
pub(crate) fn at_loading(link: &mut Link, mood: &str, code: &File, page: &OwnedFd) -> bool {
    match mood {
        TYPED | GOOD_TYPED => {
            link.say(&FromWorker::Ready { tasks: claims::tasks(1), functions: Vec::new() });
            return true;
        }
        "load-many-tasks" | "load-million-tasks" => {
            let count = if mood == "load-many-tasks" { 100_000 } else { 1_000_000 };
            link.say(&FromWorker::Ready { tasks: claims::tasks(count), functions: Vec::new() });
            return true;
        }
        "load-long-frame" => link.frame(&vec![0x91; 4 << 20]),
        "load-ready-twice" => {
            let ready = framed(&FromWorker::Ready { tasks: Vec::new(), functions: Vec::new() });
            link.send(&[ready.clone(), ready].concat());
            return true;
        }
        "load-compiled" => link.say(&compiled()),
        "load-answers" => {
            link.frame(
                b"\x81\xa8Finished\x9c\x01\xa2ok\xa4None\xa0\xa0\xc0\xc0\xc2\xc0\x97\0\xc2\0\0\0\xc2\0\xa0\0",
            );
        }
        "load-exit" => process::exit_now(3),
        "load-writes-code" if code.write_at(b"mine", 0).is_ok() || code.set_len(0).is_ok() => {
            process::exit_now(4);
        }
        "load-cuts-page" if nix::unistd::ftruncate(page, 0).is_ok() => process::exit_now(4),
        _ => {}
    }
    false
}

/// How many bytes a second it reads, if that is what its module says.
pub(crate) fn reads(mood: &str) -> Option<u32> {
    mood.strip_prefix("reads ")?.parse().ok()
}

/// When an attempt has begun.
pub(crate) fn at_work(peer: &mut Peer, run: &RunMessage<'_>) {
    let input = std::str::from_utf8(run.input).unwrap();
    // One of two that talk: a streamed task of its own has an input that is no case.
    if run.streamed.is_some() && (input.is_empty() || input.starts_with('{')) {
        return interactions::at_work(peer, run);
    }
    // A validator: the mood is what a task gave, and so much of it may be.
    if run.supplied.is_some() {
        return match input.trim_end().strip_prefix("check ") {
            Some(mood) if feedback::lie(peer, run, mood) => {}
            Some(mood) => in_mood(peer, run, mood),
            None => peer.validate(run, WireCollected { files: Vec::new(), left_out: 0 }),
        };
    }
    // A checker: the mood is what a task gave.
    if let Some(output) = checked(input) {
        return match output.strip_prefix("check ") {
            Some(mood) => in_mood(peer, run, mood),
            None => peer.accept(run),
        };
    }
    in_mood(peer, run, input.split(' ').next().unwrap_or_default());
}

/// The output that a checker is to look at.
fn checked(input: &str) -> Option<String> {
    let case = input.starts_with('{').then_some(input)?;
    let case: serde_json::Value = serde_json::from_str(case).ok()?;
    Some(case.get("output")?.as_str()?.to_owned())
}

fn in_mood(peer: &mut Peer, run: &RunMessage<'_>, mood: &str) {
    if run.streamed.is_some() {
        return streams::at_work(peer, run, mood);
    }
    if peer.is_typed {
        claims::claim(peer, run, "trap-with-output");
        peer.link.wait();
    }
    // What the bad modules are sent is good, and so is the empty input by which a run tries the
    // machine.
    if ["innocent", "bad", "check", ""].contains(&mood) {
        return peer.answer(run);
    }
    if mood.starts_with('x') {
        // One of many: what it is does not matter, and its answer takes no room.
        return peer.answer_briefly(run);
    }
    if mood.starts_with("longx") {
        let_pass(LONG);
        return peer.answer_briefly(run);
    }
    if mood == "trap-with-output" {
        // That may be: its worker goes on.
        claims::claim(peer, run, mood);
        peer.last = run.attempt;
        return;
    }
    if claims::claim(peer, run, mood) || claims::misplaced(peer, run.attempt, mood) {
        peer.link.wait();
    }
    if claims::noise(peer, run, mood) || pages::lie(peer, run, mood) || rings::lie(peer, run, mood) {
        return;
    }
    match mood {
        "exit" => process::exit_now(3),
        // It does not even read what else it is sent.
        "silent" => loop {
            std::thread::park();
        },
        "stop" => drop(raise(Signal::SIGSTOP)),
        "many-threads" => many_threads(peer),
        "answers-twice" => {
            peer.answer(run);
            peer.answer(run);
        }
        "out-of-order" => out_of_order(peer, run),
        "descriptors" => descriptors(peer, run),
        "flood-of-words" => {
            let words = [b'x'; 1 << 16];
            (0..1600).for_each(|_| std::io::stderr().write_all(&words).unwrap());
            peer.answer(run);
        }
        "words-for-a-terminal" => {
            std::io::stderr().write_all(b"\x1b]0;mine\x07\x1b[2J\xc2\x9b31m\r\n{\"v\":1}\n\xff").unwrap();
            process::exit_now(3);
        }
        "leaves-a-child" => leave(peer, false, false),
        "leaves-a-session" => leave(peer, true, false),
        "leaves-a-session-that-floods" => leave(peer, true, true),
        _ => panic!("no mood: {mood}"),
    }
}

/// Has more threads than any worker needs, in no jail.
fn many_threads(peer: &mut Peer) {
    for _ in 0..most_threads(process::cores()) + 20 {
        let wait = || {
            loop {
                std::thread::park();
            }
        };
        std::thread::Builder::new().stack_size(64 << 10).spawn(wait).unwrap();
    }
    peer.link.wait();
}

/// How long an attempt takes for which none that lies behind it should wait.
const LONG: Duration = Duration::from_millis(60);

/// Lets so much time pass.
#[expect(clippy::disallowed_methods, reason = "nothing is waited for: to take long is what it is about")]
pub(crate) fn let_pass(time: Duration) {
    std::thread::sleep(time);
}

/// Answers the attempt behind this one first, if there is one.
fn out_of_order(peer: &mut Peer, run: &RunMessage<'_>) {
    if peer.link.has_more() {
        let frame = peer.link.next();
        if let ToWorker::Run(next) = told(&frame) {
            peer.answer(&next);
            peer.answer(run);
            peer.link.wait();
        }
    }
    peer.answer(run);
}

/// Sends descriptors that nobody asked for beside an honest answer.
fn descriptors(peer: &mut Peer, run: &RunMessage<'_>) {
    let mut out = Vec::new();
    let message = FromWorker::Finished(finished(run));
    write_frame(&message, usize::MAX, &mut out).unwrap();
    let page = peer.page_file.as_fd();
    peer.link.mark();
    peer.link.send_with(&out, &[page; 200]);
    peer.last = run.attempt;
}

/// Dies, and leaves somebody who holds the socket and stderr until the supervisor closes them.
fn leave(peer: &mut Peer, in_own_session: bool, floods: bool) {
    // SAFETY: this process has one thread.
    if let ForkResult::Parent { .. } = unsafe { fork() }.unwrap() {
        process::exit_now(3);
    }
    if in_own_session {
        setsid().unwrap();
    }
    if floods {
        // Several, so that one of them always has something to say.
        for _ in 0..3 {
            // SAFETY: as above.
            let _ = unsafe { fork() };
        }
        loop {
            peer.link.send(&[0; 1 << 16]);
        }
    }
    peer.link.wait();
}
