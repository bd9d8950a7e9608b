//! A run's input: lines as tasks of one module, and task records. This is the reader of what stands
//! in files that polymer reads line by line; a reader of results comes with the journal.

use polymer_host::Limits;
use polymer_host_sys::paths::PathOpener;
use polymer_host_task::{
    AllowedSupplies, AllowedTerms, Grants, InputPayload, LONGEST_ID, ModuleId, ScratchGrant, Submission,
    file_path,
};
use polymer_wasm::field::Field;
use polymer_wasm::input::{InputFormat, LineFields, ModuleLines, TakeLine};
use polymer_wasm::lines::LineReader;
use polymer_wasm::taskfile::TaskLines;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

/// Bytes an input may have here.
const INPUT: u64 = 200;

fn limits() -> Limits {
    Limits::default().with_input(INPUT)
}

/// The first byte says how lines are read and into what pieces they come.
pub fn lines(data: &[u8]) {
    let Some((how, bytes)) = data.split_first() else { return };
    let none = LineFields::default();
    let field = |name: &str| name.parse::<Field>().ok();
    let (format, fields) = match how % 5 {
        0 => (InputFormat::Json, none),
        1 => (InputFormat::Json, LineFields { id: field("id"), ..none }),
        2 => (InputFormat::Text, none),
        3 => (InputFormat::File, none),
        _ => (InputFormat::Json, LineFields { id: field("id"), input: field("a.0.b"), group: None }),
    };
    let Ok(mut take) = ModuleLines::new(ModuleId(0), format, limits(), fields, PathOpener::default()) else {
        return;
    };
    submissions(bytes, usize::from(how / 5) + 1, &mut take);
}

/// The first byte says into what pieces the lines come.
pub fn tasks(data: &[u8]) {
    let Some((piece, bytes)) = data.split_first() else { return };
    let scratch = Some(ScratchGrant { bytes: 4096, guest: "/scratch".to_owned() });
    let grants = Arc::new(Grants { scratch, ..Grants::default() });
    let supplies = AllowedSupplies { args: true, env: vec!["A".to_owned()] };
    let allowed = AllowedTerms { limits: limits(), grants, supplies };
    let mut take =
        TaskLines::new(Path::new("/no-such-folder/tasks"), allowed, 1 << 16, PathOpener::default());
    submissions(bytes, usize::from(*piece) + 1, &mut take);
}

/// Reads all lines: each gives one submission at the most, in order, within what was allowed.
fn submissions(bytes: &[u8], piece: usize, take: &mut impl TakeLine) {
    let mut lines = LineReader::new(BufReader::with_capacity(piece, bytes), take.line_limit(), 0);
    let mut last = 0;
    loop {
        let taken = match lines.next_line(None) {
            Ok(Some(line)) => take.take(line),
            Ok(None) => break,
            Err(error) => panic!("memory cannot be read: {error}"),
        };
        let Some(submission) = taken.submission() else { continue };
        let (seq, id) = match &submission {
            Submission::Task(task) => {
                let input = content(&task.input);
                assert!(input as u64 <= INPUT, "{task:?}");
                if let Some(supplied) = &task.supplied {
                    let files: usize = supplied.files.iter().map(|file| file.bytes.len()).sum();
                    assert!((files + input) as u64 <= INPUT, "{task:?}");
                    assert!(supplied.files.iter().all(|file| file_path::is_normal(&file.path)), "{task:?}");
                    assert!(supplied.env.iter().all(|env| env.name == "A"), "{task:?}");
                }
                // No record turns fuel off.
                assert!(task.limits.fuel.is_some_and(|fuel| Some(fuel) <= limits().fuel));
                assert!(task.limits.memory <= limits().memory);
                assert!(task.meta.as_ref().is_none_or(|meta| !meta.contains('\n')));
                (task.seq, &task.id)
            }
            Submission::Rejected(rejection) => {
                assert!(rejection.error.message.len() < 1 << 16, "{rejection:?}");
                assert!(!rejection.error.code.is_empty(), "{rejection:?}");
                (rejection.seq, &rejection.id)
            }
        };
        assert!(seq > last && id.len() <= LONGEST_ID, "{submission:?}");
        last = seq;
    }
    let newlines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    assert!(last <= newlines + 1, "{last} lines");
}

/// Bytes that count as input: a raw line is kept with what ends it, which the worker takes off.
fn content(input: &InputPayload) -> usize {
    let line_end: &[u8] = match input {
        InputPayload::Line(line) if line.ends_with(b"\r\n") => b"\r\n",
        InputPayload::Line(line) if line.ends_with(b"\n") => b"\n",
        InputPayload::Line(_) | InputPayload::Json(_) | InputPayload::Bytes(_) => b"",
    };
    input.bytes().len() - line_end.len()
}
