//! What a builder is told and what it answers: messages between two versions of one program, on
//! pipes, as MessagePack.
//!
//! Pure, apart from reading and writing. It must never know how a build is done.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

/// Bytes of a compiler's words that are kept: the first.
pub const SAID: usize = 4096;
/// Bytes of a request at the most.
#[cfg(any(test, feature = "process"))]
const REQUEST: u64 = 256 << 20;
/// Bytes of an answer beside the module and the words.
const AROUND: u64 = 1 << 20;

/// What is to be built, and with what.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildRequest {
    /// The folder that is built in: absolute, without links, empty, and of this user alone.
    pub place: PathBuf,
    /// Folders of the toolchain, which compilers can read and start programs from: absolute,
    /// without links, none inside another.
    pub folders: Vec<PathBuf>,
    /// Files that are in the place before anything is started.
    pub files: Vec<BuildFile>,
    /// Folders that are copied into the place: from where, and to which name.
    pub copies: Vec<(PathBuf, PathBuf)>,
    /// Programs, in this order, as long as each ends well.
    pub commands: Vec<BuildCommand>,
    /// Where the module is then, in the place.
    pub module: PathBuf,
    /// What all of it may use.
    pub limits: BuildLimits,
}

/// A file of a request.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildFile {
    /// Its name in the place.
    pub path: PathBuf,
    /// Its bytes.
    pub content: ByteBuf,
}

/// A program to run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BuildCommand {
    /// Where it is: absolute, without links.
    pub program: PathBuf,
    /// Its arguments, the name that it is called by first.
    pub args: Vec<OsString>,
    /// Its environment.
    pub env: Vec<(String, OsString)>,
    /// The folder in the place that it runs in.
    pub within: PathBuf,
}

/// What a build may use, all its processes together.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct BuildLimits {
    /// CPU time.
    pub cpu: Duration,
    /// Bytes of memory, files of the place among them where that is in memory.
    pub memory: u64,
    /// Processes and threads.
    pub tasks: u64,
    /// Bytes of files in the place.
    pub files: u64,
    /// Bytes that its programs may say.
    pub said: u64,
    /// Time.
    pub time: Duration,
    /// Bytes of the module.
    pub module: u64,
}

impl Default for BuildLimits {
    fn default() -> Self {
        Self {
            cpu: Duration::from_secs(60),
            memory: 1 << 30,
            tasks: 256,
            files: 256 << 20,
            said: 16 << 20,
            time: Duration::from_secs(120),
            module: 64 << 20,
        }
    }
}

/// What came of a build.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildAnswer {
    /// How it ended.
    pub end: BuildEnd,
    /// The first words of its programs: at most [`SAID`] bytes, of a stranger.
    pub said: ByteBuf,
    /// The module, if there is one: bytes of a stranger.
    pub module: ByteBuf,
    /// CPU time of all its processes.
    pub cpu: Duration,
    /// Bytes of memory at the most, as far as was seen.
    pub memory: u64,
    /// How long it took.
    pub time: Duration,
    /// Walls that did not stand, and why.
    pub missing: Vec<MissingWall>,
}

/// How a build ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BuildEnd {
    /// With a module.
    Made,
    /// Without one, and it is for the sources to answer for that.
    Failed(BuildFault),
    /// Nothing was started: no wall of this machine would keep compilers from its files, or one
    /// that always has to stand did not.
    NoWall,
    /// Nothing can be said of the sources: the machine or this program failed.
    Broken(String),
}

/// Why sources gave no module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BuildFault {
    /// A compiler ended with this code, not 0.
    Exit(i32),
    /// A signal of this number ended a compiler.
    Signal(i32),
    /// Over the limit of CPU time.
    Cpu,
    /// Over the limit of memory.
    Memory,
    /// Over the limit of processes and threads.
    Tasks,
    /// Over the limit of files, words or the module.
    Output,
    /// Over the limit of time.
    Time,
    /// All programs ended well, and there is no module.
    NoModule,
}

