//! Supervisors that are killed at random moments, and workers with them, while the input changes
//! from one to the next.

use super::super::support::processes::{self, Seen};
use super::super::support::{Ended, Running};
use super::batch::{Batch, Kept, TASKS};
use super::{Longest, let_pass, random, rounds};
use nix::sys::signal::Signal;
use std::os::unix::process::ExitStatusExt;

/// Rounds where nobody says how many.
const USUAL: u32 = 30;

/// What came of some rounds.
#[derive(Debug, Default)]
struct Played {
    kills: u32,
    /// Killed before a record was written.
    early: u32,
    /// Supervisors that were done before the blow.
    done: u32,
    /// Runs that came to their end.
    runs: u32,
}

/// Kills a supervisor, waits until nothing of it is left, and says how it ended.
fn kill(running: Running) -> Ended {
    let pid = running.pid();
    let workers = processes::workers_of(pid);
    running.signal(Signal::SIGKILL);
    let ended = running.end();
    workers.iter().for_each(Seen::check_ends);
    // Some may have been started since.
    processes::workers_of(pid).iter().for_each(Seen::check_ends);
    ended
}

/// Plays so many kills: between them `change` may change the lines, and `trouble` is made while the
/// run goes on.
#[expect(clippy::print_stdout, reason = "a test says what it does not show, or with which seed")]
fn play(
    kills: u32,
    (random, seed): &mut (fastrand::Rng, u64),
    mut change: impl FnMut(&mut fastrand::Rng, &mut Vec<String>, &Batch),
    mut trouble: impl FnMut(&mut fastrand::Rng, &Running),
) -> Played {
    let batch = Batch::new();
    let (mut played, mut longest) = (Played::default(), Longest(batch.short));
    while played.kills < kills {
        let mut lines = batch.lines.clone();
        let mut kept = Kept::new(&lines);
        loop {
            change(random, &mut lines, &batch);
            kept.put(&lines);
            let running = kept.go_on().start();
            let moment = let_pass(random, longest.0);
            trouble(random, &running);
            let moment = moment + let_pass(random, longest.0 / 10);
            let ended = if played.kills < kills { kill(running) } else { running.end() };
            let what = format!("seed {seed}, kill {} after {moment:?}", played.kills);
            if ended.status.signal() != Some(9) {
                ended.check(100);
                kept.check(&batch, &lines, &what);
                kept.check_complete(&batch, &lines, &what);
                played.done += 1;
                longest.was_late();
                break;
            }
            played.kills += 1;
            if kept.check(&batch, &lines, &what) == 0 {
                played.early += 1;
                longest.was_early();
            }
        }
        played.runs += 1;
    }
    println!("{played:?}, seed {seed}");
    played
}

#[test]
fn a_run_that_is_killed_at_any_moment_goes_on_without_loss_or_doubling() {
    let played = play(rounds(USUAL), &mut random(), |_, _, _| {}, |_, _| {});
    assert!(played.early < played.kills, "no round made any progress: {played:?}");
}

#[test]
fn nor_does_it_matter_if_workers_are_killed_too_and_the_input_changes() {
    let mut gone = Vec::new();
    let change = move |random: &mut fastrand::Rng, lines: &mut Vec<String>, batch: &Batch| {
        if lines.len() == TASKS {
            gone.clear();
        }
        for _ in 0..random.usize(0..20) {
            gone.push(lines.remove(random.usize(0..lines.len())));
        }
        for _ in 0..random.usize(0..20) {
            if !gone.is_empty() {
                let line = gone.swap_remove(random.usize(0..gone.len()));
                lines.insert(random.usize(0..=lines.len()), line);
            }
        }
        if random.bool() {
            // One that equals another.
            let line = random.choice(&batch.lines).cloned().unwrap();
            lines.insert(random.usize(0..=lines.len()), line);
        }
        match random.u8(0..4) {
            0 => random.shuffle(lines),
            1 => lines.reverse(),
            _ => {}
        }
    };
    let trouble = |random: &mut fastrand::Rng, running: &Running| {
        for worker in processes::run_workers(running.pid()) {
            if random.bool() {
                worker.kill();
            }
        }
    };
    let played = play(rounds(USUAL), &mut random(), change, trouble);
    assert!(played.early < played.kills, "no round made any progress: {played:?}");
}
