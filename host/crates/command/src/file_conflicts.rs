//! Which files of a command may be one file: a table of what each flag reads and writes, and of the
//! pairs that may share a file.
//!
//! Two files share only if the table says so. Files are known by device and inode; it must never
//! open one.

use polymer_host_sys::file_id::{FileId, HeldFile};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// Role of a file for the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileRole {
    /// Read as the run goes on: lines, task records or cases.
    Input,
    /// Read before the first task: what tasks run.
    Module,
    /// Read before anything else: profiles.
    Config,
    /// Read before the first task: records of an earlier run.
    SkipDone,
    /// Read as the run goes on: what tasks are expected to give.
    Expectation,
    /// Read before the first task: what says whether tasks are right.
    Checker,
    /// Written: records, an export, or a profile at the end.
    Output,
    /// Written: the log.
    Log,
    /// Written: events.
    Events,
    /// Written: metrics, by replacing the file.
    Metrics,
    /// Written: traces.
    Traces,
    /// Written: standard output.
    Stdout,
    /// Written: standard error.
    Stderr,
    /// Written and read: a file of the run's own in its folder.
    RunFile,
}

impl FileRole {
    /// Returns whether the command writes to it.
    pub(super) const fn is_written(self) -> bool {
        match self {
            Self::Input
            | Self::Module
            | Self::Config
            | Self::SkipDone
            | Self::Expectation
            | Self::Checker => false,
            Self::Output
            | Self::Log
            | Self::Events
            | Self::Metrics
            | Self::Traces
            | Self::Stdout
            | Self::Stderr
            | Self::RunFile => true,
        }
    }

    /// Returns whether no task may change it: what is written to it, or judged by it, is not
    /// theirs.
    pub(super) const fn is_out_of_reach(self) -> bool {
        self.is_written() || matches!(self, Self::Expectation | Self::Checker)
    }
}

/// Returns whether two files of the command may be one file. `appends` says that records are added
/// to what the file of records has.
const fn may_share(one: FileRole, other: FileRole, appends: bool) -> bool {
    match (one, other) {
        // What is not written is read as often as anybody likes.
        _ if !one.is_written() && !other.is_written() => true,
        // Each appends whole lines, so `> all.log 2>&1` works.
        (
            FileRole::Stdout | FileRole::Stderr | FileRole::Log,
            FileRole::Stdout | FileRole::Stderr | FileRole::Log,
        ) => true,
        // They were read to their end before the first record comes behind them.
        (FileRole::Output, FileRole::SkipDone) | (FileRole::SkipDone, FileRole::Output) => appends,
        _ => false,
    }
}

/// An open regular file of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpenFile {
    pub(super) role: FileRole,
    /// As it was asked for, such as `--output records.jsonl`.
    pub(super) called: String,
    pub(super) file: HeldFile,
    /// The folder in which it stands and its name there, if it has one.
    pub(super) place: Option<(FileId, OsString)>,
}

/// A folder for files of the command's own.
#[derive(Debug, Clone)]
pub(super) struct OwnFolder {
    pub(super) id: FileId,
    /// Such as `the cache /home/me/.cache/polymer`.
    pub(super) called: String,
    /// Tells whether a file of this name is its own.
    pub(super) owns: fn(&str) -> bool,
}

/// Two files that would be one, or a file where none may be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileConflict {
    /// A file would be read and written.
    #[error("{written} is the same file as {read}: writing it would destroy what is read")]
    Read {
        /// The file that is written, and its role.
        written: String,
        /// The file that is read, and its role.
        read: String,
        /// True if `--append` would help.
        append_helps: bool,
    },
    /// A file would be written as two things.
    #[error("{one} is the same file as {other}: writing one would corrupt the other")]
    Written {
        /// The one.
        one: String,
        /// The other.
        other: String,
    },
    /// A file stands where one of the command's own is, or is to be.
    #[error("{file} is a file of {folder}, which polymer itself writes, replaces and removes")]
    Own {
        /// The file, and as what.
        file: String,
        /// The folder.
        folder: String,
    },
    /// Tasks could write to it.
    #[error("tasks could change {written}: {} is granted to them with :rw{}", granted.display(), if *by_link { ", and the file has a second name, which may be in that folder" } else { "" })]
    Granted {
        /// The file that is written, and its role.
        written: String,
        /// The granted folder.
        granted: PathBuf,
        /// It does not stand there, but has hard links that may.
        by_link: bool,
    },
    /// A line of the input names a file that is written.
    #[error(
        "line {line} names {path}, which is the same file as {written}: writing it would destroy what is read"
    )]
    Line {
        /// The number of the line.
        line: u64,
        /// The file as the line names it.
        path: PathBuf,
        /// The file that is written, and its role.
        written: String,
    },
}

