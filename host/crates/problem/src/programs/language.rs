//! Languages of programs, by the endings of files and by the names that people give them.
//!
//! Nothing here may know how a program in one of them is built or run.

use crate::ProgramSource;
use std::path::PathBuf;

/// A language in which programs are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgramLanguage {
    /// A module: built already.
    Module,
    /// C.
    C,
    /// C++.
    Cpp,
    /// Rust.
    Rust,
    /// Go.
    Go,
    /// Zig.
    Zig,
    /// Python, by an interpreter.
    Python,
    /// JavaScript, by an interpreter.
    JavaScript,
}

impl ProgramLanguage {
    /// The language of a file, by the ending of its name in any letters.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        Some(match ending.to_ascii_lowercase().as_str() {
            "wasm" | "wat" => Self::Module,
            "c" => Self::C,
            "cc" | "cpp" | "cxx" | "c++" => Self::Cpp,
            "rs" => Self::Rust,
            "go" => Self::Go,
            "zig" => Self::Zig,
            "py" => Self::Python,
            "js" | "mjs" => Self::JavaScript,
            _ => return None,
        })
    }

    /// The language of a text, by what people call it in any letters. No text is a module.
    #[must_use]
    pub fn of_text(language: &str) -> Option<Self> {
        Some(match language.to_ascii_lowercase().as_str() {
            "c" => Self::C,
            "c++" | "cpp" => Self::Cpp,
            "rust" | "rs" => Self::Rust,
            "go" | "golang" => Self::Go,
            "zig" => Self::Zig,
            "python" | "python3" | "py" => Self::Python,
            "javascript" | "js" => Self::JavaScript,
            _ => return None,
        })
    }

    /// Returns its name in small letters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::C => "c",
            Self::Cpp => "c++",
            Self::Rust => "rust",
            Self::Go => "go",
            Self::Zig => "zig",
            Self::Python => "python",
            Self::JavaScript => "javascript",
        }
    }

    /// Returns whether several files of it can be one program, which is built as a folder.
    #[must_use]
    pub const fn is_compiled(self) -> bool {
        match self {
            Self::C | Self::Cpp | Self::Rust | Self::Go | Self::Zig => true,
            Self::Module | Self::Python | Self::JavaScript => false,
        }
    }

    /// The file or folder at `path` as a program.
    #[must_use]
    pub fn source(self, path: PathBuf) -> ProgramSource {
        match self {
            Self::Module => ProgramSource::Module(path),
            Self::Python | Self::JavaScript => ProgramSource::Script { language: self.name(), path },
            Self::C | Self::Cpp | Self::Rust | Self::Go | Self::Zig => {
                ProgramSource::Source { language: self.name(), path }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_ending() {
        let of = |name| ProgramLanguage::of_name(name).map(ProgramLanguage::name);
        for (name, language) in [
            ("a.c", "c"),
            ("a.cc", "c++"),
            ("a.CPP", "c++"),
            ("a.cxx", "c++"),
            ("a.c++", "c++"),
            ("a.rs", "rust"),
            ("a.go", "go"),
            ("a.zig", "zig"),
            ("a.b.py", "python"),
            ("a.js", "javascript"),
            ("a.mjs", "javascript"),
            ("a.wasm", "module"),
            ("a.wat", "module"),
        ] {
            assert_eq!(of(name), Some(language), "{name}");
        }
        for name in ["a", "a.h", "a.txt", ".c", "c", "a.java", "a."] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    fn a_text_says_its_language() {
        let of = |name| ProgramLanguage::of_text(name).map(ProgramLanguage::name);
        assert_eq!(
            ["Python", "py", "C++", "cpp", "golang"].map(of),
            [Some("python"), Some("python"), Some("c++"), Some("c++"), Some("go")]
        );
        assert_eq!(["module", "wasm", "", "java"].map(of), [None; 4]);
    }
}
