//! Every message as its bytes, held against a file: what changes a byte of them raises [`VERSION`].
//!
//! The file has the version in its first line, then a line for each variant of each type. The
//! variants come from the types themselves, so one that is added fails here until it has a sample.

use super::*;
use serde_bytes::Bytes;
use std::fs;

use super::super::{VERSION, frame::decode};

/// Set to write the file anew.
const WRITE: &str = "POLYMER_WRITE_SNAPSHOT";
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/message/snapshot.txt");

const LIMITS: WireLimits = WireLimits { fuel: 1, timeout_ns: 2, cpu_ns: 3, memory: 4, output: 5, log: 6 };

/// The names of an enum's variants, as it tells of them when it is asked for another one.
fn variants<T: Deserialize<'static>>() -> Vec<String> {
    // A text of one character.
    let error = decode::<T>(b"\xa1?").err().unwrap().to_string();
    error.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

/// A line for each sample of `T`: its type, its variant, its bytes.
fn lines<T: Serialize>(name: &str, variants: &[String], samples: &[T]) -> Vec<String> {
    let line = |sample: &T| {
        let bytes = rmp_serde::to_vec(sample).unwrap();
        // A variant with content is a map of one entry, its key is the name.
        let start = usize::from(bytes[0] == 0x81);
        let variant: &str = rmp_serde::from_slice(&bytes[start..]).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        (variant.to_owned(), format!("{name}.{variant} {hex}"))
    };
    let (sampled, lines): (Vec<String>, Vec<String>) = samples.iter().map(line).unzip();
    assert_eq!(sampled, variants, "each variant of {name} has one sample, in the order of the type");
    lines
}

fn to_worker() -> [ToWorker<'static>; 8] {
    let begin = BeginMessage {
        sandbox: "strict",
        one_module: true,
        limit_speculation: true,
        dirs: vec![true, false],
        scratch: Some(1),
        cpu_seconds: 2,
        counts_fuel: true,
        optimizes: false,
        memory: 3,
        guest_memory: 4,
        stack: 5,
        file_size: 6,
    };
    let load = LoadMessage {
        form: WireForm::Typed,
        entry: WireEntry::Function("f"),
        name: "name",
        args: vec!["arg"],
        env: vec![("variable", "value")],
        dirs: vec![("dir", true)],
        task_env: true,
        scratch: Some("scratch"),
        collect: vec!["collect"],
        reuse: 6,
        validate: true,
        output_format: Some(WireOutputFormat::Json),
        attention_ns: 7,
        ring: true,
        limits: LIMITS,
    };
    let supplied = WireSupplied {
        args: vec!["arg"],
        env: vec![("variable", "value")],
        files: vec![("path", Bytes::new(b"content"))],
    };
    let run = RunMessage {
        attempt: 8,
        task: "task",
        name: Some("name"),
        id: "id",
        number: 9,
        limits: LIMITS,
        grants: Some(WireKept { dirs: vec![(10, true)], env: vec![11], scratch: true }),
        supplied: Some(Box::new(supplied)),
        streamed: Some(WireStreaming { waits_free: true }),
        kind: WirePayload::Line,
        input: b"input",
    };
    [
        ToWorker::Begin(begin),
        ToWorker::Compile { text: true, wanted: WireWanted::Function },
        ToWorker::Load(load),
        ToWorker::Run(run),
        ToWorker::Epoch(12),
        ToWorker::Stdin(StdinMessage { attempt: 13, bytes: b"stdin" }),
        ToWorker::StdinEnd(14),
        ToWorker::OutputCredit(CreditMessage { attempt: 15, bytes: 16 }),
    ]
}

fn function() -> WireFunction {
    WireFunction { name: "f".to_owned(), signature: "func()".to_owned(), refused: Some("why".to_owned()) }
}

fn finished() -> FinishedMessage<'static> {
    let error = WireError {
        message: "message",
        code: "code",
        exit_code: Some(1),
        trace: Some("trace"),
        retryable: true,
        retry_after_ms: Some(2),
    };
    let usage = WireUsage {
        fuel: 3,
        fuel_exact: true,
        wall_ns: 4,
        cpu_ns: 5,
        peak_memory: 6,
        grow_refused: true,
        output_bytes: 7,
        reused: 8,
    };
    FinishedMessage {
        attempt: 9,
        verdict: "task_error",
        output: WireOutput::Text(b"output"),
        error: Some(Box::new(error)),
        usage,
        log: "-log\n",
        log_dropped: 10,
        files: Some(Box::new(WireCollected {
            files: vec![("path", WireContent::Bytes(b"content"))],
            left_out: 11,
        })),
        idle: true,
    }
}