impl FileConflict {
    /// Returns what may help.
    pub(super) const fn hint(&self) -> &'static str {
        match self {
            Self::Read { append_helps: true, .. } => {
                "with `-o FILE --append`, FILE keeps its records, and may also be given to --skip-done"
            }
            Self::Read { .. } | Self::Written { .. } | Self::Own { .. } | Self::Line { .. } => {
                "name another file; this one was left unchanged"
            }
            Self::Granted { .. } => "name a file in another folder, or grant a folder further down",
        }
    }
}

/// That a file may be used beside those that are in use already.
pub(super) fn check(new: &OpenFile, others: &[OpenFile], appends: bool) -> Result<(), FileConflict> {
    let clashes = |other: &&OpenFile| other.file == new.file && !may_share(new.role, other.role, appends);
    let Some(other) = others.iter().find(clashes) else { return Ok(()) };
    let called = |file: &OpenFile| file.called.clone();
    Err(match (new.role.is_written(), other.role.is_written()) {
        (true, true) => FileConflict::Written { one: called(new), other: called(other) },
        (is_new, _) => {
            let (written, read) = if is_new { (new, other) } else { (other, new) };
            let append_helps = matches!(
                (written.role, read.role),
                (FileRole::Output | FileRole::Stdout, FileRole::SkipDone)
            );
            FileConflict::Read { written: called(written), read: called(read), append_helps }
        }
    })
}