/// A wall that does not stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingWall {
    /// Name of the layer, as doctor has it.
    pub layer: String,
    /// Why.
    pub why: String,
}

/// Why there is no request or no answer.
#[derive(Debug, thiserror::Error)]
pub enum BuilderError {
    /// It was not started by a supervisor.
    #[error("a builder is started by a supervisor, not by hand")]
    NoParent,
    /// The pipe broke.
    #[error("the pipe to the builder failed: {0}")]
    Pipe(#[from] io::Error),
    /// What came is no request or answer.
    #[error("what the builder was told or said is not understood: {0}")]
    Format(#[from] rmp_serde::decode::Error),
    /// A request that cannot be put in words.
    #[error("a request for the builder cannot be written: {0}")]
    Write(#[from] rmp_serde::encode::Error),
}

/// Writes a request.
///
/// # Errors
/// If a path is not UTF-8, or the pipe fails.
pub fn write_request(to: &mut impl Write, request: &BuildRequest) -> Result<(), BuilderError> {
    Ok(to.write_all(&rmp_serde::to_vec_named(request)?)?)
}

/// Reads a request, to the end of the pipe.
#[cfg(any(test, feature = "process"))]
pub(super) fn read_request(from: &mut impl Read) -> Result<BuildRequest, BuilderError> {
    read(from, REQUEST)
}

/// Writes an answer.
#[cfg(any(test, feature = "process"))]
pub(super) fn write_answer(to: &mut impl Write, answer: &BuildAnswer) -> Result<(), BuilderError> {
    to.write_all(&rmp_serde::to_vec_named(answer)?)?;
    Ok(to.flush()?)
}

/// Reads an answer, to the end of the pipe; `module` is the limit of the module.
///
/// # Errors
/// If the pipe fails, or what comes is no answer.
pub fn read_answer(from: &mut impl Read, module: u64) -> Result<BuildAnswer, BuilderError> {
    read(from, module.saturating_add(AROUND))
}

/// Reads one value that takes no more than so many bytes.
fn read<T: for<'a> Deserialize<'a>>(from: &mut impl Read, most: u64) -> Result<T, BuilderError> {
    let mut bytes = Vec::new();
    from.take(most).read_to_end(&mut bytes)?;
    Ok(rmp_serde::from_slice(&bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_back_as_they_were() {
        let request = BuildRequest {
            place: "/tmp/a".into(),
            folders: vec!["/usr/lib".into()],
            files: vec![BuildFile { path: "source/a.c".into(), content: ByteBuf::from(vec![0, 255]) }],
            copies: Vec::new(),
            commands: vec![BuildCommand {
                program: "/usr/bin/cc".into(),
                args: vec!["cc".into(), "-O2".into()],
                env: vec![("HOME".into(), "/tmp/a".into())],
                within: "source".into(),
            }],
            module: "out/a.wasm".into(),
            limits: BuildLimits::default(),
        };
        let mut bytes = Vec::new();
        write_request(&mut bytes, &request).unwrap();
        assert_eq!(format!("{:?}", read_request(&mut bytes.as_slice()).unwrap()), format!("{request:?}"));
        assert!(read_request(&mut &bytes[..bytes.len() - 1]).is_err());
        assert!(read_answer(&mut bytes.as_slice(), 1 << 20).is_err());
    }

    #[test]
    fn an_answer_is_read_to_its_limit_only() {
        let answer = BuildAnswer {
            end: BuildEnd::Failed(BuildFault::Exit(1)),
            said: ByteBuf::from(b"no".to_vec()),
            module: ByteBuf::from(vec![0; 3 << 20]),
            cpu: Duration::ZERO,
            memory: 1,
            time: Duration::ZERO,
            missing: vec![MissingWall { layer: "root".into(), why: "none".into() }],
        };
        let mut bytes = Vec::new();
        write_answer(&mut bytes, &answer).unwrap();
        assert_eq!(read_answer(&mut bytes.as_slice(), 4 << 20).unwrap().missing, answer.missing);
        assert!(read_answer(&mut bytes.as_slice(), 1 << 20).is_err());
    }
}
