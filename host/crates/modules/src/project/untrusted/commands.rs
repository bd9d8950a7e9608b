//! A stranger's sources as a request for the builder: which files stand where, which compiler is
//! called with which arguments, in which environment. Pure.
//!
//! It must never name a build tool that does what sources tell it, or a folder outside of the
//! place and of what was prepared.

use super::super::recipe::{self, BuildRecipe, go, rust};
use super::super::source::ProjectSource;
use super::super::{ProjectLanguage, cargo};
use super::sources::UntrustedSource;
use super::toolchain::Toolchain;
use polymer_host_builder::{BuildCommand, BuildFile, BuildLimits, BuildRequest};
use serde_bytes::ByteBuf;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The folder of the sources, in the place.
pub(super) const SOURCE: &str = "source";
/// The folder for temporary files.
const TEMPORARY: &str = "tmp";
/// Zig's copy of what was prepared.
const ZIG_CACHE: &str = "zig-cache";

/// Where Zig keeps the libraries that it builds.
#[derive(Debug, Clone, Copy)]
pub(super) enum ZigCache<'a> {
    /// In a copy of what was prepared, in the place.
    Copied,
    /// Where it is prepared.
    At(&'a Path),
}

/// What a command is given beside its arguments.
#[derive(Debug, Clone, Copy)]
struct Surroundings<'a> {
    toolchain: &'a Toolchain,
    place: &'a Path,
    zig: ZigCache<'a>,
    /// What was prepared, for languages that read it where it is.
    prepared: Option<&'a Path>,
}

/// Returns the request; without limits of its own, and for Rust without the crates of the SDK,
/// which [`with_crates`] adds.
pub(super) fn request(
    source: &UntrustedSource,
    toolchain: &Toolchain,
    place: &Path,
    zig: ZigCache<'_>,
    prepared: Option<&Path>,
    stack: Option<u64>,
) -> BuildRequest {
    let project = ProjectSource {
        language: source.language,
        typed: source.typed,
        folder: place.join(SOURCE).join(&source.folder),
        build: place.join("build"),
        name: source.name.clone(),
        sources: source.sources.clone(),
        packages: Vec::new(),
        alone: false,
        stack,
    };
    let around = Surroundings { toolchain, place, zig, prepared };
    let own = |name: &Path| name.strip_prefix(place).unwrap_or(name).to_path_buf();
    let mut files: Vec<BuildFile> =
        source.files.iter().map(|(name, bytes)| file(Path::new(SOURCE).join(name), bytes)).collect();
    files.push(file(Path::new(TEMPORARY).join("empty"), b""));
    let commands = if source.language == ProjectLanguage::Rust {
        vec![rustc(&project, &around)]
    } else {
        let recipe = recipe::of(&project);
        files.extend(ours(&project, source, &recipe).map(|(path, text)| file(own(&path), text.as_bytes())));
        let commands = recipe.steps.iter().map(|step| {
            let env = step.env.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
            around.command(source.language, &project, step.args.clone(), env.collect())
        });
        commands.collect()
    };
    let copies = match (zig, prepared) {
        (ZigCache::Copied, Some(from)) if toolchain.is_zig => vec![(from.to_path_buf(), ZIG_CACHE.into())],
        _ => Vec::new(),
    };
    let mut folders = toolchain.folders.clone();
    folders.extend(prepared.map(Path::to_path_buf));
    BuildRequest {
        place: place.to_path_buf(),
        folders,
        files,
        copies,
        commands,
        module: own(&project.unfinished()),
        limits: BuildLimits::default(),
    }
}

fn file(path: PathBuf, content: &[u8]) -> BuildFile {
    BuildFile { path, content: ByteBuf::from(content) }
}

/// The files of ours that a recipe wants; a module of Go is called as its sources have it.
fn ours<'a>(
    project: &'a ProjectSource,
    source: &'a UntrustedSource,
    recipe: &'a BuildRecipe,
) -> impl Iterator<Item = (PathBuf, String)> + 'a {
    recipe.files.iter().map(|(name, text)| {
        let is_manifest = source.language == ProjectLanguage::Go && name.ends_with("go.mod");
        let text = if is_manifest { go::manifest(&go::named_by(source.texts())) } else { text.clone() };
        (project.build.join(name), text)
    })
}

