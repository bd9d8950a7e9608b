//! Runs that are killed, told to stop, stopped for a while, gone on with and run again in part, at
//! random moments, with their records in order or not: each task has one record, none is missing,
//! and nothing that had ended is run again.

use super::super::support::Running;
use super::super::support::processes::{self, Seen};
use super::batch::{Batch, Kept};
use super::{Longest, let_pass, random, rounds};
use nix::sys::signal::Signal;
use std::os::unix::process::ExitStatusExt;

/// Rounds where nobody says how many.
const USUAL: u32 = 24;

/// What befalls a run, and the exit code that it leads to where the run hears of it.
const BLOWS: [(Signal, Option<i32>); 5] = [
    (Signal::SIGKILL, None),
    (Signal::SIGKILL, None),
    (Signal::SIGHUP, Some(129)),
    (Signal::SIGTERM, Some(143)),
    (Signal::SIGQUIT, Some(131)),
];

/// Stops a run with all of its workers and has it go on, at random moments.
fn stand_still(random: &mut fastrand::Rng, running: &Running, longest: &Longest) {
    running.signal(Signal::SIGTSTP);
    if processes::is_stopped(running.pid()) {
        let_pass(random, longest.0 / 4);
        running.signal(Signal::SIGCONT);
    }
}

#[test]
fn whatever_befalls_a_run_each_task_has_one_record_and_what_had_ended_is_not_run_again() {
    let (mut random, seed) = random();
    let batch = Batch::new();
    let (mut longest, most) = (Longest(batch.short), rounds(USUAL));
    let (mut played, mut early, mut done, mut reruns, mut stills) = (0, 0, 0, 0, 0);
    while played < most {
        let kept = Kept::new(&batch.lines);
        let mut kept = if random.bool() { kept.in_order() } else { kept };
        let mut runs_again = false;
        loop {
            let start = if std::mem::take(&mut runs_again) { kept.rerun() } else { kept.go_on() };
            let running = start.start();
            let (pid, is_over) = (running.pid(), played >= most);
            let workers = processes::workers_of(pid);
            let moment = let_pass(&mut random, longest.0);
            if random.bool() {
                stand_still(&mut random, &running, &longest);
                stills += 1;
                let_pass(&mut random, longest.0 / 10);
            }
            let (signal, code) = *random.choice(&BLOWS).unwrap();
            let what = format!("seed {seed}, round {played}: {signal} after {moment:?}");
            if !is_over {
                running.signal(signal);
                played += 1;
            }
            let ended = running.end();
            workers.iter().for_each(Seen::check_ends);
            processes::workers_of(pid).iter().for_each(Seen::check_ends);
            let came = kept.check(&batch, &batch.lines, &what);
            match (ended.status.code(), ended.status.signal()) {
                (Some(100), _) => {
                    kept.check_complete(&batch, &batch.lines, &what);
                    done += 1;
                    longest.was_late();
                    runs_again = !is_over && random.bool();
                    if !runs_again {
                        break;
                    }
                    reruns += 1;
                }
                (Some(by), _) => assert_eq!(Some(by), code, "{what}: {}", ended.stderr),
                // It was killed, or it did not listen yet.
                (None, by) => {
                    assert_eq!(by, Some(signal as i32), "{what}: {}", ended.stderr);
                    if came == 0 {
                        early += 1;
                        longest.was_early();
                    }
                }
            }
        }
    }
    println!(
        "{played} blows, {early} before anything was done, {done} done, {reruns} reruns, {stills} stood still"
    );
    assert!(early < played, "no round made any progress");
}