/// That a file is none of the command's own in one of its folders, as far as its name says.
pub(super) fn check_own(file: &OpenFile, folders: &[OwnFolder]) -> Result<(), FileConflict> {
    let Some((folder_of_file, name)) = &file.place else { return Ok(()) };
    let owns = |folder: &&OwnFolder| {
        folder.id == *folder_of_file && OsStr::to_str(name).is_some_and(|name| (folder.owns)(name))
    };
    match folders.iter().find(owns) {
        Some(folder) if file.role != FileRole::RunFile => {
            Err(FileConflict::Own { file: file.called.clone(), folder: folder.called.clone() })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const ALL: [FileRole; 14] = [
        FileRole::Input,
        FileRole::Module,
        FileRole::Config,
        FileRole::SkipDone,
        FileRole::Expectation,
        FileRole::Checker,
        FileRole::Output,
        FileRole::Log,
        FileRole::Events,
        FileRole::Metrics,
        FileRole::Traces,
        FileRole::Stdout,
        FileRole::Stderr,
        FileRole::RunFile,
    ];

    /// Treatment of a path that a flag names.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Decision {
        /// It is a file in this role, and `cli/files` is told of it.
        File(FileRole),
        /// It is a folder for files of the command's own, which `cli/files` knows by their names.
        OwnFolder,
        /// It is a folder in which tasks may write, where the operator says so: `cli/files` lets
        /// nothing be written there.
        Granted,
        /// Nothing is opened at it.
        NotOpened,
        /// It is a tree of files that are read, or built of, before anything is written.
        ReadFirst,
        /// A file that takes the place of another one in one step, once all is over.
        Replaced,
    }

    /// Meaning for files of each flag of `run`, `exec`, `test`, `judge` and `calibrate` that takes
    /// a path, or a text that might be one. `exec` writes to no file of its own, so there nothing
    /// is compared.
    pub(crate) const FLAGS: [(&str, Decision); 37] = [
        ("module", Decision::File(FileRole::Module)),
        ("place", Decision::File(FileRole::Input)),
        ("input", Decision::File(FileRole::Input)),
        ("tasks", Decision::File(FileRole::Input)),
        ("paths", Decision::File(FileRole::Input)),
        ("expect", Decision::File(FileRole::Expectation)),
        ("checker", Decision::File(FileRole::Checker)),
        ("interactor", Decision::File(FileRole::Checker)),
        ("config", Decision::File(FileRole::Config)),
        ("groups", Decision::File(FileRole::Config)),
        ("skip-done", Decision::File(FileRole::SkipDone)),
        ("output", Decision::File(FileRole::Output)),
        ("log-file", Decision::File(FileRole::Log)),
        ("events", Decision::File(FileRole::Events)),
        ("metrics", Decision::File(FileRole::Metrics)),
        ("traces", Decision::File(FileRole::Traces)),
        ("run-dir", Decision::OwnFolder),
        ("output-dir", Decision::OwnFolder),
        ("log-dir", Decision::OwnFolder),
        ("cache-dir", Decision::OwnFolder),
        ("dir", Decision::Granted),
        ("base", Decision::NotOpened),
        ("task", Decision::NotOpened),
        ("invoke", Decision::NotOpened),
        ("input-field", Decision::NotOpened),
        ("id-field", Decision::NotOpened),
        ("group-by", Decision::NotOpened),
        ("allow-env", Decision::NotOpened),
        ("collect", Decision::NotOpened),
        ("env", Decision::NotOpened),
        ("arg", Decision::NotOpened),
        ("more-args", Decision::NotOpened),
        ("profile", Decision::NotOpened),
        ("write-profile", Decision::NotOpened),
        ("programs", Decision::ReadFirst),
        ("cases", Decision::ReadFirst),
        ("table", Decision::Replaced),
    ];

    fn files() -> [HeldFile; 2] {
        ["/", "/proc"].map(|path| HeldFile::of(std::fs::File::open(path).unwrap()).unwrap())
    }

    fn named(role: FileRole, file: &HeldFile) -> OpenFile {
        OpenFile { role, called: format!("{role:?}"), file: file.clone(), place: None }
    }

    /// Pairs of which one at least is written, and which may be one file all the same; with
    /// `--append` in the second list.
    const SHARED: [(FileRole, FileRole); 3] = [
        (FileRole::Stdout, FileRole::Stderr),
        (FileRole::Stdout, FileRole::Log),
        (FileRole::Stderr, FileRole::Log),
    ];
    const SHARED_TO_APPEND: [(FileRole, FileRole); 1] = [(FileRole::Output, FileRole::SkipDone)];

    #[test]
    fn what_is_written_is_nothing_else_but_where_the_table_says_so() {
        let [file, other_file] = files();
        for appends in [false, true] {
            for one in ALL {
                for other in ALL {
                    let stands = |list: &[(FileRole, FileRole)]| {
                        list.contains(&(one, other)) || list.contains(&(other, one))
                    };
                    // A role that only one file has is met by another of its kind through an error
                    // only.
                    let itself =
                        one == other && matches!(one, FileRole::Stdout | FileRole::Stderr | FileRole::Log);
                    let may = !(one.is_written() || other.is_written())
                        || itself
                        || stands(&SHARED)
                        || (appends && stands(&SHARED_TO_APPEND));
                    let result =
                        check(&named(one, &file), &[named(other, &other_file), named(other, &file)], appends);
                    assert_eq!(result.is_ok(), may, "{one:?} and {other:?}, appends: {appends}");
                    if let Err(error) = result {
                        let text = error.to_string();
                        assert!(
                            text.contains(&format!("{one:?}")) && text.contains(&format!("{other:?}")),
                            "{text}"
                        );
                    }
                    check(&named(one, &file), &[named(other, &other_file)], appends).unwrap();
                }
            }
        }
    }

    #[test]
    fn each_role_of_a_flag_has_one() {
        for role in ALL {
            let flags = FLAGS.iter().filter(|(_, decision)| *decision == Decision::File(role)).count();
            let inherited = matches!(role, FileRole::Stdout | FileRole::Stderr | FileRole::RunFile);
            assert_eq!(flags == 0, inherited, "{role:?}");
        }
    }

    #[test]
    fn a_file_of_a_folder_of_our_own_is_known_by_its_name() {
        let [file, folder] = files();
        let (id, folder) = (file.id(), folder.id());
        let folders =
            [OwnFolder { id: folder, called: "the folder".to_owned(), owns: |name| name == "ours" }];
        let at = |place, role| OpenFile { place, ..named(role, &file) };
        let place = |id, name: &str| Some((id, OsString::from(name)));
        for role in ALL {
            let ours = check_own(&at(place(folder, "ours"), role), &folders);
            assert_eq!(ours.is_ok(), role == FileRole::RunFile, "{role:?}");
            for other in [place(folder, "theirs"), place(id, "ours"), None] {
                check_own(&at(other, role), &folders).unwrap();
            }
        }
    }
}
