//! When the socket is waited for, and for how long.

use super::super::link;
use super::*;
use polymer_host_sys::channel;
use std::os::fd::OwnedFd;

const MS: Duration = Duration::from_millis(1);

/// The streams of attempt 1, and the supervisor's end of their socket.
fn opened(waits_free: bool) -> (StreamedIo, OwnedFd) {
    opened_with(waits_free, true)
}

fn opened_with(waits_free: bool, yields: bool) -> (StreamedIo, OwnedFd) {
    let (ours, theirs) = channel::pair().unwrap();
    let (incoming, outgoing) = link::open(theirs);
    let time = Duration::from_secs(60);
    let terms = StreamTerms { attempt: 1, limit: 10, time, waits_free, yields };
    (StreamedIo::new(terms, incoming, outgoing), ours)
}

fn context() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

#[test]
fn who_looked_and_went_on_is_not_kept_waiting() {
    let (io, _supervisor) = opened(false);
    assert_eq!(io.wait(), WaitEnd::NotWanted);
    let wait = io.begin_wait();
    wait.goes_on(&context(), false);
    assert_eq!(io.wait(), WaitEnd::Nothing);
    // Something else came.
    drop(wait);
    assert_eq!(io.wait(), WaitEnd::NotWanted);
    // The same wait, however often it is looked at, is one.
    let wait = io.begin_wait();
    for _ in 0..100 {
        wait.goes_on(&context(), true);
    }
    assert_eq!(io.get().waits.len(), 1);
    io.enter();
    assert_eq!(io.wait(), WaitEnd::NotWanted);
}

#[test]
fn a_clock_beside_a_stream_is_late_by_a_part_of_the_wait() {
    let (io, _supervisor) = opened(false);
    let (wait, start) = (io.begin_wait(), Instant::now());
    wait.goes_on(&context(), false);
    let mut state = io.get();
    let waits: Vec<Duration> = [0, 4, 20, 1000].map(|after| state.longest_wait(start + MS * after)).to_vec();
    assert_eq!(waits, [SHORTEST, SHORTEST, MS * 5, BESIDE]);
    drop(state);
    wait.goes_on(&context(), true);
    assert_eq!(io.get().longest_wait(start), ALONE);
    // Two waits are beside each other.
    io.wait_for(&context());
    assert!(io.get().longest_wait(start) <= BESIDE);
    drop(wait);
}

#[test]
fn time_that_is_waited_is_given_back_where_that_is_asked_for() {
    for waits_free in [false, true] {
        let (io, _supervisor) = opened(waits_free);
        let wait = io.begin_wait();
        wait.goes_on(&context(), true);
        assert_eq!(io.wait(), WaitEnd::Nothing);
        assert_eq!(io.free_time() >= ALONE / 2, waits_free);
        drop(wait);
    }
}

#[test]
fn a_supervisor_that_is_gone_ends_every_wait() {
    let (io, supervisor) = opened(false);
    drop(supervisor);
    let wait = io.begin_wait();
    wait.goes_on(&context(), false);
    assert_eq!(io.wait(), WaitEnd::Came);
    assert!(io.is_broken() && matches!(io.take_broken(), Some(BrokenLink::Closed)));
    drop(wait);
}

#[test]
fn what_a_guest_writes_that_does_not_yield_goes_at_once() {
    let (io, _supervisor) = opened_with(false, false);
    io.write(OutputChannel::Stdout, b"a").unwrap();
    assert!(io.get().gathered.is_empty() && io.stdout() == 1);
}
