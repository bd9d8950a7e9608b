"""Programs as data: Python run in the interpreter ``@python``, one program or many with their tests."""

from __future__ import annotations

import atexit
import math
import os
import threading
from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator, Mapping, Sequence

from ._cells import Cell, TestResult, cells_of, exit_code, row_of, several
from ._interpreter import Preparation
from ._pool import Pool, _with_bar
from ._records import Record, failure
from ._saved_cells import SavedCells

__all__ = ["Execution", "ScoreTable", "TestResult", "exec_python", "pass_at_k", "score"]

#: What a program may use, unless a call says otherwise.
LIMITS: dict[str, Any] = {"fuel": "30G", "memory": "256MiB", "timeout": "30s"}
#: What the pool for single programs allows at the most.
MOST: dict[str, Any] = {"fuel": "1T", "memory": "1GiB", "timeout": "10m"}
#: The folder of a program that has files.
FOLDER = "64MiB::."


@dataclass(frozen=True)
class Execution:
    """How a program ended."""

    #: ``ok``, ``task_error`` for an exit code other than 0, or the verdict of a limit.
    verdict: str
    #: What it wrote to its standard output; bytes if that is no UTF-8.
    stdout: str | bytes
    #: What it wrote to its standard error.
    stderr: str
    #: Exit code; ``None`` if it was ended.
    exit_code: int | None
    #: Record of the task.
    record: Record
    #: Results of the tests, if there were some.
    tests: list[TestResult] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """True if it passed all tests, or, without any, ended with exit code 0."""
        return all(test.passed for test in self.tests) if self.tests else self.verdict == "ok"


def exec_python(
    code: str,
    *,
    stdin: "str | bytes" = "",
    argv: Sequence[str] = (),
    files: "Mapping[str, str | bytes] | None" = None,
    tests: "Iterable[Mapping[str, Any] | str] | None" = None,
    compare: str = "tokens",
    pool: Pool | None = None,
    **limits: Any,
) -> Execution:
    """Run a Python program in a sandbox; return what it printed and how it ended.

    With ``tests`` it is run once more for each of them, and ``tests`` of the result says how it did.

    Args:
        code: text of the program.
        stdin: all that it can read from its standard input.
        argv: arguments behind its name.
        files: files in its current folder, by path.
        tests: as for ``score``.
        compare: as for ``score``.
        pool: a pool of an interpreter; default: one of ``@python`` that all calls share.
        limits: ``fuel=``, ``memory=`` and ``timeout=``.

    Raises:
        ModuleInvalid: there is no ``@python``: install ``polymer-wasm-python``, or make it with
            ``polymer build @python``.
        ValueError: a limit, a test or a comparison is none.
    """
    # A pool of the caller's has limits of its own.
    narrowed = _limits(limits, {} if pool else LIMITS)
    row = row_of(code, stdin=stdin, argv=argv, files=files)
    cells = [Cell(0, 0, code, test, compare) for test in several("tests", tests or ())]
    pool = pool or _shared_pool(bool(files) or any(cell.files for cell in cells))
    first = pool.submit(row, limits=narrowed)
    futures = [pool.submit(cell.row(), limits=narrowed) for cell in cells]
    record = _usable(_record(first))
    results = [cell.judge(_record(future)) for cell, future in zip(cells, futures, strict=True)]
    output = record.output
    return Execution(record.verdict, "" if output is None else output, record.log, exit_code(record), record, results)


def judged(
    programs: "Iterable[tuple[str, Iterable[Mapping[str, Any] | str]]]", compare: str = "tokens", **limits: Any
) -> list[list[TestResult]]:
    """Run programs, each in tests of its own, by the pool that all calls share; return their results.

    All of them are under way at once, as far as there are workers.
    """
    narrowed = _limits(limits, LIMITS)
    rows = [
        [Cell(at, column, code, test, compare) for column, test in enumerate(several("tests", tests))]
        for at, (code, tests) in enumerate(programs)
    ]
    pool = _shared_pool(any(cell.files for row in rows for cell in row))
    futures = [[pool.submit(cell.row(), limits=narrowed) for cell in row] for row in rows]
    return [
        [cell.judge(_usable(_record(future))) for cell, future in zip(row, of_row, strict=True)]
        for row, of_row in zip(rows, futures, strict=True)
    ]


@dataclass
class ScoreTable:
    """Verdicts of programs in their tests."""

    #: Problem of each program; one for all where there are no problems.
    problems: list[str]
    #: Results: a row for each program, a column for each test of its problem.
    results: list[list[TestResult]]

    @property
    def verdicts(self) -> list[list[str]]:
        """Verdicts: a row for each program, a column for each test."""
        return [[result.verdict for result in row] for row in self.results]

    @property
    def passed(self) -> list[bool]:
        """For each program: True if it passed all tests."""
        return [all(result.passed for result in row) for row in self.results]

    def pass_at_k(self, k: int = 1) -> float:
        """Return the probability that one of ``k`` programs passes, as a mean over the problems, by
        the unbiased estimator of Chen et al., "Evaluating Large Language Models Trained on Code"
        (2021), section 2.1. Problems with fewer than ``k`` programs are left out.
        """
        by_problem: dict[str, list[bool]] = {}
        for problem, passed in zip(self.problems, self.passed, strict=True):
            by_problem.setdefault(problem, []).append(passed)
        found = [pass_at_k(len(all_of), sum(all_of), k) for all_of in by_problem.values() if len(all_of) >= k]
        return sum(found) / len(found) if found else math.nan

    def counts(self) -> dict[str, int]:
        """Return the number of cells by verdict, the most frequent first."""
        found: dict[str, int] = {}
        for row in self.results:
            for result in row:
                found[result.verdict] = found.get(result.verdict, 0) + 1
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def __repr__(self) -> str:
        cells = sum(map(len, self.results))
        return (
            f"ScoreTable({sum(self.passed)} of {len(self.results)} programs passed all; {cells} cells: {self.counts()})"
        )


