//! The languages that can be built, and what is known of each by names and by words in its sources.
//! Pure: it must never know which tool builds one.

use std::fmt;
use std::path::Path;

/// A language in which tasks are written, and whose tool this part knows how to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProjectLanguage {
    /// Rust, by cargo.
    Rust,
    /// Python, by componentize-py.
    Python,
    /// JavaScript, by componentize-qjs.
    JavaScript,
    /// C, by clang or zig.
    C,
    /// C++, by clang or zig.
    Cpp,
    /// Go.
    Go,
    /// Zig.
    Zig,
    /// AssemblyScript, by asc.
    AssemblyScript,
}

impl ProjectLanguage {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Rust,
        Self::Python,
        Self::JavaScript,
        Self::C,
        Self::Cpp,
        Self::Go,
        Self::Zig,
        Self::AssemblyScript,
    ];

    /// Returns its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::C => "C",
            Self::Cpp => "C++",
            Self::Go => "Go",
            Self::Zig => "Zig",
            Self::AssemblyScript => "AssemblyScript",
        }
    }

    /// Returns the language of a name, whatever its case is.
    #[doc(hidden)]
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.name().eq_ignore_ascii_case(name))
    }

    /// The language of a file that is built by itself, if it is one. What builds AssemblyScript
    /// stands in a folder's own packages, so its files are built with their folder only.
    #[doc(hidden)]
    #[must_use]
    pub fn of_script(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?;
        let alone =
            |language: &Self| *language != Self::AssemblyScript && language.endings().contains(&ending);
        Self::ALL.into_iter().find(alone)
    }

    /// All of them, as they are listed in a sentence.
    pub(super) fn listed() -> String {
        let names = Self::ALL.map(Self::name);
        let (last, others) = names.split_last().unwrap_or((&"", &[]));
        format!("{} or {last}", others.join(", "))
    }

    /// Returns the file name of its task, used where several files might be it.
    pub(super) const fn entry(self) -> &'static str {
        match self {
            Self::Rust => "main.rs",
            Self::Python => "task.py",
            Self::JavaScript => "task.js",
            Self::C => "task.c",
            Self::Cpp => "task.cpp",
            Self::Go => "main.go",
            Self::Zig => "task.zig",
            Self::AssemblyScript => "task.ts",
        }
    }

    /// Returns the file extensions of its sources.
    pub(super) const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["rs"],
            Self::Python => &["py"],
            Self::JavaScript => &["js", "mjs"],
            Self::C => &["c"],
            Self::Cpp => &["cpp", "cc", "cxx"],
            Self::Go => &["go"],
            Self::Zig => &["zig"],
            Self::AssemblyScript => &["ts"],
        }
    }

    /// Returns whether everything a module is made of is in its folder, so that an unchanged module
    /// is recognised. The compilers of the others also read files elsewhere; they are quick, or
    /// know themselves what to rebuild.
    pub(super) const fn is_closed(self) -> bool {
        matches!(self, Self::Python | Self::JavaScript)
    }

    /// Returns whether several files are one program, each of which is given to the compiler.
    pub(super) const fn takes_all(self) -> bool {
        matches!(self, Self::C | Self::Cpp | Self::Go)
    }

    /// Returns whether a single file of it is built from a copy with a name of ours. The tools of
    /// these languages take a file's name for a name in the language, or for a condition. Those of
    /// the others do not, and find included files beside it.
    pub(super) const fn is_copied(self) -> bool {
        matches!(self, Self::Python | Self::JavaScript | Self::Go)
    }

    /// Returns whether a source with this text is a typed task; otherwise it is a command.
    pub(super) fn is_typed(self, text: &str) -> bool {
        let begins = |start: &str| text.lines().any(|line| line.starts_with(start));
        match self {
            // Of a Cargo project nobody asks.
            Self::Rust => text.contains("polymer_task"),
            Self::C | Self::Cpp => text.contains("polymer_task.h"),
            Self::Python => begins("def run(") || text.contains("polymer_task"),
            Self::JavaScript => !begins("export function main(") && !begins("export const main "),
            Self::Go => text.contains("/polymer\""),
            Self::Zig => text.contains("@import(\"polymer"),
            Self::AssemblyScript => text.contains("polymer\""),
        }
    }
}

impl fmt::Display for ProjectLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_told_by_the_source() {
        assert!(ProjectLanguage::C.is_typed("#include \"polymer_task.h\"\n"));
        assert!(!ProjectLanguage::C.is_typed("int main(void) { return 0; }\n"));
        assert!(ProjectLanguage::Python.is_typed("import re\n\ndef run(row):\n"));
        assert!(!ProjectLanguage::Python.is_typed("class A:\n    def run(self): pass\n"));
        assert!(ProjectLanguage::JavaScript.is_typed("export function run(row) {}"));
        assert!(ProjectLanguage::Go.is_typed("import \"x/polymer\"\n"));
    }
}
