//! JavaScript: componentize-qjs, which puts an interpreter and the state it has once the task is
//! imported into a component.

use super::{BuildRecipe, BuildStep, BuildTool, ProjectSource, args, plain, quoted};

pub(in super::super) const COMPONENTIZE: BuildTool = BuildTool {
    name: "componentize-qjs",
    ways: &[plain(&["componentize-qjs"])],
    get: "`npm install componentize-qjs@0.4.5`, in the folder of the task or with `-g`",
};

pub(super) fn recipe(project: &ProjectSource) -> BuildRecipe {
    // What imports are looked for in: of a script, a folder with nothing else.
    let root = if project.alone { project.copy_folder() } else { project.folder.clone() };
    let (app, glue, contract, world) = if project.typed {
        let glue = include_str!("../../../sdk/javascript/polymer_app.js");
        ("polymer_app.js", glue, include_str!("../../../sdk/wit/polymer.wit"), "task")
    } else {
        let glue = include_str!("../../../sdk/javascript/polymer_command.js");
        ("polymer_command.js", glue, include_str!("../../../sdk/javascript/command.wit"), "command")
    };
    // A package like any other, and made anew like those.
    let library = root.join("node_modules/polymer_task");
    let app = library.join(app);
    let module = format!("../../{}", project.source());
    let files = vec![
        (
            app.clone(),
            glue.replace("{{module}}", &quoted(&module)).replace("{{name}}", &quoted(&project.name)),
        ),
        (library.join("polymer_task.js"), include_str!("../../../sdk/javascript/polymer_task.js").to_owned()),
        (
            library.join("package.json"),
            r#"{"name":"polymer_task","private":true,"type":"module","main":"polymer_task.js"}"#.to_owned(),
        ),
        (project.build.join("task.wit"), contract.to_owned()),
    ];
    let wit = project.build.join("task.wit");
    let args = args([
        &"--sync",
        &"--wit",
        &wit,
        &"--world",
        &world,
        &"--js",
        &app,
        &"--module-root",
        &root,
        &"-o",
        &project.unfinished(),
    ]);
    BuildRecipe {
        what: "componentize-qjs".to_owned(),
        files,
        steps: vec![BuildStep {
            tool: COMPONENTIZE,
            args,
            env: Vec::new(),
            without: &[],
            within: project.build.clone(),
        }],
    }
}
