//! What is told of a task, made of a guest's strings: a record is one line of JSON as its schema
//! says, and nothing that is shown moves a cursor.

use polymer_host::{Log, Output, TaskError, Usage, Verdict};
use polymer_host_base::{json, sanitize};
use polymer_host_journal::kept_ending::KeptRecord;
use polymer_host_journal::output::record;
use polymer_host_task::{
    CollectedContent, CollectedEntry, CollectedFiles, EarlierStart, Judgement, LogLevel, LogLine,
    PastAttempt, Points, Record, TaskContent, TaskExecution, TaskId, TaskKey,
};
use std::time::{Duration, SystemTime};

/// Strings and numbers out of bytes; at their end nothing but empty ones.
struct Source<'a>(&'a [u8]);

impl Source<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> u64 {
        let bytes = std::array::from_fn(|_| self.byte());
        // Small ones as often as large ones.
        u64::from_le_bytes(bytes) >> (self.byte() & 63)
    }

    fn text(&mut self) -> String {
        let length = usize::from(self.byte()).min(self.0.len());
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    fn maybe<T>(&mut self, get: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.byte() & 1 == 1).then(|| get(self))
    }

    fn span(&mut self) -> Duration {
        Duration::from_nanos(self.number())
    }

    fn error(&mut self) -> TaskError {
        let mut error = TaskError::new(self.text(), self.text());
        error.exit_code = self.maybe(Self::byte).map(u32::from);
        error.trace = self.maybe(Self::text);
        error
    }

    fn usage(&mut self) -> Usage {
        Usage {
            fuel: self.maybe(Self::number),
            fuel_exact: self.byte() & 1 == 1,
            wall: self.maybe(Self::span),
            cpu: self.maybe(Self::span),
            peak_memory: self.maybe(Self::number),
            output_bytes: self.maybe(Self::number),
            ..Usage::default()
        }
    }

    fn verdict(&mut self) -> Verdict {
        let all: Vec<_> = Verdict::ALL.into_iter().collect();
        all.get(usize::from(self.byte()) % all.len()).copied().unwrap_or(Verdict::Ok)
    }

    fn output(&mut self) -> Output {
        let text = self.text();
        match self.byte() % 3 {
            0 => Output::Bytes(text.into_bytes()),
            // JSON is checked where it comes in.
            1 => json::compact(text.as_bytes()).map_or(Output::Text(text), Output::Json),
            _ => Output::Text(text),
        }
    }

    fn files(&mut self) -> CollectedFiles {
        let content = |source: &mut Self| match source.byte() % 3 {
            0 => CollectedContent::Dropped(source.number()),
            1 => CollectedContent::Bytes(source.text().into_bytes()),
            _ => CollectedContent::Text(source.text()),
        };
        let files =
            (0..self.byte() % 4).map(|_| CollectedEntry { path: self.text(), content: content(self) });
        CollectedFiles { files: files.collect(), left_out: self.number() }
    }

    fn judgement(&mut self) -> Judgement {
        let accepted = self.byte().is_multiple_of(2);
        let points =
            |source: &mut Self| source.maybe(Self::byte).and_then(|half| Points::new(f64::from(half) / 2.0));
        Judgement {
            accepted,
            points: points(self),
            max_points: points(self),
            message: self.text(),
            diff: self.text(),
            ended: self.maybe(|source| (source.verdict(), source.error())),
            checker: self.maybe(Self::usage).map(Box::new),
            interactor: self.maybe(Self::usage).map(Box::new),
        }
    }

    fn log(&mut self) -> Log {
        let level = |byte: u8| [None, Some(LogLevel::Debug), Some(LogLevel::Error)][usize::from(byte % 3)];
        let lines = (0..self.byte() % 4).map(|_| LogLine { level: level(self.byte()), text: self.text() });
        Log { lines: lines.collect(), dropped_bytes: self.number() }
    }

    fn past(&mut self, attempt: u32) -> PastAttempt {
        let (verdict, error) = (self.verdict(), self.error());
        let worker = self.maybe(Self::byte).map(|slot| u32::from(slot) + 1);
        PastAttempt { attempt, verdict, error, worker, usage: self.usage() }
    }

    fn record(&mut self) -> Record {
        let verdict = self.verdict();
        let history: Vec<_> = (1..=u32::from(self.byte() % 3)).map(|attempt| self.past(attempt)).collect();
        Record {
            task: TaskId(self.number()),
            seq: self.number().max(1),
            id: self.text(),
            label: self.maybe(Self::text),
            module: self.maybe(Self::text),
            verdict,
            output: (verdict == Verdict::Ok).then(|| self.output()),
            error: self.error(),
            attempts: u32::from(self.byte()),
            worker: self.maybe(Self::byte).map(|slot| u32::from(slot) + 1),
            started: self.maybe(Self::span),
            earlier: self.maybe(|source| EarlierStart(source.maybe(Self::span))),
            queued: self.maybe(Self::span),
            usage: self.usage(),
            input_bytes: self.number(),
            log: self.log(),
            files: self.maybe(Self::files).map(Box::new),
            group: self.maybe(Self::text).map(Into::into),
            judgement: self.maybe(Self::judgement).map(Box::new),
            history,
            meta: self.maybe(Self::text).and_then(|meta| json::compact(meta.as_bytes()).ok()),
            trace: None,
            key: self.maybe(Self::text).map(|id| TaskKey::of_id(&id)),
            content: self.maybe(Self::text).map(|text| TaskContent::of(&[0; 32], None, b"", text.as_bytes())),
            execution: self
                .maybe(Self::text)
                .map(|text| TaskExecution::of_content(TaskContent::of(&[0; 32], None, b"", text.as_bytes()))),
            replaces: None,
            line: None,
        }
    }
}

