//! `run.json`: what a run is, so that it can be gone on with, and so that its figures can be
//! compared with another's.
//!
//! It must never decide whether two runs are alike: it says what differs.

use super::dir::{DirError, RUN, RunDir};
use polymer_host_base::Confinement;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::AllLimits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// The version of the file. Fields are added without raising it.
const VERSION: u32 = 1;

/// Why `run.json` is of no use.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// It cannot be read.
    #[error("{0}")]
    Read(#[source] SystemError),
    /// It is not what a run writes.
    #[error("{} is damaged: {source}", path.display())]
    Damaged {
        /// Where it is.
        path: PathBuf,
        /// Flaw in it.
        source: serde_json::Error,
    },
    /// It has a version that this polymer does not know.
    #[error("{} has version {version}, this polymer reads {VERSION}", path.display())]
    Version {
        /// Where it is.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
}

/// Manifest of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunManifest {
    /// The version of this file.
    pub v: u32,
    /// The polymer that began it.
    pub polymer: String,
    /// The engine of its workers and what its fuel counts, as they say; null until the first of
    /// them is up.
    pub engine: Option<String>,
    /// The machine.
    pub host: HostMachine,
    /// Where it was started: relative paths start there.
    pub folder: PathBuf,
    /// Its settings, by the names of flags.
    pub settings: BTreeMap<String, Vec<String>>,
    /// Its modules, by the names that it calls them, as they were when they were named first.
    pub modules: BTreeMap<String, String>,
    /// Those of them that were built anew since, after which what they ran was run again, as they
    /// were then.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rebuilt: BTreeMap<String, String>,
    /// Files of those that are known to hold the same as long as they are in the same state.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub module_files: BTreeMap<String, ModuleFileFacts>,
    /// Limits of each task.
    pub limits: LimitFacts,
    /// Grants of each task, as the flags that give them.
    pub grants: Vec<String>,
    /// Jail of workers; null until the first of them is up.
    pub jail: Option<JailFacts>,
    /// Its input.
    pub input: InputFacts,
    /// Which lines of that are its own; all, if it is none of several partitions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<PartitionFacts>,
    /// The partitions that it was merged of, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<MergedFacts>,
    /// Its sessions: each start, and how it ended.
    pub sessions: Vec<ManifestSession>,
}

/// The file of a module when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleFileFacts {
    /// Which file it was, and its state: numbers of this machine.
    pub state: String,
    /// The SHA-256 of what it held.
    pub sha256: String,
}

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostMachine {
    /// Its name.
    pub name: String,
    /// Its kernel's name, release and architecture.
    pub system: String,
    /// Cores that polymer may use.
    pub cores: u32,
}

/// Limits in units that programs read: bytes, seconds, units of fuel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LimitFacts {
    /// Units of fuel; null if the run counts none.
    pub fuel: Option<u64>,
    /// Seconds.
    pub timeout_s: f64,
    /// Seconds of CPU time, where that has a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_s: Option<f64>,
    /// Bytes of linear memory.
    pub memory: u64,
    /// Bytes of an input.
    pub input: u64,
    /// Bytes of an output.
    pub output: u64,
    /// Bytes of a log.
    pub log: u64,
}

/// A jail's layers by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JailFacts {
    /// Those that stand.
    pub active: Vec<String>,
    /// Those that this machine does not give.
    pub missing: Vec<String>,
}

/// Input of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFacts {
    /// The file, from the root on, or the URL, without its query; null for standard input.
    pub path: Option<PathBuf>,
    /// The SHA-256 of all that was read of it, once it was read to its end.
    pub sha256: Option<String>,
    /// Its bytes, once it was read to its end.
    pub bytes: Option<u64>,
    /// The object that it is, if it stands on a server: as it was when it was read last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<InputObjectFacts>,
    /// A zero ends its lines, and those of `failed.jsonl`, instead of a newline.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub null: bool,
}

/// An object on a server. One whose facts are others is another object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputObjectFacts {
    /// Its bytes, as they are stored.
    pub bytes: u64,
    /// Its entity tag; null if its server gives none.
    pub etag: Option<String>,
    /// When it was changed, in UTC, to the second; null if its server does not say.
    pub changed: Option<String>,
}

/// Partition of the input that a run takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionFacts {
    /// Rule that says whose a line is: `hash`.
    pub by: String,
    /// Its number, from 1.
    pub k: u32,
    /// Number of partitions.
    pub of: u32,
    /// Number of lines that are others', once the input was read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_lines: Option<u64>,
}

/// Partitions that a run was merged of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedFacts {
    /// Rule that says whose a line is: `hash`.
    pub by: String,
    /// Number of partitions.
    pub of: u32,
    /// Those whose records are there, by their numbers.
    pub parts: Vec<MergedPart>,
    /// True if lines were run here since then, so that those of a partition that is not there may
    /// have records.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resumed: bool,
}

/// A partition whose records are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedPart {
    /// Its number, from 1.
    pub k: u32,
    /// The folder that its records came from.
    pub folder: PathBuf,
    /// The machine that began it.
    pub host: HostMachine,
    /// The polymer that began it.
    pub polymer: String,
    /// The engine of its workers, if one was up.
    pub engine: Option<String>,
}

