#!/usr/bin/env python3
"""Makes the wheels of the interpreters: `polymer-wasm-python` and `polymer-wasm-javascript`.

    host/dist/interpreters.py --polymer target/debug/polymer --out dist

Each holds a module, where `@python` or `@javascript` is looked for below the environment's prefix, and
the licences of what is in it. They fit every machine. What they are made of is fetched by pip and npm.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LICENCES = HERE / "licences"
#: Licences of the libraries that CPython may be linked with, by their names in its makefile.
LINKED = {
    "libHacl": "HACL.txt",
    "libexpat": "Expat.txt",
    "libmpdec": "libmpdec.txt",
    "m": "wasi-libc.txt",
    "sqlite3": "SQLite.txt",
    "z": "zlib.txt",
}
#: What each is for, and licences that no package brings.
INTERPRETERS = {
    "python": (
        "Python programs as data",
        "Apache-2.0 AND PSF-2.0 AND MIT AND BSD-2-Clause AND BSD-3-Clause AND Zlib AND blessing",
        ["CPython.txt", "CPython-incorporated.txt", "Python-contents.txt", *LINKED.values()],
    ),
    "javascript": ("JavaScript programs as data", "Apache-2.0 AND MIT AND BSD-2-Clause AND BSD-3-Clause", []),
}
#: Where bundled modules are below a prefix.
MODULES = "share/polymer/modules"


def built(polymer: pathlib.Path, name: str, place: pathlib.Path) -> tuple[bytes, dict[str, str]]:
    """The module, and licences by the names of their packages."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(place)}
    module = place / f"{name}.wasm"
    subprocess.run([polymer, "build", f"@{name}", "-o", module], env=environment, check=True, stdout=subprocess.DEVNULL)
    tools = place / "polymer-scripts" / "interpreters" / "tools"
    found = {}
    for path in sorted(tools.rglob("*")):
        if path.is_file() and path.name.upper().startswith(("LICENSE", "LICENCE", "COPYING")) and is_inside(path, name):
            found["-".join(path.relative_to(tools).parts[1:])] = path.read_text(errors="replace")
    return module.read_bytes(), found


def is_inside(path: pathlib.Path, name: str) -> bool:
    """Whether the package of a licence is in the module, and no tool that only makes it."""
    if name == "javascript":
        return "binaryen" not in path.parts
    return any(part.startswith(("componentize_py-", "tzdata-")) for part in path.parts)


def check_linked(module: bytes) -> None:
    """Fail if CPython was linked with a library whose licence is not here: its makefile is in the module."""
    found = re.search(rb"-L\S+/deps/lib((?:\s+(?:-l\w+|\S+\.a))+)", module)
    if found is None:
        sys.exit("error: the module does not say which libraries CPython was linked with")
    words = found[1].decode().split()
    names = {word[2:] if word.startswith("-l") else pathlib.Path(word).stem.partition("_")[0] for word in words}
    if names != set(LINKED):
        sys.exit(f"error: CPython is linked with {sorted(names)}, and there are licences of {sorted(LINKED)}")


def wheel(name: str, version: str, module: bytes, licences: dict[str, str], out: pathlib.Path) -> pathlib.Path:
    """Write a wheel, the same bytes each time."""
    summary, terms, more = INTERPRETERS[name]
    stem = f"polymer_wasm_{name}-{version}"
    info = f"{stem}.dist-info"
    if name == "python":
        check_linked(module)
    texts = {**licences, **{file: (LICENCES / file).read_text() for file in more}}
    texts |= {f"Polymer-{path.name}": path.read_text() for path in (ROOT / "LICENSE-APACHE", ROOT / "LICENSE-MIT")}
    metadata = [
        "Metadata-Version: 2.4",
        f"Name: polymer-wasm-{name}",
        f"Version: {version}",
        f"Summary: @{name} of polymer-wasm: {summary}",
        f"License-Expression: {terms}",
        *(f"License-File: {file}" for file in sorted(texts)),
        f"Requires-Dist: polymer-wasm=={version}",
        "Requires-Python: >=3.10",
    ]
    files = {f"{stem}.data/data/{MODULES}/{name}.wasm": module}
    files |= {f"{info}/licenses/{file}": text.encode() for file, text in sorted(texts.items())}
    files[f"{info}/METADATA"] = "\n".join(metadata).encode() + b"\n"
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: polymer\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    rows = [f"{file},sha256={digest(content)},{len(content)}\n" for file, content in files.items()]
    files[f"{info}/RECORD"] = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    path = out / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file, content in files.items():
            entry = zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return path


def digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polymer", type=pathlib.Path, required=True, help="the command that makes them")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="directory for the wheels")
    parser.add_argument("names", nargs="*", default=list(INTERPRETERS), help="which; default: all")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(INTERPRETERS):
        sys.exit(f"error: there is no interpreter {min(unknown)}; there are {', '.join(INTERPRETERS)}")
    polymer = arguments.polymer.resolve()
    version = subprocess.run([polymer, "-V"], check=True, capture_output=True, text=True).stdout.split()[1]
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names:
        with tempfile.TemporaryDirectory() as place:
            module, licences = built(polymer, name, pathlib.Path(place))
        print(wheel(name, version, module, licences, arguments.out))


if __name__ == "__main__":
    main()
