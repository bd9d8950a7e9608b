//! The lines of a run, written into a pipe as programs get ready.
//!
//! It must never know what the run makes of them.

use super::builds::{BuiltProgram, ReadyProgram};
use super::error::FeedError;
use super::lines::{self, CaseText, CellInput, RunLimits};
use super::plan::{CellPlace, JudgePlan};
use polymer_host_problem::CaseInput;
use polymer_host_sys::regular;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What is left of the programs that are made ready: each is wanted by one run.
#[derive(Debug)]
pub(super) struct ReadyPrograms {
    coming: Receiver<ReadyProgram>,
    /// Those that came while another run waited.
    early: Vec<ReadyProgram>,
}

impl ReadyPrograms {
    pub(super) const fn new(coming: Receiver<ReadyProgram>) -> Self {
        Self { coming, early: Vec::new() }
    }

    /// No program at all.
    pub(super) fn none() -> Self {
        Self::new(std::sync::mpsc::channel().1)
    }

    /// The next one of these programs; `None` if no more are made ready. Waits.
    fn next(&mut self, wanted: &BTreeSet<usize>) -> Option<ReadyProgram> {
        if let Some(at) = self.early.iter().position(|(place, _)| wanted.contains(place)) {
            return Some(self.early.swap_remove(at));
        }
        loop {
            let ready = self.coming.recv().ok()?;
            if wanted.contains(&ready.0) {
                return Some(ready);
            }
            self.early.push(ready);
        }
    }
}

/// The writer of a run's lines, and what went wrong there.
pub(super) struct CellFeed {
    pub(super) plan: Arc<JudgePlan>,
    /// Programs of this run.
    pub(super) programs: Vec<usize>,
    pub(super) limits: RunLimits,
    /// Bytes an input may have.
    pub(super) longest_input: u64,
    /// Key of what tests that are code give back.
    pub(super) secret: [u8; 32],
}

/// Where a feed says why it ended too soon.
pub(super) type FeedFailure = Arc<Mutex<Option<FeedError>>>;

impl CellFeed {
    /// Writes the lines of the run into a pipe, on a thread of its own; returns the end that is
    /// read. The thread hands back what is left of the programs.
    ///
    /// # Errors
    /// If there is no pipe or no thread to be had.
    pub(super) fn start(
        self,
        mut ready: ReadyPrograms,
        failure: FeedFailure,
    ) -> io::Result<(File, thread::JoinHandle<ReadyPrograms>)> {
        let (reader, writer) = io::pipe()?;
        let write = move || {
            let mut writer = io::BufWriter::with_capacity(64 << 10, writer);
            if let Err(error) = self.write(&mut ready, &mut writer) {
                *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
            // Whoever waits for the end of the input finds the reason there.
            drop(writer);
            ready
        };
        let thread = thread::Builder::new().name("cells".to_owned()).spawn(write)?;
        Ok((File::from(std::os::fd::OwnedFd::from(reader)), thread))
    }

    fn write(&self, ready: &mut ReadyPrograms, out: &mut impl Write) -> Result<(), FeedError> {
        let mut left: BTreeSet<usize> = self.programs.iter().copied().collect();
        let (mut line, mut said) = (Vec::new(), BTreeMap::new());
        while !left.is_empty() {
            let Some((place, built)) = ready.next(&left) else { return Ok(()) };
            left.remove(&place);
            let built = built?;
            let Some(problem) = self.plan.problem(place) else { continue };
            let cases = match said.entry(problem.name.as_str()) {
                Entry::Occupied(cases) => cases.into_mut(),
                Entry::Vacant(unsaid) => unsaid.insert(CaseText::of_cases(problem, self.limits)?),
            };
            for (cell, case) in self.plan.cells(&[place]).zip(cases.iter()) {
                line.clear();
                let stdin = self.stdin(cell, &built)?;
                let given = CellInput { case, stdin: stdin.as_deref(), secret: &self.secret };
                lines::write(&mut line, &self.plan, cell, &built, self.limits, given)?;
                if out.write_all(&line).is_err() {
                    // The run is over: it says why.
                    return Ok(());
                }
            }
            // Its cases are there at once, while the next one is still compiled.
            if out.flush().is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The content of the case's input file, where a program takes it as a part of its own.
    fn stdin(&self, cell: CellPlace, built: &BuiltProgram) -> Result<Option<Vec<u8>>, FeedError> {
        let case = self.plan.problem(cell.program).and_then(|problem| problem.cases.get(cell.case));
        match (built, case.map(|case| &case.input)) {
            (BuiltProgram::Interpreted { .. }, Some(CaseInput::File(path))) => {
                Ok(Some(read(path, self.longest_input)?))
            }
            _ => Ok(None),
        }
    }
}

/// The content of a file, of so many bytes and one more at the most: what is too long is refused
/// by the run.
fn read(path: &Path, longest: u64) -> Result<Vec<u8>, SystemError> {
    let unread = |error| SystemError::new(SystemOperation::Read, path, error);
    let file = File::open(path).and_then(|file| Ok(regular::stored(file)?)).map_err(unread)?;
    let mut bytes = Vec::new();
    file.take(longest.saturating_add(1)).read_to_end(&mut bytes).map_err(unread)?;
    Ok(bytes)
}
