//! A task that was named and that the module does not have.

use polymer_host_task::ModuleInfo;

/// `--task` names none of the module's tasks.
#[derive(Debug, thiserror::Error)]
#[error("the module has no task named `{name}`: {there}")]
pub struct NoSuchTask {
    pub(super) name: String,
    pub(super) there: String,
}

impl NoSuchTask {
    pub(super) fn new(name: &str, info: &ModuleInfo) -> Self {
        let names: Vec<_> = info.tasks.iter().map(|task| task.name.as_str()).collect();
        let there = if info.form.is_command() {
            "it is a command, which is one task without a name".to_owned()
        } else {
            format!("it has {}", names.join(", "))
        };
        Self { name: name.to_owned(), there }
    }
}