fn from_worker() -> [FromWorker<'static>; 11] {
    let confinement = WireConfinement {
        active: vec![("active", "detail")],
        missing: vec![("missing", "why")],
        scans_pages: true,
        counts_threads: false,
    };
    let (form, imports, functions) = (WireForm::Component, vec!["import".to_owned()], vec![function()]);
    let task = WireTask {
        name: "name".to_owned(),
        version: "version".to_owned(),
        summary: "summary".to_owned(),
        encoding: 1,
        input_schema: Some("input".to_owned()),
        output_schema: Some("output".to_owned()),
        wishes: vec![(2, "wish".to_owned())],
    };
    [
        FromWorker::Hello { version: 12, engine: "engine", confinement },
        FromWorker::Unconfined { layer: "layer", why: "why" },
        FromWorker::Compiled { form, imports: imports.clone() },
        FromWorker::Seen { form, imports, functions: functions.clone() },
        FromWorker::Refused { code: "code", message: "message" },
        FromWorker::Ready { tasks: vec![task], functions },
        FromWorker::Finished(finished()),
        FromWorker::Output(OutputMessage { attempt: 13, channel: 1, bytes: b"output" }),
        FromWorker::StdinCredit(CreditMessage { attempt: 14, bytes: 15 }),
        FromWorker::BySocket,
        FromWorker::Wake,
    ]
}

/// Returns the lines of the choices that messages make, by names: one for each variant.
fn choices() -> Vec<String> {
    use WireForm::{CommandComponent, CommandModule, Component, Typed, TypedModule};
    let forms = [Typed, TypedModule, CommandComponent, CommandModule, Component];
    let formats = [WireOutputFormat::Text, WireOutputFormat::Json, WireOutputFormat::Base64];
    let outputs = [WireOutput::None, WireOutput::Json(b"1"), WireOutput::Text(b"2"), WireOutput::Bytes(b"3")];
    [
        lines("WireForm", &variants::<WireForm>(), &forms),
        lines(
            "WireWanted",
            &variants::<WireWanted>(),
            &[WireWanted::Task, WireWanted::Function, WireWanted::Look],
        ),
        lines(
            "WireEntry",
            &variants::<WireEntry<'_>>(),
            &[WireEntry::Task, WireEntry::Function("f"), WireEntry::Look],
        ),
        lines("WireOutputFormat", &variants::<WireOutputFormat>(), &formats),
        lines(
            "WirePayload",
            &variants::<WirePayload>(),
            &[WirePayload::Json, WirePayload::Line, WirePayload::Bytes],
        ),
        lines("WireOutput", &variants::<WireOutput<'_>>(), &outputs),
        lines(
            "WireContent",
            &variants::<WireContent<'_>>(),
            &[WireContent::Bytes(b"1"), WireContent::Dropped(2)],
        ),
    ]
    .concat()
}

#[test]
fn a_message_that_changes_raises_the_version() {
    let messages = [
        lines("ToWorker", &variants::<ToWorker<'_>>(), &to_worker()),
        lines("FromWorker", &variants::<FromWorker<'_>>(), &from_worker()),
        choices(),
    ]
    .concat();
    let now = format!("version {VERSION}\n{}\n", messages.join("\n"));
    let kept = read();
    if now == kept {
        return;
    }
    let same_version = kept.lines().next() == now.lines().next();
    let changed: Vec<&str> = now.lines().filter(|line| !kept.lines().any(|kept| kept == *line)).collect();
    assert!(
        !same_version,
        "messages are not what version {VERSION} has: raise VERSION, then set {WRITE} to write {FILE} anew (if only a sample changed, \
         remove the file instead)\n{}",
        changed.join("\n")
    );
    assert!(
        may_write(),
        "{FILE} is of another version: set {WRITE} to write it anew\n{}",
        changed.join("\n")
    );
    write(&now);
}

#[expect(clippy::disallowed_methods, reason = "a test may read a file of its sources")]
fn read() -> String {
    fs::read_to_string(FILE).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "a test may ask its environment")]
fn may_write() -> bool {
    std::env::var_os(WRITE).is_some()
}

#[expect(clippy::disallowed_methods, reason = "a test may write a file of its sources")]
fn write(text: &str) {
    fs::write(FILE, text).unwrap();
}
