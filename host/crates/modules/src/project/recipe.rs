//! Which programs make a module of a project, with which arguments. Pure: one file a language, and
//! what they have in common here.

mod assemblyscript;
pub(super) mod c;
pub(super) mod go;
pub(super) mod javascript;
pub(super) mod python;
pub(super) mod rust;
pub(super) mod zig;

use super::ProjectLanguage;
use super::source::ProjectSource;
use std::ffi::OsString;
use std::path::PathBuf;

/// Build instructions for a project.
#[derive(Debug)]
pub(super) struct BuildRecipe {
    /// Description of it for people.
    pub(super) what: String,
    /// Files of ours that go into the build folder first: the SDK of the language, and what binds a
    /// task to it.
    pub(super) files: Vec<(PathBuf, String)>,
    /// Steps, in this order.
    pub(super) steps: Vec<BuildStep>,
}

/// One program, run once.
#[derive(Debug)]
pub(super) struct BuildStep {
    pub(super) tool: BuildTool,
    pub(super) args: Vec<OsString>,
    /// Variables it is given beside those that are there.
    pub(super) env: Vec<(&'static str, OsString)>,
    /// Variables that are kept from it.
    pub(super) without: &'static [&'static str],
    /// The folder it runs in.
    pub(super) within: PathBuf,
}

/// A program, and the ways in which it may be installed.
#[derive(Debug, Clone, Copy)]
pub(super) struct BuildTool {
    /// Its name for people.
    pub(super) name: &'static str,
    /// Commands that may call it, the best first.
    pub(super) ways: &'static [ToolCommand],
    /// Instructions for getting it, if it is missing.
    pub(super) get: &'static str,
}

/// One way to call a tool.
#[derive(Debug, Clone, Copy)]
pub(super) struct ToolCommand {
    /// The program, and arguments that come first.
    pub(super) call: &'static [&'static str],
    /// Arguments that test whether this way works; empty if it works wherever the program exists.
    pub(super) asks: &'static [&'static str],
    /// Arguments that this way wants and others do not take, behind those that come first.
    pub(super) adds: &'static [&'static str],
}

/// A program that is found by its name.
const fn plain(call: &'static [&'static str]) -> ToolCommand {
    ToolCommand { call, asks: &[], adds: &[] }
}

/// Returns the recipe for a project. For cargo builds only its files are of use: cargo knows the
/// rest by itself.
pub(super) fn of(project: &ProjectSource) -> BuildRecipe {
    match project.language {
        ProjectLanguage::Rust => rust::recipe(project),
        ProjectLanguage::C | ProjectLanguage::Cpp => c::recipe(project),
        ProjectLanguage::Zig => zig::recipe(project),
        ProjectLanguage::Go => go::recipe(project),
        ProjectLanguage::AssemblyScript => assemblyscript::recipe(project),
        ProjectLanguage::JavaScript => javascript::recipe(project),
        ProjectLanguage::Python => python::recipe(project),
    }
}

/// A text as it stands between the quotes of a string, in any of the languages that write such
/// strings as JSON does.
fn quoted(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// Arguments from texts and paths.
fn args<const N: usize>(args: [&dyn AsArg; N]) -> Vec<OsString> {
    args.iter().map(|arg| arg.as_arg()).collect()
}

/// Types that an argument may be made of.
trait AsArg {
    fn as_arg(&self) -> OsString;
}

impl AsArg for str {
    fn as_arg(&self) -> OsString {
        self.into()
    }
}

impl AsArg for &str {
    fn as_arg(&self) -> OsString {
        (*self).into()
    }
}

impl AsArg for String {
    fn as_arg(&self) -> OsString {
        self.into()
    }
}

impl AsArg for OsString {
    fn as_arg(&self) -> OsString {
        self.clone()
    }
}

impl AsArg for PathBuf {
    fn as_arg(&self) -> OsString {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_between_quotes_is_one_string() {
        assert_eq!(quoted("a b"), "a b");
        assert_eq!(quoted("\"a\""), "\\\"a\\\"");
        assert_eq!(quoted("a\\"), "a\\\\");
        assert_eq!(quoted("a\nb"), "a\\nb");
        assert_eq!(quoted("é"), "é");
    }
}
