//! Runs in which no program did anything: often a library that was built as a program, which ends
//! well and empty whatever it is given.

use polymer_host_base::sanitize::one_line;
use polymer_host_base::text::counted;
use polymer_host_event::RunEvent;
use polymer_host_task::{ModuleForm, ModuleInfo, Record};

/// Bytes of an input with nothing in it: an empty line ends too.
const EMPTY: u64 = 1;
/// The most functions that are named.
const NAMED: usize = 5;
/// Functions that tools put into programs for their own use.
const TOOLS: [&str; 5] = ["malloc", "calloc", "realloc", "free", "main"];

/// Warning if no task did anything, and what could be called instead.
#[derive(Debug, Default)]
pub(super) struct IdleWarning {
    /// Tasks that had an input, left it unread and wrote nothing.
    tasks: u64,
    /// Some task did something.
    active: bool,
    /// Functions that could be called: by name in a component, by nobody in a core module.
    callable: Vec<String>,
    exported: Vec<String>,
}

impl IdleWarning {
    pub(super) fn on(&mut self, event: &RunEvent) {
        match event {
            RunEvent::TaskDone(record) => self.add(record),
            RunEvent::ModuleReady { info, .. } => self.offer(info),
            _ => {}
        }
    }

    fn add(&mut self, record: &Record) {
        if record.attempts == 0 {
            return;
        }
        if !record.usage.idle || !record.history.is_empty() {
            self.active = true;
        } else if record.input_bytes > EMPTY {
            self.tasks += 1;
        }
    }

    fn offer(&mut self, info: &ModuleInfo) {
        let of = match info.form {
            ModuleForm::CommandModule => &mut self.exported,
            ModuleForm::CommandComponent => &mut self.callable,
            ModuleForm::Typed | ModuleForm::TypedModule | ModuleForm::Component => return,
        };
        for function in info.functions.iter().filter(|function| function.refused.is_none()) {
            let name = &function.name;
            // Of resources, or of a language's own.
            let is_own = name.starts_with(['_', '[']) || name.contains(".[") || name.starts_with("cabi_");
            if !is_own && !TOOLS.contains(&name.as_str()) && of.len() < NAMED && !of.contains(name) {
                of.push(name.clone());
            }
        }
    }

    /// Returns the warning for the end, if it applies.
    pub(super) fn told(&self) -> Option<String> {
        if self.active || self.tasks == 0 {
            return None;
        }
        let what = match (self.callable.as_slice(), self.exported.as_slice()) {
            ([first, ..], _) => {
                let first = one_line(first);
                format!(
                    "it exports {}: `--invoke {first}` would call it once for each line",
                    listed(&self.callable)
                )
            }
            ([], []) => "a program reads its input from stdin and writes its output to stdout".to_owned(),
            ([], exported) => format!(
                "it exports {}, which nothing calls in a core module: call it from `main` with the data on stdin, or build a component, whose functions `--invoke` calls",
                listed(exported)
            ),
        };
        let tasks = counted(self.tasks, "task");
        Some(format!(
            "note: no task read its input or wrote anything ({tasks}): the program does nothing; {what}\n"
        ))
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{}`", one_line(name))).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_event::samples;
    use polymer_host_task::{FunctionInfo, ModuleId};
    use std::sync::Arc;
    use std::time::Duration;

    fn done(input_bytes: u64, idle: bool) -> RunEvent {
        let mut record = samples::ok();
        record.input_bytes = input_bytes;
        record.usage.idle = idle;
        RunEvent::TaskDone(Box::new(record))
    }

    fn told(form: ModuleForm, functions: &[&str], events: &[RunEvent]) -> Option<String> {
        let mut told = IdleWarning::default();
        let function = |name: &&str| FunctionInfo {
            called: false,
            name: (*name).to_owned(),
            signature: "func()".to_owned(),
            refused: None,
        };
        let functions = functions.iter().map(function).collect();
        let info = Arc::new(ModuleInfo { form, tasks: Vec::new(), imports: Vec::new(), functions });
        let (module, cached, took) = (ModuleId(0), false, Duration::ZERO);
        told.on(&RunEvent::ModuleReady { module, info, cached, took });
        events.iter().for_each(|event| told.on(event));
        told.told()
    }

    #[test]
    fn it_is_said_where_all_were_idle_and_some_had_an_input() {
        let idle = || done(3, true);
        for (events, said) in [
            (vec![idle(), idle()], true),
            (vec![idle(), done(0, true)], true),
            (vec![done(0, true)], false),
            (vec![idle(), done(3, false)], false),
            (vec![idle(), done(0, false)], false),
            (vec![], false),
        ] {
            assert_eq!(told(ModuleForm::CommandModule, &[], &events).is_some(), said, "{events:?}");
        }
    }

    #[test]
    fn what_could_be_called_is_named() {
        let events = [done(3, true)];
        let said =
            told(ModuleForm::CommandModule, &["__wasm_call_ctors", "malloc", "add", "mul"], &events).unwrap();
        assert!(said.contains("(1 task)") && said.contains("it exports `add`, `mul`, which"), "{said}");
        let said = told(ModuleForm::CommandComponent, &["a:b/c.[method]r.f", "a:b/c.add"], &events).unwrap();
        assert!(said.contains("it exports `a:b/c.add`: `--invoke a:b/c.add` would"), "{said}");
        let said = told(ModuleForm::CommandModule, &[], &events).unwrap();
        assert!(said.contains("stdin") && said.lines().count() == 1, "{said}");
    }
}
