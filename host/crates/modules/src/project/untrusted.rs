//! Sources that nobody trusts, in place of a module: their compiler is called by itself, in a jail
//! (`crates/builder`), and nothing that they say is done.
//!
//! `sources` reads them as bytes, `toolchain` finds the compiler, `prepared` has what each build of
//! a language needs, `commands` makes a request of it (pure), and `jailed` has it answered. What is
//! built of a stranger's sources is kept by their content, and no other build reads it.

mod commands;
mod jailed;
mod prepared;
mod sources;
mod toolchain;

use super::steps::BuildWorkshop;
use super::{BuildTools, ProjectError, ProjectLanguage, file_error, hint, place};
use commands::ZigCache;
use polymer_host_builder::{BuildAnswer, BuildEnd, BuildFault};
pub use polymer_host_builder::{BuildLimits, MissingWall};
use sources::UntrustedSource;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use toolchain::Toolchain;

/// Why nothing can be said of a stranger's sources.
#[derive(Debug, thiserror::Error)]
pub enum UntrustedError {
    /// No language whose compiler is called here.
    #[error("{} is nothing that is compiled for strangers: sources in C, C++, Go, JavaScript, Python, Rust or Zig are", .0.display())]
    Language(PathBuf),
    /// A name that is no plain text, or a file that is none.
    #[error("{} cannot be a source: it is no regular file, or its name is no plain text", .0.display())]
    Name(PathBuf),
    /// Too many files.
    #[error("{} has more than {most} files, and that is the limit for a stranger's sources", folder.display())]
    TooMany {
        /// The folder.
        folder: PathBuf,
        /// The limit.
        most: usize,
    },
    /// Too many bytes.
    #[error("{} makes the sources longer than {most} bytes, and that is the limit for a stranger's", path.display())]
    TooLarge {
        /// The file that was one too many.
        path: PathBuf,
        /// The limit, for all files together.
        most: u64,
    },
    /// The compiler of Rust is not installed.
    #[error("rustc is needed to build {}, and was not found: install Rust", .0.display())]
    NoRust(PathBuf),
    /// What can be wrong with any project: no tool, several entries, a file that the system
    /// refuses.
    #[error(transparent)]
    Project(Box<ProjectError>),
    /// There is no folder of the user's to build in.
    #[error("{} cannot be built: neither XDG_CACHE_HOME nor HOME names a folder to keep it in", .0.display())]
    NoPlace(PathBuf),
    /// What a build needs could not be prepared.
    #[error("what builds of this language need cannot be prepared: {0}")]
    Prepare(Box<ProjectError>),
    /// No wall would keep the compiler from the machine's files, or one that has to stand does not.
    #[error("a stranger's sources are not compiled on this machine: nothing would keep the compiler from its files ({})", walls(.0))]
    NoWall(Vec<MissingWall>),
    /// The builder failed.
    #[error("the process that builds strangers' sources failed: {0}")]
    Builder(String),
}

impl From<ProjectError> for UntrustedError {
    fn from(error: ProjectError) -> Self {
        Self::Project(Box::new(error))
    }
}

impl UntrustedError {
    /// Returns advice that may help.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Language(_) => Some(
                "the compiler of AssemblyScript is a package of the project, so it is not called: `polymer build` builds your own",
            ),
            Self::NoWall(_) => Some(
                "`polymer doctor` shows which walls are missing here; Landlock or user namespaces are enough",
            ),
            Self::NoPlace(_) => Some("set XDG_CACHE_HOME"),
            _ => None,
        }
    }
}

fn walls(missing: &[MissingWall]) -> String {
    let each = missing.iter().map(|MissingWall { layer, why }| format!("{layer}: {why}"));
    each.collect::<Vec<_>>().join("; ")
}

/// What came of a stranger's sources.
#[derive(Debug)]
pub struct UntrustedBuild {
    /// The module, or why there is none.
    pub end: Result<PathBuf, BuildFailure>,
    /// The same sources were built before, by the same compiler, and nothing was done.
    pub is_kept: bool,
    /// CPU time of the build.
    pub cpu: Duration,
    /// Bytes of memory at the most, as far as was seen.
    pub memory: u64,
    /// How long it took.
    pub time: Duration,
    /// Walls of the jail that did not stand.
    pub missing: Vec<MissingWall>,
}

/// Why a stranger's sources gave no module. It is for them to answer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildFailure {
    /// A word for programs: `compile_error`, `cpu_limit`, `memory_limit`, `process_limit`,
    /// `output_limit`, `time_limit` or `no_module`.
    pub code: &'static str,
    /// What happened, in a sentence without an end.
    pub why: String,
    /// The first words of the compiler: at most 4 KiB, written by a stranger.
    pub said: String,
    /// Advice that may help.
    pub hint: Option<&'static str>,
}

