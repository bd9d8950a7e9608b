//! Single files, and folders with nothing but one: built and run whatever they are called, with the
//! tools of their languages.

use super::{Tool, well};
use libtest_mimic::Failed;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const C: &str = "#include <stdio.h>\nint main(void) { char w[9]; while (scanf(\"%8s\", w) == 1) printf(\"<%s>\", w); return 0; }\n";
const CPP: &str = "#include <bits/stdc++.h>\nusing namespace std;\nint main() { map<string, int> m; string w; while (cin >> w) m[w]++; \
                   for (auto &[k, n] : m) cout << '<' << k << '>'; assert(clock() >= 0 && __gcd(4, 6) == 2); }\n";
const RUST: &str = "fn main() { for word in std::io::read_to_string(std::io::stdin()).unwrap().split_whitespace() { print!(\"<{word}>\"); } }\n";
const GO: &str = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tvar w string\n\tfor {\n\t\tif _, err := fmt.Scan(&w); err != nil {\n\t\t\treturn\n\t\t}\n\t\tfmt.Printf(\"<%s>\", w)\n\t}\n}\n";
const ZIG: &str = "const std = @import(\"std\");\npub fn main(init: std.process.Init) !void {\n    var buffer: [64]u8 = undefined;\n    \
                   var reader = std.Io.File.stdin().readerStreaming(init.io, &buffer);\n    const text = try reader.interface.allocRemaining(init.gpa, .unlimited);\n    \
                   var out: [64]u8 = undefined;\n    var writer = std.Io.File.stdout().writerStreaming(init.io, &out);\n    \
                   var words = std.mem.tokenizeAny(u8, text, \" \\n\");\n    while (words.next()) |word| try writer.interface.print(\"<{s}>\", .{word});\n    \
                   try writer.interface.flush();\n}\n";
const PYTHON: &str = "import random, statistics, json, types, sys\nassert random.random() < 1 and statistics.mean([1, 3]) == 2 and json.dumps(1) == \"1\"\n\
                      for word in sys.stdin.read().split():\n    print(f\"<{word}>\", end=\"\")\n";
const JAVASCRIPT: &str = "export function main({ readText, write }) {\n  for (const word of readText().split(/\\s+/).filter(Boolean)) write(`<${word}>`);\n}\n";

const TYPED_C: &str = "#include \"polymer_task.h\"\nstatic polymer_result run(const polymer_attempt *attempt, polymer_bytes input) {\n    \
                       (void)attempt; (void)input; return polymer_ok_text(\"<a><b>\", 6);\n}\nPOLYMER_TASKS({.name = \"run\", .run = run});\n";
const TYPED_RUST: &str = "/// Marks words.\n#[polymer_task::task]\npub fn mark(text: String) -> String {\n    text.split(' ').map(|word| format!(\"<{word}>\")).collect()\n}\n";
const TYPED_GO: &str = "package main\n\nimport (\n\t\"strings\"\n\n\t\"mark/polymer\"\n)\n\nfunc init() {\n\tpolymer.Register(polymer.Task{Name: \"mark\", Run: polymer.JSON(mark)})\n}\n\n\
                        func main() {}\n\nfunc mark(text string) (string, error) {\n\treturn \"<\" + strings.ReplaceAll(text, \" \", \"><\") + \">\", nil\n}\n";
const TYPED_ZIG: &str = "const polymer = @import(\"polymer\");\npub const panic = polymer.panic;\ncomptime {\n    polymer.exportTasks(&.{.{ .name = \"mark\", .run = polymer.json(mark) }});\n}\n\
                         fn mark(attempt: *polymer.Attempt, text: []const u8) ![]const u8 {\n    _ = text;\n    return attempt.print(\"<a><b>\", .{});\n}\n";
const TYPED_PYTHON: &str = "from dataclasses import dataclass\nimport json, statistics\n\n@dataclass\nclass Row:\n    text: str\n\n\
                            def run(text: str) -> str:\n    row = Row(text)\n    return \"\".join(f\"<{word}>\" for word in row.text.split())\n";
const TYPED_JAVASCRIPT: &str = "import { log } from \"polymer_task\";\nexport function run(text) {\n  log.info(text);\n  return `<${text.replace(\" \", \"><\")}>`;\n}\n";

/// Files that mark the words of `a b`, each by itself: its name, its text, and the names it is
/// given one after the other.
const FILES: &[(&str, &str, &[&str])] = &[
    ("c", C, &["-O2.c", "@a b.c", "é.c", "1.c"]),
    ("c-typed", TYPED_C, &["task.c"]),
    ("cpp", CPP, &["main.cc", "-std=c++98.cpp", "a.cxx"]),
    ("rust", RUST, &["core.rs", "test.rs", "build.rs", "1 \"é\".rs", "-v.rs"]),
    ("rust-typed", TYPED_RUST, &["std.rs"]),
    ("go", GO, &["x_test.go", "main_windows.go", "1 é.go", "-v.go", "_hidden.go"]),
    ("go-typed", TYPED_GO, &["task_js.go"]),
    ("zig", ZIG, &["-O.zig", "a b.zig", "std.zig"]),
    ("zig-typed", TYPED_ZIG, &["polymer.zig"]),
    ("python", PYTHON, &["statistics.py"]),
    ("python-typed", TYPED_PYTHON, &["json.py"]),
    ("javascript", JAVASCRIPT, &["polymer_task.js", "-v 1.mjs"]),
    ("javascript-typed", TYPED_JAVASCRIPT, &["\"é\".js", "polymer_app.js"]),
];

/// Names that are built and not run, for that takes long in a language whose modules are large.
const BUILT: &[(&str, &str, &[&str])] = &[
    ("python-names", PYTHON, &["types.py", "a.b c.py"]),
    ("python-typed-names", TYPED_PYTHON, &["polymer_task.py", "\"1\".py"]),
];

/// Folders with one file.
const FOLDERS: &[(&str, &str, &str)] = &[
    ("folder-c", C, "main.c"),
    ("folder-cpp", CPP, "main.cpp"),
    ("folder-rust", RUST, "main.rs"),
    ("folder-rust-typed", TYPED_RUST, "lib.rs"),
    ("folder-go", GO, "main.go"),
    ("folder-go-typed", TYPED_GO, "main.go"),
    ("folder-zig", ZIG, "main.zig"),
];

/// What a module cannot do, in C and C++, and a word of the sentence that is told.
const UNABLE: &[(&str, &str, &str)] = &[
    (
        "throw.cpp",
        "#include <stdexcept>\nint main() { try { throw std::runtime_error(\"x\"); } catch (...) { return 1; } }\n",
        "exceptions",
    ),
    ("thread.cpp", "#include <thread>\nint main() { std::thread t([] {}); t.join(); }\n", "one thread"),
    (
        "stdthread.cpp",
        "#include <bits/stdc++.h>\nint main() { std::thread t([] {}); t.join(); }\n",
        "one thread",
    ),
    (
        "async.cpp",
        "#include <future>\nint main() { return std::async([] { return 1; }).get(); }\n",
        "one thread",
    ),
    ("mutex.cpp", "#include <mutex>\nstd::mutex m;\nint main() {}\n", "one thread"),
    ("fork.c", "#include <unistd.h>\nint main(void) { return fork(); }\n", "start processes"),
    (
        "wait.c",
        "#include <unistd.h>\n#include <sys/wait.h>\nint main(void) { return wait(0); }\n",
        "start processes",
    ),
    ("system.c", "#include <stdlib.h>\nint main(void) { return system(\"ls\"); }\n", "start processes"),
    (
        "popen.c",
        "#include <stdio.h>\nint main(void) { return popen(\"ls\", \"r\") != 0; }\n",
        "start processes",
    ),
    (
        "socket.c",
        "#include <sys/socket.h>\nint main(void) { return socket(AF_INET, SOCK_STREAM, 0); }\n",
        "no network",
    ),
    (
        "host.c",
        "#include <netdb.h>\nint main(void) { struct addrinfo *a; return getaddrinfo(\"x\", \"1\", 0, &a); }\n",
        "no network",
    ),
    (
        "jump.c",
        "#include <setjmp.h>\njmp_buf b;\nint main(void) { if (!setjmp(b)) longjmp(b, 1); return 0; }\n",
        "setjmp",
    ),
    ("temporary.c", "#include <stdio.h>\nint main(void) { return tmpfile() != 0; }\n", "--scratch"),
];

/// A trial: its name, the tool that it needs, and what it does.
pub(super) type Named = (String, Tool, Box<dyn FnOnce() -> Result<(), Failed> + Send>);

/// All trials of this file. `tool` is what a language needs, by the start of a name.
pub(super) fn trials(tool: impl Fn(&str) -> Tool) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    for (name, text, files) in FILES {
        let test = move || files.iter().try_for_each(|file| marks(&Place::new(), file, text));
        all.push((format!("single-{name}"), tool(name), Box::new(test)));
    }
    for (name, text, files) in BUILT {
        let test = move || files.iter().try_for_each(|file| is_built(&Place::new(), file, text));
        all.push((format!("single-{name}"), tool(name), Box::new(test)));
    }
    for (name, text, file) in FOLDERS {
        let test = move || {
            let place = Place::new();
            fs::write(place.0.path().join(file), text).unwrap();
            said(&well_of(place.run(Path::new(".")))?)
        };
        all.push(((*name).to_owned(), tool(name.trim_start_matches("folder-")), Box::new(test)));
    }
    for (name, text, part) in UNABLE {
        all.push((
            format!("unable-{name}"),
            tool(name.rsplit_once('.').unwrap().1),
            Box::new(|| cannot(&Place::new(), name, text, part)),
        ));
        all.push((
            format!("zig-unable-{name}"),
            tool("zig"),
            Box::new(|| cannot(&Place::with_zig(), name, text, part)),
        ));
    }
    for (name, text) in [("zig-single.c", C), ("zig-single.cpp", CPP)] {
        all.push((name.to_owned(), tool("zig"), Box::new(|| marks(&Place::with_zig(), name, text))));
    }
    all.push(("c-stack".to_owned(), tool("c"), Box::new(|| overflows(&Place::new()))));
    all.push(("zig-c-stack".to_owned(), tool("zig"), Box::new(|| overflows(&Place::with_zig()))));
    for (name, language) in
        [("single-python-words", "python"), ("single-go-words", "go"), ("single-rust-words", "rust")]
    {
        all.push((name.to_owned(), tool(language), Box::new(move || names_the_file(language))));
    }
    let folder = || {
        let place = Place::new();
        place.write("json.py", TYPED_PYTHON);
        module_of(&place, Path::new("."))
    };
    all.push(("folder-python-typed".to_owned(), tool("python"), Box::new(folder)));
    all.push(("single-c-beside".to_owned(), tool("c"), Box::new(beside)));
    all
}

/// A folder for a file, and a cache of its own; and the folders in which tools are looked for, if
/// not in the usual ones.
pub(super) struct Place(pub(super) tempfile::TempDir, Option<PathBuf>);

impl Place {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap(), None)
    }

    /// Where there is no other compiler than zig.
    pub(super) fn with_zig() -> Self {
        let place = tempfile::tempdir().unwrap();
        let tools = place.path().join(".tools");
        fs::create_dir(&tools).unwrap();
        let found = |name: &str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file())
        };
        let call = match found("zig") {
            Some(zig) => format!("'{}'", zig.display()),
            None => format!("'{}' -m ziglang", found("python3").unwrap().display()),
        };
        fs::write(tools.join("zig"), format!("#!/bin/sh\nexec {call} \"$@\"\n")).unwrap();
        fs::set_permissions(tools.join("zig"), fs::Permissions::from_mode(0o755)).unwrap();
        Self(place, Some(tools))
    }

    pub(super) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    pub(super) fn polymer(&self) -> Command {
        let mut polymer = super::polymer();
        polymer.env("XDG_CACHE_HOME", self.0.path().join(".cache")).current_dir(self.0.path());
        // Tools keep what they made of their libraries: that is not to be made anew each time.
        let usual = Path::new(&std::env::var_os("HOME").unwrap()).join(".cache");
        for (name, folder) in [("ZIG_GLOBAL_CACHE_DIR", "zig"), ("GOCACHE", "go-build")] {
            if std::env::var_os(name).is_none() {
                polymer.env(name, usual.join(folder));
            }
        }
        if let Some(path) = &self.1 {
            polymer.env("PATH", path);
        }
        polymer
    }

    fn run(&self, path: &Path) -> Output {
        self.write(".input", "\"a b\"\n");
        let mut polymer = self.polymer();
        // Large modules take long to compile: once is enough.
        let code = Path::new(&std::env::var_os("HOME").unwrap()).join(".cache/polymer");
        polymer.args(["run", "--input", ".input", "--input-format", "json", "--cache-dir"]).arg(code);
        polymer.arg(path).output().unwrap()
    }
}

