//! One record as one line of JSON, in the keys and their order that `schema/record.schema.json`
//! promises.
//!
//! Runs once a task, so it borrows all it shows, builds nothing on the way and puts what is the
//! same in every record as it is. It knows nothing of where the line goes.

mod fields;
mod projection;
mod text;

use fields::{content, error, key, log, output, output_alone, put_field, seldom, started, stats};
use polymer_host_base::Digest;
use polymer_host_task::{KeptLine, Output, Record, TaskError, Verdict};
use std::time::SystemTime;
use text::RecordText;

pub use fields::REPLACES;
pub use projection::{FieldSet, ProjectionError, RecordField, RecordProjection};

/// The beginning of every line. Fields and verdicts are added without raising the version of the
/// shape, which is the number there.
const HEAD: &str = r#"{"v":1,"id":"#;

/// An output that stands in a file of its own in place of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOutput {
    /// Where.
    pub path: String,
    /// Digest of the file.
    pub sha256: Digest,
    /// Size of the file.
    pub bytes: u64,
}

/// Appends `record` as one line of JSON, newline included. `began` is the wall clock's time at the
/// run's first moment.
pub fn render(record: &Record, began: SystemTime, out: &mut Vec<u8>) {
    render_whole(record, None, began, out);
}

fn render_whole(record: &Record, stored: Option<&StoredOutput>, began: SystemTime, out: &mut Vec<u8>) {
    let mut line = RecordText(out);
    line.put(HEAD);
    line.string(&record.id);
    line.put(r#","seq":"#);
    line.number(record.seq);
    line.put(r#","verdict":""#);
    line.put(record.verdict.name());
    line.put(r#"","output":"#);
    output(record.output.as_ref(), &mut line);
    line.put(r#","error":"#);
    error(&record.error, &mut line);
    line.put(r#","attempts":"#);
    line.number(record.attempts);
    line.put(r#","worker":"#);
    line.number_or_null(record.worker);
    line.put(r#","started":"#);
    started(record, began, &mut line);
    line.put(r#","stats":"#);
    stats(&record.usage, record.queued, record.input_bytes, &mut line);
    line.put(r#","log":"#);
    log(&record.log, &mut line);
    line.put(r#","key":"#);
    key(record.key.as_ref(), &mut line);
    line.put(r#","content":"#);
    content(record.content, &mut line);
    seldom(record, stored, &mut line);
    line.put("}\n");
}

/// As [`render`], of the part that `projection` names. Nothing is appended for
/// [`RecordProjection::None`]. `stored` is where the output is, if the record does not have it.
pub fn render_part(
    record: &Record,
    stored: Option<&StoredOutput>,
    began: SystemTime,
    projection: RecordProjection,
    out: &mut Vec<u8>,
) {
    match projection {
        RecordProjection::Full => render_whole(record, stored, began, out),
        RecordProjection::None => {}
        RecordProjection::Output => {
            output_alone(record.output.as_ref(), stored, &mut RecordText(out));
            out.push(b'\n');
        }
        RecordProjection::Short | RecordProjection::Fields(_) => {
            let fields = projection.fields(record.verdict == Verdict::Ok);
            render_fields(record, stored, began, fields, out);
        }
    }
}

/// Appends some fields of a record as one line of JSON, in the order in which they stand in a whole
/// one. A field that only some records have is left out of the others, as there.
fn render_fields(
    record: &Record,
    stored: Option<&StoredOutput>,
    began: SystemTime,
    fields: FieldSet,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    for field in RecordField::ALL.into_iter().filter(|field| fields.has(*field)) {
        put_field(field, (record, stored), began, &mut RecordText(out));
    }
    // Each field begins with a comma.
    match out.get_mut(start) {
        Some(comma) => *comma = b'{',
        None => out.push(b'{'),
    }
    out.extend_from_slice(b"}\n");
}

/// Bytes that `record` takes in memory, about.
#[must_use]
pub fn held_bytes(record: &Record) -> usize {
    let error = |error: &TaskError| {
        error.message.len() + error.code.len() + error.trace.as_ref().map_or(0, String::len)
    };
    let output = record.output.as_ref().map_or(0, |output| match output {
        Output::Json(text) | Output::Text(text) => text.len(),
        Output::Bytes(bytes) => bytes.len(),
    });
    let log: usize = record.log.lines.iter().map(|line| size_of_val(line) + line.text.len()).sum();
    let history: usize = record.history.iter().map(|past| size_of_val(past) + error(&past.error)).sum();
    let names = record.id.len()
        + [&record.label, &record.module, &record.meta].into_iter().flatten().map(String::len).sum::<usize>();
    let line = KeptLine::held_bytes(record.line.as_deref());
    let files = record.files.as_ref().map_or(0, |files| files.held_bytes());
    let judge = record.judgement.as_ref().map_or(0, |judged| judged.message.len() + judged.diff.len());
    let judge = judge + record.group.as_ref().map_or(0, |group| group.len());
    size_of_val(record) + judge + line + error(&record.error) + output + files + log + history + names
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
