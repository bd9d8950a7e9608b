//! The modules that are run, and the command that runs them.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// A typed guest of `../guests`, built once.
pub(crate) fn typed(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../benches/guests");
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target/bench-guests");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--release", "--locked", "--quiet", "--target", "wasm32-wasip1"]);
        let done = cargo.arg("--target-dir").arg(&target).current_dir(folder).status().unwrap();
        assert!(done.success(), "the guests cannot be built");
        target.join("wasm32-wasip1/release")
    });
    built.join(name).with_extension("wasm")
}

/// `polymer run` of a module with a user's defaults, saying nothing.
pub(crate) fn polymer(module: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polymer"));
    command.arg("run").arg(module).stderr(File::create("/dev/null").unwrap());
    command
}

/// A place for inputs, records and code.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A file with so many times the same line.
    pub(crate) fn lines(&self, line: &str, count: usize) -> PathBuf {
        let path = self.path(&format!("{count}.jsonl"));
        let mut file = BufWriter::new(File::create(&path).unwrap());
        for _ in 0..count {
            writeln!(file, "{line}").unwrap();
        }
        file.flush().unwrap();
        path
    }

    /// A file with a line for each number from 0 on.
    pub(crate) fn written(&self, name: &str, count: usize, line: impl Fn(&mut String, usize)) -> PathBuf {
        let mut text = String::new();
        for number in 0..count {
            line(&mut text, number);
            let _ = writeln!(text);
        }
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// Makes sure of what was measured: as many records as lines, each of them ok.
pub(crate) fn check(records: &Path, count: usize) {
    let text = std::fs::read(records).unwrap();
    let ok = text
        .split(|byte| *byte == b'\n')
        .filter(|line| line.windows(14).any(|window| window == br#""verdict":"ok""#));
    assert_eq!(ok.count(), count, "records that are ok in {}", records.display());
}
