"""Programs as data: Python run in the interpreter ``@python``, one program or many with their tests."""

from __future__ import annotations

import atexit
import hashlib
import json
import math
import os
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator, Mapping, Sequence

from ._pool import Pool, _with_bar
from ._records import Record, failure

__all__ = ["Execution", "ScoreTable", "TestResult", "exec_python", "pass_at_k", "score"]

#: What a program may use, unless a call says otherwise.
LIMITS: dict[str, Any] = {"fuel": "30G", "memory": "256MiB", "timeout": "30s"}
#: Verdicts that may say more of the machine than of the program: such a cell is run again.
NOT_KEPT = ("timeout", "worker_lost", "quarantined", "canceled")
#: What the pool for single programs allows at the most.
MOST: dict[str, Any] = {"fuel": "1T", "memory": "1GiB", "timeout": "10m"}
#: The folder of a program that has files.
FOLDER = "64MiB::."


@dataclass(frozen=True)
class TestResult:
    """How a program did in one test."""

    #: ``passed``; ``wrong_output``, ``wrong_exit_code``, ``failed_test`` or ``left_early``; or the
    #: verdict of a limit, such as ``fuel_exhausted``.
    verdict: str
    #: What the program wrote to its standard output.
    stdout: str
    #: What it wrote to its standard error: the traceback of an error is there.
    stderr: str
    #: Exit code; ``None`` if it was ended.
    exit_code: int | None

    @property
    def passed(self) -> bool:
        """True if the test was passed."""
        return self.verdict == "passed"


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
    row = _row(code, stdin=stdin, argv=argv, files=files)
    cells = [_Cell(0, 0, code, test, compare) for test in _several("tests", tests or ())]
    pool = pool or _shared_pool(bool(files) or any(cell.files for cell in cells))
    first = pool.submit(row, limits=narrowed)
    futures = [pool.submit(cell.row(), limits=narrowed) for cell in cells]
    record = _usable(_record(first))
    results = [cell.judge(_record(future)) for cell, future in zip(cells, futures, strict=True)]
    output = record.output
    return Execution(record.verdict, "" if output is None else output, record.log, _exit_code(record), record, results)


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
    return 1.0 - math.comb(total - passed, k) / math.comb(total, k)


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
        saved: file that keeps each cell as it comes: called again with it, only the rest is run.
        interpreter: module that runs the programs.
        workers: worker processes; default: one for each usable core.
        limits: ``fuel=``, ``memory=`` and ``timeout=`` of a cell; further flags of ``polymer run``.

    Raises:
        ModuleInvalid: there is no such interpreter.
        PoolBroken: a flag or a limit is none.
        ValueError: a test or a comparison is none, or there are no tests.
    """
    problems, cells = _cells(programs, tests, compare)
    narrowed = {**LIMITS, **limits}
    if any(cell.files for cell in cells):
        narrowed.setdefault("scratch", FOLDER)
    kept = _SavedCells(saved, interpreter, narrowed)
    results: list[list[TestResult | None]] = [[] for _ in problems]
    missing: list[_Cell] = []
    for cell in cells:
        known = kept.find(cell)
        results[cell.program].append(known)
        if known is None:
            missing.append(cell)
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


@dataclass
class _Cell:
    """One program in one test."""

    program: int
    column: int
    code: str
    test: "Mapping[str, Any] | str"
    compare: str
    secret: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.code, str):
            raise TypeError(f"a program is a text, not {type(self.code).__name__}")
        if self.compare not in ("tokens", "exact"):
            raise ValueError(f"compare= is 'tokens' or 'exact', not {self.compare!r}")
        if isinstance(self.test, str):
            return
        if not isinstance(self.test, Mapping):
            raise TypeError(f"a test is a dict or a text, not {type(self.test).__name__}")
        if not isinstance(self.test.get("exit_code", 0), int):
            raise TypeError(f"`exit_code` of a test is a number, not {self.test['exit_code']!r}")
        if not isinstance(self.test.get("expect", ""), (str, bytes)):
            raise TypeError(f"`expect` of a test is a text or bytes, not {type(self.test['expect']).__name__}")
        unknown = set(self.test) - {"stdin", "argv", "files", "expect", "exit_code"}
        if unknown or "expect" not in self.test:
            known = "`stdin`, `argv`, `files` and `exit_code`"
            raise ValueError(f"a test has `expect`, and may have {known}; this one has {sorted(self.test)}")

    @property
    def files(self) -> Any:
        return None if isinstance(self.test, str) else self.test.get("files")

    def row(self) -> dict[str, Any]:
        """The record of its program. A test behind the program has a secret of its own."""
        if isinstance(self.test, str):
            self.secret = secrets.token_hex(16)
            return {"code": self.code, "test": self.test, "secret": self.secret}
        given = {name: self.test[name] for name in ("stdin", "argv", "files") if name in self.test}
        return _row(self.code, **given)

    def judge(self, record: Record) -> TestResult:
        output = record.output
        stdout = output.decode(errors="backslashreplace") if isinstance(output, bytes) else str(output or "")
        code = _exit_code(record)
        verdict = record.verdict
        if isinstance(self.test, str):
            if verdict == "task_error":
                verdict = "failed_test"
            elif verdict == "ok":
                verdict = "passed" if stdout.endswith(self.secret) else "left_early"
                stdout = stdout.removesuffix(self.secret)
        elif verdict in ("ok", "task_error"):
            if code != self.test.get("exit_code", 0):
                verdict = "wrong_exit_code"
            else:
                verdict = "passed" if self._is_expected(output) else "wrong_output"
        return TestResult(verdict, stdout, record.log, code)

    def _is_expected(self, output: Any) -> bool:
        assert not isinstance(self.test, str)
        found, expected = (
            one.encode() if isinstance(one, str) else one for one in (output or b"", self.test["expect"])
        )
        if self.compare == "tokens":
            return bool(found.split() == expected.split())
        if isinstance(output, bytes):
            found = _without_newline(found)
        # A text has lost its last newline already.
        return bool(found == _without_newline(expected))


def _without_newline(text: bytes) -> bytes:
    return text.removesuffix(b"\n").removesuffix(b"\r") if text.endswith(b"\n") else text


def _cells(programs: Any, tests: Any, compare: str) -> tuple[list[str], list[_Cell]]:
    """The problem of each program, and all cells in their order."""
    if isinstance(programs, Mapping) != isinstance(tests, Mapping):
        raise ValueError("programs and tests are both lists, or both dicts by problem")
    if not isinstance(programs, Mapping):
        programs, tests = {"": programs}, {"": tests}
    if unknown := [problem for problem in programs if not tests.get(problem)]:
        raise ValueError("there are no tests" if unknown == [""] else f"there are no tests for {unknown}")
    problems: list[str] = []
    cells: list[_Cell] = []
    for problem, codes in programs.items():
        of_problem = _several("tests", tests[problem])
        for code in _several("programs", codes):
            at = len(problems)
            problems.append(problem)
            cells.extend(_Cell(at, column, code, test, compare) for column, test in enumerate(of_problem))
    return problems, cells


def _rows(cells: Iterable[_Cell]) -> Iterator[dict[str, Any]]:
    return (cell.row() for cell in cells)


class _SavedCells:
    """Cells that a file keeps, by what they were made of."""

    def __init__(self, path: Any, interpreter: str, limits: Mapping[str, Any]) -> None:
        self._path = None if path is None else os.fspath(path)
        self._of = json.dumps([interpreter, {name: str(value) for name, value in limits.items()}], sort_keys=True)
        self._known: dict[str, TestResult] = {}
        self._file: Any = None
        #: Bytes of whole lines: what a killed call left behind them is cut off.
        self._whole = 0
        if self._path is None or not os.path.exists(self._path):
            return
        with open(self._path, "rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._whole += len(line)
                try:
                    found = json.loads(line)
                    self._known[found["key"]] = TestResult(*found["result"])
                except (ValueError, TypeError, KeyError):
                    raise ValueError(f"saved={self._path!r} is no file of `score`: its cells are not there") from None

    def _key(self, cell: _Cell) -> str:
        made_of = json.dumps([self._of, cell.code, cell.test, cell.compare], sort_keys=True, default=repr)
        return hashlib.sha256(made_of.encode()).hexdigest()[:32]

    def find(self, cell: _Cell) -> TestResult | None:
        return self._known.get(self._key(cell)) if self._path is not None else None

    def keep(self, cell: _Cell, result: TestResult) -> None:
        if self._file is None or result.verdict in NOT_KEPT:
            return
        of = [result.verdict, result.stdout, result.stderr, result.exit_code]
        self._file.write(json.dumps({"key": self._key(cell), "result": of}).encode() + b"\n")
        self._file.flush()

    def __enter__(self) -> "_SavedCells":
        if self._path is not None:
            self._file = open(self._path, "ab")
            self._file.truncate(self._whole)
        return self

    def __exit__(self, *_: Any) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _several(name: str, values: Any) -> list[Any]:
    """A list of values; one text is no list of its letters."""
    if isinstance(values, (str, bytes, Mapping)):
        raise TypeError(f"{name} are a list, not one {type(values).__name__}")
    return list(values)


def _row(code: str, stdin: Any = "", argv: Sequence[str] = (), files: Any = None) -> dict[str, Any]:
    """The record of a program, as ``@python`` takes it."""
    if not isinstance(code, str):
        raise TypeError(f"a program is a text, not {type(code).__name__}")
    row: dict[str, Any] = {"code": code}
    if stdin:
        row["stdin"] = _bytes(stdin)
    if argv:
        row["argv"] = _several("argv", argv)
    if files:
        row["files"] = {path: _bytes(content) for path, content in files.items()}
    return row


def _bytes(content: Any) -> Any:
    from base64 import b64encode

    if isinstance(content, str):
        return content
    if not isinstance(content, (bytes, bytearray, memoryview)):
        raise TypeError(f"stdin and files are texts or bytes, not {type(content).__name__}")
    return {"base64": b64encode(content).decode()}


def _exit_code(record: Record) -> int | None:
    if record.ok:
        return 0
    return record.error.get("exit_code") if record.verdict == "task_error" else None


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
