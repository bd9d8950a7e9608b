//! The file of metrics that the textfile collector of node_exporter reads.
//!
//! It is replaced in one step, so whoever reads it finds the whole of one state. Its name while it
//! is written does not end in `.prom`, so the collector passes that over.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file of metrics.
#[derive(Debug, Clone)]
pub struct MetricsFile {
    path: PathBuf,
    /// Where it is written before it takes its place.
    unfinished: PathBuf,
}

impl MetricsFile {
    /// The file at a path, written with this text for the first time.
    ///
    /// # Errors
    /// If something else stands there, or it cannot be written.
    pub fn create(path: &Path, text: &str) -> io::Result<Self> {
        if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "what stands there is no regular file"));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let unfinished = path.with_file_name(format!(".{name}.{}", std::process::id()));
        let file = Self { path: path.to_path_buf(), unfinished };
        file.replace(text)?;
        Ok(file)
    }

    /// Puts a file with this text in its place.
    ///
    /// # Errors
    /// If that cannot be done. The file before stays.
    pub fn replace(&self, text: &str) -> io::Result<()> {
        let written = self.write(text).and_then(|()| fs::rename(&self.unfinished, &self.path));
        if written.is_err() {
            // It may not be there; what went wrong before is what is told.
            drop(fs::remove_file(&self.unfinished));
        }
        written
    }

    fn write(&self, text: &str) -> io::Result<()> {
        // One that a process of this number left behind goes, and a link there is not followed.
        drop(fs::remove_file(&self.unfinished));
        OpenOptions::new().write(true).create_new(true).open(&self.unfinished)?.write_all(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn it_is_replaced_whole_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.prom");
        let file = MetricsFile::create(&path, "one\n").unwrap();
        let first = fs::File::open(&path).unwrap();
        symlink("/nonexistent/elsewhere", &file.unfinished).unwrap();
        file.replace("two\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
        assert_eq!(io::read_to_string(first).unwrap(), "one\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(!file.unfinished.to_string_lossy().ends_with(".prom"));
    }

    #[test]
    fn what_cannot_be_replaced_is_an_error_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.prom");
        symlink("/dev/null", &path).unwrap();
        assert_eq!(MetricsFile::create(&path, "").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let missing = folder.path().join("none/a.prom");
        assert_eq!(MetricsFile::create(&missing, "").unwrap_err().kind(), io::ErrorKind::NotFound);
        let path = folder.path().join("b.prom");
        let file = MetricsFile::create(&path, "").unwrap();
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        file.replace("two\n").unwrap_err();
        assert!(!file.unfinished.exists());
    }
}
