//! The bodies of the fuzz targets in `tests/fuzz`, over bytes from a seed: things that are nearly
//! right, cut, joined and flipped. A fuzzer goes further; this is what each run of the tests does.

#[expect(unreachable_pub, reason = "the fuzz targets use the same file as a library")]
#[expect(clippy::panic, reason = "what does not hold is a finding")]
#[path = "../fuzz/src/lib.rs"]
mod bodies;

use fastrand::Rng;
use polymer_host_protocol::frame::decode;
use polymer_host_protocol::message::{CreditMessage, FromWorker, OutputMessage, WireForm};
use polymer_host_protocol::write_frame;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Tries of each target.
const TRIES: u64 = 20_000;

/// Something to begin with: `from` several, one after the other, with some bytes changed.
fn bytes(rng: &mut Rng, from: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![rng.u8(..)];
    for _ in 0..rng.usize(..4) {
        if let Some(part) = rng.choice(from) {
            let end = if rng.u8(..4) == 0 { rng.usize(..=part.len()) } else { part.len() };
            bytes.extend_from_slice(&part[..end]);
        }
    }
    for _ in 0..rng.usize(..6) {
        let at = rng.usize(..bytes.len());
        match rng.u8(..4) {
            0 => bytes[at] = rng.u8(..),
            1 => bytes[at] ^= 1 << rng.u8(..8),
            2 => bytes.insert(at, *rng.choice(b"\0\n\"\\{}[]\x1b\xff\x91\xdd\xdb").unwrap()),
            _ => {
                let again = bytes[at..].to_vec();
                bytes.extend_from_slice(&again[..again.len().min(64)]);
            }
        }
    }
    bytes
}

