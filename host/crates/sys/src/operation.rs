//! Operations that the system was asked for, and the words for them.

/// Operation that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemOperation {
    /// To open a file, or to read it on.
    Read,
    /// To open, write or replace a file.
    Write,
    /// To make a folder.
    MakeFolder,
    /// To remove a file.
    Remove,
    /// To lock a file.
    Lock,
    /// To make a folder the current one.
    EnterFolder,
    /// To learn which folder is the current one.
    FindCurrentFolder,
    /// To learn which file a descriptor is of.
    Inspect,
    /// To open a folder for guests.
    Grant,
    /// The same, named by its flag.
    GrantDir,
    /// To open or read a module.
    ReadModule,
    /// To copy a module into memory.
    CopyModule,
    /// To open the log.
    WriteLog,
    /// To open what events are written to.
    WriteEvents,
    /// To write a file of metrics.
    WriteMetrics,
    /// To listen for readers of metrics.
    ServeMetrics,
    /// To tell the service manager of a run.
    NotifyService,
    /// To open what traces are written to.
    WriteTraces,
    /// To read or write files of a build.
    Build,
    /// To run another program.
    Run,
    /// To start threads, or a process of ours.
    Start,
    /// To be told of events.
    Watch,
    /// To ask the system for something that is no file.
    Ask,
}

impl SystemOperation {
    /// Every operation.
    pub const ALL: [Self; 23] = [
        Self::Read,
        Self::Write,
        Self::MakeFolder,
        Self::Remove,
        Self::Lock,
        Self::EnterFolder,
        Self::FindCurrentFolder,
        Self::Inspect,
        Self::Grant,
        Self::GrantDir,
        Self::ReadModule,
        Self::CopyModule,
        Self::WriteLog,
        Self::WriteEvents,
        Self::WriteMetrics,
        Self::ServeMetrics,
        Self::NotifyService,
        Self::WriteTraces,
        Self::Build,
        Self::Run,
        Self::Start,
        Self::Watch,
        Self::Ask,
    ];

    /// The words in front of the path, and those behind it.
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Read => ("read", ""),
            Self::Write => ("write", ""),
            Self::MakeFolder => ("make the folder", ""),
            Self::Remove => ("remove", ""),
            Self::Lock => ("lock", ""),
            Self::EnterFolder => ("go to the folder", ""),
            Self::FindCurrentFolder => ("find the current folder", ""),
            Self::Inspect => ("look at", ""),
            Self::Grant => ("grant", ""),
            Self::GrantDir => ("grant --dir", ""),
            Self::ReadModule => ("read the module", ""),
            Self::CopyModule => ("copy the module", " into memory"),
            Self::WriteLog => ("write the log", ""),
            Self::WriteEvents => ("write events to", ""),
            Self::WriteMetrics => ("write metrics to", ""),
            Self::ServeMetrics => ("serve metrics at", ""),
            Self::NotifyService => ("notify the service manager at", ""),
            Self::WriteTraces => ("write traces to", ""),
            Self::Build => ("build in", ""),
            Self::Run => ("run", ""),
            Self::Start => ("start", ""),
            Self::Watch => ("watch", ""),
            Self::Ask => ("ask the system for", ""),
        }
    }
}