impl MergedFacts {
    /// Returns the partitions that are not there, as ranges of numbers.
    pub fn missing(&self) -> impl Iterator<Item = RangeInclusive<u32>> + '_ {
        let ends = self.parts.iter().map(|part| Some(part.k)).chain([None]);
        ends.scan(Some(1_u32), |next, end| {
            // After the highest number there is none.
            let first = (*next)?;
            *next = end.and_then(|k| k.checked_add(1));
            let last = end.map_or(self.of, |k| k.saturating_sub(1));
            Some((first <= last).then_some(first..=last))
        })
        .flatten()
    }

    /// Returns whether every partition is there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.missing().next().is_none()
    }
}

/// Returns the line terminator of `failed.jsonl` in a run's folder: that of the run's input.
pub(super) fn line_end(dir: &Path) -> u8 {
    // Where it cannot be read, whoever opens the folder says so.
    let is_null = RunManifest::read(dir).is_ok_and(|facts| facts.input.null);
    if is_null { b'\0' } else { b'\n' }
}

/// One supervisor's part of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestSession {
    /// When it began, in UTC.
    pub started: String,
    /// When it ended; null if it was lost, or goes on.
    pub ended: Option<String>,
    /// True if every line then had a record.
    pub complete: bool,
    /// Why it ended before that, if it did; else empty.
    pub halt: String,
    /// True if it read the input: a session that only runs again what failed does not.
    #[serde(default = "is_usual")]
    pub reads_input: bool,
}

const fn is_usual() -> bool {
    true
}

impl RunManifest {
    /// Those of a run over these settings, before its first session.
    #[must_use]
    pub fn new(
        folder: PathBuf,
        settings: BTreeMap<String, Vec<String>>,
        limits: LimitFacts,
        host: HostMachine,
    ) -> Self {
        Self {
            v: VERSION,
            polymer: env!("CARGO_PKG_VERSION").to_owned(),
            engine: None,
            host,
            folder,
            settings,
            modules: BTreeMap::new(),
            rebuilt: BTreeMap::new(),
            module_files: BTreeMap::new(),
            limits,
            grants: Vec::new(),
            jail: None,
            input: InputFacts::default(),
            partition: None,
            merged: None,
            sessions: Vec::new(),
        }
    }

    /// Reads those of the run in `dir`.
    ///
    /// # Errors
    /// If they cannot be read or are none.
    pub fn read(dir: &Path) -> Result<Self, FactsError> {
        let path = dir.join(RUN);
        let content = match std::fs::read(&path) {
            Ok(content) => content,
            Err(source) => {
                return Err(FactsError::Read(SystemError::new(SystemOperation::Read, path, source)));
            }
        };
        #[derive(Deserialize)]
        struct ManifestVersion {
            v: u32,
        }
        // Where it was cut short is its own last line, not the one behind its newline.
        let content = content.trim_ascii_end();
        match serde_json::from_slice::<ManifestVersion>(content) {
            Ok(ManifestVersion { v }) if v != VERSION => {
                return Err(FactsError::Version { path, version: v });
            }
            Ok(_) => {}
            Err(source) => return Err(FactsError::Damaged { path, source }),
        }
        serde_json::from_slice(content).map_err(|source| FactsError::Damaged { path, source })
    }

    /// Says what a module is since it was built anew; nothing, if it is what it was when it was
    /// named first.
    pub fn set_rebuilt(&mut self, name: &str, digest: Option<String>) {
        match digest {
            Some(digest) => drop(self.rebuilt.insert(name.to_owned(), digest)),
            None => drop(self.rebuilt.remove(name)),
        }
    }

    /// Writes them.
    ///
    /// # Errors
    /// If that cannot be; what stood there still does.
    pub fn write(&self, dir: &RunDir) -> Result<(), DirError> {
        let text = self.text().map_err(SystemError::on(SystemOperation::Write, dir.path().join(RUN)));
        dir.replace(RUN, text.map_err(DirError::System)?.as_bytes())
    }

