//! What a compiler would make anew for each program: the standard library of Go, the libraries that
//! Zig builds, the SDK for Rust. It is made once, of sources of ours and by the operator's own
//! tools, and strangers' builds read it or have a copy. They never write to it.

use super::super::cargo;
use super::super::recipe::rust;
use super::super::steps::{BuildWorkshop, command};
use super::super::{ProjectError, ProjectLanguage, file_error, place, starter};
use super::UntrustedError;
use super::commands::{self, ZigCache};
use super::sources::UntrustedSource;
use super::toolchain::Toolchain;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Part of the name of what was prepared: another number when it is prepared in another way.
const VERSION: u32 = 1;
/// The folder of what is whole, in the folder that is prepared in.
const READY: &str = "ready";
const UNFINISHED: &str = "unfinished";

/// Sources of ours in a language: a command, and where another library is built for those a typed
/// task.
#[derive(Debug, Clone, Copy)]
struct Samples {
    file: &'static str,
    command: &'static str,
    typed: Option<&'static str>,
}

const GO: Samples = Samples {
    file: "main.go",
    command: include_str!("samples/main.go.txt"),
    typed: Some(include_str!("samples/task.go.txt")),
};
const ZIG: Samples = Samples {
    file: "main.zig",
    command: include_str!("samples/main.zig.txt"),
    typed: Some("export fn nothing() void {}\n"),
};
const C: Samples = Samples {
    file: "main.c",
    command: include_str!("samples/main.c.txt"),
    typed: Some("int nothing(void) { return 0; }\n"),
};
const CPP: Samples = Samples {
    file: "main.cpp",
    command: include_str!("samples/main.cpp.txt"),
    typed: Some("int nothing() { return 0; }\n"),
};
/// Its crates are what is wanted.
const RUST: Samples = Samples { file: "lib.rs", command: "pub use polymer_task as _;\n", typed: None };

/// What was prepared, held so that nobody clears it away meanwhile.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) folder: PathBuf,
    _lock: Option<File>,
}

/// Returns where what a build needs is prepared, after making it if it is not there; `None` if it
/// needs nothing.
pub(super) fn prepare(
    source: &UntrustedSource,
    toolchain: &Toolchain,
    scripts: &Path,
    workshop: &mut BuildWorkshop<'_>,
) -> Result<Option<Prepared>, UntrustedError> {
    let samples = match source.language {
        ProjectLanguage::Go => GO,
        ProjectLanguage::Rust if source.typed => RUST,
        ProjectLanguage::Zig => ZIG,
        ProjectLanguage::C if toolchain.is_zig => C,
        ProjectLanguage::Cpp if toolchain.is_zig => CPP,
        _ => return Ok(None),
    };
    let folder = scripts.join(name(source, toolchain, &samples)?);
    let ready = folder.join(READY);
    let said = format!("waiting for another build that prepares {}", source.language);
    if let Some(lock) = shared(&folder).filter(|_| ready.is_dir()) {
        return Ok(Some(Prepared { folder: ready, _lock: Some(lock) }));
    }
    let lock = place::lock(&folder, || workshop.say(&said))?;
    if !ready.is_dir() {
        workshop.say(&format!("preparing what is built of {} once: this takes a while", source.language));
        let unfinished = folder.join(UNFINISHED);
        place::empty(&unfinished)?;
        let made = make(source, toolchain, &samples, &unfinished, workshop);
        made.map_err(|error| UntrustedError::Prepare(Box::new(error)))?;
        make_readable(&unfinished).map_err(|error| file_error(&unfinished, error))?;
        fs::rename(&unfinished, &ready).map_err(|error| file_error(&ready, error))?;
    }
    drop(lock);
    Ok(Some(Prepared { _lock: shared(&folder), folder: ready }))
}

/// Locks what is prepared against being cleared away, beside other builds that do. `None` if it is
/// being prepared or cleared, or the file system knows no locks.
fn shared(folder: &Path) -> Option<File> {
    let lock = File::open(folder.join(place::LOCK)).ok()?;
    lock.try_lock_shared().ok().map(|()| lock)
}

/// Lets every user read what was prepared, whatever the umask is: compilers may have an id of their
/// own.
fn make_readable(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, meta) = (entry.path(), entry.metadata()?);
        if meta.is_dir() {
            make_readable(&path)?;
        } else if meta.is_file() {
            fs::set_permissions(&path, PermissionsExt::from_mode(meta.mode() | 0o444))?;
        }
    }
    fs::set_permissions(folder, PermissionsExt::from_mode(0o755))
}