/// Builds strangers' sources, on as many threads as use it. What it finds out about this machine's
/// compilers it asks once.
#[derive(Debug)]
pub struct UntrustedBuilder {
    tools: BuildTools,
    scripts: Option<PathBuf>,
    limits: BuildLimits,
    toolchains: Mutex<BTreeMap<ProjectLanguage, Toolchain>>,
}

impl UntrustedBuilder {
    /// Creates a builder. What comes of its builds is kept below `scripts`.
    #[must_use]
    pub const fn new(tools: BuildTools, scripts: Option<PathBuf>, limits: BuildLimits) -> Self {
        Self { tools, scripts, limits, toolchains: Mutex::new(BTreeMap::new()) }
    }

    /// Builds what is at `path`, a file or a folder, in a jail.
    ///
    /// # Errors
    /// If there is nothing to build, no compiler, no wall, or the machine refuses something. That
    /// sources give no module is no error.
    pub fn build(&self, path: &Path, notice: &mut dyn Write) -> Result<UntrustedBuild, UntrustedError> {
        let Self { tools, limits, .. } = self;
        let scripts = self.scripts.as_deref().ok_or_else(|| UntrustedError::NoPlace(path.to_path_buf()))?;
        let source = sources::read(path)?;
        let toolchain = self.toolchain(path, source.language)?;
        let folder = scripts.join(name(&source, &toolchain, tools.stack)?);
        let module = folder.join(format!("{}.wasm", source.name));
        if module.is_file() {
            return Ok(kept(module));
        }
        let mut workshop = BuildWorkshop { tools, notice, quiet: false };
        let prepared = prepared::prepare(&source, &toolchain, scripts, &mut workshop)?;
        let ready = prepared.as_ref().map(|prepared| prepared.folder.as_path());
        let said = format!("waiting for another build of {}", path.display());
        let lock = place::lock(&folder, || workshop.say(&said))?;
        if module.is_file() {
            return Ok(kept(module));
        }
        let answer = jailed::build(tools, |place| {
            let mut request =
                commands::request(&source, &toolchain, place, ZigCache::Copied, ready, tools.stack);
            request.limits = *limits;
            if let Some(ready) = ready.filter(|_| source.language == ProjectLanguage::Rust) {
                let prepared::PreparedCrates { crates, folders } = prepared::crates(ready)?;
                commands::with_crates(&mut request, &crates, &folders);
            }
            Ok(request)
        })?;
        let built = judged(&source, answer, limits, &module)?;
        drop(lock);
        Ok(built)
    }

    /// Makes sure that the compiler of a language is there. `path` is what it is wanted for.
    ///
    /// # Errors
    /// If it is not.
    pub fn check(&self, path: &Path, language: ProjectLanguage) -> Result<(), UntrustedError> {
        self.toolchain(path, language).map(drop)
    }

    /// Returns the compiler of a language. To find it takes programs that are asked, which cost as
    /// much as many a build that is kept.
    fn toolchain(&self, path: &Path, language: ProjectLanguage) -> Result<Toolchain, UntrustedError> {
        let mut found = self.toolchains.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(toolchain) = found.get(&language) {
            return Ok(toolchain.clone());
        }
        let toolchain = toolchain::find(path, language, &self.tools)?;
        found.insert(language, toolchain.clone());
        drop(found);
        Ok(toolchain)
    }
}

fn kept(module: PathBuf) -> UntrustedBuild {
    UntrustedBuild {
        end: Ok(module),
        is_kept: true,
        cpu: Duration::ZERO,
        memory: 0,
        time: Duration::ZERO,
        missing: Vec::new(),
    }
}

/// The name of the folder for sources and a compiler, as builds of single files have it.
fn name(
    source: &UntrustedSource,
    toolchain: &Toolchain,
    stack: Option<u64>,
) -> Result<String, UntrustedError> {
    let program = &toolchain.program;
    let meta = program.metadata().map_err(|error| file_error(program, error))?;
    let mut hasher = blake3::Hasher::new();
    let mut add = |bytes: &[u8]| {
        hasher.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(bytes);
    };
    add(b"untrusted");
    add(env!("CARGO_PKG_VERSION").as_bytes());
    add(program.as_os_str().as_encoded_bytes());
    add(format!("{} {} {}", meta.len(), meta.mtime(), meta.ino()).as_bytes());
    add(format!("{} {} {}", source.language, source.typed, source.name).as_bytes());
    add(format!("{stack:?}").as_bytes());
    for (name, bytes) in &source.files {
        add(name.as_bytes());
        add(bytes);
    }
    Ok(hasher.finalize().to_hex().chars().take(32).collect())
}

