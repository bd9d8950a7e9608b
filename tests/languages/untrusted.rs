//! Sources that nobody trusts, compiled in a jail by the real compilers: the examples come out as
//! they are, and sources that want something else than a module come to nothing.
//!
//! What a compiler itself could do there is in `tests/e2e/untrusted`.

use super::single::{Named, Place};
use super::{STARTERS, Tool, conformance, passes, well};
use libtest_mimic::Failed;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// What the secret file has, and a variable of the operator's.
const SECRET: &str = "K3ltfjQ0";

/// A hostile source: the names and texts of its files, flags, and the words for what may come of
/// it.
struct Hostile {
    language: &'static str,
    files: &'static [(&'static str, &'static str)],
    flags: &'static [&'static str],
    codes: &'static [&'static str],
}

const fn hostile(language: &'static str, files: &'static [(&'static str, &'static str)]) -> Hostile {
    Hostile { language, files, flags: &[], codes: &["compile_error"] }
}

const fn greedy(
    language: &'static str,
    files: &'static [(&'static str, &'static str)],
    flags: &'static [&'static str],
    codes: &'static [&'static str],
) -> Hostile {
    Hostile { language, files, flags, codes }
}

/// `{secret}` stands for the path of the secret file, `{up}` for one by which it is reached from
/// the sources.
const SOURCES: &[Hostile] = &[
    hostile("c", &[("a.c", "#include \"/etc/passwd\"\nint main(void) { return 0; }\n")]),
    hostile("c", &[("a.c", "#include \"{secret}\"\nint main(void) { return 0; }\n")]),
    hostile("c", &[("a.c", "#include \"{up}\"\nint main(void) { return 0; }\n")]),
    hostile("c", &[("a.c", "#include \"/proc/self/environ\"\nint main(void) { return 0; }\n")]),
    hostile("c", &[("a.c", "#include \"/proc/1/cmdline\"\nint main(void) { return 0; }\n")]),
    hostile(
        "c",
        &[("a.c", "const char a[] = {\n#embed \"{secret}\"\n};\nint main(void) { return a[0]; }\n")],
    ),
    hostile("c", &[("a.c", "__asm__(\".incbin \\\"{secret}\\\"\");\nint main(void) { return 0; }\n")]),
    hostile("c", &[("a.c", "#if __has_include(\"{secret}\")\nint main(void) { return 0; }\n#endif\n")]),
    hostile("c", &[("a.c", "#include __FILE__\nint main(void) { return 0; }\n")]),
    hostile("c", &[("a.c", "#include \"/dev/stdin\"\nint main(void) { return 0; }\n")]),
    greedy(
        "c",
        &[(
            "a.c",
            "#define A p=1;p=1;p=1;p=1;p=1;p=1;p=1;p=1;\n#define B A A A A A A A A A A\n#define C B B B B B B B B B B\n#define D C C C C C C C C C C\n\
             #define E D D D D D D D D D D\nint *p;\nint main(void) { E E E E E E E E E E return 0; }\n",
        )],
        &[],
        &["output_limit", "cpu_limit"],
    ),
    // Ten million warnings, each with the way to it: more than 10 GB of them.
    greedy(
        "c",
        &[(
            "a.c",
            "#if __INCLUDE_LEVEL__ == 7\n#warning a flood\n#else\n#include __FILE__\n#include __FILE__\n#include __FILE__\n#include __FILE__\n\
             #include __FILE__\n#include __FILE__\n#include __FILE__\n#include __FILE__\n#include __FILE__\n#include __FILE__\n#endif\n\
             #if __INCLUDE_LEVEL__ == 0\nint main(void) { return 0; }\n#endif\n",
        )],
        &[],
        &["output_limit"],
    ),
    greedy(
        "c",
        &[("a.c", "char a[1 << 30] = {1};\nint main(void) { return a[5]; }\n")],
        &[],
        &["output_limit", "memory_limit", "compile_error"],
    ),
    greedy(
        "cpp",
        &[(
            "a.cpp",
            "template<int N, class T> struct F { F<N - 1, T*> a; F<N - 1, T&> b; };\ntemplate<class T> struct F<0, T> {};\n\
             template<int N, class T> struct G { static constexpr auto v = G<N - 1, G<N, T>>::v + G<N - 1, G<N + 1, T>>::v; };\n\
             template<class T> struct G<0, T> { static constexpr int v = 1; };\nint main() { return G<60, int>::v; }\n",
        )],
        &["--cpu-time", "2s", "--memory", "256MiB"],
        &["cpu_limit", "memory_limit", "compile_error"],
    ),
    greedy(
        "cpp",
        &[(
            "a.cpp",
            "constexpr long f(long n) { return n < 2 ? n : f(n - 1) + f(n - 2); }\nstatic_assert(f(90) > 0);\nint main() {}\n",
        )],
        &["--cpu-time", "2s"],
        &["cpu_limit", "compile_error"],
    ),
    hostile("rust", &[("a.rs", "fn main() { print!(\"{}\", include_str!(\"{secret}\")); }\n")]),
    hostile("rust", &[("a.rs", "fn main() { print!(\"{}\", include_str!(\"/proc/self/environ\")); }\n")]),
    hostile("rust", &[("a.rs", "#[path = \"{secret}\"]\nmod a;\nfn main() {}\n")]),
    hostile("rust", &[("a.rs", "fn main() { print!(\"{}\", env!(\"SECRET\")); }\n")]),
    hostile(
        "rust",
        &[(
            "a.rs",
            "#![crate_type = \"proc-macro\"]\nextern crate proc_macro;\n#[proc_macro]\npub fn a(t: proc_macro::TokenStream) -> proc_macro::TokenStream \
             { std::fs::write(\"/tmp/planted\", \"\").unwrap(); t }\nfn main() {}\n",
        )],
    ),
    hostile(
        "rust",
        &[
            ("Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nbuild = \"build.rs\"\n"),
            ("build.rs", "fn main() { std::fs::write(\"/tmp/planted\", \"\").unwrap(); }\n"),
            ("src/main.rs", "include!(concat!(env!(\"OUT_DIR\"), \"/a.rs\"));\n"),
        ],
    ),
    greedy(
        "rust",
        &[("a.rs", "macro_rules! a { ($($t:tt)*) => { a!($($t)* $($t)* x) } }\na!(x);\nfn main() {}\n")],
        &["--cpu-time", "2s", "--memory", "512MiB"],
        &["compile_error", "cpu_limit", "memory_limit"],
    ),
    hostile("go", &[("a.go", "package main\n\n// #include </etc/passwd>\nimport \"C\"\n\nfunc main() {}\n")]),
    hostile(
        "go",
        &[(
            "a.go",
            "package main\n\nimport _ \"embed\"\n\n//go:embed {secret}\nvar a string\n\nfunc main() { println(a) }\n",
        )],
    ),
    hostile(
        "go",
        &[(
            "a.go",
            "package main\n\nimport _ \"embed\"\n\n//go:embed {up}\nvar a string\n\nfunc main() { println(a) }\n",
        )],
    ),
    hostile(
        "go",
        &[("a.go", "package main\n\nimport \"example.com/fetched\"\n\nfunc main() { fetched.Run() }\n")],
    ),
    hostile(
        "go",
        &[
            ("go.mod", "module a\n\ngo 1.24\n\nreplace example.com/fetched => {up}\n"),
            ("main.go", "package main\n\nimport \"example.com/fetched\"\n\nfunc main() { fetched.Run() }\n"),
        ],
    ),
    hostile(
        "zig",
        &[("a.zig", "const a = @embedFile(\"{secret}\");\npub fn main() void { @compileLog(a); }\n")],
    ),
    hostile("zig", &[("a.zig", "const a = @embedFile(\"{up}\");\npub fn main() void { @compileLog(a); }\n")]),
    // What is at the top of a script runs while it is built, in an interpreter that is wasm itself.
    hostile("python", &[("a.py", "a = open(\"/etc/passwd\").read()\ndef run(row): return a\n")]),
    hostile("python", &[("a.py", "a = open(\"{secret}\").read()\ndef run(row): return a\n")]),
    hostile("python", &[("a.py", "import os\nprint(os.environ[\"SECRET\"])\ndef run(row): return 1\n")]),
    greedy("python", &[("a.py", "while True: pass\n")], &["--cpu-time", "2s"], &["cpu_limit"]),
    hostile(
        "javascript",
        &[("a.js", "import a from \"/etc/passwd\";\nexport function run() { return a; }\n")],
    ),
    hostile("javascript", &[("a.js", "import a from \"{up}\";\nexport function run() { return a; }\n")]),
    greedy(
        "javascript",
        &[("a.js", "while (true) {}\nexport function run() {}\n")],
        &["--cpu-time", "2s"],
        &["cpu_limit"],
    ),
    greedy(
        "zig",
        &[(
            "a.zig",
            "pub fn main() void {\n    comptime {\n        @setEvalBranchQuota(4294967295);\n        while (true) {}\n    }\n}\n",
        )],
        &["--cpu-time", "2s"],
        &["cpu_limit", "compile_error"],
    ),
];