/// A name as builds of single files have it, so that both are cleared away together.
fn name(
    source: &UntrustedSource,
    toolchain: &Toolchain,
    samples: &Samples,
) -> Result<String, UntrustedError> {
    let program = &toolchain.program;
    let meta = program.metadata().map_err(|error| file_error(program, error))?;
    let is = format!(
        "{VERSION} {} {} {} {} {} {} {samples:?}",
        env!("CARGO_PKG_VERSION"),
        source.language,
        program.display(),
        meta.len(),
        meta.mtime(),
        meta.ino(),
    );
    Ok(blake3::hash(is.as_bytes()).to_hex().chars().take(32).collect())
}

fn make(
    source: &UntrustedSource,
    toolchain: &Toolchain,
    samples: &Samples,
    into: &Path,
    workshop: &mut BuildWorkshop<'_>,
) -> Result<(), ProjectError> {
    let work = into.with_file_name("work");
    place::empty(&work)?;
    if source.language == ProjectLanguage::Rust {
        let package = work.join("package");
        let mut files = vec![(PathBuf::from("Cargo.toml"), rust::manifest(samples.file, true, &["schema"]))];
        starter::rust_sdk(&mut files);
        files.push((samples.file.into(), samples.command.to_owned()));
        for (name, text) in files {
            write(&package.join(name), text.as_bytes())?;
        }
        cargo::add_target(&package, workshop)?;
        cargo::cargo(&package, &package, Some(into), workshop)?;
    } else {
        let forms = [(false, Some(samples.command)), (true, samples.typed)];
        for (typed, text) in forms.into_iter().filter_map(|(typed, text)| Some((typed, text?))) {
            let sample = UntrustedSource {
                language: source.language,
                typed,
                files: vec![(samples.file.to_owned(), text.as_bytes().to_vec())],
                folder: PathBuf::new(),
                sources: vec![samples.file.to_owned()],
                name: "sample".to_owned(),
            };
            build(&sample, toolchain, &work.join(if typed { "typed" } else { "command" }), into, workshop)?;
        }
    }
    fs::remove_dir_all(&work).map_err(|error| file_error(&work, error))
}

/// Builds a sample as a stranger's sources are built, but in no jail: it and its tools are ours and
/// the operator's.
fn build(
    sample: &UntrustedSource,
    toolchain: &Toolchain,
    place: &Path,
    into: &Path,
    workshop: &mut BuildWorkshop<'_>,
) -> Result<(), ProjectError> {
    let request = commands::request(sample, toolchain, place, ZigCache::At(into), Some(into), None);
    for file in &request.files {
        write(&place.join(&file.path), &file.content)?;
    }
    let module = place.join(&request.module);
    module.parent().map_or(Ok(()), fs::create_dir_all).map_err(|error| file_error(&module, error))?;
    for step in &request.commands {
        let mut command = command(step.program.as_os_str(), &place.join(&step.within));
        command.args(step.args.iter().skip(1)).env_clear().stdout(Stdio::null());
        command.envs(step.env.iter().map(|(name, value)| (name, value)));
        let heard = workshop.run(command, place)?;
        if !heard.status.success() {
            return Err(workshop.failed(place, heard.status, &heard.said, None));
        }
    }
    Ok(())
}

fn write(path: &Path, content: &[u8]) -> Result<(), ProjectError> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(path, content)).map_err(|error| file_error(path, error))
}

/// The crates of the SDK for Rust as they were prepared.
#[derive(Debug)]
pub(super) struct PreparedCrates {
    /// Each by its name in sources, with its file.
    pub(super) crates: Vec<(String, PathBuf)>,
    /// The folders with what they need: for the guest, and for the compiler itself.
    pub(super) folders: [PathBuf; 2],
}

/// Finds the crates of the SDK for Rust in what was prepared.
pub(super) fn crates(ready: &Path) -> Result<PreparedCrates, ProjectError> {
    let folders = [ready.join(cargo::TARGET).join("release/deps"), ready.join("release/deps")];
    let [of_target, _] = &folders;
    let mut crates = Vec::new();
    for entry in fs::read_dir(of_target).map_err(|error| file_error(of_target, error))? {
        let path = entry.map_err(|error| file_error(of_target, error))?.path();
        let stem = path.file_stem().and_then(OsStr::to_str).and_then(|stem| stem.strip_prefix("lib"));
        let name = stem.and_then(|stem| Some(stem.rsplit_once('-')?.0));
        let is_wanted = |name: &&str| rust::CRATES.contains(name);
        if let Some(name) = name.filter(is_wanted).filter(|_| path.extension() == Some(OsStr::new("rlib"))) {
            crates.push((name.to_owned(), path.clone()));
        }
    }
    crates.sort();
    Ok(PreparedCrates { crates, folders })
}
