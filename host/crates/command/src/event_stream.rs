//! `--events`: what happens in a run, as lines for a program that watches it.
//!
//! Lines are gathered on the supervisor's thread and written by another one. It must never wait for
//! who reads them: what is too much is left out, and told.

use super::args::{DescriptorFlag, EventsFlag};
use super::error::{CliError, threads};
use super::files::CommandFiles;
use polymer_host_base::sanitize::printable;
use polymer_host_event::{Halt, RunEvent, RunOutcome};
use polymer_host_journal::event_log::stream::{EventStream, left_out};
use polymer_host_journal::output::out::{AppendedFile, InTurn};
use polymer_host_report::Screen;
use polymer_host_report::group_sums::GroupTable;
use polymer_host_sys::inherited::inherited;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::Moment;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Bytes of lines from which on they are handed over though more come.
const ENOUGH: usize = 64 << 10;

/// Where events are to go, before anything is opened for the run.
#[derive(Debug)]
pub(super) enum EventsTarget {
    /// A descriptor, and what the flag calls it.
    Descriptor(File, String),
    /// The file at a path.
    File(PathBuf),
}

impl EventsTarget {
    /// What this flag names. To be called before this process opens anything: a number that nobody
    /// gave it might be taken for the one that is meant.
    ///
    /// # Errors
    /// If the descriptor is not open.
    pub(super) fn of(flag: &EventsFlag) -> Result<Self, CliError> {
        match flag {
            EventsFlag::File(path) => Ok(Self::File(path.clone())),
            EventsFlag::Descriptor(DescriptorFlag(number)) => {
                let called = format!("fd:{number}");
                let refused = |error| SystemError::new(SystemOperation::WriteEvents, called.clone(), error);
                let descriptor = inherited(*number).map_err(|error| CliError::OpenEvents(refused(error)))?;
                Ok(Self::Descriptor(File::from(descriptor), called))
            }
        }
    }

    /// Opens it among the files of the run. `replaces` says that what stands in a file goes, and
    /// `may_be_named` that a line of the input may name the file. `people` hear of the first error.
    ///
    /// # Errors
    /// If it cannot be written, or is another file of the run.
    pub(super) fn open(
        self,
        files: &mut CommandFiles,
        (replaces, may_be_named): (bool, bool),
        people: &Screen,
    ) -> Result<EventsOutput, CliError> {
        let (out, called, file): (Box<dyn Write + Send>, _, _) = match self {
            Self::Descriptor(out, called) => {
                files.take_events(Path::new(&called), &out)?;
                (Box::new(out), called, None)
            }
            Self::File(path) => {
                let file = files.open_events(&path, replaces, may_be_named)?;
                (Box::new(InTurn(file.clone())), path.display().to_string(), Some(file))
            }
        };
        let (name, people) = (printable(&called).into_owned(), people.clone());
        let tell = move |error: &io::Error| {
            people
                .write(format!("warn: events cannot be written to {name}, so lines are missing: {error}\n"));
        };
        let lines = Screen::for_program(out, tell, left_out).map_err(threads("that write events"))?;
        Ok(EventsOutput { lines, file })
    }
}

/// Where events go, opened.
pub(super) struct EventsOutput {
    lines: Screen,
    /// The file, if it is one.
    pub(super) file: Option<AppendedFile>,
}

/// The events of a run on their way out.
pub(super) struct RunEvents {
    stream: EventStream,
    lines: Screen,
}

impl RunEvents {
    /// Those of the session of this number, from 1, which begins now.
    pub(super) fn begin(output: EventsOutput, session: usize) -> Self {
        let session = u32::try_from(session).unwrap_or(u32::MAX);
        Self { stream: EventStream::begin(session, SystemTime::now()), lines: output.lines }
    }

    /// Takes what happened.
    pub(super) fn on(&mut self, at: Moment, event: &RunEvent) {
        self.stream.on(at, event);
        if self.stream.gathered() >= ENOUGH {
            self.hand_over();
        }
    }

    /// Hands over what was gathered.
    pub(super) fn hand_over(&mut self) {
        if self.stream.gathered() > 0 {
            let gathered = self.stream.take();
            self.lines.write_messages(gathered.text, gathered.lines);
        }
    }

    /// Takes the end of the run, in which groups had these sums.
    pub(super) fn end(&mut self, at: Moment, outcome: &RunOutcome, groups: &GroupTable) {
        self.stream.groups(at, groups);
        let halt = outcome.halt.as_ref().map(Halt::reason).unwrap_or_default();
        self.stream.end(at, outcome.complete, &halt);
        self.hand_over();
    }

    /// Waits until all is written.
    pub(super) fn finish(&self) {
        self.lines.flush();
    }
}
