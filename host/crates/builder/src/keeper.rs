//! The process between the builder and the compilers: makes the root, writes the sources, starts
//! one compiler after the other, and reads the module. It has no rights left when the first of them
//! begins.

use super::compiler::{CompilerEnd, CompilerJail, Said};
use super::files::{self, BuildPlace, FoundModule};
use super::messages::{BuildEnd, BuildFault, BuildRequest, MissingWall};
use polymer_host_base::{JailLayer, MissingLayer};
use polymer_host_jail::build_jail::{self, BuildWalls};
use polymer_host_sys::toolchain_root::{self, ToolchainRoot};
use polymer_host_sys::{confine, process};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::fs::File;
use std::io;

/// What the keeper tells the builder.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeeperReport {
    pub(super) end: BuildEnd,
    pub(super) said: ByteBuf,
    pub(super) module: ByteBuf,
    /// Bytes of files in the place at the end.
    pub(super) files: u64,
    pub(super) missing: Vec<MissingWall>,
}

/// What the builder found out before it started the keeper.
#[derive(Debug)]
pub(super) struct KeeperStart {
    /// It left the machine's namespaces, or why not.
    pub(super) left: Result<(), MissingLayer>,
    /// A user id that nobody has.
    pub(super) own_user: Option<u32>,
}

/// Answers a request.
pub(super) fn keep(request: &BuildRequest, start: &KeeperStart) -> KeeperReport {
    let mut report = KeeperReport {
        end: BuildEnd::NoWall,
        said: ByteBuf::new(),
        module: ByteBuf::new(),
        files: 0,
        missing: Vec::new(),
    };
    report.end = match keep_with(request, start, &mut report) {
        Ok(end) => end,
        Err(KeeperError::Wall(layer)) => {
            report.missing.push(told(&layer));
            BuildEnd::NoWall
        }
        Err(KeeperError::System(error)) => BuildEnd::Broken(error.to_string()),
    };
    report
}

/// Why a build came to no end.
enum KeeperError {
    Wall(MissingLayer),
    System(io::Error),
}

impl From<io::Error> for KeeperError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

fn keep_with(
    request: &BuildRequest,
    start: &KeeperStart,
    report: &mut KeeperReport,
) -> Result<BuildEnd, KeeperError> {
    let null = File::options().read(true).write(true).open("/dev/null")?;
    let missing = &mut report.missing;
    let is_first = start.left.is_ok();
    missing.extend(start.left.as_ref().err().map(told));
    let root = is_first && has(missing, enter_root(request));
    let landlock = build_jail::lacks_landlock(root).map(|layer| missing.push(told(&layer))).is_none();
    let walls = BuildWalls { root, landlock };
    if !walls.keep_files() {
        return Ok(BuildEnd::NoWall);
    }
    let place = BuildPlace::open(&request.place)?;
    // Where the machine's folders are as they are, only who may pass through them reaches the
    // toolchain.
    let own = start.own_user.filter(|_| root);
    let has_own = own.is_some_and(|id| has(missing, build_jail::become_own_user(id, &request.place)));
    confine::keep_capabilities(&[])?;
    process::be_undumpable()?;
    files::write(request)?;
    let jail = CompilerJail {
        walls,
        folders: &request.folders,
        place: &request.place,
        limits: request.limits,
        counts_tasks: has_own
            || (is_first && !nix::unistd::geteuid().is_root() && process::counts_by_user_namespace()),
        is_first,
        null: &null,
    };
    let mut said = Said::default();
    let end = compile(request, &jail, &mut said);
    report.said = ByteBuf::from(said.kept);
    report.files = files::used(request, true).unwrap_or_default().bytes;
    if let Some(fault) = end? {
        return Ok(BuildEnd::Failed(fault));
    }
    Ok(match place.read(&request.module, request.limits.module)? {
        FoundModule::Bytes(bytes) => {
            report.module = ByteBuf::from(bytes);
            BuildEnd::Made
        }
        FoundModule::TooLarge => BuildEnd::Failed(BuildFault::Output),
        FoundModule::None => BuildEnd::Failed(BuildFault::NoModule),
    })
}

/// Runs the programs of a request. Returns why there is no module, if so.
fn compile(
    request: &BuildRequest,
    jail: &CompilerJail<'_>,
    said: &mut Said,
) -> Result<Option<BuildFault>, KeeperError> {
    for command in &request.commands {
        let fault = match jail.run(command, said)? {
            CompilerEnd::Exit(0) => continue,
            CompilerEnd::Exit(code) => BuildFault::Exit(code),
            CompilerEnd::Signal(signal) if signal == nix::libc::SIGXCPU => BuildFault::Cpu,
            CompilerEnd::Signal(signal) if signal == nix::libc::SIGXFSZ => BuildFault::Output,
            CompilerEnd::Signal(signal) => BuildFault::Signal(signal),
            CompilerEnd::Talked => BuildFault::Output,
            CompilerEnd::NoWall(layer) => return Err(KeeperError::Wall(layer)),
            CompilerEnd::NotStarted(why) => return Err(KeeperError::System(io::Error::other(why))),
        };
        return Ok(Some(fault));
    }
    Ok(None)
}

fn enter_root(request: &BuildRequest) -> Result<(), MissingLayer> {
    // By which programs find what is installed beside them. All else of /proc is left out.
    let own = request.commands.first().map(|command| ("/proc/self/exe".into(), command.program.clone()));
    let links: Vec<_> = own.into_iter().collect();
    let root = ToolchainRoot {
        folders: &request.folders,
        links: &links,
        place: &request.place,
        bytes: request.limits.files,
    };
    toolchain_root::enter(&root).map_err(|error| build_jail::missing(JailLayer::Root, &error))
}

/// Returns whether a layer stands; if not, it is one of those that are missing.
fn has(missing: &mut Vec<MissingWall>, layer: Result<(), MissingLayer>) -> bool {
    layer.map_err(|layer| missing.push(told(&layer))).is_ok()
}

fn told(MissingLayer { layer, why }: &MissingLayer) -> MissingWall {
    MissingWall { layer: layer.name().to_owned(), why: why.clone() }
}
