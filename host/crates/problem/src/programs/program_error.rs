//! Reasons for which there is no list of programs at all. What is wrong with one program is said in
//! its place instead.
//!
//! Nothing here may know which rule was broken by whom.

use polymer_host_base::sanitize;
use polymer_host_sys::regular::FileError;
use polymer_host_sys::system_error::SystemError;
use std::path::{Path, PathBuf};

/// Why programs cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// The system refuses.
    #[error(transparent)]
    System(#[from] SystemError),
    /// The file of lines cannot be read.
    #[error("{}: {error}", shown(.path))]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: FileError,
    },
    /// A file has no ending by which its language is known.
    #[error(
        "{}: no language is known by its ending; programs end in .c, .cc, .cpp, .cxx, .c++, .rs, .go, .zig, .py, .js, .mjs, .wasm or .wat, and lines of programs in .jsonl",
        shown(.0)
    )]
    Language(PathBuf),
    /// A folder has no programs.
    #[error("{}: there is no program in it", shown(.0))]
    NoPrograms(PathBuf),
    /// A file does not say which of several problems it is for.
    #[error(
        "{}: there are several problems; name the file after its problem, and put it in a folder named after its person",
        shown(.0)
    )]
    WhichProblem(PathBuf),
    /// A name is not UTF-8, or has a control character.
    #[error("{}: its name is not UTF-8, or has control characters", shown(.0))]
    NotUtf8(PathBuf),
    /// A name is not one of a program or a person.
    #[error(
        "`{}` is no name of a program or a person: it has to have 1 to {most} bytes, and no control characters",
        sanitize::name(.name)
    )]
    Name {
        /// The name.
        name: String,
        /// Bytes that it may have.
        most: usize,
    },
    /// Two programs have the same name.
    #[error("two programs are called `{}`", sanitize::name(.0))]
    Twice(String),
    /// There are more programs than a run takes.
    #[error("there are more than {most} programs, or entries of a folder of programs")]
    TooMany {
        /// Programs that there may be.
        most: usize,
    },
    /// A line is no program.
    #[error("{}, line {line}: {why}", shown(.path))]
    Line {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
}

fn shown(path: &Path) -> String {
    sanitize::one_line(&path.to_string_lossy()).into_owned()
}