/// What the builder's answer says of the sources. A module is put to its place.
fn judged(
    source: &UntrustedSource,
    answer: BuildAnswer,
    limits: &BuildLimits,
    module: &Path,
) -> Result<UntrustedBuild, UntrustedError> {
    let end = match answer.end {
        BuildEnd::Made => {
            let unfinished = module.with_extension("unfinished");
            let written =
                fs::write(&unfinished, &answer.module).and_then(|()| fs::rename(&unfinished, module));
            written.map_err(|error| file_error(module, error))?;
            Ok(module.to_path_buf())
        }
        BuildEnd::Failed(fault) => {
            let said = String::from_utf8_lossy(&answer.said).trim_end().to_owned();
            let (code, why) = blamed(fault, limits);
            let hint = hint::hint(source.language, &said).filter(|_| code == "compile_error");
            Err(BuildFailure { code, why, said, hint })
        }
        BuildEnd::NoWall => return Err(UntrustedError::NoWall(answer.missing)),
        BuildEnd::Broken(why) => return Err(UntrustedError::Builder(why)),
    };
    let BuildAnswer { cpu, memory, time, missing, .. } = answer;
    Ok(UntrustedBuild { end, is_kept: false, cpu, memory, time, missing })
}

/// Returns the word for a fault, and what happened.
fn blamed(fault: BuildFault, limits: &BuildLimits) -> (&'static str, String) {
    let time = humantime::format_duration;
    let size = polymer_host_base::quantity::show_size;
    match fault {
        BuildFault::Exit(code) => ("compile_error", format!("the compiler ended with exit code {code}")),
        BuildFault::Signal(signal) => ("compile_error", format!("the compiler was ended by signal {signal}")),
        BuildFault::Cpu => ("cpu_limit", format!("it takes more than {} of CPU time", time(limits.cpu))),
        BuildFault::Memory => {
            ("memory_limit", format!("it takes more than {} of memory", size(limits.memory)))
        }
        BuildFault::Tasks => {
            ("process_limit", format!("it takes more than {} processes and threads", limits.tasks))
        }
        BuildFault::Output => (
            "output_limit",
            format!(
                "it writes more than {} of files or {} of messages, or a module of more than {}",
                size(limits.files),
                size(limits.said),
                size(limits.module)
            ),
        ),
        BuildFault::Time => ("time_limit", format!("it takes longer than {}", time(limits.time))),
        BuildFault::NoModule => ("no_module", "the compiler made no module and reported no error".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A zig that notes each time it is asked where it is.
    fn counting_zig(folder: &Path) -> PathBuf {
        let (zig, asked) = (folder.join("zig"), folder.join("asked"));
        let says = format!(".{{\n.zig_exe = \"{}\",\n.lib_dir = \"{}\" }}", zig.display(), folder.display());
        fs::write(&zig, format!("#!/bin/sh\necho >> '{}'\necho '{says}'\n", asked.display())).unwrap();
        fs::set_permissions(&zig, fs::Permissions::from_mode(0o755)).unwrap();
        asked
    }

    #[test]
    fn a_compiler_is_asked_once_where_it_is_whoever_builds() {
        let folder = tempfile::tempdir().unwrap();
        let asked = counting_zig(folder.path());
        let tools = BuildTools { path: folder.path().into(), ..BuildTools::default() };
        let builder = UntrustedBuilder::new(tools.clone(), None, BuildLimits::default());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| builder.check(Path::new("a.zig"), ProjectLanguage::Zig).unwrap());
            }
        });
        builder.check(Path::new("b.zig"), ProjectLanguage::Zig).unwrap();
        let count = || fs::read_to_string(&asked).unwrap().lines().count();
        let by_one = count();
        // Another builder asks as often again.
        let other = UntrustedBuilder::new(tools, None, BuildLimits::default());
        other.check(Path::new("a.zig"), ProjectLanguage::Zig).unwrap();
        assert_eq!(count(), 2 * by_one);
    }

    #[test]
    fn a_compiler_that_is_not_there_is_told_for_what_wants_it() {
        let folder = tempfile::tempdir().unwrap();
        let tools = BuildTools { path: folder.path().into(), ..BuildTools::default() };
        let builder = UntrustedBuilder::new(tools, None, BuildLimits::default());
        let told = builder.check(Path::new("a.zig"), ProjectLanguage::Zig).unwrap_err().to_string();
        assert!(told.contains("a.zig") && told.contains("zig"), "{told}");
    }
}
