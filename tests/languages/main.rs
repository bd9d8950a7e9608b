//! One task in every language, held to the same cases: `polymer build`, `polymer test` and
//! `polymer new`, with the languages' own tools.
//!
//! A language whose tool is not installed is told as ignored, with what is missing, and never as
//! passed. With `ALL_LANGUAGES` set, as in CI, there is no such way out. Strictly outside, as the
//! end-to-end tests: nothing here may use the library.
#![expect(clippy::disallowed_types, reason = "tests start programs")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a failed test is what a panic is for; these are no `#[test]` functions"
)]

mod nested;
mod single;
mod snippets;
mod untrusted;

use libtest_mimic::{Arguments, Failed, Trial};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

/// How a tool may be called: any of these that answers.
type Tool = &'static [&'static [&'static str]];

const CARGO: Tool = &[&["cargo", "--version"]];
const CLANG: Tool = &[
    &["clang", "--target=wasm32-wasi", "-E", "-include", "stdio.h", "-x", "c", "/dev/null"],
    &["clang-14", "--target=wasm32-wasi", "-E", "-include", "stdio.h", "-x", "c", "/dev/null"],
    &["python3", "-m", "ziglang", "version"],
];
const CLANG_CPP: Tool = &[
    &["clang++", "--target=wasm32-wasi", "-E", "-include", "vector", "-x", "c++", "/dev/null"],
    &["clang++-14", "--target=wasm32-wasi", "-E", "-include", "vector", "-x", "c++", "/dev/null"],
    &["python3", "-m", "ziglang", "version"],
];
const ZIG: Tool = &[&["zig", "version"], &["python3", "-m", "ziglang", "version"]];
const GO: Tool = &[&["go", "version"]];
const PYTHON: Tool = &[&["componentize-py", "--version"], &["python3", "-m", "componentize_py", "--version"]];
/// In the folder's own packages.
const ASC: Tool = &[&["node_modules/.bin/asc", "--version"]];
const JAVASCRIPT: Tool = &[&["componentize-qjs", "--version"]];

/// The interpreter, which `build.sh` beside its script makes.
const QUICKJS: Tool = &[&["cat", "qjs.wasm"]];

/// A folder of the conformance task, and what building it needs.
const FOLDERS: [(&str, Tool); 16] = [
    ("rust", CARGO),
    ("rust-command", CARGO),
    ("python", PYTHON),
    ("python-command", PYTHON),
    ("javascript", JAVASCRIPT),
    ("javascript-command", JAVASCRIPT),
    ("c", CLANG),
    ("c-command", CLANG),
    ("cpp", CLANG_CPP),
    ("cpp-command", CLANG_CPP),
    ("go", GO),
    ("go-command", GO),
    ("zig", ZIG),
    ("zig-command", ZIG),
    ("assemblyscript", ASC),
    ("assemblyscript-command", ASC),
];

/// Folders that are also built where zig is the only compiler.
const C_FOLDERS: [&str; 4] = ["c", "c-command", "cpp", "cpp-command"];

/// What `polymer new` writes.
const STARTERS: [(&str, Tool); 5] =
    [("rust", CARGO), ("python", PYTHON), ("javascript", JAVASCRIPT), ("c", CLANG), ("go", GO)];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let all = std::env::var_os("ALL_LANGUAGES").is_some();
    let trial = |name: String, tool: Tool, test: Box<dyn FnOnce() -> Result<(), Failed> + Send>| {
        let missing = !all && !is_there(tool, &conformance().join(&name));
        if missing && !arguments.list {
            println!("not run: {name}, for {} is not installed here", tool[0][0]);
        }
        Trial::test(name, test).with_ignored_flag(missing)
    };
    let mut trials: Vec<Trial> = FOLDERS
        .iter()
        .map(|(folder, tool)| trial((*folder).to_owned(), tool, Box::new(|| conforms(folder))))
        .collect();
    trials.extend(
        STARTERS.iter().map(|(lang, tool)| trial(format!("new-{lang}"), tool, Box::new(|| starts(lang)))),
    );
    trials.extend(snippets::SNIPPETS.iter().map(|snippets| {
        let name = format!("snippets-{}", snippets.folder);
        trial(name, snippets.tool, Box::new(|| snippets::are_told(snippets)))
    }));
    for (language, tool) in [("python", PYTHON), ("javascript", JAVASCRIPT), ("go", GO)] {
        let test = Box::new(move || snippets::are_told_when_built(language));
        trials.push(trial(format!("snippets-unbuildable-{language}"), tool, test));
    }
    trials.extend(
        C_FOLDERS.iter().map(|name| trial(format!("zig-{name}"), ZIG, Box::new(|| conforms_by_zig(name)))),
    );
    trials.extend(single::trials(tool_of).into_iter().map(|(name, tool, test)| trial(name, tool, test)));
    trials.extend(nested::trials(tool_of).into_iter().map(|(name, tool, test)| trial(name, tool, test)));
    trials.extend(untrusted::trials(tool_of).into_iter().map(|(name, tool, test)| trial(name, tool, test)));
    trials.push(trial("interpreter".to_owned(), QUICKJS, Box::new(interpreter)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What building a language needs, by the start of a name.
fn tool_of(name: &str) -> Tool {
    match name.split('-').next().unwrap_or_default() {
        "c" => CLANG,
        "cpp" => CLANG_CPP,
        "rust" => CARGO,
        "go" => GO,
        "zig" => ZIG,
        "python" => PYTHON,
        _ => JAVASCRIPT,
    }
}

fn is_there(tool: Tool, folder: &Path) -> bool {
    tool.iter().any(|call| {
        let beside = folder.join(call[0]);
        // A project that is yet to be written has no folder.
        let within = if folder.is_dir() { folder } else { Path::new(".") };
        let program = if beside.is_file() { &beside } else { Path::new(call[0]) };
        let answer = Command::new(program).args(&call[1..]).current_dir(within).output();
        answer.is_ok_and(|answer| answer.status.success())
    })
}

fn conformance() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../examples/wasm-tasks/conformance")
        .canonicalize()
        .unwrap()
}

fn polymer() -> Command {
    Command::new(env!("CARGO_BIN_EXE_polymer"))
}

/// That a program ended well; else all it said.
fn well(output: &Output) -> Result<(), Failed> {
    if output.status.success() {
        return Ok(());
    }
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("{}\n{out}{err}", output.status).into())
}

/// That a folder's task passes the cases.
fn conforms(name: &str) -> Result<(), Failed> {
    passes(polymer, &conformance().join(name), name.ends_with("-command"), &[])
}

/// The same by zig, in a copy of the sources: the folder itself may be built by another compiler at
/// the time.
fn conforms_by_zig(name: &str) -> Result<(), Failed> {
    let place = single::Place::with_zig();
    let copy = |from: PathBuf, to: &str| {
        let to = place.0.path().join(to);
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(from).unwrap().flatten().filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    };
    for folder in C_FOLDERS {
        copy(conformance().join(folder), &format!("examples/wasm-tasks/conformance/{folder}"));
    }
    let folder = place.0.path().join("examples/wasm-tasks/conformance").join(name);
    passes(|| place.polymer(), &folder, name.ends_with("-command"), &[])
}

/// That a module, or what is built of a folder, passes the cases.
fn passes(
    polymer: impl Fn() -> Command,
    module: &Path,
    is_command: bool,
    args: &[&str],
) -> Result<(), Failed> {
    let test = |cases: &str, more: &[&str]| {
        let mut polymer = polymer();
        polymer.arg("test").arg(module).arg(conformance().join(cases)).args(args).args(more);
        let output = polymer.output().unwrap();
        well(&output)?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let passed: usize = said.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0);
        if passed > 4 && said.contains(" passed, 0 failed") { Ok(()) } else { Err(Failed::from(said)) }
    };
    if !is_command {
        return test("cases.jsonl", &[]);
    }
    test("cases.jsonl", &["--output-format", "json", "--task-env"])?;
    test("bytes.jsonl", &["--output-format", "base64", "--arg", "bytes"])
}

/// That a script passes them in an interpreter that is one module for all scripts.
fn interpreter() -> Result<(), Failed> {
    let folder = conformance().join("interpreter");
    let module = folder.join("qjs.wasm");
    let script = std::fs::read_to_string(folder.join("conformance.js")).unwrap();
    passes(polymer, &module, true, &["--arg=--std", "--arg=-e", &format!("--arg={script}")])
}

/// That a new project is built, runs and passes its own cases, outside of any clone.
fn starts(lang: &str) -> Result<(), Failed> {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("greet");
    well(&polymer().args(["new", "--lang", lang]).arg(&folder).output().unwrap())?;
    well(&polymer().arg("build").arg(&folder).output().unwrap())?;
    well(&polymer().args(["test", ".", "cases.jsonl"]).current_dir(&folder).output().unwrap())
}
