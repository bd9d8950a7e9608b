//! The user's own folders, by the rules of the XDG Base Directory Specification.

use std::ffi::OsString;
use std::path::PathBuf;

/// Message if there is no folder.
pub(super) const NO_CACHE_FOLDER: &str = "neither XDG_CACHE_HOME nor HOME names a folder for it";

/// Polymer's folder below the one that the variable `names`, else below `usual` in the home folder.
/// What is no absolute path counts as not set.
pub(super) fn folder(
    variable: impl Fn(&str) -> Option<OsString>,
    names: &str,
    usual: &str,
) -> Option<PathBuf> {
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let above = absolute(names).or_else(|| Some(absolute("HOME")?.join(usual)))?;
    Some(above.join("polymer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_where_the_environment_says() {
        let of = |cache: Option<&str>, home: Option<&str>| {
            let variable = |name: &str| if name == "HOME" { home } else { cache }.map(OsString::from);
            folder(variable, "XDG_CACHE_HOME", ".cache")
        };
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(of(Some("/c"), Some("/home/a")), path("/c/polymer"));
        assert_eq!(of(None, Some("/home/a")), path("/home/a/.cache/polymer"));
        assert_eq!(of(Some(""), Some("/home/a")), path("/home/a/.cache/polymer"));
        assert_eq!(of(Some("c"), Some("/home/a")), path("/home/a/.cache/polymer"));
        assert_eq!(of(Some("c"), Some("home")), None);
        assert_eq!(of(None, None), None);
    }
}
