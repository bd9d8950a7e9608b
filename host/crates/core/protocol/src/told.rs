//! Conversions: from what a supervisor tells a worker to the domain types that the worker uses, and
//! from what a worker tells of a module to its wire form.
//!
//! Nothing is checked here: a worker trusts its supervisor, and what a worker says is held to its
//! bounds in [`claim`](super::claim).

use super::message::{WireEntry, WireFunction, WireKept, WireOutputFormat, WireTask};
use polymer_host_task::{
    CapabilityWish, EntryMode, FunctionInfo, GrantSubset, OutputFormat, TaskEncoding, TaskInfo,
};

impl From<WireOutputFormat> for OutputFormat {
    fn from(format: WireOutputFormat) -> Self {
        match format {
            WireOutputFormat::Text => Self::Text,
            WireOutputFormat::Json => Self::Json,
            WireOutputFormat::Base64 => Self::Base64,
        }
    }
}

impl From<WireEntry<'_>> for EntryMode {
    fn from(entry: WireEntry<'_>) -> Self {
        match entry {
            WireEntry::Task => Self::Task,
            WireEntry::Function(name) => Self::Function(name.to_owned()),
            WireEntry::Look => Self::Look,
        }
    }
}

impl From<WireKept> for GrantSubset {
    fn from(WireKept { dirs, env, scratch }: WireKept) -> Self {
        Self { dirs, env, scratch }
    }
}

impl From<FunctionInfo> for WireFunction {
    fn from(FunctionInfo { called: _, name, signature, refused }: FunctionInfo) -> Self {
        Self { name, signature, refused }
    }
}

impl From<TaskInfo> for WireTask {
    fn from(task: TaskInfo) -> Self {
        let TaskInfo { name, version, summary, encoding, input_schema, output_schema, wishes } = task;
        let wish = |wish| match wish {
            CapabilityWish::Env(name) => (0, name),
            CapabilityWish::ReadDir(path) => (1, path),
            CapabilityWish::WriteDir(path) => (2, path),
        };
        let encoding = match encoding {
            TaskEncoding::Json => 0,
            TaskEncoding::MessagePack => 1,
            TaskEncoding::Raw => 2,
        };
        let wishes = wishes.into_iter().map(wish).collect();
        Self { name, version, summary, encoding, input_schema, output_schema, wishes }
    }
}

#[cfg(test)]
mod tests {
    use super::super::claim;
    use super::*;

    #[test]
    fn what_a_module_says_of_its_tasks_arrives_as_it_was_told() {
        let task = |name: &str, encoding| TaskInfo {
            name: name.to_owned(),
            version: "1".to_owned(),
            summary: "sums".to_owned(),
            encoding,
            input_schema: Some("true".to_owned()),
            output_schema: None,
            wishes: vec![
                CapabilityWish::Env("A".to_owned()),
                CapabilityWish::ReadDir("/in".to_owned()),
                CapabilityWish::WriteDir("/out".to_owned()),
            ],
        };
        let told = vec![
            task("a", TaskEncoding::Json),
            task("b", TaskEncoding::MessagePack),
            task("c", TaskEncoding::Raw),
        ];
        let sent = told.clone().into_iter().map(WireTask::from).collect();
        assert_eq!(claim::tasks(sent).unwrap(), told);
    }

    #[test]
    fn how_a_module_is_entered_and_its_bytes_are_told_arrives_as_it_was_told() {
        for entering in [EntryMode::Task, EntryMode::Function("a:b/c.d".to_owned()), EntryMode::Look] {
            assert_eq!(EntryMode::from(WireEntry::from(&entering)), entering);
        }
        for format in OutputFormat::ALL {
            assert_eq!(OutputFormat::from(WireOutputFormat::from(format)), format);
        }
        let kept = GrantSubset { dirs: vec![(1, true)], env: vec![2], scratch: true };
        assert_eq!(GrantSubset::from(WireKept::from(&kept)), kept);
    }
}
