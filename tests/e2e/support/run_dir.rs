//! The folder of a run, read as its user would: whole lines of its files, whoever may be writing.

use super::record::Record;
use super::{Start, TempFolder, text_of};
use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A run's folder, in one that goes away by itself.
pub(crate) struct RunDir {
    folder: TempFolder,
    path: PathBuf,
}

impl RunDir {
    /// One that is not there yet.
    pub(crate) fn new() -> Self {
        let folder = TempFolder::new();
        let path = folder.path().join("run");
        Self { folder, path }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What stands beside it: inputs, modules.
    pub(crate) fn beside(&self) -> &TempFolder {
        &self.folder
    }

    /// `polymer run` with these arguments, kept there.
    pub(crate) fn run(&self, line: &str) -> Start {
        Start::polymer(&format!("run {line} --run-dir {}", self.path.display()))
    }

    /// `polymer resume`, with these flags behind it.
    pub(crate) fn resume(&self, flags: &str) -> Start {
        Start::polymer(&format!("resume {} {flags}", self.path.display()))
    }

    /// `polymer rerun`, with these flags behind it.
    pub(crate) fn rerun(&self, flags: &str) -> Start {
        Start::polymer(&format!("rerun {} {flags}", self.path.display()))
    }

    /// Whether a run stands there.
    pub(crate) fn holds_run(&self) -> bool {
        self.path.join("run.json").exists()
    }

    /// The bytes of one of its files; none if it is not there.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        match fs::read(self.path.join(name)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => panic!("{name}: {error}"),
        }
    }

    /// The bytes of the whole lines of one of its files.
    pub(crate) fn whole(&self, name: &str) -> Vec<u8> {
        let mut bytes = self.bytes(name);
        bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1));
        bytes
    }

    /// Its records, each checked; all of them have to be whole.
    #[track_caller]
    pub(crate) fn records(&self) -> Vec<Record> {
        super::parse_all(&text_of(&self.bytes("results.jsonl")))
    }

    /// The lines of what did not end ok.
    pub(crate) fn failed(&self) -> Vec<String> {
        text_of(&self.bytes("failed.jsonl")).lines().map(str::to_owned).collect()
    }

    /// Its whole events.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Value> {
        text_of(&self.whole("events.jsonl")).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The events of one kind of a session, from 1.
    #[track_caller]
    pub(crate) fn events_of(&self, session: usize, kind: &str) -> Vec<Value> {
        let events = self.events();
        let mut sessions = events.split(|event| event["event"] == "session").skip(session);
        let events = sessions.next().unwrap_or_else(|| panic!("there is no session {session}"));
        events.iter().filter(|event| event["event"] == kind).cloned().collect()
    }

    /// `run.json` or `summary.json`.
    #[track_caller]
    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.bytes(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of all that is in it.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.path).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}
