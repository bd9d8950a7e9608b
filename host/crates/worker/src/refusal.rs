//! Why a module cannot be used or served, in one clear sentence. What a guest had a hand in is made
//! fit to be printed.
//!
//! It must never know how a module is looked at, or how a refusal is sent.

use polymer_host_base::text::cut;

/// The longest message in bytes; the supervisor cuts at a little more.
const MESSAGE: usize = 4000;
/// The longest name in a message.
const NAME: usize = 200;
/// The most names that a message lists.
pub(super) const LISTED: usize = 8;

/// Why a module cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ModuleRefusal {
    /// Stable.
    pub(crate) code: &'static str,
    /// One sentence.
    pub(crate) message: String,
}

impl ModuleRefusal {
    /// A refusal. What a guest had a hand in is made fit to be printed.
    pub(crate) fn new(code: &'static str, message: impl AsRef<str>) -> Self {
        Self { code, message: clean(message.as_ref(), MESSAGE) }
    }
}

/// Why a module cannot be served.
#[derive(Debug)]
pub(crate) enum NotReady {
    /// It is of no use.
    Refused(ModuleRefusal),
    /// It ran out of time, so this process may no longer be used either.
    Spent(ModuleRefusal),
    /// The machine refused what this process needs: the module is not to blame.
    Machine(String),
}

impl From<ModuleRefusal> for NotReady {
    fn from(refusal: ModuleRefusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Why a component is of no use as a task, with the functions that it exports.
pub(super) fn no_task(functions: &[String]) -> ModuleRefusal {
    let mut message = "it is a component, but not a task: it exports neither `polymer:task/guest@0.1.1` nor \
                       `wasi:cli/run@0.2.0`"
        .to_owned();
    // Those of resources can mostly not be called; their names begin with a bracket.
    let functions: Vec<String> = functions.iter().filter(|name| !name.contains('[')).cloned().collect();
    if !functions.is_empty() {
        message.push_str("; to call a function of it once a line, name it with --invoke: ");
        message.push_str(&list(&functions));
    }
    ModuleRefusal::new("no_entry_point", message)
}

/// A name a guest chose, fit to be printed.
pub(super) fn show(name: &str) -> String {
    clean(name, NAME)
}

fn clean(text: &str, most: usize) -> String {
    let text: String = text.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect();
    cut(&text, most)
}

/// Names that a guest chose, the first of them, fit to be printed.
pub(super) fn list(names: &[String]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    let mut shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{}`", show(name))).collect();
    if names.len() > LISTED {
        shown.push(format!("{} more", names.len() - LISTED));
    }
    shown.join(", ")
}
