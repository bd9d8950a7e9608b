//! Modules that a client gives as bytes, once, and then names by their digest: `sha256:HEX`.
//!
//! They stay to the end of the run: nobody else has them, should the run let them go and open them
//! again. It must never know what a module is.

use polymer_host_base::Digest;
use polymer_host_sys::file::sealed;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// Start of a name that is a digest.
const SCHEME: &str = "sha256:";
/// Start of the paths by which modules are known, which nothing else has.
const GIVEN: &str = "given:";
/// Start of a module that is not in the text format.
const BINARY: &[u8] = b"\0asm";

/// The modules, by their names.
#[derive(Debug, Default)]
pub(super) struct GivenModules(HashMap<String, GivenModule>);

#[derive(Debug)]
struct GivenModule {
    /// A path that says whether it is text. Nothing stands there.
    path: PathBuf,
    bytes: File,
}

impl GivenModules {
    /// Keeps these bytes; returns the name of the module.
    ///
    /// # Errors
    /// If the system has no memory for a copy.
    pub(super) fn keep(&mut self, bytes: &[u8]) -> io::Result<String> {
        let name = format!("{SCHEME}{}", Digest::of(bytes));
        if !self.0.contains_key(&name) {
            let ending = if bytes.starts_with(BINARY) { "" } else { ".wat" };
            let path = PathBuf::from(format!("{GIVEN}{name}{ending}"));
            self.0.insert(name.clone(), GivenModule { path, bytes: sealed("polymer-given", bytes)? });
        }
        Ok(name)
    }

    /// The path by which the module of this name is known, if it is a digest and was given.
    pub(super) fn path(&self, name: &str) -> Option<&Path> {
        self.0.get(name).map(|given| given.path.as_path())
    }

    /// Opens a module by that path.
    pub(super) fn open(&self, path: &Path) -> Option<io::Result<File>> {
        let name = path.to_str()?.strip_prefix(GIVEN)?.trim_end_matches(".wat");
        let given = self.0.get(name)?;
        // Opened anew: copies of a descriptor share the place up to which it was read.
        Some(File::open(format!("/proc/self/fd/{}", given.bytes.as_raw_fd())))
    }

    /// Returns whether a name is a digest, given or not.
    pub(super) fn is_digest(name: &str) -> bool {
        name.starts_with(SCHEME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_was_given_is_found_by_its_digest_as_often_as_it_is_wanted() {
        let mut given = GivenModules::default();
        let name = given.keep(b"\0asm1").unwrap();
        assert_eq!(given.keep(b"\0asm1").unwrap(), name);
        let text = given.keep(b"(module)").unwrap();
        assert_eq!(given.path(&name), Some(Path::new(&format!("given:{name}"))));
        assert_eq!(given.path(&text), Some(Path::new(&format!("given:{text}.wat"))));
        for _ in 0..2 {
            let mut read = String::new();
            given
                .open(Path::new(&format!("given:{text}.wat")))
                .unwrap()
                .unwrap()
                .read_to_string(&mut read)
                .unwrap();
            assert_eq!(read, "(module)");
        }
        assert_eq!(given.path("sha256:00"), None);
        assert!(given.open(Path::new("a.wasm")).is_none());
        assert!(GivenModules::is_digest(&name) && !GivenModules::is_digest("a.wasm"));
    }
}
