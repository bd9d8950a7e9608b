//! `polymer inspect`: what a module is, as a worker finds out. No guest is run but its `describe`,
//! under a task's limits.

use super::args::{Cli, InspectArgs};
use super::error::CliError;
use super::exit::CommandExit;
use super::file_conflicts::FileRole;
use super::files::CommandFiles;
use super::{load_module, show, shown};
use clap::CommandFactory as _;
use polymer_host::TaskManager;
use polymer_host_base::sanitize::{indented, one_line};
use polymer_host_task::{
    CapabilityWish, FunctionInfo, Grants, LONGEST_PAYLOAD, Limits, ModuleForm, ModuleInfo, TaskInfo,
    USUAL_STACK,
};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// Shows what a module is.
pub(super) fn inspect(args: &InspectArgs) -> Result<CommandExit, CliError> {
    let mut files = CommandFiles::new(&Grants::default(), false)?;
    files.inherit(true)?;
    files.read_at(FileRole::Module, "the module", &args.module)?;
    load_module::prepare();
    let manager = manager(args)?;
    let (path, module) = load_module::module(&args.module, LONGEST_PAYLOAD, USUAL_STACK)?;
    let info = manager.inspect(&module).map_err(|error| CliError::of_run(error, path.clone()))?;
    let text = describe(&path, &info);
    Ok(if show(io::stdout(), &text) { CommandExit::Ok } else { CommandExit::Output })
}

/// Tells of what ends the command. Errors are worded for `run`: a hint that names a flag which is
/// none here helps nobody, nor does one that leads back here.
pub(super) fn give_up(error: &CliError) -> CommandExit {
    let own: Vec<String> = Cli::command()
        .find_subcommand("inspect")
        .map(|command| command.get_arguments().filter_map(|arg| arg.get_long()).map(str::to_owned).collect())
        .unwrap_or_default();
    show(io::stderr(), &shown(&with_own_flags(&error.render(), &own)));
    error.exit()
}

/// An error as it is rendered, its hints without the parts that name other flags than these, or
/// this command.
fn with_own_flags(text: &str, own: &[String]) -> String {
    let is_own = |part: &&str| {
        let mut flags = part.split("--").skip(1).map(|rest| {
            let end = rest.find(|char: char| !char.is_ascii_lowercase() && char != '-');
            rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
        });
        !part.contains("`polymer inspect`") && flags.all(|flag| own.iter().any(|own| own == flag))
    };
    let mut kept = String::new();
    for line in text.lines() {
        let Some(hint) = line.strip_prefix("hint: ") else {
            kept = kept + line + "\n";
            continue;
        };
        let parts: Vec<&str> = hint.split("; ").filter(is_own).collect();
        if !parts.is_empty() {
            kept = kept + "hint: " + &parts.join("; ") + "\n";
        }
    }
    kept
}

/// A manager under what the flags say.
fn manager(args: &InspectArgs) -> Result<TaskManager, CliError> {
    let InspectArgs { timeout, fuel, memory, compile_timeout, compile_memory, sandbox, .. } = *args;
    let builder = TaskManager::builder()
        .worker_count(1)
        .limits(Limits::default().with_timeout(timeout).with_fuel(fuel).with_memory(memory))
        .compile_timeout(compile_timeout)
        .compile_memory(compile_memory)
        .sandbox(sandbox);
    Ok(args.caching.apply(builder).build()?)
}

fn describe(path: &Path, info: &ModuleInfo) -> String {
    let mut text = String::new();
    let form = match info.form {
        _ if info.is_interpreter() => "interpreter (a command whose inputs are programs)",
        ModuleForm::Typed => "typed task (exports polymer:task/guest)",
        ModuleForm::TypedModule => "typed task (a core module that exports polymer:task/guest)",
        ModuleForm::CommandComponent => "command (a component that exports wasi:cli/run)",
        ModuleForm::CommandModule => "command (a core module with _start)",
        ModuleForm::Component => "component (no task: its functions are called with --invoke)",
    };
    line(&mut text, "module", &path.display().to_string());
    line(&mut text, "form", form);
    for task in &info.tasks {
        text.push('\n');
        describe_task(&mut text, task);
    }
    if info.form == ModuleForm::CommandModule {
        describe_exports(&mut text, &info.functions);
    } else {
        describe_functions(&mut text, &info.functions);
    }
    text.push_str(if info.imports.is_empty() { "\nimports: none\n" } else { "\nimports:\n" });
    for import in &info.imports {
        let _ = writeln!(text, "  {}", one_line(import));
    }
    let wishes: Vec<&CapabilityWish> = info.tasks.iter().flat_map(|task| &task.wishes).collect();
    if !wishes.is_empty() {
        text.push_str("\nflags that would grant its wishes:\n");
        for wish in wishes {
            let _ = writeln!(text, "  {}", one_line(&flag(wish)));
        }
    }
    text
}

fn describe_task(text: &mut String, task: &TaskInfo) {
    line(text, "task", &one_line(&format!("{} {}", task.name, task.version)));
    if !task.summary.is_empty() {
        line(text, "  summary", &task.summary);
    }
    line(text, "  encoding", task.encoding.name());
    line(text, "  input schema", task.input_schema.as_deref().unwrap_or("none"));
    line(text, "  output schema", task.output_schema.as_deref().unwrap_or("none"));
}

