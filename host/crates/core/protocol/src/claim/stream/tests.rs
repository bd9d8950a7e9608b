//! Every lie about a stream, and that no history of true claims is taken for one.

use super::super::super::credit::{STREAM_CREDIT, TakenBytes};
use super::*;
use proptest::prelude::*;

const LIMIT: u64 = 100_000;

fn account() -> StreamAccount {
    StreamAccount::new(AttemptId(7), LIMIT)
}

fn piece(attempt: u64, channel: u8, bytes: &[u8]) -> OutputMessage<'_> {
    OutputMessage { attempt, channel, bytes }
}

fn credit(bytes: u64) -> CreditMessage {
    CreditMessage { attempt: 7, bytes }
}

#[test]
fn true_claims_are_believed() {
    let mut account = account();
    assert_eq!(account.output(&piece(7, 1, b"out")), Ok((OutputChannel::Stdout, &b"out"[..])));
    assert_eq!(account.output(&piece(7, 2, b"error")), Ok((OutputChannel::Stderr, &b"error"[..])));
    assert_eq!(account.stdout(), 3, "stderr counts for the log");
    account.send_stdin(5).unwrap();
    assert_eq!(account.stdin_credit(credit(5)), Ok(()));
    for channel in [OutputChannel::Stdout, OutputChannel::Stderr] {
        assert_eq!(OutputChannel::of(channel.number()), Some(channel));
    }
}

#[test]
fn credit_that_nobody_spent_is_forged() {
    let mut account = account();
    let forged = |claimed, limit| Err(over("input that was taken", claimed, limit));
    assert_eq!(account.stdin_credit(credit(1)), forged(1, 0));
    account.send_stdin(10).unwrap();
    for bytes in [11, STREAM_CREDIT, u64::MAX] {
        assert_eq!(account.stdin_credit(credit(bytes)), forged(bytes, 10));
    }
    assert_eq!(account.stdin_credit(credit(10)), Ok(()));
    assert_eq!(account.stdin_credit(credit(1)), forged(1, 0));
    assert_eq!(account.stdin_credit(credit(0)), Err(ProtocolViolation::Unknown("credit of nothing")));
}

#[test]
fn output_over_its_credit_or_its_frame_is_refused() {
    let mut account = StreamAccount::new(AttemptId(7), u64::MAX);
    let full = vec![b'x'; STREAM_FRAME + 1];
    assert!(matches!(
        account.output(&piece(7, 1, &full)),
        Err(ProtocolViolation::Over { what: "a piece of output", .. })
    ));
    for _ in 0..2 {
        account.output(&piece(7, 2, &full[1..])).unwrap();
    }
    assert_eq!(account.output(&piece(7, 1, b"x")), Err(over("output without credit", 1, 0)));
    account.give_output(1).unwrap();
    account.output(&piece(7, 1, b"x")).unwrap();
    assert_eq!(account.output(&piece(7, 1, b"x")), Err(over("output without credit", 1, 0)));
}

#[test]
fn stdout_over_its_limit_is_refused_and_stderr_has_none() {
    let mut account = StreamAccount::new(AttemptId(7), 4);
    account.output(&piece(7, 1, b"abcd")).unwrap();
    account.output(&piece(7, 2, b"abcdefgh")).unwrap();
    assert_eq!(account.output(&piece(7, 1, b"e")), Err(over("an output", 5, 4)));
    assert_eq!(account.stdout(), 4);
}

#[test]
fn what_has_no_place_is_refused() {
    for channel in [0, 3, u8::MAX] {
        let unknown = ProtocolViolation::Unknown("output on an unknown channel");
        assert_eq!(account().output(&piece(7, channel, b"x")), Err(unknown));
    }
    assert!(matches!(account().output(&piece(7, 1, b"")), Err(ProtocolViolation::Unknown(_))));
    for attempt in [0, 6, 8, u64::MAX] {
        assert_eq!(account().output(&piece(attempt, 1, b"x")), Err(OTHER));
        assert_eq!(account().stdin_credit(CreditMessage { attempt, bytes: 1 }), Err(OTHER));
    }
}

proptest! {
    /// Whatever a worker says: what is believed was possible, and what waits is bounded.
    #[test]
    fn nothing_impossible_is_believed(
        says in prop::collection::vec((0..4_u8, 0..4_u8, 0..40_000_usize, 6..9_u64), 0..60),
    ) {
        let bytes = vec![0; 40_000];
        let mut account = account();
        let (mut waits, mut stdout, mut sent) = (0_u64, 0_u64, 0_u64);
        let mut taken = TakenBytes::default();
        for (what, channel, length, attempt) in says {
            let count = length as u64;
            match what {
                0 => if account.output(&piece(attempt, channel, &bytes[..length])).is_ok() {
                    prop_assert!(attempt == 7 && [1, 2].contains(&channel) && (1..=STREAM_FRAME).contains(&length));
                    waits += count;
                    stdout += if channel == 1 { count } else { 0 };
                },
                1 => if account.stdin_credit(CreditMessage { attempt, bytes: count }).is_ok() {
                    prop_assert!(attempt == 7 && count > 0 && count <= sent);
                    sent -= count;
                },
                2 => {
                    let count = count.min(account.stdin_frame() as u64);
                    account.send_stdin(count).unwrap();
                    sent += count;
                }
                _ => {
                    let count = count.min(waits);
                    waits -= count;
                    if let Some(due) = taken.add(count) {
                        account.give_output(due).unwrap();
                    }
                }
            }
            prop_assert!(waits <= STREAM_CREDIT && sent <= STREAM_CREDIT && stdout <= LIMIT);
            prop_assert_eq!(account.stdout(), stdout);
        }
    }
}
