//! Has a request answered by a builder: another process of this program, which puts up the jail.
#![expect(clippy::disallowed_types, reason = "build tools are started here")]

use super::super::{BuildTools, file_error};
use super::UntrustedError;
use polymer_host_builder::{ARGUMENT, BuildAnswer, BuildRequest, read_answer, write_request};
use polymer_host_sys::{signals, wipe};
use std::fs::{File, Permissions};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Bytes of what a builder says of itself where it fails.
const WORDS: u64 = 4096;

/// Has a request answered in a folder that is made for it and removed afterwards; `request` says
/// which one.
pub(super) fn build(
    tools: &BuildTools,
    request: impl FnOnce(&Path) -> Result<BuildRequest, UntrustedError>,
) -> Result<BuildAnswer, UntrustedError> {
    let parent = std::env::temp_dir();
    let private = Permissions::from_mode(0o700);
    let place = tempfile::Builder::new().prefix("polymer-build-").permissions(private).tempdir_in(&parent);
    let place = place.map_err(|error| file_error(&parent, error))?;
    let path = place.path().canonicalize().map_err(|error| file_error(place.path(), error))?;
    if path.to_str().is_none() {
        let why = format!("the folder for temporary files, {}, has no name in UTF-8", path.display());
        return Err(UntrustedError::Builder(why));
    }
    let answered = answer(tools, request(&path)?);
    // A compiler may have left it in any shape.
    let emptied = File::open(&path).and_then(|folder| wipe::wipe(&folder.into()));
    emptied.and_then(|()| place.close()).map_err(|error| file_error(&path, error))?;
    let mut answer = answered?;
    without_place(&mut answer, &path);
    Ok(answer)
}

/// Has a request answered by a builder of its own.
fn answer(tools: &BuildTools, request: BuildRequest) -> Result<BuildAnswer, UntrustedError> {
    let mut child = start(tools)?;
    let answered = talk(&mut child, &request);
    let words = words(&mut child);
    // A builder whose answer is not understood is of no use any more.
    drop(child.kill());
    let status = child.wait().map_err(failed)?;
    answered.map_err(|why| {
        UntrustedError::Builder(if words.is_empty() { format!("{why} ({status})") } else { words })
    })
}

fn start(tools: &BuildTools) -> Result<Child, UntrustedError> {
    let mut command = Command::new(&tools.builder);
    command.arg(ARGUMENT).arg(std::process::id().to_string()).env_clear().current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Who sends a notice to all processes of a run means the run: a compiler that it ends is a
    // stranger's program that does not compile.
    signals::with_notices_blocked(|| command.spawn()).map_err(failed)
}

fn talk(
    child: &mut Child,
    request: &BuildRequest,
) -> Result<BuildAnswer, polymer_host_builder::BuilderError> {
    if let Some(mut stdin) = child.stdin.take() {
        write_request(&mut stdin, request)?;
    }
    let stdout = child.stdout.take().ok_or_else(|| std::io::Error::other("it has no stdout"))?;
    read_answer(&mut { stdout }, request.limits.module)
}

fn words(child: &mut Child) -> String {
    let mut words = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        // Without them its exit status is told.
        drop(stderr.take(WORDS).read_to_end(&mut words));
    }
    String::from_utf8_lossy(&words).trim().to_owned()
}

/// The compiler names files by where they are while it runs, which means nothing to anybody.
fn without_place(answer: &mut BuildAnswer, place: &Path) {
    let said = String::from_utf8_lossy(&answer.said).into_owned();
    let source = format!("{}/{}/", place.display(), super::commands::SOURCE);
    let said = said.replace(&source, "").replace(&format!("{}/", place.display()), "");
    *answer.said = said.into_bytes();
}

fn failed(error: std::io::Error) -> UntrustedError {
    UntrustedError::Builder(format!("it cannot be started: {error}"))
}
