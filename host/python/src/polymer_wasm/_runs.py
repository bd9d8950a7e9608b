"""Whole runs: the commands ``run``, ``resume``, ``rerun`` and ``status``, and their records."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator, Sequence

from ._arguments import arguments
from ._binary import command
from ._codec import decode
from ._records import Record
from ._tasks import Module, TaskLines, body

__all__ = ["RunFailed", "RunResult", "read_records", "rerun", "resume", "run", "status"]

#: Exit codes of a run that came to its end: all ok, and some not.
OVER = (0, 100)
#: Flags that ``run`` sets itself.
REFUSED = frozenset(
    {"append", "color", "config", "expect", "no-config", "profile", "run-dir", "show-progress", "tasks"}
)


class RunFailed(Exception):
    """The command did not come to the end of its run."""

    #: Exit code: 2 for wrong arguments, 96 if the run could not be set up, 106 if it ended early.
    code: int

    def __init__(self, code: int, said: str) -> None:
        self.code = code
        super().__init__(code, said)

    def __str__(self) -> str:
        return f"polymer ended with code {self.code}: {self.args[1]}"


@dataclass
class RunResult:
    """How a run went."""

    #: Run folder, absolute.
    dir: str
    #: True if every task has a record.
    complete: bool
    #: Number of tasks by verdict.
    verdicts: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """True if the run is complete, and every task ended ok."""
        return self.complete and set(self.verdicts) <= {"ok"}

    def records(self) -> Iterator[Record]:
        """Read the records, one by one."""
        return iter_records(self.dir)

    def table(self) -> Any:
        """Read the records as a pyarrow ``Table``."""
        return read_records(self.dir)


def run(
    module: "str | os.PathLike[str] | bytes | Module",
    rows: Iterable[Any],
    dir: "str | os.PathLike[str]",
    **flags: Any,
) -> RunResult:
    """Run a task for each row in a run folder, and wait for the end.

    The folder keeps every record as its task ends: a run that is killed goes on with ``resume``.

    Args:
        module: as for ``Pool``.
        rows: JSON values, or bytes. They are written to ``DIR.rows.jsonl`` beside the folder, from
            which ``resume`` reads the rest.
        dir: run folder, which must not exist.
        flags: flags of ``polymer run``, with ``_`` for ``-``.

    Raises:
        RunFailed: the run could not be set up, or ended early.
    """
    of, lines = Module(module), TaskLines()
    if of.data is not None:
        raise TypeError("a run folder needs a module that can be found again: give its path")
    path = os.path.abspath(os.fspath(dir))
    tasks = path + ".rows.jsonl"
    _, head = lines.head(of)
    line = ["run", "--tasks", tasks, "--run-dir", path, "--no-config", "-q", *arguments(flags, REFUSED)]
    file = open(tasks, "xb")
    try:
        with file:
            for row in rows:
                file.write(head + body(row) + b"}\n")
        return _result(line, path)
    except BaseException:
        # Of a run that did not begin nothing stays; one that did needs its rows to go on.
        if not os.path.exists(os.path.join(path, "run.json")):
            os.unlink(tasks)
        raise


def resume(dir: "str | os.PathLike[str]", **flags: Any) -> RunResult:
    """Go on with a run that was stopped or killed; wait for the end.

    Raises:
        RunFailed: the run could not be set up, or ended early.
    """
    path = os.path.abspath(os.fspath(dir))
    return _result(["resume", path, "-q", *arguments(flags, REFUSED)], path)


def rerun(
    dir: "str | os.PathLike[str]",
    *,
    verdict: "str | Sequence[str] | None" = None,
    id: "str | Sequence[str] | None" = None,
    select: "str | None" = None,
    **flags: Any,
) -> RunResult:
    """Run the failed tasks of a run again, or those with these verdicts or ids, or whose records
    an expression of ``polymer rerun --select`` means; wait for the end.

    Raises:
        RunFailed: the run could not be set up, or ended early.
    """
    path = os.path.abspath(os.fspath(dir))
    line = ["rerun", path]
    if verdict is not None:
        line.append("--verdict=" + (verdict if isinstance(verdict, str) else ",".join(verdict)))
    for one in [id] if isinstance(id, str) else id or []:
        line.append(f"--id={one}")
    if select is not None:
        line.append(f"--select={select}")
    return _result([*line, "-q", *arguments(flags, REFUSED)], path)


def status(dir: "str | os.PathLike[str]") -> dict[str, Any]:
    """Return the state of a run, as ``polymer status --json`` prints it, also while it runs.

    Raises:
        RunFailed: there is no run in the folder.
    """
    found: dict[str, Any] = json.loads(_command(["status", "--json", os.fspath(dir)], (0,)).stdout)
    return found


def iter_records(source: "str | os.PathLike[str]") -> Iterator[Record]:
    """Read records one by one, from a run folder or a file of records."""
    path = os.fspath(source)
    if os.path.isdir(path):
        path = os.path.join(path, "results.jsonl")
    with open(path, "rb") as file:
        for line in file:
            # One that is being written has no end yet.
            if line.endswith(b"\n") and line.strip():
                yield Record(decode(line))


def read_records(source: "str | os.PathLike[str]") -> Any:
    """Read the records of a run folder, or of a file, as a pyarrow ``Table``: one row a task, with
    the columns of ``Pool.run``. ``pyarrow.parquet.write_table`` keeps it as Parquet.

    Raises:
        ImportError: pyarrow is not installed.
    """
    import pyarrow  # noqa: F401

    from ._tables import table_of

    return table_of("pyarrow", iter_records(source))


def _command(line: Sequence[str], codes: Sequence[int]) -> "subprocess.CompletedProcess[bytes]":
    ended = subprocess.run([command(), *line], stdin=subprocess.DEVNULL, capture_output=True)
    if ended.returncode not in codes:
        raise RunFailed(ended.returncode, ended.stderr.decode(errors="replace").strip())
    return ended


def _result(line: Sequence[str], path: str) -> RunResult:
    _command(line, OVER)
    found = status(path)
    return RunResult(path, found.get("state") == "finished", dict(found.get("verdicts") or {}))