fn well_of(output: Output) -> Result<Output, Failed> {
    well(&output).map(|()| output)
}

/// That the one record has the words of the input, marked.
fn said(output: &Output) -> Result<(), Failed> {
    let records = String::from_utf8_lossy(&output.stdout);
    let record: serde_json::Value =
        serde_json::from_str(records.trim()).map_err(|error| error.to_string())?;
    if record["output"] == "<a><b>" { Ok(()) } else { Err(records.into_owned().into()) }
}

fn marks(place: &Place, file: &str, text: &str) -> Result<(), Failed> {
    let path = place.write(file, text);
    said(&well_of(place.run(&path))?).map_err(|error| format!("{file}: {error:?}").into())
}

fn is_built(place: &Place, file: &str, text: &str) -> Result<(), Failed> {
    module_of(place, &place.write(file, text))
}

/// That a module comes of it.
fn module_of(place: &Place, path: &Path) -> Result<(), Failed> {
    let output = well_of(place.polymer().arg("build").arg(path).output().unwrap())?;
    let module = PathBuf::from(String::from_utf8(output.stdout).unwrap().trim_end());
    if fs::read(&module)?.starts_with(b"\0asm") {
        Ok(())
    } else {
        Err(format!("{} is no module", module.display()).into())
    }
}

