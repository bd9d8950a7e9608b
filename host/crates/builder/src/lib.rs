//! The process in which sources that nobody trusts are compiled: it is told what to run and on
//! what, puts a jail around that, watches what it uses, and answers with the module.
//!
//! Three processes, the first of which `modules/project/untrusted` starts: the **builder** leaves
//! the machine's namespaces, starts the second, and watches what all that it started uses
//! (`monitor`). The second, the **keeper** (`keeper`), makes the root, writes the sources, starts
//! one compiler after the other and reads the module. The third is the **compiler**, jailed before
//! it begins (`compiler`). Only compilers see the sources as anything but bytes.
//!
//! Nothing here may know a language, a tool, or what a module is for.
#![forbid(unsafe_code)]

#[cfg(feature = "process")]
mod builder;
#[cfg(feature = "process")]
mod compiler;
#[cfg(feature = "process")]
mod files;
#[cfg(feature = "process")]
mod keeper;
mod messages;
#[cfg(feature = "process")]
mod monitor;
#[cfg(feature = "process")]
mod process_tree;

#[cfg(feature = "process")]
pub use builder::main;
pub use messages::{
    BuildAnswer, BuildCommand, BuildEnd, BuildFault, BuildFile, BuildLimits, BuildRequest, BuilderError,
    MissingWall, SAID, read_answer, write_request,
};
use std::ffi::OsString;

/// The argument by which the program is started as a builder; the id of the process that starts it
/// follows.
pub const ARGUMENT: &str = "__build";

/// Returns whether this process was started as a builder, and by which process: 0 if that is not
/// told as a supervisor does it. The arguments are those of the process, its name first.
#[must_use]
pub fn requested(args: impl Iterator<Item = OsString>) -> Option<u32> {
    let mut args = args.skip(1);
    if args.next()? != ARGUMENT {
        return None;
    }
    let parent = args.next().and_then(|parent| parent.to_str()?.parse().ok());
    Some(parent.filter(|_| args.next().is_none()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_builder_is_asked_for_by_its_argument() {
        let asked = |args: &[&str]| requested(args.iter().map(OsString::from));
        assert_eq!(asked(&["polymer", "run", "__build"]), None);
        assert_eq!(asked(&["polymer"]), None);
        assert_eq!(asked(&["polymer", "__build", "7"]), Some(7));
        for malformed in
            [&["polymer", "__build"] as &[_], &["p", "__build", "x"], &["p", "__build", "7", "8"]]
        {
            assert_eq!(asked(malformed), Some(0));
        }
    }
}
