//! Runs that are told to stop, at random moments, once or twice: they can always be gone on with,
//! and leave no process.

use super::super::support::processes::{self, Seen};
use super::batch::{Batch, Kept};
use super::{Longest, let_pass, random, rounds};
use nix::sys::signal::Signal;
use std::os::unix::process::ExitStatusExt;

/// Moments where nobody says how many.
const USUAL: u32 = 30;

/// Signals that tell a run to stop, and the exit codes they lead to.
const SIGNALS: [(Signal, i32); 5] = [
    (Signal::SIGINT, 130),
    (Signal::SIGTERM, 143),
    (Signal::SIGHUP, 129),
    (Signal::SIGQUIT, 131),
    (Signal::SIGXCPU, 152),
];

#[test]
fn a_run_that_is_told_to_stop_at_any_moment_can_be_gone_on_with_and_leaves_nothing() {
    let (mut random, seed) = random();
    let batch = Batch::new();
    let moments = rounds(USUAL);
    let mut longest = Longest(batch.short);
    let (mut stopped, mut early, mut done) = (0, 0, 0);
    while stopped < moments {
        let mut kept = Kept::new(&batch.lines);
        loop {
            let running = kept.go_on().start();
            let (pid, twice) = (running.pid(), random.bool());
            let (signal, code) = *random.choice(&SIGNALS).unwrap();
            let tells = stopped < moments;
            let moment = if tells { let_pass(&mut random, longest.0) } else { batch.short };
            let what = format!("seed {seed}, {signal} {stopped} after {moment:?}, twice: {twice}");
            let workers = processes::workers_of(pid);
            if tells {
                running.signal(signal);
            }
            if tells && twice {
                let_pass(&mut random, longest.0 / 20);
                running.signal(signal);
            }
            let ended = running.end();
            workers.iter().for_each(Seen::check_ends);
            processes::workers_of(pid).iter().for_each(Seen::check_ends);
            if kept.check(&batch, &batch.lines, &what) == 0 {
                longest.was_early();
            }
            match (ended.status.code(), ended.status.signal()) {
                (Some(100), _) => {
                    kept.check_complete(&batch, &batch.lines, &what);
                    done += 1;
                    longest.was_late();
                    break;
                }
                (Some(ended_with), _) => {
                    assert_eq!(ended_with, code, "{what}: {}", ended.stderr);
                    // With the last task over there is nothing to go on with.
                    let complete = kept.dir.json("summary.json")["complete"] == true;
                    let command = format!("polymer resume {}", kept.dir.path().display());
                    if complete {
                        kept.check_complete(&batch, &batch.lines, &what);
                    }
                    assert_eq!(ended.stderr.contains(&command), !complete, "{what}: {}", ended.stderr);
                }
                // Before it listens a signal ends it as it ends any process.
                (None, by) => {
                    assert_eq!(by, Some(signal as i32), "{what}");
                    early += 1;
                }
            }
            stopped += 1;
        }
    }
    println!("{stopped} stopped, {early} of them before they listened, {done} were done, seed {seed}");
    assert!(early < stopped, "none listened");
}