/// The compiler of Rust itself, with what cargo would tell it.
fn rustc(project: &ProjectSource, around: &Surroundings<'_>) -> BuildCommand {
    let kind = if project.typed { "cdylib" } else { "bin" };
    let mut remap = OsString::from("--remap-path-prefix=");
    remap.push(around.place);
    remap.push("=");
    let mut args: Vec<OsString> = [
        "--edition=2024",
        "--crate-name=task",
        "--target",
        cargo::TARGET,
        "--crate-type",
        kind,
        "-Copt-level=3",
        "-Cpanic=abort",
        "-Cstrip=debuginfo",
        "-Ccodegen-units=4",
        "--color=never",
    ]
    .map(OsString::from)
    .to_vec();
    args.extend(project.stack.map(|stack| rust::stack_argument(stack).into()));
    args.extend([remap, "-o".into(), project.unfinished().into(), format!("./{}", project.entry()).into()]);
    // What cargo would say of the package, and the attributes of the SDK ask for.
    let env = [("CARGO_CRATE_NAME", "task"), ("CARGO_PKG_NAME", "task"), ("CARGO_PKG_VERSION", "0.1.0")];
    let env = env.map(|(name, value)| (name.to_owned(), value.into()));
    around.command(project.language, project, args, env.to_vec())
}

/// Adds the crates of the SDK for Rust to a request, with the folders of what they need.
pub(super) fn with_crates(request: &mut BuildRequest, crates: &[(String, PathBuf)], folders: &[PathBuf]) {
    for command in &mut request.commands {
        for (name, path) in crates {
            let mut value = OsString::from(format!("{name}="));
            value.push(path);
            command.args.extend(["--extern".into(), value]);
        }
        for folder in folders {
            let mut value = OsString::from("dependency=");
            value.push(folder);
            command.args.extend(["-L".into(), value]);
        }
    }
}

