//! A worker's bytes: taken apart into frames, decoded, and held against limits.

use polymer_host::{Limits, Output, Verdict};
use polymer_host_protocol::FrameReader;
use polymer_host_protocol::claim;
use polymer_host_protocol::claim::{AttemptBounds, StreamAccount};
use polymer_host_protocol::frame::decode;
use polymer_host_protocol::message::{FromWorker, ToWorker};
use polymer_host_task::{AttemptEnding, AttemptId};
use std::time::Duration;

/// The longest frame that is taken.
const CAP: usize = 1 << 16;
/// The most of anything that a claim may leave behind: its bounds are 1000 entries, 256 KiB of
/// schema, 16 KiB of trace.
const ENTRIES: usize = 1000;
/// The time that the supervisor knows an attempt to have taken.
const ELAPSED: Duration = Duration::from_millis(1);

/// The first byte says into what pieces the others are cut. They are a stream of frames, and one
/// message.
pub fn frames(data: &[u8]) {
    let Some((piece, bytes)) = data.split_first() else { return };
    let mut reader = FrameReader::new(CAP);
    for piece in bytes.chunks(usize::from(*piece) + 1) {
        reader.feed(piece);
        loop {
            match reader.next_frame() {
                Ok(Some(content)) => {
                    assert!(!content.is_empty() && content.len() <= CAP, "a frame of {}", content.len());
                    message(content);
                }
                Ok(None) => break,
                // A peer that did this is dead.
                Err(_) => return message(bytes),
            }
        }
    }
    message(bytes);
}

fn message(content: &[u8]) {
    // The worker reads with the same code.
    let _name = decode::<ToWorker<'_>>(content).map(|message| message.name());
    let Ok(message) = decode::<FromWorker<'_>>(content) else { return };
    match message {
        FromWorker::Hello { confinement, .. } => {
            let told = claim::confinement(&confinement);
            assert!(told.active.len() <= ENTRIES && told.missing.len() <= ENTRIES);
        }
        FromWorker::Unconfined { layer, why } => short(&claim::unconfined(layer, why)),
        FromWorker::Refused { code, message } => short(&claim::refusal(code, message)),
        FromWorker::Compiled { imports, .. } => {
            let imports = claim::imports(imports);
            assert!(imports.len() <= ENTRIES && imports.iter().all(|import| import.len() < 5000));
        }
        FromWorker::Seen { imports, functions, .. } => {
            assert!(
                claim::imports(imports).len() <= ENTRIES
                    && claim::functions(functions, false).len() <= ENTRIES
            );
        }
        FromWorker::Ready { tasks, functions } => {
            let functions = claim::functions(functions, true);
            assert!(functions.len() <= ENTRIES);
            assert!(functions.iter().all(|function| function.name.len() < 5000));
            let Ok(tasks) = claim::tasks(tasks) else { return };
            assert!(tasks.len() <= ENTRIES);
            assert!(tasks.iter().all(|task| task.name.len() < 200 && task.wishes.len() <= ENTRIES));
        }
        FromWorker::Output(output) => {
            let mut account = StreamAccount::new(AttemptId(output.attempt), 256);
            let is_believed = account.output(&output).is_ok();
            assert!(!is_believed || (!output.bytes.is_empty() && account.stdout() <= 256));
        }
        FromWorker::BySocket | FromWorker::Wake => {}
        FromWorker::StdinCredit(credit) => {
            let mut account = StreamAccount::new(AttemptId(credit.attempt), 256);
            account.send_stdin(7).unwrap();
            assert!(account.stdin_credit(credit).is_err() || (1..=7).contains(&credit.bytes));
        }
        FromWorker::Finished(finished) => {
            let limits = Limits::default().with_fuel(1000).with_memory(1 << 20).with_output(256).with_log(64);
            let bounds = AttemptBounds {
                limits: &limits,
                elapsed: ELAPSED,
                reused: 3,
                may_be_command: true,
                streamed: None,
            };
            if let Ok((_, ending)) = claim::ending(&finished, &bounds) {
                believable(&ending, &limits);
            }
        }
    }
}

fn short(error: &polymer_host::TaskError) {
    assert!(error.code.len() < 300 && error.message.len() < 5000, "{error:?}");
    assert!(!error.code.chars().any(char::is_control), "{error:?}");
}

/// That an ending is one that an attempt under these limits can have.
fn believable(ending: &AttemptEnding, limits: &Limits) {
    short(&ending.error);
    assert!(ending.output.is_some() || ending.verdict != Verdict::Ok);
    let length = match &ending.output {
        Some(Output::Json(text) | Output::Text(text)) => text.len(),
        Some(Output::Bytes(bytes)) => bytes.len(),
        None => 0,
    };
    assert!(length as u64 <= limits.output, "an output of {length}");
    if let Some(Output::Json(text)) = &ending.output {
        assert!(!text.contains('\n') && serde_json::from_str::<serde_json::Value>(text).is_ok(), "{text:?}");
    }
    assert!(ending.usage.fuel.is_none_or(|fuel| Some(fuel) <= limits.fuel));
    assert!(ending.usage.peak_memory.is_none_or(|memory| memory <= limits.memory));
    assert!(ending.usage.wall.is_none_or(|wall| wall <= ELAPSED) && ending.usage.cpu <= ending.usage.wall);
    assert!(ending.usage.output_bytes.is_none_or(|bytes| bytes <= limits.memory) && ending.usage.reused <= 3);
    let log: usize = ending.log.lines.iter().map(|line| line.text.len() + 2).sum();
    assert!(log as u64 <= limits.log * 3 + 5, "a log of {log}");
}