/// Folders of the conformance task that are built in the jail, by language. AssemblyScript is not:
/// its compiler is a package of the project's own.
const EXAMPLES: [(&str, &[&str]); 7] = [
    ("c", &["c", "c-command"]),
    ("cpp", &["cpp", "cpp-command"]),
    ("rust", &["rust", "rust-command"]),
    ("go", &["go", "go-command"]),
    ("zig", &["zig", "zig-command"]),
    ("python", &["python", "python-command"]),
    ("javascript", &["javascript", "javascript-command"]),
];

/// Other examples that need nothing but their SDK. `markdown` and `shapes` need crates of others,
/// which nothing fetches here.
const RUST_EXAMPLES: [&str; 5] = ["exitcode", "faults", "primes", "simple", "wordcount"];

/// All trials of this file. `tool` is what a language needs.
pub(super) fn trials(tool: impl Fn(&str) -> Tool) -> Vec<Named> {
    let of = |(language, folders): (&'static str, &'static [&'static str])| -> Named {
        let test = move || {
            let place = Place::new();
            folders.iter().try_for_each(|folder| conforms(&place, folder))?;
            if language == "rust" {
                RUST_EXAMPLES.iter().try_for_each(|name| is_built(&place, name))?;
            }
            if STARTERS.iter().any(|(starter, _)| *starter == language) {
                starts(&place, language)?;
            }
            let sources = SOURCES.iter().enumerate();
            sources
                .filter(|(_, source)| source.language == language)
                .try_for_each(|(number, source)| comes_to_nothing(&place, number, source))
        };
        (format!("untrusted-{language}"), tool(language), Box::new(test))
    };
    let by_zig = || -> Result<(), Failed> {
        let place = Place::with_zig();
        conforms(&place, "c")?;
        comes_to_nothing(&place, 0, &SOURCES[0])
    };
    EXAMPLES
        .into_iter()
        .map(of)
        .chain([("untrusted-zig-c".to_owned(), tool("zig"), Box::new(by_zig) as _)])
        .collect()
}

/// That an example passes its cases as it is built in the jail.
fn conforms(place: &Place, name: &str) -> Result<(), Failed> {
    let folder = place.0.path().join(name);
    alone(&conformance().join(name), &folder);
    let module = place.0.path().join(format!("{name}.wasm"));
    let mut polymer = place.polymer();
    let built = polymer.args(["build", "--untrusted"]).arg(&folder).arg("-o").arg(&module).output().unwrap();
    well(&built)?;
    passes(|| place.polymer(), &module, name.ends_with("-command"), &[])
}

fn is_built(place: &Place, name: &str) -> Result<(), Failed> {
    let folder = conformance().join("..").join(name);
    well(&place.polymer().args(["build", "--untrusted"]).arg(folder).output().unwrap())
}

/// That what `polymer new` writes is built in the jail, and passes its own cases.
fn starts(place: &Place, language: &str) -> Result<(), Failed> {
    let path = |name: &str| place.0.path().join(name);
    let (folder, module) = (path("greet"), path("greet.wasm"));
    well(&place.polymer().args(["new", "--lang", language]).arg(&folder).output().unwrap())?;
    let mut build = place.polymer();
    build.args(["build", "--untrusted"]).arg(&folder).arg("-o").arg(&module);
    well(&build.output().unwrap())?;
    if language == "python" {
        // Large modules take long to compile: the others of this language are run.
        return Ok(());
    }
    well(&place.polymer().arg("test").arg(module).arg(folder.join("cases.jsonl")).output().unwrap())
}

/// A folder by itself: what it has by links in the repository stands in it.
fn alone(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (path, name) = (entry.path(), to.join(entry.file_name()));
        if path.is_file() {
            fs::copy(path, name).unwrap();
        } else if path.ends_with("src") {
            alone(&path, &name);
        }
    }
}

