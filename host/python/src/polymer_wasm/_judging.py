"""Whole problem sets: the command ``judge``, with programs and cases as paths or as values."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Union

from ._arguments import arguments
from ._flags import FLAGS
from ._judge_table import JudgeTable
from ._runs import RunFailed, _command

__all__ = ["Cases", "Programs", "judge"]

Path = Union[str, "os.PathLike[str]"]
#: Programs by a person: their text in Python, a file or a folder, or one or more lines.
OfPerson = Union[Path, Mapping[str, Any], "list[Mapping[str, Any]]"]
Programs = Union[Path, Iterable[Mapping[str, Any]], Mapping[str, OfPerson]]
Cases = Union[Path, Iterable[Mapping[str, Any]]]

#: Exit codes with which there is a table: all was judged, something was wrong, something is missing.
JUDGED = (0, 100, 106)
#: Flags of ``run`` that ``judge`` has too.
SHARED = (
    "cache-dir",
    "cache-size",
    "compile-memory",
    "compile-timeout",
    "cpu-timeout",
    "file-limit",
    "fuel",
    "input-limit",
    "isolation",
    "limit-speculation",
    "log-file",
    "log-limit",
    "memory",
    "module-limit",
    "module-memory",
    "no-cache",
    "optimize",
    "output-limit",
    "sandbox",
    "stack",
    "timeout",
    "workers",
)
#: Flags that a call may give; those about compiling are of ``judge`` alone.
JUDGE_FLAGS = {
    **{name: FLAGS[name] for name in SHARED},
    "build-cpu": "one",
    "build-memory": "one",
    "build-timeout": "one",
}
#: Endings by which a text was probably meant to be a path.
ENDINGS = (".c", ".cc", ".cpp", ".cxx", ".rs", ".go", ".zig", ".py", ".js", ".mjs", ".wasm", ".wat")


def judge(
    programs: Programs,
    cases: Cases,
    *,
    run_dir: "Path | None" = None,
    compare: "str | None" = None,
    checker: "Path | None" = None,
    interactor: "Path | None" = None,
    program: "str | None" = None,
    stop_at_first_failure: bool = False,
    remove_absent: bool = False,
    pass_at: "int | Iterable[int]" = (),
    **flags: Any,
) -> JudgeTable:
    """Judge programs by the cases of problems; wait for the end, and return the table of scores.

    It runs ``polymer judge``. Sources are compiled in a jail, and each program has a fresh sandbox for
    each case. A program that is wrong, slow or does not compile is a row of the table, no exception;
    and so is one that could not be judged: see ``JudgeTable.complete``.

    Args:
        programs: path of a folder, a program or a file of lines. Or dicts with ``code``,
            ``language``, and ``problem``, ``id`` and ``person`` where they are needed. Or a mapping
            of persons: each has a path (a ``pathlib.Path``) of a file or a folder; or a text in
            Python, or a dict or a list of dicts as above.
        cases: path of a file of lines, a folder of cases, a problem package or a folder of these. Or
            dicts with ``input`` and ``output`` or ``expect``, and ``problem``, ``id``, ``group`` and
            ``points`` where they are needed.
        run_dir: folder that keeps what was judged. Judged again with it, only what is new or changed
            is run.
        compare: how outputs are compared where no problem or case says; default: ``trim``.
        checker: module that looks at outputs.
        interactor: module that talks with programs.
        program: name or pattern of the file that is the program, in a folder of several.
        stop_at_first_failure: run no case of a program behind the first that it fails.
        remove_absent: forget programs that ``run_dir`` has and ``programs`` has no more.
        pass_at: numbers of programs of which one has to be right, for ``JudgeTable.estimates``.
        flags: limits and other flags of ``polymer judge``, with ``_`` for ``-``: ``timeout=5``,
            ``memory="64MiB"``, ``workers=4``, ``build_cpu="30s"``.

    Raises:
        RunFailed: programs or cases cannot be read, or the set could not be judged.
        TypeError: there is no such flag.
        ValueError: programs or cases are given in a form that says too little.
    """
    chosen = arguments(flags, known=JUDGE_FLAGS)
    with tempfile.TemporaryDirectory(prefix="polymer-judge-") as folder:
        line = ["judge", *chosen, "--format=json", "--no-config", "-q"]
        given = {
            "run-dir": run_dir,
            "compare": compare,
            "checker": checker,
            "interactor": interactor,
            "program": program,
        }
        line += [f"--{name}={os.fspath(value)}" for name, value in given.items() if value is not None]
        line += ["--stop-at-first-failure"] if stop_at_first_failure else []
        line += ["--remove-absent"] if remove_absent else []
        numbers = [pass_at] if isinstance(pass_at, int) else list(pass_at)
        line += [f"--pass-at={','.join(map(str, numbers))}"] if numbers else []
        ended = _command([*line, _programs(programs, folder), _cases(cases, folder)], JUDGED)
    try:
        return JudgeTable(json.loads(ended.stdout))
    except ValueError:
        said = ended.stderr.decode(errors="replace").strip()
        raise RunFailed(ended.returncode, said or "it gave no table") from None


def _programs(programs: Programs, folder: str) -> str:
    """The path of programs, written to the folder if they are none."""
    if isinstance(programs, (str, os.PathLike)):
        return _no_flag(programs)
    if not isinstance(programs, Mapping):
        return _lines(map(_with_text, programs), os.path.join(folder, "programs.jsonl"))
    paths = {person: of for person, of in programs.items() if isinstance(of, os.PathLike)}
    if len(paths) not in (0, len(programs)):
        raise ValueError("some persons have a path and some a text; give all of them in one way")
    if paths:
        return _folder_of(paths, os.path.join(folder, "programs"))
    lines = (line for person, of in programs.items() for line in _of_person(person, of))
    return _lines(lines, os.path.join(folder, "programs.jsonl"))


def _no_flag(path: Path) -> str:
    """A path that is taken for no flag, whatever its name begins with."""
    text = os.fspath(path)
    return f"./{text}" if text.startswith("-") else text


def _of_person(person: str, of: Any) -> Iterable[dict[str, Any]]:
    """The lines of a person's programs."""
    if isinstance(of, str):
        if of.endswith(ENDINGS) and not any(map(str.isspace, of)):
            # No error: a text may be a stranger's, and is no reason to judge nobody.
            warnings.warn(f"{of!r} is taken as the text of a program; a path is a pathlib.Path", stacklevel=6)
        of = {"code": of, "language": "python"}
    several = not isinstance(of, Mapping)
    for number, line in enumerate(of if several else [of], 1):
        name = "/".join([person, *(str(line[key]) for key in ("problem", "task_id") if line.get(key) is not None)])
        # The caller's names go first.
        own = (
            {"person": person} if "name" in line else {"person": person, "id": f"{name}/{number}" if several else name}
        )
        yield {**own, **_with_text(line)}


