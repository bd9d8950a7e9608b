//! What a task costs in each language: the size of its module, the time to compile it, a task of
//! it, its memory. Prints the table of `guest-sdk/README.md`. See `../README.md`.
//!
//! The task is `words` of `examples/wasm-tasks/conformance`, built by `polymer build`. A language
//! whose tool is missing is left out and named.
#![expect(clippy::disallowed_types, reason = "a bench starts what it measures")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench says what it found, and one that meets what it did not expect has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Tasks whose time is taken.
const TASKS: usize = 200;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples/wasm-tasks/conformance");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.ends_with("interpreter"))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    println!("| task | module | compiled in | started from the cache in | a task | memory |");
    println!("|---|---|---|---|---|---|");
    for name in names.iter().filter(|name| asked.is_empty() || asked.contains(name)) {
        match built(&folder.join(name)) {
            Ok(module) => println!("{}", row(name, &module)),
            Err(why) => eprintln!("left out: {name}: {}", why.trim()),
        }
    }
}

/// The module of a folder.
fn built(folder: &Path) -> Result<PathBuf, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_polymer")).arg("build").arg(folder).output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(String::from_utf8(output.stdout).unwrap().trim().into())
}

fn row(name: &str, module: &Path) -> String {
    let place = tempfile::tempdir().unwrap();
    let is_command = name.ends_with("-command");
    let text = "words the quick brown fox";
    let line = if is_command { text.to_owned() } else { format!("{text:?}") };
    let (one, many) = (place.path().join("one"), place.path().join("many"));
    fs::write(&one, format!("{line}\n")).unwrap();
    fs::write(&many, format!("{line}\n").repeat(TASKS)).unwrap();
    let cache = place.path().join("cache");
    let run = |input: &Path| {
        let records = place.path().join("records");
        let mut polymer = Command::new(env!("CARGO_BIN_EXE_polymer"));
        polymer.arg("run").arg(module).args(["-j", "1", "--input"]).arg(input).arg("-o").arg(&records);
        polymer.arg("--cache-dir").arg(&cache);
        let began = Instant::now();
        let output = polymer.output().unwrap();
        let took = began.elapsed();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        (took, fs::read_to_string(&records).unwrap())
    };
    let (cold, _) = run(&one);
    let cached = (0..5).map(|_| run(&one).0).min().unwrap();
    let (_, records) = run(&many);
    let of = |line: &str, field: &str| -> f64 {
        let (_, rest) = line.split_once(field).unwrap();
        rest.split([',', '}']).next().unwrap().parse().unwrap()
    };
    let mut times: Vec<f64> = records.lines().map(|line| of(line, "\"wall_ms\":")).collect();
    times.sort_by(f64::total_cmp);
    assert_eq!(times.len(), TASKS, "{name}");
    let memory = of(records.lines().next().unwrap(), "\"peak_memory_bytes\":");
    format!(
        "| {name} | {} | {} | {} | {:.2} ms | {:.1} MiB |",
        size(module),
        time(cold.saturating_sub(cached)),
        time(cached),
        times[TASKS / 2],
        memory / 1024.0 / 1024.0
    )
}

fn size(module: &Path) -> String {
    let bytes = fs::metadata(module).unwrap().len();
    if bytes < 1_000_000 {
        format!("{} kB", bytes / 1000)
    } else {
        format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10)
    }
}

fn time(took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{} ms", took.as_millis())
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}
