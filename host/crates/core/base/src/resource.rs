//! Resources that a machine may run out of. A shortage is the machine's state and never a verdict
//! on a task.
//!
//! It must never know how a shortage shows: error numbers belong to `sys::shortage`.

use std::fmt;

/// A resource that the system refuses when there is no more of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SystemResource {
    /// Memory, or addresses for it.
    Memory,
    /// File descriptors, of a process or of the whole system.
    Descriptors,
    /// Processes and threads.
    Processes,
    /// Room on a disk.
    Disk,
    /// Event watches of the user (epoll).
    Watches,
}

impl SystemResource {
    /// Every resource.
    pub const ALL: [Self; 5] = [Self::Memory, Self::Descriptors, Self::Processes, Self::Disk, Self::Watches];

    /// The name in events and in `events.jsonl`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Descriptors => "file descriptors",
            Self::Processes => "processes",
            Self::Disk => "disk space",
            Self::Watches => "event watches",
        }
    }
}

impl fmt::Display for SystemResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A request of a run that the machine refused for want of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceShortage {
    /// Which resource.
    pub resource: SystemResource,
    /// The refusal in the system's words, or in those of the worker that met it. Not safe to show
    /// as it is.
    pub refusal: String,
    /// The limit that is in the way, if one is known to be.
    pub bound: Option<SystemLimit>,
    /// A worker had started and ended over it.
    pub is_death: bool,
    /// True if the supervisor saw the refusal, or sees the limit that explains it. Otherwise it is
    /// the word of a worker that its guest may control by now.
    pub is_certain: bool,
}

/// A limit of the machine, and how to lift it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemLimit {
    /// The limit with its value: `the limit on address space (RLIMIT_AS, ulimit -v) is 3.8 GiB`.
    pub limit: String,
    /// A command or setting that would do: `ulimit -v 8388608`.
    pub cure: String,
}

impl fmt::Display for ResourceShortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (the machine lacks {})", self.refusal, self.resource)?;
        match &self.bound {
            Some(bound) => write!(f, "; {}", bound.limit),
            None => Ok(()),
        }
    }
}

impl ResourceShortage {
    /// Returns the meaning of a shortage that comes again and again.
    #[must_use]
    pub const fn meaning(&self) -> &'static str {
        if self.is_death { "not even one worker can run tasks" } else { "worker processes cannot be started" }
    }

    /// Returns the remedy: lift the limit, or ask for less.
    #[must_use]
    pub fn cure(&self) -> String {
        match &self.bound {
            Some(bound) => bound.cure.clone(),
            None => {
                format!("no limit on {} was found that explains it; fewer --workers may help", self.resource)
            }
        }
    }
}
