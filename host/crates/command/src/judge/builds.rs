//! Programs that are made ready beside the run: sources are compiled in the build jail, on threads
//! of their own, and programs as data are read.
//!
//! It must never know a case, or what becomes of a program.

use super::super::cache;
use super::super::stderr::NoticeWriter;
use super::error::PrepareError;
use polymer_host_modules::project::untrusted::{BuildFailure, BuildLimits, UntrustedBuilder, UntrustedError};
use polymer_host_modules::project::{BuildTools, ProjectLanguage};
use polymer_host_problem::{Program, ProgramSource};
use polymer_host_sys::regular;
use polymer_host_sys::system_error::{SystemError, SystemOperation};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

/// Bytes of a script at the most.
const LONGEST_SCRIPT: u64 = 1 << 20;
/// The code of a program that is none.
const NO_PROGRAM: &str = "no_program";

/// A program, ready to be run or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BuiltProgram {
    /// A module.
    Module(PathBuf),
    /// A text for an interpreter.
    Interpreted {
        /// The interpreter's name as a module, such as `@python`.
        interpreter: &'static str,
        /// The text.
        code: String,
    },
    /// Nothing that could be run.
    Failed {
        /// A word for programs, such as `compile_error`.
        code: String,
        /// What happened, with the first words of the compiler.
        message: String,
    },
}

/// A program that was made ready, by its place.
pub(super) type ReadyProgram = (usize, Result<BuiltProgram, PrepareError>);

/// Returns what builds programs and validators. `stack`: bytes of stack that modules are linked
/// with, if that is not left to their language.
pub(super) fn builder(limits: BuildLimits, stack: Option<u64>) -> Arc<UntrustedBuilder> {
    let tools = BuildTools { stack, ..BuildTools::default() };
    Arc::new(UntrustedBuilder::new(tools, cache::folder_of_scripts(), limits))
}

/// Makes sure that the compiler of each program is there, before any of them runs.
///
/// # Errors
/// If one is not.
pub(super) fn check_compilers(programs: &[Program], builder: &UntrustedBuilder) -> Result<(), PrepareError> {
    for program in programs {
        let (language, path) = match &program.source {
            ProgramSource::Source { language, path } => (*language, path.as_path()),
            ProgramSource::Code { language, .. } => (*language, Path::new(&program.name)),
            ProgramSource::Module(_) | ProgramSource::Script { .. } | ProgramSource::None(_) => continue,
        };
        let compiled = extension(language).and(ProjectLanguage::of_name(language));
        compiled.map_or(Ok(()), |language| builder.check(path, language))?;
    }
    Ok(())
}

/// Makes programs ready on `threads` threads, each by its place, and hands them on as they come.
/// Threads end when all are ready, or when nobody waits for them any more.
///
/// # Errors
/// If a thread cannot be started.
pub(super) fn start(
    programs: Vec<(usize, ProgramSource)>,
    builder: &Arc<UntrustedBuilder>,
    threads: usize,
) -> io::Result<Receiver<ReadyProgram>> {
    let (ready, waiting) = channel();
    let programs = Arc::new(Mutex::new(programs.into_iter()));
    for _ in 0..threads.max(1) {
        let (programs, builder, ready) = (Arc::clone(&programs), Arc::clone(builder), ready.clone());
        thread::Builder::new().name("builds".to_owned()).spawn(move || work(&programs, &builder, &ready))?;
    }
    Ok(waiting)
}

fn work(
    programs: &Mutex<std::vec::IntoIter<(usize, ProgramSource)>>,
    builder: &UntrustedBuilder,
    ready: &Sender<ReadyProgram>,
) {
    loop {
        let next = programs.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some((place, source)) = next else { return };
        if ready.send((place, prepare(&source, builder))).is_err() {
            return;
        }
    }
}

/// Compiles the source of a validator, as those of programs are, unless it is a module.
///
/// # Errors
/// If this machine cannot compile it.
pub(super) fn prepare_validator(
    path: &Path,
    builder: &UntrustedBuilder,
) -> Result<BuiltProgram, PrepareError> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    if matches!(extension, Some("wasm" | "wat")) && path.is_file() {
        return Ok(BuiltProgram::Module(path.to_path_buf()));
    }
    build(path, builder)
}

/// Makes one program ready.
///
/// # Errors
/// If this machine cannot compile it. That it does not compile is no error.
fn prepare(source: &ProgramSource, builder: &UntrustedBuilder) -> Result<BuiltProgram, PrepareError> {
    match source {
        ProgramSource::Module(path) => Ok(BuiltProgram::Module(path.clone())),
        ProgramSource::Source { path, .. } => build(path, builder),
        ProgramSource::Script { language, path } => Ok(match script(path) {
            Ok(code) => interpreted(language, code),
            Err(why) => failed(NO_PROGRAM, why),
        }),
        ProgramSource::Code { language, text } => match extension(language) {
            None => Ok(interpreted(language, text.clone())),
            Some(extension) => {
                let parent = std::env::temp_dir();
                let place = tempfile::Builder::new().prefix("polymer-source-").tempdir_in(&parent);
                let place = place.map_err(SystemError::on(SystemOperation::Write, &parent))?;
                let path = place.path().join(format!("main.{extension}"));
                std::fs::write(&path, text).map_err(SystemError::on(SystemOperation::Write, &path))?;
                build(&path, builder)
            }
        },
        ProgramSource::None(why) => Ok(failed(NO_PROGRAM, why.clone())),
    }
}

