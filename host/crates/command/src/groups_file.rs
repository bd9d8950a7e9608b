//! Policies of groups of tasks: the file of `--groups`, and the flags over its `[default]`.
//!
//! Reading the file is all that is done here of the outside. It must never know which tasks are in
//! a group, nor what it has used.

use super::args::{GroupArgs, parse_max_fail, parse_payload, parse_tasks, parse_time, whole_number};
use super::group_limits::GroupLimits;
use polymer_host_base::quantity::{parse_fuel, parse_size};
use polymer_host_base::sanitize::one_line;
use polymer_host_config as config;
use polymer_host_config::{ConfigError, TextEntry, TextTable, TextValue};
use polymer_host_sched::{GroupPolicies, GroupPolicy, GroupWeight};
use polymer_host_sys::regular::FileError;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use polymer_host_task::{LimitNarrowing, Limits, WidenedLimit};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The table of groups that are not named.
const DEFAULT: &str = "default";
/// The table of those that are.
const GROUPS: &str = "groups";
/// The version of the file, which [`TextTable::parse`] checks.
const VERSION: &str = "version";
/// Keys at the top of the file.
const TOP: [&str; 3] = [DEFAULT, GROUPS, VERSION];
/// Keys of the table of a group.
const POLICY: [&str; 5] = ["weight", "tasks", "budget", "max_fail", "limits"];
/// Keys of a budget.
const BUDGET: [&str; 2] = ["fuel", "cpu"];
/// Keys of the limits of its tasks.
const LIMITS: [&str; 7] = ["timeout", "cpu_timeout", "fuel", "memory", "input", "output", "log"];

/// Policies of groups, and the limits of their tasks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GroupTerms {
    /// Policies of groups.
    pub(super) policies: GroupPolicies,
    /// Limits of their tasks.
    pub(super) limits: GroupLimits,
}

/// Why a file of groups cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GroupsFileError {
    /// It is not there, cannot be read, or is no TOML.
    #[error(transparent)]
    File(#[from] ConfigError),
    /// A key that has no meaning.
    #[error("{}, line {}: {}unknown key `{}`", shown(&place.path), place.line, within(&place.table), one_line(key))]
    Unknown {
        /// Where it stands.
        place: GroupsFilePlace,
        /// The key.
        key: String,
        /// Keys that may stand there.
        known: &'static [&'static str],
    },
    /// A value of the wrong type.
    #[error("{}, line {}: {}`{}` must be {wanted}, not {found}", shown(&place.path), place.line, within(&place.table), one_line(key))]
    WrongType {
        /// Where it stands.
        place: GroupsFilePlace,
        /// The key.
        key: String,
        /// Kind of value expected.
        wanted: &'static str,
        /// Kind of value found.
        found: &'static str,
    },
    /// A value out of its range, or that cannot be read.
    #[error("{}, line {}: {}`{}`: {}", shown(&place.path), place.line, within(&place.table), one_line(key), one_line(message))]
    Value {
        /// Where it stands.
        place: GroupsFilePlace,
        /// The key.
        key: String,
        /// Why.
        message: String,
    },
    /// A limit that is wider than the run's.
    #[error(
        "{}, line {}: {}limits: a {} of {} is more than the run allows ({})",
        shown(&place.path), place.line, within(&place.table), widened.limit, widened.asked, widened.allowed
    )]
    Widened {
        /// Where it stands.
        place: GroupsFilePlace,
        /// The limit.
        widened: Box<WidenedLimit>,
    },
}

/// Where something stands in a file of groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupsFilePlace {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The table; empty at the top.
    pub table: String,
}

fn shown(path: &Path) -> String {
    one_line(&path.display().to_string()).into_owned()
}

fn within(table: &str) -> String {
    if table.is_empty() { String::new() } else { format!("[{}]: ", one_line(table)) }
}