#[track_caller]
fn check(target: fn(&[u8]), from: &[Vec<u8>]) {
    for seed in 0..TRIES {
        let bytes = bytes(&mut Rng::with_seed(seed), from);
        let held = catch_unwind(AssertUnwindSafe(|| target(&bytes)));
        assert!(held.is_ok(), "seed {seed}: {:?}", String::from_utf8_lossy(&bytes));
    }
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// A frame of each kind.
fn frames() -> Vec<Vec<u8>> {
    // Before what was used, and behind it.
    let ok = (&b"\x81\xa8Finished\x99\x01\xa2ok\x81\xa4Json\xc4\x02{}\xc0"[..], &b"\xa3-a\n\0\xc0\xc2"[..]);
    let failed = (
        &b"\x81\xa8Finished\x99\x01\xa4trap\xa4None\x96\xa2no\xa1c\xc0\xc0\xc2\xc0"[..],
        &b"\xa0\0\xc0\xc2"[..],
    );
    let usage = [&b"\xc4\x40"[..], &[0; 64]].concat();
    let mut frames = Vec::new();
    for (before, behind) in [ok, failed] {
        let finished = &[before, &usage, behind].concat()[..];
        assert!(matches!(decode(finished), Ok(FromWorker::Finished(_))), "no longer what a worker sends");
        let length = u32::try_from(finished.len()).unwrap().to_le_bytes();
        frames.extend([[&length[..], finished].concat(), finished.to_vec()]);
    }
    let imports = vec!["wasi:io/streams".to_owned(); 3];
    for message in [
        FromWorker::Unconfined { layer: "seccomp", why: "not here" },
        FromWorker::Refused { code: "malformed", message: "no" },
        FromWorker::Ready { tasks: Vec::new(), functions: Vec::new() },
        FromWorker::Compiled { form: WireForm::Typed, imports: imports.clone() },
        FromWorker::Seen { form: WireForm::Typed, imports, functions: Vec::new() },
        FromWorker::Output(OutputMessage { attempt: 1, channel: 1, bytes: b"out" }),
        FromWorker::StdinCredit(CreditMessage { attempt: 1, bytes: 7 }),
        FromWorker::BySocket,
        FromWorker::Wake,
    ] {
        let mut frame = Vec::new();
        write_frame(&message, usize::MAX, &mut frame).unwrap();
        frames.extend([frame[4..].to_vec(), frame]);
    }
    frames
}

#[test]
fn whatever_a_worker_sends_is_refused_or_believable() {
    check(bodies::frames, &frames());
}

#[test]
fn whatever_stands_in_a_task_file_is_a_task_or_a_rejection() {
    let lines = [
        r#"{"id":"a","module":"/no-such.wasm","input":{"n":1},"limits":{"fuel":5},"meta":[1]}"#,
        "\n",
        r#"{"module":"m","input_base64":"AAA=","task":"t","grants":{"env":["A"],"dirs":[]}}"#,
        r#"{"id":7,"module":"m","input_file":"x"}"#,
        "\u{feff}[]\r\n",
    ];
    check(bodies::tasks, &texts(&lines));
}

#[test]
fn whatever_stands_in_an_input_is_a_task_or_a_rejection() {
    check(
        bodies::lines,
        &texts(&[r#"{"id":"a","n":1e9}"#, "\n", "\r\n", " [1,\"\\u0041\"] ", "\u{feff}x", "/dev/zero\n"]),
    );
}

#[test]
fn whatever_stands_in_the_files_of_a_run_is_whole_torn_or_refused() {
    let lines = [
        r#"{"v":1,"id":"7","seq":7,"verdict":"ok","key":"525b07342774735111364801332a15be"}"#,
        r#"{"event":"session","v":1,"time":"2026-11-22T14:00:00.000123Z","pid":7,"session":1}"#,
        r#"{"event":"attempt_started","at_ms":1.2,"seq":7,"key":"525b07342774735111364801332a15be","id":"7","attempt":1,"slot":2,"alone":false}"#,
        r#"{"event":"task_done","at_ms":1.5,"seq":7,"key":"525b07342774735111364801332a15be","id":"7","verdict":"ok","attempts":1}"#,
        r#"{"event":"session_ended","at_ms":9,"complete":true,"halt":""}"#,
        "\0\0\0",
    ];
    let lines: Vec<Vec<u8>> = lines.iter().map(|line| format!("{line}\n").into_bytes()).collect();
    check(bodies::journal, &lines);
}

#[test]
fn whatever_a_guest_says_is_a_record_of_one_line_and_moves_no_cursor() {
    check(
        bodies::records,
        &texts(&["\u{1b}[2J", "\u{7}{\"a\":1}\n", "\u{202e}\u{9b}31m\r", "\u{1}\u{1}\u{1}"]),
    );
}

#[test]
fn whatever_two_programs_write_is_compared_and_what_differs_is_short() {
    let parts: [&[u8]; 10] = [
        b"{\"a\":[1,2.50,\"\\u00e9\"],\"b\":null}",
        b"[[],{}]",
        b"1.0 2e0 nan\r\n",
        b"a \nb\n\n",
        b"b\na\n",
        b"\t0x1p3 1e400 -0\x0b",
        "\u{1b}[2J\u{202e}\u{feff}é".as_bytes(),
        b"\xff\0",
        b"\xfe",
        b"\xfe",
    ];
    check(bodies::judge, &parts.map(<[u8]>::to_vec));
}

#[test]
fn whatever_a_checker_says_is_an_answer_or_none_and_whatever_a_task_gives_reaches_it() {
    let parts: [&[u8]; 10] = [
        b"{\"accept\":true}",
        b"{\"accept\":false,\"points\":1.5,\"message\":\"\\u001b[2J\"}",
        b"{\"accept\":true,\"points\":-0.0}",
        b",\"points\":1e-400",
        b",\"message\":\"",
        b"[true,2,\"\"]",
        b"{\"accept\":",
        b" \n",
        b"}",
        b"\xff",
    ];
    check(bodies::checks, &parts.map(<[u8]>::to_vec));
}
