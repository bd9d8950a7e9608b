//! The flags of the commands around a module: `new`, `build`, `inspect` and `cache`; and of
//! `schema`.

use super::paths::named_path;
use super::{CachingArgs, parse_sandbox, parse_stack, parse_time};
use crate::schema::NamedSchema;
use clap::{Args, Subcommand};
use polymer_host_base::Sandbox;
use polymer_host_base::quantity::{parse_fuel, parse_size};
use polymer_host_modules::project::ProjectLanguage;
use polymer_host_modules::project::starter::LANGUAGES;
use std::path::PathBuf;
use std::time::Duration;

/// The arguments of `polymer new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Language of the project
    #[arg(long, value_name = "LANG", value_parser = parse_language)]
    pub lang: ProjectLanguage,
    /// Directory to create; its name is also the name of the project
    #[arg(value_name = "NAME", value_parser = named_path())]
    pub folder: PathBuf,
}

/// The arguments of `polymer build`.
#[derive(Debug, Args)]
pub struct BuildArgs {
    /// A project directory, or a single source file (.py, .js, .c, .cpp, .rs, .go, .zig); or
    /// an interpreter, @python, @javascript or @jq, which is made from a package index
    #[arg(default_value = ".", value_name = "PATH", value_parser = named_path())]
    pub path: PathBuf,
    /// Also copy the module to FILE
    #[arg(short, long, value_name = "FILE", value_parser = named_path())]
    pub output: Option<PathBuf>,
    /// A package of pure Python for an interpreter, with versions if you like; may be repeated.
    /// What was taken stands in a lock file beside the module
    #[arg(long, value_name = "NAME", requires = "output", conflicts_with = "untrusted")]
    pub package: Vec<String>,
    /// A file of packages for an interpreter, such as the lock file of another one
    #[arg(long, value_name = "FILE", requires = "output", conflicts_with = "untrusted", value_parser = named_path())]
    pub requirements: Option<PathBuf>,
    /// Stack in the module's memory, for sources in C, C++, Rust and Zig; default: 256 KiB in C and
    /// C++, 1 MiB in the others. `run --stack` gives as much to what it builds
    #[arg(long, value_name = "SIZE", value_parser = parse_stack)]
    pub stack: Option<u64>,
    /// Compile sources that nobody trusts: in a jail, by the compiler alone, and with no build
    /// script or manifest of theirs (all languages but AssemblyScript)
    #[arg(long)]
    pub untrusted: bool,
    /// CPU time limit for all processes of an untrusted build
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_time, requires = "untrusted")]
    pub cpu_time: Duration,
    /// Time limit for an untrusted build
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = parse_time, requires = "untrusted")]
    pub timeout: Duration,
    /// Memory limit for all processes of an untrusted build
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size, requires = "untrusted")]
    pub memory: u64,
    /// Print one JSON value about an untrusted build, for programs
    #[arg(long, requires = "untrusted")]
    pub json: bool,
}

/// The arguments of `polymer cache`.
#[derive(Debug, Args)]
pub struct CacheArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: CacheAction,
}

/// What is done about the cache.
#[derive(Debug, Subcommand)]
pub enum CacheAction {
    /// Print the directory in which `polymer run` keeps compiled code
    Path(CachePlace),
    /// Remove all compiled code and all builds of single files; they are made again when needed
    Clear(CachePlace),
}

/// Which cache.
#[derive(Debug, Args)]
pub struct CachePlace {
    /// Directory of the compile cache; default: $XDG_CACHE_HOME/polymer, else ~/.cache/polymer
    #[arg(long, value_name = "DIR", value_parser = named_path())]
    pub cache_dir: Option<PathBuf>,
}

/// The arguments of `polymer schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Name of the schema; without it, all names are printed
    #[arg(value_name = "NAME", value_enum)]
    pub name: Option<NamedSchema>,
}

/// Options of `polymer doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Print one JSON value, for programs
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `polymer inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// A .wasm or .wat file; or a project directory or a single source file (.py, .js, .c, .cpp,
    /// .rs, .go, .zig), which is built first
    #[arg(value_parser = named_path())]
    pub module: PathBuf,
    /// Time limit for a typed task to describe itself
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse_time)]
    pub timeout: Duration,
    /// Fuel limit for that, about one unit per instruction
    #[arg(long, value_name = "FUEL", default_value = "30G", value_parser = parse_fuel)]
    pub fuel: u64,
    /// Memory limit for that, over all its linear memories
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = parse_size)]
    pub memory: u64,
    /// CPU time limit for compiling the module, if that is needed, in whole seconds
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = parse_time)]
    pub compile_timeout: Duration,
    /// Memory limit for compiling it
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = parse_size)]
    pub compile_memory: u64,
    /// Jail around the worker that inspects it: auto, strict or off
    #[arg(long, value_name = "auto|strict|off", default_value = "auto", value_parser = parse_sandbox)]
    pub sandbox: Sandbox,
    /// Where compiled code is kept.
    #[command(flatten)]
    pub caching: CachingArgs,
}

impl CacheAction {
    /// Which cache it is about.
    pub const fn place_mut(&mut self) -> &mut CachePlace {
        match self {
            Self::Path(place) | Self::Clear(place) => place,
        }
    }
}

fn parse_language(text: &str) -> Result<ProjectLanguage, String> {
    let known = LANGUAGES.iter().find(|(word, _)| *word == text).map(|(_, language)| *language);
    known.ok_or_else(|| format!("use one of {}", LANGUAGES.map(|(word, _)| word).join(", ")))
}
