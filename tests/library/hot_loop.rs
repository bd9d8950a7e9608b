//! Tasks in at one end while results come out at the other.

use super::{good, manager, moody};
use futures_core::Stream;
use moody::Moody;
use polymer_host::Verdict;
use polymer_host::{Input, Module, Results, RunError, TrySendError};
use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// A command that does nothing.
const SILENT: &str = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;

/// A hundred thousand tasks against a reader that is slower than the workers: whoever sends has to
/// wait, so no more than three queues and a handful are ever under way, and every task comes back
/// once.
#[test]
fn a_slow_reader_holds_the_sender_back_and_nothing_is_lost() {
    const TASKS: u64 = 100_000;
    const QUEUE: usize = 50;
    let manager = manager(2).queue(QUEUE).build().unwrap();
    let (sender, results) = manager.start().unwrap();
    let sent = AtomicU64::new(0);
    let most = 3 * QUEUE as u64 + 64;
    thread::scope(|scope| {
        scope.spawn(|| {
            let sender = sender;
            for task in good(TASKS) {
                sender.send(task).unwrap();
                sent.fetch_add(1, Ordering::SeqCst);
            }
        });
        let mut seen = HashSet::new();
        for done in results {
            let taken = seen.len() as u64;
            assert!(sent.load(Ordering::SeqCst) <= taken + most, "{taken} were taken, {sent:?} sent");
            assert_eq!(done.task.double, Some(done.task.number * 2), "{done:?}");
            assert!(seen.insert(done.task.number), "{} came twice", done.id);
            // Slow enough that results wait most of the time.
            (0..2000).for_each(|round| assert!(std::hint::black_box(round) >= 0));
        }
        assert_eq!(seen.len() as u64, TASKS);
    });
}

#[test]
fn a_sender_without_room_says_so_and_keeps_the_task() {
    let manager = manager(1).queue(1).build().unwrap();
    let (sender, mut results) = manager.start().unwrap();
    let mut sent = 0;
    let back = loop {
        match sender.try_send(Moody::new("ok", sent)) {
            Ok(()) => sent += 1,
            Err(TrySendError::Full(task)) => break task,
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(back, Moody::new("ok", sent));
    drop(sender);
    assert_eq!(results.by_ref().count() as u64, sent);
    assert!(results.error().is_none());
}

#[test]
fn a_sender_keeps_its_module() {
    let (sender, results) = manager(2).build().unwrap().start().unwrap();
    let copy = |name: &str| Module::from_bytes(name, SILENT).unwrap();
    let kept = sender.to(&copy("kept.wat")).unwrap();
    // Each new one is the occasion to forget those before it.
    (0..5).for_each(|_| drop(sender.to(&copy("dropped.wat")).unwrap()));
    kept.clone().send(Input::text("")).unwrap();
    drop((sender, kept));
    let done: Vec<_> = results.collect();
    assert_eq!((done.len(), done[0].verdict), (1, Verdict::Ok), "{:?}", done[0].error);
}

#[test]
fn several_senders_and_modules_feed_one_run() {
    let manager = manager(2).build().unwrap();
    let (sender, results) = manager.start().unwrap();
    let other = Module::from_bytes("other.wat", SILENT).unwrap();
    let mut feeders = Vec::new();
    for part in 0..4_u64 {
        let sender = sender.clone();
        feeders.push(thread::spawn(move || {
            (0..50).for_each(|n| sender.send(Moody::new("ok", part * 50 + n)).unwrap());
        }));
    }
    // The command answers nothing, which is no such task.
    sender.to(&other).unwrap().send(Moody::new("ok", 1000)).unwrap();
    sender.to(&moody()).unwrap().send(Moody::new("ok", 2000)).unwrap();
    drop(sender);
    let done: Vec<_> = results.collect();
    feeders.into_iter().for_each(|feeder| feeder.join().unwrap());
    let mut numbers: Vec<_> = done.iter().filter(|done| done.is_ok()).map(|done| done.task.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..200).chain([2000]).collect::<Vec<_>>());
    let odd = done.iter().find(|done| !done.is_ok()).unwrap();
    assert_eq!((odd.task.clone(), odd.error.code.as_str()), (Moody::new("ok", 1000), "no_json"));
}

#[test]
fn a_stopped_loop_hands_back_what_had_no_turn() {
    let manager = manager(1).build().unwrap();
    let (sender, mut results) = manager.start().unwrap();
    (0..100).for_each(|number| sender.send(Moody::new("nap", number % 2)).unwrap());
    let first = results.next().unwrap();
    assert!(first.is_ok(), "{first:?}");
    results.stop();
    let rest: Vec<_> = results.by_ref().collect();
    assert_eq!(rest.len(), 99);
    assert!(rest.iter().all(|done| done.is_ok() || done.error.code == "not_begun"), "{rest:?}");
    assert!(matches!(results.error(), Some(RunError::Stopped)));
    assert_eq!(sender.send(Moody::new("ok", 7)).unwrap_err().0, Moody::new("ok", 7));
}

#[test]
fn results_that_nobody_wants_end_the_run() {
    let (sender, results): (_, Results<Moody>) = manager(2).build().unwrap().start().unwrap();
    (0..10).for_each(|number| sender.send(Moody::new("sleep", number)).unwrap());
    drop(results);
    assert!(sender.send(Moody::new("ok", 1)).is_err());
}

#[test]
fn an_executor_may_wait_at_both_ends() {
    let manager = manager(2).queue(8).build().unwrap();
    let (sender, mut results) = manager.start().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let taken = runtime.block_on(async move {
        let feed = tokio::task::spawn(async move {
            for task in good(500) {
                sender.send_async(task).await.unwrap();
            }
        });
        let mut taken = 0;
        while taken < 250 {
            assert!(results.next_async().await.is_some_and(|done| done.is_ok()));
            taken += 1;
        }
        let mut stream = results.into_stream();
        while let Some(done) = poll_fn(|context| Pin::new(&mut stream).poll_next(context)).await {
            assert!(done.is_ok(), "{done:?}");
            taken += 1;
        }
        feed.await.unwrap();
        assert!(stream.results().error().is_none());
        taken
    });
    assert_eq!(taken, 500);
}
