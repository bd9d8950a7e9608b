//! The layers of the jail by name, and what a worker says of those around it.

use std::fmt;

/// The version of Landlock from which on it keeps files from being cut.
pub const KEEPS_TRUNCATION: u32 = 3;

/// One wall around a worker process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JailLayer {
    /// Nothing it starts can gain rights.
    NoNewPrivileges,
    /// Memory, CPU time, descriptors, file size: kept by the kernel.
    Limits,
    /// A user id of its own, that no other process has.
    User,
    /// A user, network, IPC and host name namespace of its own, with nothing in them.
    Namespaces,
    /// A folder for each attempt, of bounded size, that nobody else sees.
    Scratch,
    /// A root folder with nothing in it but what the worker has open.
    Root,
    /// No path but the granted ones, no TCP, no signals to others: kept by Landlock.
    Landlock,
    /// None of the superuser's rights but those on granted files.
    Capabilities,
    /// No other process may look into it.
    Undumpable,
    /// The processor does not run ahead in the ways that leak between processes. Only if a run asks
    /// for it.
    Speculation,
    /// Only the system calls that it needs.
    SystemCalls,
}

impl JailLayer {
    /// Every layer, in the order in which they are put up.
    pub const ALL: [Self; 11] = [
        Self::NoNewPrivileges,
        Self::Limits,
        Self::User,
        Self::Namespaces,
        Self::Scratch,
        Self::Root,
        Self::Landlock,
        Self::Capabilities,
        Self::Undumpable,
        Self::Speculation,
        Self::SystemCalls,
    ];

    /// The name in reports: stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoNewPrivileges => "no-new-privileges",
            Self::Limits => "limits",
            Self::User => "user",
            Self::Namespaces => "namespaces",
            Self::Scratch => "scratch",
            Self::Root => "root",
            Self::Landlock => "landlock",
            Self::Capabilities => "capabilities",
            Self::Undumpable => "undumpable",
            Self::Speculation => "speculation",
            Self::SystemCalls => "seccomp",
        }
    }

    /// Returns whether only a jailed run needs it. The others are there with
    /// [`Sandbox::Off`](crate::Sandbox::Off) too.
    #[must_use]
    pub const fn is_jails_only(self) -> bool {
        !matches!(self, Self::NoNewPrivileges | Self::Limits | Self::Scratch | Self::Speculation)
    }

    /// The layer of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.name() == name)
    }
}

impl fmt::Display for JailLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A layer that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveLayer {
    /// Which.
    pub layer: JailLayer,
    /// More about it, such as a version; may be empty.
    pub detail: String,
}

/// A layer that does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingLayer {
    /// Which.
    pub layer: JailLayer,
    /// Why.
    pub why: String,
}

/// Layers around a worker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confinement {
    /// Layers that stand, in the order in which they were put up.
    pub active: Vec<ActiveLayer>,
    /// Layers that were wanted, and that this machine does not give.
    pub missing: Vec<MissingLayer>,
    /// True if the engine may ask which pages a guest has touched.
    pub scans_pages: bool,
    /// True if the kernel keeps a bound on its threads, which it can only count where they have a
    /// user or a user namespace of their own. Elsewhere the supervisor looks at them.
    pub counts_threads: bool,
}

impl Confinement {
    /// Returns whether anything beside limits stands between the machine and a guest that breaks
    /// out of the engine.
    #[must_use]
    pub fn is_jail(&self) -> bool {
        self.active.iter().any(|active| active.layer == JailLayer::SystemCalls)
    }

    /// Returns whether anything stands between a guest that breaks out of the engine and the
    /// machine's files.
    #[must_use]
    pub fn has_wall_for_files(&self) -> bool {
        self.active.iter().any(|active| matches!(active.layer, JailLayer::Root | JailLayer::Landlock))
    }

    /// The layers that not every machine gives, and those that are missing:
    /// `landlock (ABI 7), seccomp; without namespaces`.
    #[must_use]
    pub fn in_short(&self) -> String {
        if !self.is_jail() {
            return "none, limits only".to_owned();
        }
        let telling = [
            JailLayer::User,
            JailLayer::Namespaces,
            JailLayer::Scratch,
            JailLayer::Root,
            JailLayer::Landlock,
            JailLayer::SystemCalls,
        ];
        let active = self.active.iter().filter(|active| telling.contains(&active.layer)).cloned().collect();
        let mut text = Self { active, ..Self::default() }.to_string();
        let missing: Vec<&str> = self.missing.iter().map(|missing| missing.layer.name()).collect();
        if !missing.is_empty() {
            text.push_str("; without ");
            text.push_str(&missing.join(", "));
        }
        text
    }
}

/// The layers that stand, in one line: `no-new-privileges, limits, landlock (ABI 7), seccomp`.
impl fmt::Display for Confinement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, ActiveLayer { layer, detail }) in self.active.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { ", " })?;
            write!(f, "{layer}")?;
            if !detail.is_empty() {
                write!(f, " ({detail})")?;
            }
        }
        if self.active.is_empty() { f.write_str("none") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_found_by_their_names() {
        for layer in JailLayer::ALL {
            assert_eq!(JailLayer::named(layer.name()), Some(layer));
        }
        assert_eq!(JailLayer::named("apparmor"), None);
    }

    #[test]
    fn a_confinement_is_told_in_a_line() {
        assert_eq!(Confinement::default().to_string(), "none");
        let active = |layer, detail: &str| ActiveLayer { layer, detail: detail.to_owned() };
        let layers = vec![active(JailLayer::Limits, ""), active(JailLayer::Landlock, "ABI 7")];
        let confinement = Confinement { active: layers, ..Confinement::default() };
        assert_eq!(confinement.to_string(), "limits, landlock (ABI 7)");
        assert_eq!(confinement.in_short(), "none, limits only");
        let layers = [confinement.active, vec![active(JailLayer::SystemCalls, "")]].concat();
        let missing = vec![MissingLayer { layer: JailLayer::Namespaces, why: "not permitted".to_owned() }];
        let confinement = Confinement { active: layers, missing, ..Confinement::default() };
        assert_eq!(confinement.in_short(), "landlock (ABI 7), seccomp; without namespaces");
    }
}
