#!/usr/bin/env python3
"""Makes what people install: the wheel, a tarball, a Debian package and their checksums.

    host/dist/build.py --out dist                       # a release for this machine's kind, glibc 2.28
    host/dist/build.py --target aarch64-unknown-linux-gnu --out dist
    host/dist/build.py --quick --out dist               # not optimised, for this machine's glibc

A release needs maturin and ziglang from PyPI; `.ci/versions` has the versions that are
tested. `--quick` needs maturin alone. Nothing is taken from the network but by cargo.

In all of them are: the command, the bundled modules, completions and manual pages. Symbols and lines of
a release are beside them, as `polymer-VERSION-TARGET.debug`: debuggers find them by the build id.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# The library that draws the charts of pages, which the command carries.
UPLOT_LICENCE = ROOT / "host/crates/page/assets/uplot/LICENSE"
PYTHON = ROOT / "host" / "python"
#: Modules that are called by `@NAME`, and the projects that they are built from.
MODULES = {"wordcount": "wordcount"}
#: Where completions of a shell belong, below the prefix, and the file's name.
COMPLETIONS = {
    "bash": "share/bash-completion/completions/polymer",
    "zsh": "share/zsh/site-functions/_polymer",
    "fish": "share/fish/vendor_completions.d/polymer.fish",
}
#: Kinds of machines as Debian calls them.
DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}
#: The oldest glibc that a release runs with.
GLIBC = "2.28"
#: How a release is built beside its profile: with lines, which go into the file of symbols, and a build
#: id, by which that file belongs to the command.
RELEASE = {
    "CARGO_PROFILE_RELEASE_DEBUG": "line-tables-only",
    "RUSTFLAGS": "-C link-arg=-Wl,--build-id=sha1",
}


def run(*command: "str | os.PathLike[str]", **options) -> str:
    """Run a program, show its words, and return what it printed."""
    text = " ".join(map(str, command))
    print(f"== {text}", file=sys.stderr)
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, **options)
    if ended.returncode != 0:
        sys.exit(f"error: {text} ended with code {ended.returncode}")
    return ended.stdout


def check_tools(quick: bool) -> None:
    """End with what to install, if a tool is missing."""
    needed = ["maturin"] if quick else ["maturin", "ziglang"]
    missing = " ".join(name for name in needed if importlib.util.find_spec(name) is None)
    if missing:
        sys.exit(f"error: this Python lacks {missing}\nhint: {sys.executable} -m pip install {missing}")


def host_target() -> str:
    lines = run("rustc", "-vV").splitlines()
    return next(line.removeprefix("host: ") for line in lines if line.startswith("host: "))


def native_command() -> pathlib.Path:
    """The command built for this machine, without optimisation: it builds modules and prints
    completions for all others.
    """
    run("cargo", "build", "--locked", "-p", "polymer-host", "-p", "polymer-wasm", cwd=ROOT)
    metadata = json.loads(run("cargo", "metadata", "--no-deps", "--format-version", "1", cwd=ROOT))
    return pathlib.Path(metadata["target_directory"]) / "debug" / "polymer"


def share(prefix: pathlib.Path, native: pathlib.Path) -> None:
    """Put modules, completions and manual pages below a prefix."""
    modules = prefix / "share" / "polymer" / "modules"
    modules.mkdir(parents=True)
    for name, project in MODULES.items():
        run(native, "build", ROOT / "examples" / "wasm-tasks" / project, "-o", modules / f"{name}.wasm")
    for shell, place in COMPLETIONS.items():
        path = prefix / place
        path.parent.mkdir(parents=True)
        path.write_text(run(native, "completions", shell))
    pages = prefix / "share" / "man" / "man1"
    pages.mkdir(parents=True)
    run(native, "man", pages)


def wheel(arguments: argparse.Namespace, prefix: pathlib.Path, made: pathlib.Path) -> pathlib.Path:
    """Build the wheel, with all that is below the prefix."""
    data = PYTHON / "data"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(prefix, data / "data")
    # Not as an entry point: maturin knows none where there is a program.
    shutil.copytree(PYTHON / "scripts", data / "scripts")
    line = [sys.executable, "-m", "maturin", "build"]
    if arguments.quick:
        line += ["--profile", "dev", "--strip", "--compatibility", "linux"]
    elif "musl" in arguments.target:
        line += ["--target", arguments.target, "--zig", "--compatibility", "musllinux_1_2"]
    else:
        line += ["--target", arguments.target, "--zig", "--compatibility", f"manylinux_{GLIBC.replace('.', '_')}"]
    # zig is a module of this very Python.
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    try:
        run(*line, "--out", made, cwd=PYTHON, env={**os.environ, **({} if arguments.quick else RELEASE), "PATH": path})
    finally:
        shutil.rmtree(data)
    (built,) = made.glob("*.whl")
    return built


def separate_symbols(program: pathlib.Path, symbols: pathlib.Path) -> None:
    """Move the symbols and lines of a program to a file of their own."""
    # The one that is in each Rust toolchain: it knows all targets, and finds its library so.
    root = pathlib.Path(run("rustc", "--print", "sysroot").strip())
    objcopy = root / "lib" / "rustlib" / host_target() / "bin" / "rust-objcopy"
    environment = {**os.environ, "LD_LIBRARY_PATH": str(root / "lib")}
    run(objcopy, "--only-keep-debug", "--compress-debug-sections=zlib", program, symbols, env=environment)
    run(objcopy, "--strip-all", f"--add-gnu-debuglink={symbols}", program, env=environment)


def repack(built: pathlib.Path, name: str, content: pathlib.Path, out: pathlib.Path) -> pathlib.Path:
    """Write a wheel again with another content of one file, and its line in the wheel's RECORD."""
    new = content.read_bytes()
    digest = base64.urlsafe_b64encode(hashlib.sha256(new).digest()).rstrip(b"=").decode()
    path = out / built.name
    with zipfile.ZipFile(built) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for entry in old.infolist():
            data = new if entry.filename == name else old.read(entry)
            if entry.filename.endswith(".dist-info/RECORD"):
                rows = [line.split(",") for line in data.decode().splitlines()]
                rows = [[name, f"sha256={digest}", str(len(new))] if row[0] == name else row for row in rows]
                data = "".join(",".join(row) + "\n" for row in rows).encode()
            archive.writestr(entry, data, compresslevel=9)
    return path


