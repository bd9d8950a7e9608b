"""Cells of a table: one program in one test, the record that it is sent as, and what its record comes to."""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from ._records import Record

__all__ = ["Cell", "TestResult", "cells_of", "exit_code", "row_of", "several"]


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


@dataclass
class Cell:
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
        return row_of(self.code, **given)

    def judge(self, record: Record) -> TestResult:
        output = record.output
        stdout = output.decode(errors="backslashreplace") if isinstance(output, bytes) else str(output or "")
        code = exit_code(record)
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


def cells_of(programs: Any, tests: Any, compare: str) -> tuple[list[str], list[Cell]]:
    """The problem of each program, and all cells in their order."""
    if isinstance(programs, Mapping) != isinstance(tests, Mapping):
        raise ValueError("programs and tests are both lists, or both dicts by problem")
    if not isinstance(programs, Mapping):
        programs, tests = {"": programs}, {"": tests}
    if unknown := [problem for problem in programs if not tests.get(problem)]:
        raise ValueError("there are no tests" if unknown == [""] else f"there are no tests for {unknown}")
    problems: list[str] = []
    cells: list[Cell] = []
    for problem, codes in programs.items():
        of_problem = several("tests", tests[problem])
        for code in several("programs", codes):
            at = len(problems)
            problems.append(problem)
            cells.extend(Cell(at, column, code, test, compare) for column, test in enumerate(of_problem))
    return problems, cells


def several(name: str, values: Any) -> list[Any]:
    """A list of values; one text is no list of its letters."""
    if isinstance(values, (str, bytes, Mapping)):
        raise TypeError(f"{name} are a list, not one {type(values).__name__}")
    return list(values)


def row_of(code: str, stdin: Any = "", argv: Sequence[str] = (), files: Any = None) -> dict[str, Any]:
    """The record of a program, as ``@python`` takes it."""
    if not isinstance(code, str):
        raise TypeError(f"a program is a text, not {type(code).__name__}")
    row: dict[str, Any] = {"code": code}
    if stdin:
        row["stdin"] = _bytes(stdin)
    if argv:
        row["argv"] = several("argv", argv)
    if files:
        row["files"] = {path: _bytes(content) for path, content in files.items()}
    return row


def _bytes(content: Any) -> Any:
    if isinstance(content, str):
        return content
    if not isinstance(content, (bytes, bytearray, memoryview)):
        raise TypeError(f"stdin and files are texts or bytes, not {type(content).__name__}")
    return {"base64": b64encode(content).decode()}


def exit_code(record: Record) -> int | None:
    if record.ok:
        return 0
    return record.error.get("exit_code") if record.verdict == "task_error" else None