/// That sources give no module, are told so by the right word, and tell nothing of this machine.
fn comes_to_nothing(place: &Place, number: usize, source: &Hostile) -> Result<(), Failed> {
    let folder = place.0.path().join(format!("hostile-{number}"));
    let secret = place.write("secret.txt", SECRET);
    for (name, text) in source.files {
        let text = text.replace("{secret}", secret.to_str().unwrap()).replace("{up}", "../secret.txt");
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    // A single file is given as that.
    let what = match source.files {
        [(name, _)] => folder.join(name),
        _ => folder,
    };
    let mut polymer = place.polymer();
    polymer.args(["build", "--untrusted", "--json"]).args(source.flags).arg(what).env("SECRET", SECRET);
    let output = polymer.output().unwrap();
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let fault = |what: &str| Err(Failed::from(format!("{what}: {:?}\n{told}\n{said}", source.files)));
    let Ok(value) = serde_json::from_str::<Value>(&told) else { return fault("no answer") };
    let code = value["error"]["code"].as_str().unwrap_or_default();
    if output.status.code() != Some(100) || value["result"] != "build_failed" || !source.codes.contains(&code)
    {
        return fault("another end");
    }
    for secret in [SECRET, "root:x:", "HOME="] {
        if told.contains(secret) || said.contains(secret) {
            return fault("a leak");
        }
    }
    let words = value["error"]["compiler_output"].as_str().unwrap_or_default();
    if words.len() > 4096 {
        return fault("more than 4 KiB of words");
    }
    if Path::new("/tmp/planted").exists() { fault("something was planted") } else { Ok(()) }
}
