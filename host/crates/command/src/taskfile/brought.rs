//! Extras that a task record brings beside its input, as written: `args`, `env`, `files`.
//!
//! Only their form is checked here; whether a run allows them is checked elsewhere.

use super::super::bounded_words::BoundedWords;
use super::super::input::{RefusedLine, read_input, too_long};
use super::wire_values::{BoundedEntries, WireFile};
use super::{BASE64, WireRecord};
use base64::Engine;
use polymer_host_base::quantity::show_size;
use polymer_host_sys::paths::PathOpener;
use polymer_host_sys::scratch;
use polymer_host_task::file_path::{normal, side_by_side};
use polymer_host_task::supplied::{LONGEST_WORDS, check_files};
use polymer_host_task::{
    AllowedTerms, EnvGrant, NotGranted, PlacedEntry, ScratchGrant, SuppliedFiles, Verdict,
};
use std::fmt;
use std::path::Path;

/// Extras that a record brings, and a digest of what it does not contain itself: the content of the
/// files that it names. The digest is empty if it names none.
pub(super) struct BroughtFiles {
    pub(super) supplied: Option<Box<SuppliedFiles>>,
    pub(super) unsaid: Vec<u8>,
}

impl WireRecord<'_> {
    /// That the run allows what the record brings, as far as can be said without looking at files.
    pub(super) fn check_brought(&self, allowed: &AllowedTerms) -> Result<(), RefusedLine> {
        let denied = |why: NotGranted| RefusedLine {
            verdict: Verdict::PolicyDenied,
            ..RefusedLine::new("grant", why.to_string())
        };
        let wrong = |message: String| Err(RefusedLine::new("record", message));
        let (args, env) = (self.words(), self.variables());
        allowed.supplies.check(args.len(), env.iter().map(|(name, _)| name.as_str())).map_err(denied)?;
        let mut length = args.iter().map(String::len).sum::<usize>();
        if args.iter().any(|arg| arg.contains('\0')) {
            return wrong("an argument in `args` holds a zero byte".to_owned());
        }
        for (at, (name, value)) in env.iter().enumerate() {
            length += name.len() + value.len();
            if name.is_empty() || name.contains('=') {
                return wrong(format!("`env` names {name:?}, which is not a valid name of a variable"));
            }
            if name.contains('\0') || value.contains('\0') {
                return wrong(format!("the variable {name:?} in `env` holds a zero byte"));
            }
            if env.iter().take(at).any(|(other, _)| other == name) {
                return wrong(format!("`env` has the variable {name:?} twice"));
            }
        }
        if length > LONGEST_WORDS {
            return wrong(format!(
                "`args` and `env` have {length} bytes together, at most {LONGEST_WORDS} are taken"
            ));
        }
        if self.given().is_empty() {
            return Ok(());
        }
        check_files(allowed.grants.scratch.as_ref()).map_err(denied)?;
        if self.grants.as_ref().is_some_and(|grants| grants.scratch == Some(false)) {
            return wrong(
                "the record has `files`, but no folder for them: its `scratch` is false".to_owned(),
            );
        }
        Ok(())
    }

    /// Returns the extras that it brings beside an input of `input` bytes. Together they may have
    /// as many bytes as the input limit allows.
    pub(super) fn brought(
        &self,
        paths: &PathOpener,
        base: &Path,
        scratch: Option<&ScratchGrant>,
        input: usize,
        limit: u64,
    ) -> Result<BroughtFiles, RefusedLine> {
        let (args, env) = (self.words().to_vec(), self.variables());
        let env =
            env.iter().map(|(name, value)| EnvGrant { name: name.clone(), value: value.clone() }).collect();
        let (mut files, mut unsaid) = (Vec::new(), Vec::new());
        let mut total = bytes(input);
        for (path, file) in self.given() {
            let named = |why: &dyn fmt::Display| {
                RefusedLine::new("files", format!("the path {path:?} in `files`: {why}"))
            };
            let content = match file {
                WireFile::Text(text) => text.clone().into_bytes(),
                WireFile::Base64(text) => BASE64.decode(text).map_err(|error| named(&error))?,
                WireFile::File(source) => {
                    let hint = "a larger --input-limit would allow it";
                    let content = read_input(paths, &base.join(source), limit, hint)?;
                    unsaid.extend_from_slice(blake3::hash(&content).as_bytes());
                    content
                }
            };
            total += bytes(content.len());
            if total > limit {
                let hint = "a larger --input-limit would allow it";
                return Err(RefusedLine::too_long(too_long("input with its files", total, limit, hint)));
            }
            files.push(PlacedEntry { path: normal(path).map_err(|error| named(&error))?, bytes: content });
        }
        let folders = side_by_side(files.iter().map(|file| file.path.as_str()));
        let folders = folders.map_err(|(path, error)| {
            RefusedLine::new("files", format!("the path {path:?} in `files`: {error}"))
        })?;
        if let Some(scratch) = scratch {
            check_room(&files, folders, scratch)?;
        }
        let supplied = SuppliedFiles { args, env, files };
        let supplied = if supplied.is_empty() { None } else { Some(Box::new(supplied)) };
        Ok(BroughtFiles { supplied, unsaid })
    }

    fn words(&self) -> &[String] {
        self.args.as_ref().map_or(&[], |BoundedWords(words)| words)
    }

    fn variables(&self) -> &[(String, String)] {
        self.env.as_ref().map_or(&[], |BoundedEntries(entries)| entries)
    }

    fn given(&self) -> &[(String, WireFile)] {
        self.files.as_ref().map_or(&[], |BoundedEntries(entries)| entries)
    }
}

/// That files and their folders find room in the folder of an attempt.
fn check_room(files: &[PlacedEntry], folders: usize, scratch: &ScratchGrant) -> Result<(), RefusedLine> {
    // The folder itself has a name too.
    let names = bytes(files.len() + folders + 1);
    let pages: u64 = files.iter().map(|file| bytes(file.bytes.len()).next_multiple_of(scratch::PAGE)).sum();
    let needed = match names > scratch::names(scratch.bytes) {
        true => pages.max(names * scratch::PAGE),
        false => pages,
    };
    if needed <= scratch.bytes.next_multiple_of(scratch::PAGE) {
        return Ok(());
    }
    let message = format!(
        "the files take {} in pages and names, the folder for them has {}; --scratch {needed} would allow it",
        show_size(needed),
        show_size(scratch.bytes),
    );
    Err(RefusedLine::too_long(message))
}

fn bytes(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