def _with_text(line: Mapping[str, Any]) -> dict[str, Any]:
    if "path" in line:
        raise ValueError(
            "a program that is a file has no line: give its folder, or a mapping of persons with their paths"
        )
    return dict(line)


def _folder_of(paths: "Mapping[str, os.PathLike[str]]", folder: str) -> str:
    """A folder with a copy of each person's file or folder. Links in it stay what they are."""
    os.mkdir(folder)
    for person, path in paths.items():
        if person.startswith(".") or "/" in person or "\0" in person or not person:
            raise ValueError(f"{person!r} cannot be the name of a file, as a person with a path needs it")
        target = os.path.join(folder, person)
        if os.path.isdir(path):
            shutil.copytree(path, target, symlinks=True)
        else:
            # In a folder of its own, since a name may have a point in it.
            os.mkdir(target)
            shutil.copyfile(path, os.path.join(target, os.path.basename(path)))
    return folder


def _cases(cases: Cases, folder: str) -> str:
    """The path of cases, written to the folder if they are none."""
    if isinstance(cases, (str, os.PathLike)):
        return _no_flag(cases)
    return _lines(map(_with_absolute_paths, cases), os.path.join(folder, "cases.jsonl"))


def _with_absolute_paths(case: Mapping[str, Any]) -> dict[str, Any]:
    """A case whose files are found from the temporary folder too."""
    found = dict(case)
    if "input_file" in found:
        found["input_file"] = os.path.abspath(found["input_file"])
    expect = found.get("expect")
    if isinstance(expect, Mapping) and "output_file" in expect:
        found["expect"] = {**expect, "output_file": os.path.abspath(expect["output_file"])}
    return found


def _lines(values: Iterable[dict[str, Any]], path: str) -> str:
    with open(path, "x", encoding="ascii") as file:
        for value in values:
            file.write(json.dumps(value, allow_nan=False) + "\n")
    return path
