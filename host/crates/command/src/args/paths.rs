//! Flags that name a file or a folder: where `-` stands for neither standard input nor standard
//! output it is refused, for it would make a file that is called so.
//!
//! It must never look whether anything stands at a path.

use clap::builder::{PathBufValueParser, TypedValueParser};
use std::path::{Path, PathBuf};

/// Why `-` is refused.
pub(super) const NO_STREAM: &str =
    "`-` is not a standard stream here; `./-` is a file or directory of that name";

/// A path that is not `-`.
pub(super) fn named_path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| {
        if path == Path::new("-") {
            return Err(NO_STREAM);
        }
        Ok(path)
    })
}

#[cfg(test)]
mod tests {
    use crate::args::Cli;
    use std::any::TypeId;
    use std::ffi::OsString;
    use std::path::PathBuf;

    /// What `-` is for an argument that takes a path.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Dash {
        Stdin,
        Stdout,
        Refused,
    }

    /// Every argument that takes a path.
    const PATHS: [(&str, &str, Dash); 57] = [
        ("run", "module", Dash::Refused),
        ("run", "tasks", Dash::Stdin),
        ("run", "base", Dash::Refused),
        ("run", "input", Dash::Stdin),
        ("run", "place", Dash::Stdin),
        ("run", "output", Dash::Stdout),
        ("run", "output_dir", Dash::Refused),
        ("run", "run_dir", Dash::Refused),
        ("run", "expect", Dash::Refused),
        ("run", "checker", Dash::Refused),
        ("run", "interactor", Dash::Refused),
        ("run", "skip_done", Dash::Refused),
        ("run", "cache_dir", Dash::Refused),
        ("run", "log_file", Dash::Refused),
        ("run", "log_dir", Dash::Refused),
        ("run", "traces", Dash::Refused),
        ("run", "config", Dash::Refused),
        ("run", "groups", Dash::Refused),
        ("exec", "module", Dash::Refused),
        ("exec", "cache_dir", Dash::Refused),
        ("exec", "config", Dash::Refused),
        ("resume", "dir", Dash::Refused),
        ("rerun", "dir", Dash::Refused),
        ("merge", "out", Dash::Refused),
        ("merge", "dirs", Dash::Refused),
        ("status", "dir", Dash::Refused),
        ("top", "dir", Dash::Refused),
        ("export", "dir", Dash::Refused),
        ("export", "output", Dash::Stdout),
        ("report", "dir", Dash::Refused),
        ("report", "compare", Dash::Refused),
        ("report", "output", Dash::Stdout),
        ("new", "folder", Dash::Refused),
        ("build", "path", Dash::Refused),
        ("build", "output", Dash::Refused),
        ("build", "requirements", Dash::Refused),
        ("test", "paths", Dash::Stdin),
        ("test", "checker", Dash::Refused),
        ("test", "cache_dir", Dash::Refused),
        ("judge", "programs", Dash::Refused),
        ("judge", "cases", Dash::Refused),
        ("judge", "checker", Dash::Refused),
        ("judge", "interactor", Dash::Refused),
        ("judge", "output", Dash::Refused),
        ("judge", "run_dir", Dash::Refused),
        ("judge", "cache_dir", Dash::Refused),
        ("judge", "log_file", Dash::Refused),
        ("judge", "config", Dash::Refused),
        ("calibrate", "paths", Dash::Stdin),
        ("calibrate", "checker", Dash::Refused),
        ("calibrate", "output", Dash::Refused),
        ("calibrate", "cache_dir", Dash::Refused),
        ("inspect", "module", Dash::Refused),
        ("inspect", "cache_dir", Dash::Refused),
        ("path", "cache_dir", Dash::Refused),
        ("clear", "cache_dir", Dash::Refused),
        ("man", "dir", Dash::Refused),
    ];

    fn all(command: &clap::Command, found: &mut Vec<(String, String, Vec<String>)>) {
        for arg in command.get_arguments() {
            if arg.get_value_parser().type_id() != TypeId::of::<PathBuf>() {
                continue;
            }
            let line = match arg.get_long() {
                Some(long) => vec![format!("--{long}=-")],
                None => Vec::new(),
            };
            found.push((command.get_name().to_owned(), arg.get_id().to_string(), line));
        }
        command.get_subcommands().for_each(|command| all(command, found));
    }

    #[test]
    fn a_dash_is_a_standard_stream_or_refused() {
        let mut found = Vec::new();
        all(&Cli::flags(), &mut found);
        let decided = |(command, name, _): &(String, String, Vec<String>)| {
            PATHS.iter().find(|(of, arg, _)| of == command && arg == name)
        };
        for path in &found {
            let (command, name, line) = path;
            let (_, _, dash) =
                decided(path).unwrap_or_else(|| panic!("decide what `-` is for {command} {name}"));
            let parents: &[&str] =
                if ["path", "clear"].contains(&command.as_str()) { &["cache"] } else { &[] };
            // Arguments without a flag come in their order; those that are not asked about have a
            // name.
            let places: Vec<&str> = Cli::flags()
                .find_subcommand(parents.first().copied().unwrap_or(command))
                .into_iter()
                .flat_map(|found| found.find_subcommand(command).unwrap_or(found).get_positionals())
                .filter(|arg| {
                    arg.is_required_set() || arg.get_id() == name.as_str() || arg.get_id() == "module"
                })
                .map(|arg| if arg.get_id() == name.as_str() { "-" } else { "x" })
                .collect();
            let mut argv: Vec<OsString> = vec!["polymer".into()];
            argv.extend(parents.iter().map(OsString::from));
            argv.push(command.into());
            argv.extend(line.iter().map(OsString::from));
            match name.as_str() {
                "tasks" => {}
                // The last of several.
                "paths" => argv.extend(["x", "-"].map(OsString::from)),
                "base" => argv.extend(["--tasks", "x"].map(OsString::from)),
                _ => argv.extend(places.iter().map(OsString::from)),
            }
            let read = Cli::read(argv.clone());
            match (dash, read) {
                (Dash::Refused, Err(no_start)) => {
                    assert!(no_start.text.contains("standard stream here"), "{argv:?}: {}", no_start.text);
                }
                (Dash::Stdin | Dash::Stdout, Ok(_)) => {}
                (dash, read) => panic!("`-` is to be {dash:?} for {argv:?}: {read:?}"),
            }
        }
        assert_eq!(found.len(), PATHS.len(), "{found:?}");
    }
}