def command_of(built: pathlib.Path, prefix: pathlib.Path) -> str:
    """Take the command out of the wheel, to where it belongs below the prefix; its name in the wheel."""
    with zipfile.ZipFile(built) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".data/scripts/polymer")]
        path = prefix / "bin" / "polymer"
        path.parent.mkdir()
        path.write_bytes(archive.read(name))
        path.chmod(0o755)
        return name


def licences(folder: pathlib.Path) -> None:
    for name in ("LICENSE-APACHE", "LICENSE-MIT", "README.md"):
        shutil.copy2(ROOT / name, folder / name)
    shutil.copy2(UPLOT_LICENCE, folder / "LICENSE-uPlot")


def tarball(prefix: pathlib.Path, name: str, out: pathlib.Path) -> pathlib.Path:
    """Pack the prefix, the same bytes each time."""
    path = out / f"{name}.tar.gz"

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = entry.mtime = 0
        entry.uname = entry.gname = "root"
        return entry

    with open(path, "wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for entry in sorted(prefix.rglob("*")):
                archive.add(entry, f"{name}/{entry.relative_to(prefix)}", recursive=False, filter=plain)
    return path


def debian(prefix: pathlib.Path, version: str, target: str, out: pathlib.Path) -> pathlib.Path:
    """Make a Debian package of the prefix."""
    kind = DEBIAN[target.split("-")[0]]
    with tempfile.TemporaryDirectory() as made:
        root = pathlib.Path(made) / "root"
        shutil.copytree(prefix, root / "usr", ignore=shutil.ignore_patterns("LICENSE-*", "README.md"))
        documents = root / "usr" / "share" / "doc" / "polymer-wasm"
        documents.mkdir(parents=True)
        (documents / "copyright").write_text(
            "License: Apache-2.0 or MIT\n\n"
            + (ROOT / "LICENSE-MIT").read_text()
            + (ROOT / "LICENSE-APACHE").read_text()
            + "\nCharts in pages of `polymer report`: uPlot\n\n"
            + UPLOT_LICENCE.read_text()
        )
        for page in (root / "usr" / "share" / "man" / "man1").iterdir():
            page.with_name(f"{page.name}.gz").write_bytes(gzip.compress(page.read_bytes(), mtime=0))
            page.unlink()
        size = sum(file.stat().st_size for file in root.rglob("*") if file.is_file()) // 1024
        control = root / "DEBIAN"
        control.mkdir()
        (control / "control").write_text(
            f"Package: polymer-wasm\nVersion: {version}\nArchitecture: {kind}\n"
            f"Maintainer: Polymer <polymer@invalid>\nInstalled-Size: {size}\nSection: devel\nPriority: optional\n"
            + ("" if "musl" in target else f"Depends: libc6 (>= {GLIBC})\n")
            + "Description: runs batches of WebAssembly code that nobody trusts\n"
            " Each line of input is a task, which runs in a sandbox with limits of its own\n"
            " and leaves one record, whatever it does.\n"
        )
        path = out / f"polymer-wasm_{version}_{kind}.deb"
        run("dpkg-deb", "--root-owner-group", "--build", root, path)
        return path


def bill_of_materials(target: str, version: str, out: pathlib.Path) -> pathlib.Path:
    """List what is linked, in the form of CycloneDX 1.5."""
    line = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    metadata = json.loads(run(*line, cwd=ROOT))
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    packages = {package["id"]: package for package in metadata["packages"]}
    (root,) = [id for id, package in packages.items() if package["name"] == "polymer-wasm"]
    linked, look = set(), [root]
    while look:
        id = look.pop()
        if id in linked:
            continue
        linked.add(id)
        for needed in nodes[id]["deps"]:
            # Not what only tests and builds need.
            if any(kind["kind"] is None for kind in needed["dep_kinds"]):
                look.append(needed["pkg"])
    components = []
    for package in sorted((packages[id] for id in linked - {root}), key=lambda one: (one["name"], one["version"])):
        component = {
            "type": "library",
            "name": package["name"],
            "version": package["version"],
            "purl": f"pkg:cargo/{package['name']}@{package['version']}",
        }
        if package["license"]:
            component["licenses"] = [{"expression": package["license"]}]
        components.append(component)
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "polymer-wasm", "version": version}},
        "components": components,
    }
    path = out / f"polymer-{version}-{target}.cdx.json"
    path.write_text(json.dumps(bill, indent=1) + "\n")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", help="target of rustc; default: that of this machine")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="directory for what is made")
    parser.add_argument("--quick", action="store_true", help="not optimised, for this machine's glibc")
    parser.add_argument("--only-wheel", action="store_true", help="make the wheel alone")
    arguments = parser.parse_args()
    check_tools(arguments.quick)
    arguments.target = arguments.target or host_target()
    out = arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    native = native_command()
    version = run(native, "-V").split()[1]
    name = f"polymer-{version}-{arguments.target}"
    with tempfile.TemporaryDirectory() as made:
        prefix = pathlib.Path(made) / "prefix"
        share(prefix, native)
        built = wheel(arguments, prefix, pathlib.Path(made))
        inside = command_of(built, prefix)
        if arguments.quick:
            files = [pathlib.Path(shutil.copy2(built, out / built.name))]
        else:
            symbols = out / f"{name}.debug"
            separate_symbols(prefix / "bin" / "polymer", symbols)
            files = [symbols, repack(built, inside, prefix / "bin" / "polymer", out)]
        if not arguments.only_wheel:
            licences(prefix)
            files += [tarball(prefix, name, out), debian(prefix, version, arguments.target, out)]
            files.append(bill_of_materials(arguments.target, version, out))
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (out / "SHA256SUMS").write_text(sums)
    print(sums, end="")


if __name__ == "__main__":
    main()