def pass_at_k(total: int, passed: int, k: int) -> float:
    """Return the unbiased estimate of pass@k from ``total`` programs of which ``passed`` pass.

    Raises:
        ValueError: unless ``0 <= passed <= total`` and ``1 <= k <= total``.
    """
    if not 0 <= passed <= total or not 1 <= k <= total:
        raise ValueError(f"no pass@{k} of {total} programs of which {passed} pass")
    subsets = math.comb(total, k)
    return (subsets - math.comb(total - passed, k)) / subsets


def score(
    programs: "Sequence[str] | Mapping[str, Sequence[str]]",
    tests: "Sequence[Mapping[str, Any] | str] | Mapping[str, Sequence[Mapping[str, Any] | str]]",
    *,
    compare: str = "tokens",
    progress: bool = False,
    saved: "str | os.PathLike[str] | None" = None,
    interpreter: str = "@python",
    workers: "int | str | None" = None,
    **limits: Any,
) -> ScoreTable:
    """Run each program in each test; return the table of verdicts.

    A test is a dict ``{"stdin": …, "argv": […], "files": {…}, "expect": …, "exit_code": 0}``, of which
    only ``expect`` is needed: the program runs alone, and what it wrote is compared outside of it. Or
    it is a text of Python that runs behind the program, in its names, as a list of ``assert`` does: it
    is passed if its end was reached. A program can forge that, so prefer the first form for programs
    that nobody trusts.

    Args:
        programs: texts of programs; or lists of them, by problem.
        tests: tests for all programs; or lists of them, by problem.
        compare: ``tokens`` compares what white space separates, ``exact`` all but one newline at the
            end.
        progress: show a bar with tqdm, in notebooks too, where it is installed.
        saved: file that keeps each cell as it comes: called again with it, only the rest is run. Cells
            of another interpreter, another one of the same name too, are not taken for those of this.
        interpreter: module that runs the programs.
        workers: worker processes; default: one for each usable core.
        limits: ``fuel=``, ``memory=`` and ``timeout=`` of a cell; further flags of ``polymer run``.

    Raises:
        ModuleInvalid: there is no such interpreter.
        PoolBroken: a flag or a limit is none.
        ValueError: a test or a comparison is none, or there are no tests.
    """
    problems, cells = cells_of(programs, tests, compare)
    narrowed = {**LIMITS, **limits}
    if any(cell.files for cell in cells):
        narrowed.setdefault("scratch", FOLDER)
    results: list[list[TestResult | None]] = [[] for _ in problems]
    missing: list[Cell] = []
    with Preparation(interpreter, narrowed) as preparation:
        kept = SavedCells(saved, preparation.content, narrowed)
        for cell in cells:
            known = kept.find(cell)
            results[cell.program].append(known)
            if known is None:
                missing.append(cell)
        if missing:
            preparation.wait()
    if missing:
        emit = "id,output,error,log"
        with kept, Pool(interpreter, workers=workers, emit=emit, **narrowed) as pool:
            # Records come in the order of the rows.
            records: Iterator[Record] = pool.map(_rows(missing))
            if progress:
                records = _with_bar(records, missing)
            for cell, record in zip(missing, records, strict=True):
                result = cell.judge(_usable(record))
                results[cell.program][cell.column] = result
                kept.keep(cell, result)
    return ScoreTable(problems, [[result for result in row if result is not None] for row in results])


def _rows(cells: Iterable[Cell]) -> Iterator[dict[str, Any]]:
    return (cell.row() for cell in cells)


def _record(future: Any) -> Record:
    """The record of a task, however it ended."""
    error = future.exception()
    if future.record is None:
        # The pool broke.
        raise error
    record: Record = future.record
    return record


def _usable(record: Record) -> Record:
    """A record, unless it is the call that is to blame for it and not the program."""
    if record.verdict in ("module_invalid", "policy_denied"):
        raise failure(record)
    if record.verdict == "bad_input" and record.error.get("code") == "record":
        raise ValueError(record.error.get("message"))
    return record


def _limits(given: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(given) - set(LIMITS):
        raise TypeError(f"there is no argument {min(unknown)}=; limits are fuel, memory and timeout")
    return {**usual, **given}


_lock = threading.Lock()
#: Pools for single programs, by whether they have a folder: a machine may refuse that.
_pools: dict[bool, Pool] = {}


def _shared_pool(with_folder: bool = False) -> Pool:
    """The pool for single programs. One that broke is replaced."""
    with _lock:
        pool = _pools.get(with_folder)
        if pool is None or pool._broken is not None:
            more = {"scratch": FOLDER} if with_folder else {}
            if not _pools:
                with Preparation("@python", MOST) as preparation:
                    preparation.wait()
            pool = _pools[with_folder] = Pool("@python", **MOST, **more)
        return pool


def _forget_shared_pools() -> None:
    """A forked process has no part in its parent's pools."""
    global _lock
    _lock = threading.Lock()
    _pools.clear()


os.register_at_fork(after_in_child=_forget_shared_pools)


@atexit.register
def _end_shared_pools() -> None:
    for pool in _pools.values():
        pool.shutdown()