impl GroupsFileError {
    /// Returns what may help.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint().map(str::to_owned),
            Self::Unknown { key, known, .. } => Some(match config::nearest(key, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("what may stand there: {}", known.join(", ")),
            }),
            Self::Widened { widened, .. } => Some(format!("{} would allow it", widened.flag)),
            Self::WrongType { .. } | Self::Value { .. } => None,
        }
    }
}

impl GroupTerms {
    /// Reads the file, if there is one, and puts the flags over it. No limit may be wider than
    /// `limits`, those of the run.
    ///
    /// # Errors
    /// If the file cannot be read, or something in it has no meaning.
    pub(super) fn read(args: &GroupArgs, limits: &Limits) -> Result<Self, GroupsFileError> {
        let Some(path) = &args.groups else {
            let policies = GroupPolicies { default: args.over(GroupPolicy::default()), ..Default::default() };
            return Ok(Self { policies, ..Self::default() });
        };
        let missing = || SystemError::new(SystemOperation::Read, path, FileError::Missing);
        let text = config::read(path)?.ok_or_else(|| ConfigError::Unreadable(missing()))?;
        Self::parse(path, &text, args, limits)
    }

    /// Reads the text of the file that is called `path`. What a group does not say is as in the
    /// default, over which the flags are put.
    fn parse(path: &Path, text: &str, args: &GroupArgs, limits: &Limits) -> Result<Self, GroupsFileError> {
        let mut terms = Self::default();
        let top = GroupsFileTable { path, name: String::new() };
        let entries = TextTable::parse(path, text)?.entries;
        let mut usual = PolicyText::default();
        if let Some(entry) = entries.iter().find(|entry| entry.key == DEFAULT) {
            usual = top.below(entry).policy(top.table(entry)?, usual, limits)?;
        }
        usual.policy = args.over(usual.policy);
        terms.policies.default = usual.policy;
        terms.limits.set_default(usual.narrowed);
        for entry in &entries {
            match entry.key.as_str() {
                GROUPS => {
                    let groups = top.below(entry);
                    for entry in &top.table(entry)?.entries {
                        let own = groups.below(entry).policy(groups.table(entry)?, usual, limits)?;
                        let name: Arc<str> = Arc::from(entry.key.as_str());
                        terms.policies.named.insert(Arc::clone(&name), own.policy);
                        terms.limits.set(name, own.narrowed);
                    }
                }
                DEFAULT | VERSION => {}
                _ => return Err(top.unknown(entry, &TOP)),
            }
        }
        Ok(terms)
    }
}

impl GroupArgs {
    /// Puts the flags over a policy.
    fn over(&self, policy: GroupPolicy) -> GroupPolicy {
        let Self { groups: _, group_tasks, group_fuel, group_cpu, group_max_fail } = *self;
        GroupPolicy {
            tasks: group_tasks.or(policy.tasks),
            fuel: group_fuel.or(policy.fuel),
            cpu: group_cpu.or(policy.cpu),
            max_fail: group_max_fail.or(policy.max_fail),
            ..policy
        }
    }
}

/// What the file says of a group.
#[derive(Debug, Clone, Copy, Default)]
struct PolicyText {
    policy: GroupPolicy,
    by: LimitNarrowing,
    /// The run's limits with these, if any is narrower.
    narrowed: Option<Limits>,
}

/// A table of the file.
struct GroupsFileTable<'a> {
    path: &'a Path,
    /// Its name, for errors; empty at the top.
    name: String,
}

impl<'a> GroupsFileTable<'a> {
    /// The table that is the value of this entry.
    fn below(&self, entry: &TextEntry) -> Self {
        let dot = if self.name.is_empty() { "" } else { "." };
        Self { path: self.path, name: format!("{}{dot}{}", self.name, entry.key) }
    }

