//! Programs whose calls nest 100,000 deep: they end well where `--stack` gives room for them, and
//! are trapped where it does not. Each call has an address taken, so both stacks are needed: the
//! engine's, and the one in the memory of the module.

use super::Tool;
use super::single::{Named, Place};
use libtest_mimic::Failed;
use serde_json::Value;
use std::path::Path;

const C: &str = "#include <stdio.h>\nint sum(volatile int *above, int n) { volatile int own = *above + 1; return n ? sum(&own, n - 1) + 1 : own; }\n\
                 int main(void) { volatile int first = 0; printf(\"%d\", sum(&first, 100000)); return 0; }\n";
const RUST: &str = "use std::hint::black_box;\nfn sum(above: &u32, n: u32) -> u32 {\n    let own = *black_box(above) + 1;\n    \
                    if n == 0 { own } else { black_box(sum(black_box(&own), n - 1)) + 1 }\n}\nfn main() { print!(\"{}\", sum(&0, 100_000)); }\n";
const GO: &str = "package main\n\nimport \"fmt\"\n\nfunc sum(above *int, n int) int {\n\town := *above + 1\n\tif n == 0 {\n\t\treturn own\n\t}\n\treturn sum(&own, n-1) + 1\n}\n\n\
                  func main() {\n\tfirst := 0\n\tfmt.Print(sum(&first, 100000))\n}\n";
const ZIG: &str = "const std = @import(\"std\");\nfn sum(above: *volatile u32, n: u32) u32 {\n    var own: u32 = above.* + 1;\n    \
                   return if (n == 0) own else @call(.never_inline, sum, .{ &own, n - 1 }) + 1;\n}\n\
                   pub fn main(init: std.process.Init) !void {\n    var first: u32 = 0;\n    var out: [64]u8 = undefined;\n    \
                   var writer = std.Io.File.stdout().writerStreaming(init.io, &out);\n    \
                   try writer.interface.print(\"{d}\", .{sum(&first, 100_000)});\n    try writer.interface.flush();\n}\n";

/// Names of files, their texts, and whether their language lets the usual stacks suffice.
const FILES: &[(&str, &str, bool)] = &[
    ("nested.c", C, false),
    ("nested.cpp", C, false),
    ("nested.rs", RUST, false),
    ("nested.zig", ZIG, false),
    // Its stack in the memory grows by itself.
    ("nested.go", GO, false),
];

/// All trials of this file. `tool` is what a language needs, by the start of a name.
pub(super) fn trials(tool: impl Fn(&str) -> Tool) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    for (file, text, is_enough) in FILES {
        let language = Path::new(file).extension().unwrap().to_str().unwrap();
        let language = if language == "rs" { "rust" } else { language };
        let test = move || nests(&Place::new(), file, text, *is_enough);
        all.push((format!("nested-{language}"), tool(language), Box::new(test)));
    }
    all.push((
        "zig-nested-c".to_owned(),
        tool("zig"),
        Box::new(|| nests(&Place::with_zig(), "nested.c", C, false)),
    ));
    all.push((
        "untrusted-nested-rust".to_owned(),
        tool("rust"),
        Box::new(|| nests_untrusted("nested.rs", RUST)),
    ));
    all.push(("untrusted-nested-c".to_owned(), tool("c"), Box::new(|| nests_untrusted("nested.c", C))));
    all
}

fn nests(place: &Place, file: &str, text: &str, is_enough: bool) -> Result<(), Failed> {
    let path = place.write(file, text);
    let usual = record(place, &path, &[])?;
    if (usual["verdict"] == "ok") != is_enough {
        return Err(format!("with the usual stack: {usual}").into());
    }
    ends_well(&record(place, &path, &["--stack", "64MiB"])?)
}

fn nests_untrusted(file: &str, text: &str) -> Result<(), Failed> {
    let place = Place::new();
    let path = place.write(file, text);
    let module = place.0.path().join("module.wasm");
    let mut build = place.polymer();
    build.args(["build", "--untrusted", "--stack", "64MiB", "-o"]).arg(&module).arg(&path);
    super::well(&build.output().unwrap())?;
    ends_well(&record(&place, &module, &["--stack", "64MiB"])?)
}

fn ends_well(record: &Value) -> Result<(), Failed> {
    // As many as there are calls on the way down, and again on the way up.
    if record["output"] == "200001" { Ok(()) } else { Err(record.to_string().into()) }
}

/// The one record of a run over one line.
fn record(place: &Place, path: &Path, flags: &[&str]) -> Result<Value, Failed> {
    place.write(".input", "x\n");
    let mut polymer = place.polymer();
    let output = polymer.args(["run", "--input", ".input"]).args(flags).arg(path).output().unwrap();
    let records = String::from_utf8_lossy(&output.stdout);
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(records.trim()).map_err(|error| format!("{error}: {records}{said}").into())
}
