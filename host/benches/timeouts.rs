//! How long after its timeout a task's record is there. Tasks come one at a time, each to a worker
//! that may have to be started first, since one that ran out of time is not used again; the time
//! counts from writing the line to reading the record.
#![expect(clippy::disallowed_types, reason = "a bench starts what it measures")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that meets what it did not expect has failed"
)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TASKS: usize = 200;
const TIMEOUT: Duration = Duration::from_millis(200);

/// Spins for an input that begins with an `s`, and sleeps for a minute for another.
const GUEST: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (i32.store (i32.const 0) (i32.const 100))
        (i32.store (i32.const 4) (i32.const 1))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (if (i32.eq (i32.load8_u (i32.const 100)) (i32.const 0x73))
            (then (loop $again (br $again))))
        (i32.store8 (i32.const 208) (i32.const 0))
        (i32.store (i32.const 216) (i32.const 1))
        (i64.store (i32.const 224) (i64.const 60000000000))
        (drop (call $poll (i32.const 200) (i32.const 300) (i32.const 1) (i32.const 400)))))"#;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("guest.wat");
    std::fs::write(&module, GUEST).unwrap();
    let millis = TIMEOUT.as_millis();
    let mut command = Command::new(env!("CARGO_BIN_EXE_polymer"));
    command.arg("run").arg(&module).args([
        "-j",
        "1",
        "--fuel",
        "1000G",
        "--log-level",
        "off",
        "--no-confirm-timeouts",
    ]);
    command.arg("--timeout").arg(format!("{millis}ms"));
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut late = [Vec::new(), Vec::new()];
    // The first two find the module not yet compiled.
    for task in 0..TASKS + 2 {
        let kind = task % 2;
        let from = Instant::now();
        stdin.write_all([b"spin\n".as_slice(), b"wait\n"][kind]).unwrap();
        let mut record = String::new();
        stdout.read_line(&mut record).unwrap();
        assert!(record.contains(r#""verdict":"timeout""#), "{record}");
        if task >= 2 {
            late[kind].push(from.elapsed().saturating_sub(TIMEOUT));
        }
    }
    drop(stdin);
    drop(child.wait());
    println!("milliseconds after a timeout of {millis} ms at which the record was read");
    for (name, mut late) in ["spinning", "sleeping"].into_iter().zip(late) {
        late.sort();
        println!("{name:<10}{}", spread(&late));
    }
    compile();
}

/// The same for a module that takes too long to compile, from the start of the command to its end.
fn compile() {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("bomb.wat");
    let mut text = String::from("(module (func (export \"_start\")");
    for _ in 0..100_000 {
        text.push_str("(loop (br_if 0 (i32.const 0)))");
    }
    text.push_str("))");
    std::fs::write(&module, text).unwrap();
    let limit = Duration::from_secs(1);
    let from = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_polymer"));
    command.arg("run").arg(&module).args(["--compile-timeout", "1s"]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let took = from.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().last().unwrap_or_default();
    println!("compiling under a limit of {limit:?} of CPU ended after {took:?}: {last}");
}

fn spread(sorted: &[Duration]) -> String {
    let mut text = String::new();
    for (name, share) in [("min", 0.0), ("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0)] {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list of hundreds"
        )]
        let at = (share * (sorted.len() - 1) as f64).ceil() as usize;
        let _ = write!(text, " {name} {:.1}", sorted[at].as_secs_f64() * 1e3);
    }
    text
}