    /// The content of the file.
    pub(super) fn text(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Returns whether the last session that read the input ended with a record for every line.
    /// Reruns since then do not need the input, however often they are interrupted.
    #[must_use]
    pub fn input_is_done(&self) -> bool {
        self.sessions.iter().rfind(|session| session.reads_input).is_some_and(|session| session.complete)
    }

    /// The settings among `names` that are others in `now`, each as its name, what it was and what
    /// it is.
    #[must_use]
    pub fn changed<'a>(
        &self,
        now: &BTreeMap<String, Vec<String>>,
        names: &[&'a str],
    ) -> Vec<(&'a str, String, String)> {
        let shown = |settings: &BTreeMap<String, Vec<String>>, name: &str| {
            settings.get(name).map_or_else(|| "nothing".to_owned(), |values| values.join(", "))
        };
        // A switch that an earlier polymer did not have was off.
        let set = |settings: &BTreeMap<String, Vec<String>>, name: &str| {
            settings.get(name).filter(|values| **values != ["false"]).cloned()
        };
        let differs = |name: &&&str| set(&self.settings, name) != set(now, name);
        names
            .iter()
            .filter(differs)
            .map(|name| (*name, shown(&self.settings, name), shown(now, name)))
            .collect()
    }
}

impl From<&polymer_host_task::Limits> for LimitFacts {
    fn from(limits: &polymer_host_task::Limits) -> Self {
        let AllLimits { fuel, timeout, cpu, memory, input, output, log } = (*limits).into();
        let (timeout_s, cpu_s) = (timeout.as_secs_f64(), cpu.map(|cpu| cpu.as_secs_f64()));
        Self { fuel, timeout_s, cpu_s, memory, input, output, log }
    }
}

impl From<&Confinement> for JailFacts {
    fn from(jail: &Confinement) -> Self {
        Self {
            active: jail.active.iter().map(|active| active.layer.to_string()).collect(),
            missing: jail.missing.iter().map(|missing| missing.layer.to_string()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> RunManifest {
        let settings = [("fuel", vec!["30G"]), ("dir", vec!["a", "b"])];
        let settings = settings.map(|(name, values)| {
            (name.to_owned(), values.into_iter().map(str::to_owned).collect::<Vec<_>>())
        });
        let host = HostMachine { name: "host".to_owned(), system: "Linux".to_owned(), cores: 2 };
        RunManifest::new(
            "/home".into(),
            settings.into(),
            (&polymer_host_task::Limits::default()).into(),
            host,
        )
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let dir = RunDir::create(&folder.path().join("run")).unwrap();
        let mut facts = facts();
        assert!(!facts.input_is_done());
        facts.partition = Some(PartitionFacts { by: "hash".to_owned(), k: 3, of: 20, other_lines: None });
        let session = ManifestSession {
            started: "2026-11-22T14:00:00Z".to_owned(),
            ended: None,
            complete: true,
            halt: String::new(),
            reads_input: true,
        };
        facts.sessions.push(session.clone());
        facts.write(&dir).unwrap();
        let read = RunManifest::read(dir.path()).unwrap();
        assert_eq!(read, facts);
        assert!(read.input_is_done());
        facts.sessions.push(ManifestSession { complete: false, reads_input: false, ..session.clone() });
        assert!(facts.input_is_done());
        facts.sessions.push(ManifestSession { complete: false, ..session });
        assert!(!facts.input_is_done());
    }

    #[test]
    fn partitions_that_are_not_there_are_told_as_ranges() {
        let missing = |of: u32, there: &[u32]| {
            let host = HostMachine { name: "host".to_owned(), system: "Linux".to_owned(), cores: 2 };
            let part = |k: &u32| MergedPart {
                k: *k,
                folder: "/d".into(),
                host: host.clone(),
                polymer: "0.1.0".to_owned(),
                engine: None,
            };
            let parts = there.iter().map(part).collect();
            let facts = MergedFacts { by: "hash".to_owned(), of, parts, resumed: false };
            let missing: Vec<_> = facts.missing().map(|range| (*range.start(), *range.end())).collect();
            assert_eq!(facts.is_whole(), missing.is_empty());
            missing
        };
        assert_eq!(missing(4, &[]), [(1, 4)]);
        assert_eq!(missing(4, &[1]), [(2, 4)]);
        assert_eq!(missing(9, &[2, 3, 7]), [(1, 1), (4, 6), (8, 9)]);
        assert_eq!(missing(3, &[1, 2, 3]), []);
        assert_eq!(missing(1, &[1]), []);
        assert_eq!(missing(u32::MAX, &[u32::MAX]), [(1, u32::MAX - 1)]);
        assert_eq!(missing(u32::MAX, &[1, u32::MAX - 1]), [(2, u32::MAX - 2), (u32::MAX, u32::MAX)]);
    }

    #[test]
    fn what_is_no_run_is_refused_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(RUN);
        let error = || RunManifest::read(folder.path()).unwrap_err().to_string();
        assert!(error().starts_with(&format!("cannot read {}", path.display())));
        for text in ["", "{", "{}", r#"{"v":1}"#] {
            std::fs::write(&path, text).unwrap();
            assert!(error().contains("is damaged: "), "{}", error());
        }
        for version in [0, 2] {
            std::fs::write(&path, format!(r#"{{"v":{version}}}"#)).unwrap();
            assert!(error().ends_with(&format!("has version {version}, this polymer reads 1")));
        }
    }

    #[test]
    fn what_differs_is_said() {
        let facts = facts();
        let mut now = facts.settings.clone();
        assert!(facts.changed(&now, &["fuel", "dir", "none"]).is_empty());
        now.insert("fuel".to_owned(), vec!["1G".to_owned()]);
        now.remove("dir");
        now.insert("env".to_owned(), vec!["A".to_owned()]);
        let text = |was: &str, is: &str| (was.to_owned(), is.to_owned());
        let changed = facts.changed(&now, &["fuel", "dir", "env"]);
        let expected =
            [("fuel", text("30G", "1G")), ("dir", text("a, b", "nothing")), ("env", text("nothing", "A"))];
        assert_eq!(changed, expected.map(|(name, (was, is))| (name, was, is)));
    }
}
