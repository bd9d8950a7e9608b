//! Python: componentize-py, which puts an interpreter and the state it has once the task is
//! imported into a component.

use super::{BuildRecipe, BuildStep, BuildTool, ProjectSource, ToolCommand, args, plain, quoted};

pub(in super::super) const COMPONENTIZE: BuildTool = BuildTool {
    name: "componentize-py",
    ways: &[
        plain(&["componentize-py"]),
        ToolCommand { call: &["python3", "-m", "componentize_py"], asks: &["--version"], adds: &[] },
    ],
    get: "`pip install componentize-py==0.25.1`",
};

/// The version that is known to work.
pub(in super::super) const COMPONENTIZE_VERSION: &str = "0.25.1";

const TRACE: &str = include_str!("../../../sdk/python/polymer_trace.py");

/// The contract, and how Python leaves: its libc's way knows no exit code.
const TYPED: &str =
    concat!(include_str!("../../../sdk/wit/polymer.wit"), include_str!("../../../sdk/python/exit.wit"));

pub(super) fn recipe(project: &ProjectSource) -> BuildRecipe {
    let sdk = project.build.join("polymer");
    let (app, glue, contract, world) = if project.typed {
        let glue = include_str!("../../../sdk/python/polymer_app.py");
        ("polymer_app", glue, TYPED, "script")
    } else {
        let glue = include_str!("../../../sdk/python/polymer_command.py");
        ("polymer_command", glue, include_str!("../../../sdk/python/command.wit"), "command")
    };
    let of_task = |glue: &str| {
        glue.replace("{{source}}", &quoted(&project.source()))
            .replace("{{file}}", &quoted(project.entry()))
            .replace("{{name}}", &quoted(&project.name))
    };
    let library = include_str!("../../../sdk/python/polymer_task.py");
    let loader = include_str!("../../../sdk/python/polymer_load.py");
    let files = vec![
        (sdk.join(format!("{app}.py")), of_task(glue)),
        (sdk.join("polymer_load.py"), of_task(loader)),
        (sdk.join("polymer_task.py"), library.to_owned()),
        (sdk.join("polymer_trace.py"), TRACE.to_owned()),
        (project.build.join("task.wit"), contract.to_owned()),
    ];
    let wit = project.build.join("task.wit");
    let mut args = args([&"-q", &"-d", &wit, &"-w", &world, &"componentize", &app, &"-p", &sdk]);
    // The folder of the task is the next behind the SDK's: `polymer_load` counts on it.
    if project.alone {
        // What else lies beside a script is none of its business, so it is taken where only it is.
        args.extend(["-p".into(), project.copy_folder().into()]);
    } else {
        args.extend(["-p".into(), project.folder.clone().into()]);
        args.extend(project.packages.iter().flat_map(|folder| ["-p".into(), folder.clone().into()]));
    }
    args.extend(["-o".into(), project.unfinished().into()]);
    BuildRecipe {
        what: "componentize-py, which takes some seconds".to_owned(),
        files,
        steps: vec![BuildStep {
            tool: COMPONENTIZE,
            args,
            env: Vec::new(),
            // It would add what that environment holds; and its own trace is no help with a task.
            without: &["VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "RUST_BACKTRACE"],
            within: project.build.clone(),
        }],
    }
}