/// A record of these bytes.
pub fn records(data: &[u8]) {
    let mut source = Source(data);
    let began = SystemTime::UNIX_EPOCH.checked_add(source.span()).unwrap_or(SystemTime::UNIX_EPOCH);
    let record = source.record();
    let mut line = b"before\n".to_vec();
    record::render(&record, began, &mut line);
    let text = std::str::from_utf8(&line).ok().and_then(|text| text.strip_prefix("before\n"));
    let Some(text) = text.and_then(|text| text.strip_suffix('\n')) else { panic!("not a line: {line:?}") };
    // JSON itself lets the controls behind ASCII's first 32 stand as they are.
    assert!(!text.chars().any(|c| c < ' '), "{text:?}");
    check_schema(text);
    // Whether its ending is told exactly or not, it is read without harm.
    drop(KeptRecord::read(text.as_bytes()));
    shown(&record);
}

include!("../../../host/crates/journal/schema/closed.rs");

fn check_schema(line: &str) {
    use boon::{Compiler, SchemaIndex, Schemas};
    thread_local! {
        static SCHEMA: (Schemas, SchemaIndex) = {
            let text = include_str!("../../../host/crates/journal/schema/record.schema.json");
            let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
            let index = serde_json::from_str(text)
                .ok()
                .and_then(|schema| compiler.add_resource("record.json", closed(&schema)).ok())
                .and_then(|()| compiler.compile("record.json", &mut schemas).ok());
            let Some(index) = index else { panic!("the schema of records is none") };
            (schemas, index)
        };
    }
    let Ok(value) = serde_json::from_str(line) else { panic!("no JSON: {line}") };
    SCHEMA.with(|(schemas, index)| {
        if let Err(error) = schemas.validate(&value, *index) {
            panic!("{error} in {line}");
        }
    });
}

/// That nothing a guest wrote does more on a terminal than stand there.
fn shown(record: &Record) {
    let moves = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
    let faults = record.history.iter().map(|past| &past.error).chain([&record.error]);
    let texts = faults.flat_map(|error| [Some(&error.message), Some(&error.code), error.trace.as_ref()]);
    let logged = record.log.lines.iter().map(|line| &line.text);
    let names = [Some(&record.id), record.label.as_ref(), record.module.as_ref()];
    for text in texts.chain(names).flatten().chain(logged) {
        let safe = sanitize::printable(text);
        assert!(!safe.chars().any(|c| moves(c) && !matches!(c, '\n' | '\t')), "{safe:?}");
        assert!(!sanitize::name(text).chars().any(moves), "{text:?}");
        let block = sanitize::indented(text, "  | ");
        assert!(block.split('\n').skip(1).all(|line| line.starts_with("  | ")), "{block:?}");
    }
    assert!(!sanitize::named(&record.id, record.label.as_deref()).chars().any(moves));
}