/// That a build fails, says what the compiler said and the sentence that helps, and leaves no
/// module.
pub(super) fn cannot(place: &Place, file: &str, text: &str, part: &str) -> Result<(), Failed> {
    let path = place.write(file, text);
    fails(place, place.polymer().arg("build").arg(&path), &[part, "hint: "])
}

fn fails(place: &Place, command: &mut Command, parts: &[&str]) -> Result<(), Failed> {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() != Some(96)
        || !output.stdout.is_empty()
        || !said.contains("failed (exit status: ")
    {
        return Err(format!("{}: {said}", output.status).into());
    }
    if let Some(part) = parts.iter().find(|part| !said.contains(**part)) {
        return Err(format!("{part:?} is not in: {said}").into());
    }
    let left = modules(&place.0.path().join(".cache"));
    if left.is_empty() { Ok(()) } else { Err(format!("left behind: {left:?}").into()) }
}

/// Modules directly in build folders.
fn modules(cache: &Path) -> Vec<PathBuf> {
    let builds = fs::read_dir(cache.join("polymer-scripts")).unwrap().flatten();
    let files = builds.flat_map(|build| fs::read_dir(build.path()).unwrap().flatten());
    files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
        .collect()
}

/// That a stack that overflows ends the task, and does not run into data.
fn overflows(place: &Place) -> Result<(), Failed> {
    let text = "#include <stdio.h>\nstatic int data[4096];\nint deep(int n) { volatile char frame[1000]; frame[n % 1000] = 1; return n ? deep(n - 1) + frame[3] : 0; }\n\
                int main(void) { data[7] = 7; int n = deep(2000); printf(\"%d %d\", n, data[7]); return 0; }\n";
    let output = place.run(&place.write("deep.c", text));
    let records = String::from_utf8_lossy(&output.stdout).into_owned();
    if records.contains("\"verdict\":\"trap\"") { Ok(()) } else { Err(records.into()) }
}