    /// Reads the policy of a group, and the limits of its tasks. What it does not say is as
    /// `usual`.
    fn policy(
        &self,
        table: &TextTable,
        usual: PolicyText,
        limits: &Limits,
    ) -> Result<PolicyText, GroupsFileError> {
        let PolicyText { mut policy, mut by, mut narrowed } = usual;
        for entry in &table.entries {
            match entry.key.as_str() {
                "weight" => policy.weight = self.value(entry, |text| whole_number(text).and_then(weight))?,
                "tasks" => policy.tasks = Some(self.value(entry, parse_tasks)?),
                "max_fail" => policy.max_fail = Some(self.value(entry, parse_max_fail)?),
                "budget" => self.below(entry).budget(self.table(entry)?, &mut policy)?,
                "limits" => {
                    by = self.below(entry).narrowing(self.table(entry)?, by)?;
                    let widened = |widened| GroupsFileError::Widened {
                        place: self.place(entry),
                        widened: Box::new(widened),
                    };
                    narrowed = Some(limits.narrowed(&by).map_err(widened)?);
                }
                _ => return Err(self.unknown(entry, &POLICY)),
            }
        }
        Ok(PolicyText { policy, by, narrowed })
    }

    fn budget(&self, table: &TextTable, policy: &mut GroupPolicy) -> Result<(), GroupsFileError> {
        for entry in &table.entries {
            match entry.key.as_str() {
                "fuel" => policy.fuel = Some(self.value(entry, parse_fuel)?),
                "cpu" => policy.cpu = Some(self.value(entry, parse_time)?),
                _ => return Err(self.unknown(entry, &BUDGET)),
            }
        }
        Ok(())
    }

    fn narrowing(
        &self,
        table: &TextTable,
        mut by: LimitNarrowing,
    ) -> Result<LimitNarrowing, GroupsFileError> {
        for entry in &table.entries {
            match entry.key.as_str() {
                "timeout" => by.timeout = Some(self.value(entry, parse_time)?),
                "cpu_timeout" => by.cpu = Some(self.value(entry, parse_time)?),
                "fuel" => by.fuel = Some(self.value(entry, parse_fuel)?),
                "memory" => by.memory = Some(self.value(entry, parse_size)?),
                "input" => by.input = Some(self.value(entry, parse_payload)?),
                "output" => by.output = Some(self.value(entry, parse_payload)?),
                "log" => by.log = Some(self.value(entry, parse_payload)?),
                _ => return Err(self.unknown(entry, &LIMITS)),
            }
        }
        Ok(by)
    }

    /// The value of an entry, which is one value.
    fn value<T, E: Display>(
        &self,
        entry: &TextEntry,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, GroupsFileError> {
        let TextValue::Text(text) = &entry.value else {
            return Err(self.wrong_type(entry, "a text or a number"));
        };
        read(text).map_err(|error| GroupsFileError::Value {
            place: self.place(entry),
            key: entry.key.clone(),
            message: error.to_string(),
        })
    }

    /// The value of an entry, which is a table.
    fn table<'b>(&self, entry: &'b TextEntry) -> Result<&'b TextTable, GroupsFileError> {
        match &entry.value {
            TextValue::Table(table) => Ok(table),
            TextValue::Text(_) | TextValue::Other(_) => Err(self.wrong_type(entry, "a table")),
        }
    }

    fn wrong_type(&self, entry: &TextEntry, wanted: &'static str) -> GroupsFileError {
        let (key, found) = (entry.key.clone(), entry.value.kind());
        GroupsFileError::WrongType { place: self.place(entry), key, wanted, found }
    }

    fn unknown(&self, entry: &TextEntry, known: &'static [&'static str]) -> GroupsFileError {
        GroupsFileError::Unknown { place: self.place(entry), key: entry.key.clone(), known }
    }

    fn place(&self, entry: &TextEntry) -> GroupsFilePlace {
        GroupsFilePlace { path: self.path.to_path_buf(), line: entry.line, table: self.name.clone() }
    }
}

fn weight(weight: u64) -> Result<GroupWeight, String> {
    GroupWeight::new(weight).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
