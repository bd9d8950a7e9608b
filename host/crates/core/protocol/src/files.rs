//! Between what a worker is told or tells of files and what is known of them: what a task brings,
//! and what a worker claims came back.

use super::claim::ProtocolViolation;
use super::message::{WireCollected, WireContent, WireSupplied};
use polymer_host_task::collected::MOST_LOOKED_AT;
use polymer_host_task::{
    CollectPatterns, CollectedContent, CollectedEntry, CollectedFiles, Limits, SuppliedFiles, file_path,
};
use serde_bytes::Bytes;

impl<'a> From<&'a SuppliedFiles> for WireSupplied<'a> {
    fn from(supplied: &'a SuppliedFiles) -> Self {
        let env = supplied.env.iter().map(|env| (env.name.as_str(), env.value.as_str()));
        let files = supplied.files.iter().map(|file| (file.path.as_str(), Bytes::new(&file.bytes)));
        Self {
            args: supplied.args.iter().map(String::as_str).collect(),
            env: env.collect(),
            files: files.collect(),
        }
    }
}

impl<'a> From<&'a CollectedFiles> for WireCollected<'a> {
    fn from(collected: &'a CollectedFiles) -> Self {
        let content = |content: &'a CollectedContent| match content {
            CollectedContent::Text(text) => WireContent::Bytes(text.as_bytes()),
            CollectedContent::Bytes(bytes) => WireContent::Bytes(bytes),
            CollectedContent::Dropped(bytes) => WireContent::Dropped(*bytes),
        };
        let files = collected.files.iter().map(|file| (file.path.as_str(), content(&file.content)));
        Self { files: files.collect(), left_out: collected.left_out }
    }
}

/// The files that came back, from a worker's claim, held against what the run asked for and the
/// limits of the attempt. No file of it is larger than `file_size`.
///
/// # Errors
/// If the claim cannot be true.
pub fn collected(
    claim: &WireCollected<'_>,
    asked: &CollectPatterns,
    limits: &Limits,
    file_size: u64,
) -> Result<CollectedFiles, ProtocolViolation> {
    if asked.is_empty() {
        return Err(ProtocolViolation::Unknown("files that nobody asked for"));
    }
    at_most("a number of files", claim.left_out, MOST_LOOKED_AT)?;
    let (mut total, mut last) = (0_u64, None);
    let mut files = Vec::new();
    for (path, content) in &claim.files {
        if !file_path::is_normal(path) || !asked.takes(path) {
            return Err(ProtocolViolation::Unknown("a file that was not asked for"));
        }
        if last.replace(*path).is_some_and(|last| last >= *path) {
            return Err(ProtocolViolation::Unknown("files out of order"));
        }
        total = total.saturating_add(path.len() as u64);
        let content = match content {
            WireContent::Dropped(bytes) => {
                at_most("a file's size", *bytes, file_size)?;
                CollectedContent::Dropped(*bytes)
            }
            WireContent::Bytes(bytes) => {
                total = total.saturating_add(bytes.len() as u64);
                match std::str::from_utf8(bytes) {
                    Ok(text) => CollectedContent::Text(text.to_owned()),
                    Err(_) => CollectedContent::Bytes((*bytes).to_vec()),
                }
            }
        };
        at_most("files", total, limits.output)?;
        files.push(CollectedEntry { path: (*path).to_owned(), content });
    }
    Ok(CollectedFiles { files, left_out: claim.left_out })
}

fn at_most(what: &'static str, claimed: u64, limit: u64) -> Result<(), ProtocolViolation> {
    if claimed > limit { Err(ProtocolViolation::Over { what, claimed, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: u64 = 1000;

    fn claimed(
        files: &[(&'static str, WireContent<'static>)],
        left_out: u64,
    ) -> Result<CollectedFiles, ProtocolViolation> {
        let limits = Limits::default().with_output(10);
        let asked = CollectPatterns::new(vec!["**".to_owned()]).unwrap();
        collected(&WireCollected { files: files.to_vec(), left_out }, &asked, &limits, SIZE)
    }

    #[test]
    fn an_honest_claim_comes_back_as_it_was() {
        let file = |path: &str, content| CollectedEntry { path: path.to_owned(), content };
        let expected = CollectedFiles {
            files: vec![
                file("a", CollectedContent::Text("ä".to_owned())),
                file("b/c", CollectedContent::Bytes(vec![0xff, 0])),
                file("d", CollectedContent::Dropped(SIZE)),
            ],
            left_out: MOST_LOOKED_AT,
        };
        let wire = WireCollected::from(&expected);
        let bytes = rmp_serde::to_vec(&wire).unwrap();
        let read: WireCollected<'_> = rmp_serde::from_slice(&bytes).unwrap();
        let asked = CollectPatterns::new(vec!["**".to_owned()]).unwrap();
        let limits = Limits::default().with_output(9);
        assert_eq!(collected(&read, &asked, &limits, SIZE), Ok(expected));
    }

    #[test]
    fn what_cannot_be_true_is_a_violation() {
        let (empty, dropped) = (WireContent::Bytes(b""), WireContent::Dropped);
        for path in ["", "/a", "../a", "a/../b", "a/", "./a", "a\0", "a//b"] {
            assert!(matches!(claimed(&[(path, empty)], 0), Err(ProtocolViolation::Unknown(_))), "{path:?}");
        }
        for files in [[("a", empty), ("a", empty)], [("b", empty), ("a", empty)]] {
            assert_eq!(claimed(&files, 0), Err(ProtocolViolation::Unknown("files out of order")));
        }
        for (files, left_out) in [
            (&[("a", WireContent::Bytes(b"0123456789"))][..], 0),
            (&[("aaaaa", empty), ("bbbbbb", empty)], 0),
            (&[("aaaaa", dropped(1)), ("bbbbbb", dropped(1))], 0),
            (&[("a", dropped(SIZE + 1))], 0),
            (&[], MOST_LOOKED_AT + 1),
        ] {
            assert!(
                matches!(claimed(files, left_out), Err(ProtocolViolation::Over { .. })),
                "{files:?} {left_out}"
            );
        }
        let claim = WireCollected { files: vec![("b.o", empty)], left_out: 0 };
        let of = |globs: &[&str]| {
            let asked = CollectPatterns::new(globs.iter().map(|glob| (*glob).to_owned()).collect()).unwrap();
            collected(&claim, &asked, &Limits::default(), SIZE)
        };
        assert!(of(&["*.o"]).is_ok());
        assert_eq!(of(&["*.c"]), Err(ProtocolViolation::Unknown("a file that was not asked for")));
        assert_eq!(of(&[]), Err(ProtocolViolation::Unknown("files that nobody asked for")));
    }
}
