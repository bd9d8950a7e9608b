//! Reads records of the folder again, each at its place, for what is judged anew.
//!
//! The places are those of the file that was open when the session began: it is only appended to as
//! long as that goes on, and who puts another file in its place leaves this one as it was. It must
//! never know which records are wanted, or why.

use super::kept_ending::KeptRecord;
use polymer_host_task::{KeptEnding, TaskContent, TaskKey};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Bytes that are read at once: most records are shorter.
const CHUNK: usize = 8 << 10;

/// Records that stood in a file when it was opened.
#[derive(Debug)]
pub struct KeptRecords(File);

impl KeptRecords {
    /// Opens the file of records.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn open(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self)
    }

    /// Returns the ending that the record of this key and content tells of, which begins at this
    /// place. Nothing, if it does not tell it exactly, cannot be read, or is another one: then its
    /// task is run again.
    #[must_use]
    pub fn ending(&self, at: u64, key: TaskKey, content: Option<TaskContent>) -> Option<KeptEnding> {
        let record = KeptRecord::read(&self.line(at).ok()?)?;
        ((record.key, record.content) == (key, content)).then_some(record.ending)
    }

    /// Reads a line, without its newline.
    fn line(&self, mut at: u64) -> io::Result<Vec<u8>> {
        let (mut line, mut chunk) = (Vec::new(), vec![0; CHUNK]);
        loop {
            let read = match self.0.read_at(&mut chunk, at) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let read = chunk.get(..read).unwrap_or_default();
            if let Some(end) = read.iter().position(|byte| *byte == b'\n') {
                line.extend_from_slice(read.get(..end).unwrap_or_default());
                return Ok(line);
            }
            line.extend_from_slice(read);
            at = at.saturating_add(u64::try_from(read.len()).unwrap_or(u64::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::record::render;
    use crate::results::{self, IdNaming};
    use polymer_host_event::samples;
    use polymer_host_task::{
        AttemptEnding, Expectation, InputPayload, Output, Record, TaskError, TaskExecution, Verdict,
    };
    use std::time::SystemTime;

    fn record(id: &str, output: &str) -> Record {
        let ending = AttemptEnding::without_guest(Verdict::Ok, TaskError::default());
        let judgement = Expectation::default().judged(ending, None).judgement;
        Record {
            key: Some(TaskKey::of_id(id)),
            output: Some(Output::Text(output.to_owned())),
            judgement,
            execution: Some(TaskExecution::of(&[1; 32], None, b"", &InputPayload::Bytes(Vec::new()))),
            ..samples::ok()
        }
    }

    #[test]
    fn each_record_is_read_at_its_place_also_once_another_file_took_that_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.jsonl");
        let long = "x".repeat(3 * CHUNK);
        let (mut file, mut places) = (Vec::new(), Vec::new());
        for (id, output) in [("a", "short"), ("b", long.as_str()), ("c", "")] {
            places.push((file.len() as u64, TaskKey::of_id(id), output));
            render(&record(id, output), SystemTime::UNIX_EPOCH, &mut file);
        }
        std::fs::write(&path, &file).unwrap();
        let scanned = results::scan(&file[..], &path, IdNaming::Other).unwrap();
        assert_eq!((scanned.done.keys(), scanned.done.judged()), (3, 3));
        let records = KeptRecords::open(&path).unwrap();
        let content = samples::ok().content;
        std::fs::write(folder.path().join("new"), "other\n").unwrap();
        std::fs::rename(folder.path().join("new"), &path).unwrap();
        for (at, key, output) in &places {
            let kept = records.ending(*at, *key, content).unwrap();
            assert_eq!(kept.ending().unwrap().output, Some(Output::Text((*output).to_owned())));
            assert!(records.ending(*at, TaskKey::of_id("d"), content).is_none(), "it is another's");
            assert!(records.ending(*at, *key, None).is_none(), "it asked something else");
            assert!(records.ending(*at + 1, *key, content).is_none());
        }
        assert!(records.ending(file.len() as u64, places[0].1, content).is_none());
        std::fs::write(&path, "{\"key\"").unwrap();
        assert!(KeptRecords::open(&path).unwrap().ending(0, places[0].1, content).is_none(), "it has no end");
    }
}