impl Surroundings<'_> {
    fn command(
        &self,
        language: ProjectLanguage,
        project: &ProjectSource,
        args: Vec<OsString>,
        mut env: Vec<(String, OsString)>,
    ) -> BuildCommand {
        let Toolchain { program, call, .. } = self.toolchain;
        let at = |name: &str| self.place.join(name).into_os_string();
        let mut path = OsString::from("/usr/bin:/bin");
        if let Some(beside) = program.parent() {
            path.push(":");
            path.push(beside);
        }
        env.extend([
            ("HOME".to_owned(), at(TEMPORARY)),
            ("LC_ALL".to_owned(), "C.UTF-8".into()),
            ("PATH".to_owned(), path),
            // Of a module nobody can tell when it was made.
            ("SOURCE_DATE_EPOCH".to_owned(), "0".into()),
            ("TMPDIR".to_owned(), at(TEMPORARY)),
        ]);
        if self.toolchain.is_zig {
            let global = match self.zig {
                ZigCache::Copied => at(ZIG_CACHE),
                ZigCache::At(path) => path.into(),
            };
            env.push(("ZIG_GLOBAL_CACHE_DIR".to_owned(), global));
            env.push(("ZIG_LOCAL_CACHE_DIR".to_owned(), at("zig-local")));
        }
        if language == ProjectLanguage::Go {
            let cache = self.prepared.map_or_else(|| at("go-cache"), Into::into);
            let root = program.parent().and_then(Path::parent).map(Into::into).unwrap_or_default();
            env.extend([
                ("GOCACHE".to_owned(), cache),
                ("GOENV".to_owned(), "off".into()),
                ("GOPATH".to_owned(), at("go-path")),
                ("GOPROXY".to_owned(), "off".into()),
                ("GOROOT".to_owned(), root),
                ("GOTELEMETRY".to_owned(), "off".into()),
                ("GOVCS".to_owned(), "*:off".into()),
            ]);
        }
        let args = call.iter().cloned().chain(args).collect();
        let within = project.folder.strip_prefix(self.place).unwrap_or(Path::new(SOURCE)).to_path_buf();
        BuildCommand { program: program.clone(), args, env, within }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(language: ProjectLanguage, typed: bool, name: &str, text: &str) -> UntrustedSource {
        UntrustedSource {
            language,
            typed,
            files: vec![(name.to_owned(), text.as_bytes().to_vec())],
            folder: PathBuf::new(),
            sources: vec![name.to_owned()],
            name: "x".to_owned(),
        }
    }

    fn toolchain(program: &str, is_zig: bool) -> Toolchain {
        Toolchain {
            program: program.into(),
            call: vec!["tool".into()],
            folders: vec!["/usr/lib".into()],
            is_zig,
        }
    }

    fn words(request: &BuildRequest) -> String {
        let words = request.commands.iter().flat_map(|command| &command.args);
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_compiler_is_called_and_no_build_tool() {
        let place = Path::new("/p");
        let rust = source(ProjectLanguage::Rust, false, "main.rs", "fn main() {}");
        let request =
            super::request(&rust, &toolchain("/r/bin/rustc", false), place, ZigCache::Copied, None, None);
        let said = words(&request);
        assert!(
            said.starts_with("tool --edition") && said.ends_with("/p/build/unfinished/x.wasm ./main.rs"),
            "{said}"
        );
        assert_eq!(request.module, Path::new("build/unfinished/x.wasm"));
        let c = source(ProjectLanguage::C, true, "main.c", "#include \"polymer_task.h\"");
        let request =
            super::request(&c, &toolchain("/usr/bin/clang", false), place, ZigCache::Copied, None, None);
        assert!(words(&request).contains("--target=wasm32-wasi"), "{}", words(&request));
        let names: Vec<_> = request.files.iter().map(|file| file.path.display().to_string()).collect();
        assert_eq!(names, ["source/main.c", "tmp/empty", "build/include/polymer_task.h"]);
        assert!(request.commands.iter().all(|command| command.within == Path::new("source")));
    }

    #[test]
    fn a_job_has_no_variable_but_ours_and_nothing_of_another_build() {
        let go = source(ProjectLanguage::Go, true, "main.go", "import \"a.b/polymer\"\n");
        let prepared = Path::new("/cache/go");
        let request = super::request(
            &go,
            &toolchain("/go/bin/go", false),
            Path::new("/p"),
            ZigCache::Copied,
            Some(prepared),
            None,
        );
        let env = &request.commands.first().unwrap().env;
        let value = |name: &str| {
            env.iter().find(|(known, _)| known == name).map(|(_, value)| value.to_str().unwrap())
        };
        assert_eq!(value("GOCACHE"), Some("/cache/go"));
        assert_eq!(
            (value("GOROOT"), value("GOWORK"), value("CGO_ENABLED")),
            (Some("/go"), Some("off"), Some("0"))
        );
        assert_eq!(value("HOME"), Some("/p/tmp"));
        let manifest = request.files.iter().find(|file| file.path.ends_with("go.mod")).unwrap();
        assert!(manifest.content.starts_with(b"module a.b\n"));
        let zig = source(ProjectLanguage::Zig, false, "main.zig", "");
        let request = super::request(
            &zig,
            &toolchain("/z/zig", true),
            Path::new("/p"),
            ZigCache::Copied,
            Some(prepared),
            None,
        );
        assert_eq!(request.copies, [("/cache/go".into(), "zig-cache".into())]);
    }

    #[test]
    fn crates_are_added_by_their_paths() {
        let rust = source(ProjectLanguage::Rust, true, "lib.rs", "use polymer_task::task;");
        let mut request = super::request(
            &rust,
            &toolchain("/r/bin/rustc", false),
            Path::new("/p"),
            ZigCache::Copied,
            None,
            None,
        );
        with_crates(&mut request, &[("serde".to_owned(), "/c/libserde-1.rlib".into())], &["/c".into()]);
        assert!(
            words(&request).ends_with("--extern serde=/c/libserde-1.rlib -L dependency=/c"),
            "{}",
            words(&request)
        );
    }
}