/// That what a tool says of an error names the author's file and line, also where a copy is built.
fn names_the_file(language: &str) -> Result<(), Failed> {
    let place = Place::new();
    let (file, text, part) = match language {
        "python" => ("statistics.py", "def run(row):\n    return row +\n", "statistics.py\", line 2"),
        "go" => ("x_test.go", "package main\n\nfunc main() { missing() }\n", "x_test.go:3"),
        _ => ("test.rs", "fn main() {\n    missing();\n}\n", "test.rs:2:5"),
    };
    let path = place.write(file, text);
    fails(&place, place.polymer().arg("build").arg(&path), &[part])
}

/// That many builds of one file beside each other all end well, with a module that is whole, and
/// that the module is copied whole.
fn beside() -> Result<(), Failed> {
    let place = Place::new();
    let path = place.write("a.c", C);
    let builds: Vec<_> = (0..6)
        .map(|at| {
            place
                .polymer()
                .arg("build")
                .arg(&path)
                .arg("-o")
                .arg(format!("copy{}.wasm", at % 2))
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for build in builds {
        well(&build.wait_with_output().unwrap())?;
    }
    said(&well_of(place.run(Path::new("copy1.wasm")))?)?;
    let over = place.polymer().arg("build").arg("a.c").args(["-o", "./a.c"]).output().unwrap();
    if over.status.code() != Some(2) || fs::read_to_string(&path)? != C {
        return Err(String::from_utf8_lossy(&over.stderr).into_owned().into());
    }
    let cleared = well_of(place.polymer().args(["cache", "clear"]).output().unwrap())?;
    let told = String::from_utf8_lossy(&cleared.stdout).into_owned();
    if told.contains("what was built of 1 file") && modules(&place.0.path().join(".cache")).is_empty() {
        Ok(())
    } else {
        Err(told.into())
    }
}