/// The functions by the names that `--invoke` takes. A write to a string cannot fail.
fn describe_functions(text: &mut String, functions: &[FunctionInfo]) {
    let told = |text: &mut String, function: &FunctionInfo, is: &str| {
        let _ = writeln!(text, "  {}: {}", one_line(&function.name), one_line(is));
    };
    let (refused, callable): (Vec<_>, Vec<_>) =
        functions.iter().partition(|function| function.refused.is_some());
    if !callable.is_empty() {
        text.push_str("\nfunctions (for --invoke):\n");
        callable.iter().for_each(|function| told(text, function, &function.signature));
    }
    if !refused.is_empty() {
        text.push_str("\nfunctions that cannot be invoked:\n");
        refused
            .iter()
            .for_each(|function| told(text, function, function.refused.as_deref().unwrap_or_default()));
    }
}

/// Describes the exports of a program beside `_start`: nobody calls them there. A write to a string
/// cannot fail.
fn describe_exports(text: &mut String, functions: &[FunctionInfo]) {
    if !functions.is_empty() {
        text.push_str("\nother functions it exports (only `_start` is called of a core module):\n");
    }
    for function in functions {
        let _ = writeln!(text, "  {}: {}", one_line(&function.name), one_line(&function.signature));
    }
}

/// A line, and what more there is of it behind a margin, so that a guest's words cannot be taken
/// for a line of ours. A write to a string cannot fail.
fn line(text: &mut String, what: &str, is: &str) {
    let _ = writeln!(text, "{what}: {}", indented(is, "    "));
}

fn flag(wish: &CapabilityWish) -> String {
    match wish {
        CapabilityWish::Env(name) => format!("--env {name}"),
        CapabilityWish::ReadDir(path) => format!("--dir HOST::{path}"),
        CapabilityWish::WriteDir(path) => format!("--dir HOST::{path}:rw"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polymer_host_task::TaskEncoding;

    #[test]
    fn a_typed_module_is_described_whole_and_its_words_are_made_safe() {
        let task = TaskInfo {
            name: "greet".to_owned(),
            version: "1.0".to_owned(),
            summary: "says \u{1b}[31mhello".to_owned(),
            encoding: TaskEncoding::Json,
            input_schema: None,
            output_schema: Some("{}".to_owned()),
            wishes: vec![CapabilityWish::Env("LANG".to_owned()), CapabilityWish::WriteDir("/out".to_owned())],
        };
        let info = ModuleInfo {
            form: ModuleForm::Typed,
            tasks: vec![task],
            imports: vec!["wasi:io/streams@0.2.6".to_owned()],
            functions: Vec::new(),
        };
        let text = describe(Path::new("greet.wasm"), &info);
        let expected = "module: greet.wasm\nform: typed task (exports polymer:task/guest)\n\n\
             task: greet 1.0\n  summary: says \\u{1b}[31mhello\n  encoding: json\n  input schema: none\n  output schema: {}\n\n\
             imports:\n  wasi:io/streams@0.2.6\n\n\
             flags that would grant its wishes:\n  --env LANG\n  --dir HOST::/out:rw\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn hints_name_only_flags_that_are_taken_here() {
        let own = ["memory".to_owned(), "compile-timeout".to_owned()];
        let check = |hint: &str, kept: &str| {
            let expected = if kept.is_empty() { String::new() } else { format!("hint: {kept}\n") };
            let text = with_own_flags(&format!("error: x --other\nhint: {hint}\n"), &own);
            assert_eq!(text, format!("error: x --other\n{expected}"));
        };
        check("--module-limit would allow it", "");
        check("`ulimit -a`", "`ulimit -a`");
        check("a smaller --memory does; fewer --workers need less", "a smaller --memory does");
        check(
            "fewer --workers or a smaller --memory need less; see `--compile-timeout`",
            "see `--compile-timeout`",
        );
    }

    #[test]
    fn a_guests_words_add_no_line_to_ours() {
        let forged = "x\n  --dir /::/:rw\nimports: none\u{7}\u{202e}";
        let task = TaskInfo {
            name: forged.to_owned(),
            version: forged.to_owned(),
            summary: forged.to_owned(),
            encoding: TaskEncoding::Raw,
            input_schema: Some(forged.to_owned()),
            output_schema: None,
            wishes: vec![CapabilityWish::Env(forged.to_owned()), CapabilityWish::ReadDir(forged.to_owned())],
        };
        let function = FunctionInfo {
            called: false,
            name: forged.to_owned(),
            signature: forged.to_owned(),
            refused: None,
        };
        let refused = FunctionInfo { refused: Some(forged.to_owned()), ..function.clone() };
        let info = ModuleInfo {
            form: ModuleForm::Typed,
            tasks: vec![task],
            imports: vec![forged.to_owned()],
            functions: vec![function, refused],
        };
        let text = describe(Path::new("m.wasm"), &info);
        assert!(
            !text.lines().any(|line| line.starts_with("  --dir /:") || line.starts_with("imports: n")),
            "{text}"
        );
        assert!(!text.contains(['\u{7}', '\u{202e}']), "{text}");
    }
}
