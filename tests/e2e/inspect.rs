//! `polymer inspect`: what a module is.

use super::support::{console, example, wat};

#[test]
fn a_command_is_shown_whole() {
    for (guest, form, imports) in [
        ("silent", "command (a core module with _start)", "imports: none\n"),
        ("component", "command (a component that exports wasi:cli/run)", "imports: none\n"),
        ("exit_max", "command (a core module with _start)", "imports:\n  wasi_snapshot_preview1.proc_exit\n"),
    ] {
        let path = wat(guest);
        let ended = console(&format!("inspect {path}"), &[], 0);
        assert_eq!(ended.stdout, format!("module: {path}\nform: {form}\n\n{imports}"));
        assert_eq!(ended.stderr, "");
    }
}

#[test]
fn a_typed_task_is_shown_as_it_describes_itself() {
    let path = example("simple");
    let ended = console(&format!("inspect {path}"), &[], 0);
    let expected = format!(
        "module: {path}\nform: typed task (a core module that exports polymer:task/guest)\n\ntask: simple 0.1.0\n  \
         summary: Waits, then says its text and how long it waited.\n  encoding: json\n  input schema: none\n  output schema: none\n\nimports:\n"
    );
    let imports = ended.stdout.strip_prefix(&expected).unwrap_or_else(|| panic!("{}", ended.stdout));
    assert!(imports.contains("  polymer:task/types@0.1.1\n"), "{imports}");
    assert!(imports.lines().all(|line| line.starts_with("  ")), "{imports}");
}

#[test]
fn a_program_is_shown_with_what_it_imports() {
    let path = example("wordcount");
    let ended = console(&format!("inspect {path}"), &[], 0);
    let expected = format!("module: {path}\nform: command (a core module with _start)\n\nimports:\n");
    assert!(ended.stdout.starts_with(&expected), "{}", ended.stdout);
    assert!(ended.stdout.contains("  wasi_snapshot_preview1.fd_write\n"), "{}", ended.stdout);
}

#[test]
fn a_module_that_is_of_no_use_is_an_error() {
    let ended = console(&format!("inspect {}", wat("unknown_import")), &[], 96);
    assert_eq!(ended.stdout, "");
    ended.check_says("error: cannot use ");
    ended.check_says("unknown_import.wat: it imports `env.launch_missiles`");
}

#[test]
fn a_component_that_is_a_command_runs() {
    console(&format!("run {}", wat("component")), &["x"], 0).records()[0].check_ok(&serde_json::json!(""));
}