fn build(path: &Path, builder: &UntrustedBuilder) -> Result<BuiltProgram, PrepareError> {
    match builder.build(path, &mut NoticeWriter) {
        Ok(built) => Ok(match built.end {
            Ok(module) => BuiltProgram::Module(module),
            Err(failure) => not_built(failure),
        }),
        // The hand-in is to blame, and not the machine.
        Err(
            error @ (UntrustedError::Language(_)
            | UntrustedError::Name(_)
            | UntrustedError::TooMany { .. }
            | UntrustedError::TooLarge { .. }),
        ) => Ok(failed(NO_PROGRAM, error.to_string())),
        Err(error) => Err(error.into()),
    }
}

fn not_built(failure: BuildFailure) -> BuiltProgram {
    let BuildFailure { code, why, said, hint: _ } = failure;
    let message = if said.is_empty() { why } else { format!("{why}:\n{said}") };
    failed(code, message)
}

fn failed(code: &str, message: String) -> BuiltProgram {
    BuiltProgram::Failed { code: code.to_owned(), message }
}

/// The text of a script.
fn script(path: &Path) -> Result<String, String> {
    let named = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let file = File::open(path).and_then(|file| Ok(regular::stored(file)?));
    let mut file = file.map_err(|error| format!("{named} cannot be read: {error}"))?.take(LONGEST_SCRIPT + 1);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| format!("{named} cannot be read: {error}"))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST_SCRIPT {
        return Err(format!("{named} has more than {LONGEST_SCRIPT} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| format!("{named} is no text in UTF-8"))
}

fn interpreted(language: &str, code: String) -> BuiltProgram {
    let interpreter = if language == "javascript" { "@javascript" } else { "@python" };
    BuiltProgram::Interpreted { interpreter, code }
}

/// The extension of a source in a language that is compiled.
fn extension(language: &str) -> Option<&'static str> {
    Some(match language {
        "c" => "c",
        "c++" => "cpp",
        "rust" => "rs",
        "go" => "go",
        "zig" => "zig",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::time::Duration;

    fn builder() -> Arc<UntrustedBuilder> {
        super::builder(BuildLimits::default(), None)
    }

    fn ready(programs: Vec<ProgramSource>, threads: usize) -> BTreeMap<usize, BuiltProgram> {
        let programs = programs.into_iter().enumerate().collect();
        let waiting = start(programs, &builder(), threads).unwrap();
        std::iter::from_fn(|| waiting.recv_timeout(Duration::from_secs(60)).ok())
            .map(|(place, built)| (place, built.unwrap()))
            .collect()
    }

    #[test]
    fn modules_and_programs_as_data_are_ready_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        std::fs::write(&path, "print(1)").unwrap();
        let binary = folder.path().join("b.py");
        std::fs::write(&binary, b"\xff").unwrap();
        let programs = vec![
            ProgramSource::Module("m.wasm".into()),
            ProgramSource::Script { language: "python", path },
            ProgramSource::Code { language: "javascript", text: "1".to_owned() },
            ProgramSource::None("no file".to_owned()),
            ProgramSource::Script { language: "python", path: binary },
            ProgramSource::Script { language: "python", path: folder.path().join("none.py") },
        ];
        for threads in [1, 3] {
            let ready = ready(programs.clone(), threads);
            assert_eq!(ready.len(), programs.len());
            assert_eq!(ready[&0], BuiltProgram::Module("m.wasm".into()));
            let code = |interpreter, code: &str| BuiltProgram::Interpreted { interpreter, code: code.into() };
            assert_eq!(ready[&1], code("@python", "print(1)"));
            assert_eq!(ready[&2], code("@javascript", "1"));
            assert_eq!(ready[&3], failed(NO_PROGRAM, "no file".to_owned()));
            for (place, says) in [(4, "b.py is no text in UTF-8"), (5, "none.py cannot be read")] {
                let BuiltProgram::Failed { code, message } = &ready[&place] else { panic!() };
                assert_eq!(code, NO_PROGRAM);
                assert!(message.contains(says), "{message}");
            }
        }
    }

    #[test]
    fn nobody_builds_for_one_who_is_gone() {
        let programs = (0..1000).map(|place| (place, ProgramSource::None(String::new()))).collect();
        drop(start(programs, &builder(), 2).unwrap());
    }
}
