//! The path of a file in the folder that an attempt has of its own: relative, and below it whatever
//! it says.
//!
//! Nothing here knows of files: a path is a text.

use std::collections::BTreeSet;

/// Bytes of a path.
pub const LONGEST_PATH: usize = 4096;
/// Bytes of one name in it, as file systems have it.
const LONGEST_NAME: usize = 255;
/// Names in it, its own included.
pub const DEEPEST: usize = 32;

/// Why a text is no path of a file in that folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It names no file.
    #[error("it names no file")]
    NoName,
    /// It begins at the root.
    #[error("it is absolute, but must be relative to the folder of --scratch")]
    Absolute,
    /// It goes up.
    #[error("it has `..`, but must stay in the folder of --scratch")]
    Up,
    /// It holds a zero byte.
    #[error("it holds a zero byte")]
    Nul,
    /// It, or a name in it, is too long.
    #[error("it may have at most {LONGEST_PATH} bytes, and each name in it {LONGEST_NAME}")]
    TooLong,
    /// It has too many names.
    #[error("it may have at most {DEEPEST} names, the last one included")]
    TooDeep,
    /// Another file has the same path.
    #[error("it is listed twice")]
    Twice,
    /// Another file's path leads through it.
    #[error("it is both a file and the folder of another file")]
    Folder,
}

/// The path that a text is, with nothing in it that leads nowhere (`./a//b` is `a/b`).
///
/// # Errors
/// If it is none, or leads out of the folder.
pub fn normal(text: &str) -> Result<String, PathError> {
    if text.contains('\0') {
        return Err(PathError::Nul);
    }
    if text.starts_with('/') {
        return Err(PathError::Absolute);
    }
    if text.len() > LONGEST_PATH {
        return Err(PathError::TooLong);
    }
    if matches!(text.rsplit('/').next(), None | Some("" | ".")) {
        return Err(PathError::NoName);
    }
    let names: Vec<&str> = text.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
    if names.contains(&"..") {
        return Err(PathError::Up);
    }
    if names.iter().any(|name| name.len() > LONGEST_NAME) {
        return Err(PathError::TooLong);
    }
    if names.len() > DEEPEST {
        return Err(PathError::TooDeep);
    }
    Ok(names.join("/"))
}

/// Returns whether this is a path as [`normal`] gives it.
#[must_use]
pub fn is_normal(path: &str) -> bool {
    normal(path).is_ok_and(|normal| normal == path)
}

/// The folders that a normal path leads through, the outermost first.
pub fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

/// That normal paths can all be there together; gives the number of folders they lead through.
///
/// # Errors
/// If two are one, or one leads through another; the path in question.
pub fn side_by_side<'a>(paths: impl IntoIterator<Item = &'a str>) -> Result<usize, (&'a str, PathError)> {
    let (mut files, mut through) = (BTreeSet::new(), BTreeSet::new());
    for path in paths {
        if !files.insert(path) {
            return Err((path, PathError::Twice));
        }
        through.extend(folders(path));
    }
    match files.intersection(&through).next() {
        Some(path) => Err((path, PathError::Folder)),
        None => Ok(through.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_stays_below_its_folder() {
        for (text, expected) in [
            ("a.c", Ok("a.c")),
            ("./a", Ok("a")),
            ("a//b/./c", Ok("a/b/c")),
            ("a b/ä\n", Ok("a b/ä\n")),
            ("...", Ok("...")),
            ("a/..b", Ok("a/..b")),
            (r"..\a", Ok(r"..\a")),
            ("", Err(PathError::NoName)),
            (".", Err(PathError::NoName)),
            ("a/", Err(PathError::NoName)),
            ("a/.", Err(PathError::NoName)),
            ("/", Err(PathError::Absolute)),
            ("/etc/passwd", Err(PathError::Absolute)),
            ("//a", Err(PathError::Absolute)),
            ("..", Err(PathError::Up)),
            ("../a", Err(PathError::Up)),
            ("a/../b", Err(PathError::Up)),
            ("a/../../b", Err(PathError::Up)),
            ("a/..", Err(PathError::Up)),
            ("./../a", Err(PathError::Up)),
            ("a\0", Err(PathError::Nul)),
            ("/\0", Err(PathError::Nul)),
        ] {
            assert_eq!(normal(text), expected.map(str::to_owned), "{text:?}");
        }
        let names = |count, name: &str| vec![name; count].join("/");
        assert!(normal(&names(DEEPEST, "a")).is_ok());
        assert_eq!(normal(&names(DEEPEST + 1, "a")), Err(PathError::TooDeep));
        assert_eq!(normal(&"a".repeat(LONGEST_NAME + 1)), Err(PathError::TooLong));
        assert_eq!(normal(&names(LONGEST_PATH / 2 + 1, "a")), Err(PathError::TooLong));
    }

    #[test]
    fn paths_are_all_different_and_none_leads_through_a_file() {
        assert_eq!(side_by_side(["a", "b/c/d", "b/c/e", "b/f"]), Ok(2));
        assert_eq!(side_by_side(["a", "b", "a"]), Err(("a", PathError::Twice)));
        assert_eq!(side_by_side(["a/b/c", "a/b"]), Err(("a/b", PathError::Folder)));
        assert_eq!(side_by_side(["a", "a/b"]), Err(("a", PathError::Folder)));
        assert_eq!(side_by_side(["a.b", "a/b", "ab"]), Ok(1));
    }

    proptest! {
        #[test]
        fn whatever_is_normal_has_only_names(text in "[a./\0\\\\]{0,20}") {
            if let Ok(path) = normal(&text) {
                prop_assert!(is_normal(&path));
                prop_assert!(path.split('/').all(|name| !matches!(name, "" | "." | "..") && !name.contains('\0')));
            }
        }
    }
}
