"""The table of scores that ``judge`` returns."""

from __future__ import annotations

import html
import importlib
import math
from dataclasses import dataclass, fields
from typing import Any, Mapping, TypeVar, cast

from ._programs import pass_at_k

__all__ = ["JudgeTable", "JudgedCell", "JudgedPerson", "JudgedProblem", "JudgedProgram"]

T = TypeVar("T")

#: Rows that a notebook shows.
SHOWN = 100


@dataclass(frozen=True)
class JudgedCell:
    """One program on one case."""

    #: Name of the case.
    case: str
    #: ``accepted``, ``rejected``, ``skipped``, ``judge_failed`` or ``missing``.
    state: str
    #: How it ended; ``None`` if it was not run.
    verdict: str | None
    #: Points that are certain.
    points: float
    #: Points that they may still come to; the same, unless the cell is missing.
    at_most: float
    #: Points of the case.
    max_points: float
    #: Why it was not right.
    message: str
    #: Time by the clock, in milliseconds.
    wall_ms: float | None
    #: CPU time, in milliseconds.
    cpu_ms: float | None
    fuel: int | None
    memory_bytes: int | None

    @property
    def passed(self) -> bool:
        """True if the program was right."""
        return self.state == "accepted"


@dataclass(frozen=True)
class JudgedProgram:
    """One program on its problem."""

    program: str
    person: str
    problem: str
    #: Points that are certain.
    points: float
    #: Points that they may still come to; the same, unless cells are missing.
    at_most: float
    #: Points of the problem.
    max_points: float
    #: True if it was right in every case.
    passed: bool
    #: A cell for each case of the problem.
    cells: tuple[JudgedCell, ...]
    #: Number of cells by verdict.
    verdicts: dict[str, int]
    #: The first case in which it was wrong.
    first_failing: str | None
    #: The row as the command wrote it, with groups of cases and the slowest cell.
    raw: dict[str, Any]


@dataclass(frozen=True)
class JudgedPerson:
    """One person, with the best program for each problem."""

    rank: int
    person: str
    points: float
    at_most: float
    max_points: float
    #: Number of problems that one of the programs passes.
    passed: int
    #: Points by problem.
    problems: dict[str, float]


@dataclass(frozen=True)
class JudgedProblem:
    """One problem."""

    name: str
    #: Names of its cases.
    cases: tuple[str, ...]
    max_points: float
    #: Number of programs for it.
    programs: int
    #: Number of those that are right in every case.
    passed: int


class JudgeTable:
    """Scores of programs over the cases of their problems."""

    #: The table as the command wrote it: ``polymer schema scores`` describes it.
    raw: dict[str, Any]
    #: The programs, each with its cells, in the order in which they were found.
    programs: list[JudgedProgram]
    #: Persons by rank.
    persons: list[JudgedPerson]
    problems: list[JudgedProblem]
    #: ``all_right``, ``some_wrong`` or ``incomplete``.
    state: str
    #: Number of cells by verdict.
    verdicts: dict[str, int]
    #: pass@k for each ``k`` of ``pass_at=``.
    estimates: dict[int, float]

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.state = raw["state"]
        self.verdicts = dict(raw["verdicts"])
        self.programs = [_program(row) for row in raw["programs"]]
        self.persons = [_person(row) for row in raw["persons"]]
        self.problems = [_known(JudgedProblem, {**row, "cases": tuple(row["cases"])}) for row in raw["problems"]]
        means = ((row["k"], row["mean"]) for row in raw["pass_at_k"])
        self.estimates = {k: math.nan if mean is None else mean for k, mean in means}

    @property
    def complete(self) -> bool:
        """True if every cell was judged. If not, some are missing, or their judge failed: points are
        those that are certain, and may come to ``at_most``."""
        return self.state != "incomplete"

    @property
    def points(self) -> dict[str, float]:
        """Points of each program that are certain."""
        return {row.program: row.points for row in self.programs}

    def pass_at_k(self, k: int = 1) -> float:
        """Return the probability that one of ``k`` programs passes, as a mean over the problems, as
        ``ScoreTable.pass_at_k`` does. Problems with fewer than ``k`` programs are left out."""
        counts = [(row.programs, row.passed) for row in self.problems if row.programs >= k]
        found = [pass_at_k(programs, passed, k) for programs, passed in counts]
        return sum(found) / len(found) if found else math.nan

    def to_pandas(self) -> Any:
        """Return a ``DataFrame`` with a row for each program.

        Raises:
            ImportError: pandas is not installed.
        """
        return importlib.import_module("pandas").DataFrame([_row(row) for row in self.programs], columns=list(COLUMNS))

    def __repr__(self) -> str:
        passed = sum(row.passed for row in self.programs)
        cells = sum(len(row.cells) for row in self.programs)
        return (
            f"JudgeTable({self.state}: {passed} of {len(self.programs)} programs passed; "
            f"{cells} cells: {self.verdicts})"
        )

    def _repr_html_(self) -> str:
        """A table for notebooks. Names and messages are strangers', so they are escaped."""
        names = ["program", "person", "problem", "points", "of", "right", "first wrong"]
        rows = [_html_row("th", names), *(_html_row("td", _shown(row)) for row in self.programs[:SHOWN])]
        more = len(self.programs) - SHOWN
        left = f"<p>and {more} more programs</p>" if more > 0 else ""
        return f"<p>{html.escape(repr(self))}</p><table>{''.join(rows)}</table>{left}"


#: Columns of a row, and what each has.
COLUMNS = (
    "program",
    "person",
    "problem",
    "points",
    "at_most",
    "max_points",
    "passed",
    "cells",
    "right",
    "first_failing",
    "verdict",
    "message",
    "wall_ms",
    "cpu_ms",
    "memory_bytes",
    "fuel",
)


def _row(row: JudgedProgram) -> list[Any]:
    """What ``COLUMNS`` names. Of what cells cost, the most that one of them took."""
    failing = _failing(row)
    costs = ("wall_ms", "cpu_ms", "memory_bytes", "fuel")
    known = ([cost for cell in row.cells if (cost := getattr(cell, name)) is not None] for name in costs)
    return [
        *(row.program, row.person, row.problem, row.points, row.at_most, row.max_points, row.passed),
        *(len(row.cells), sum(cell.passed for cell in row.cells), row.first_failing),
        *((failing.verdict, failing.message) if failing else (None, None)),
        *(max(of, default=None) for of in known),
    ]


def _failing(row: JudgedProgram) -> JudgedCell | None:
    return next((cell for cell in row.cells if cell.case == row.first_failing), None)


def _shown(row: JudgedProgram) -> list[str]:
    failing = _failing(row)
    points = f"{row.points:g}" if row.points == row.at_most else f"{row.points:g}..{row.at_most:g}"
    right = f"{sum(cell.passed for cell in row.cells)} of {len(row.cells)}"
    why = f"{failing.case} {failing.verdict}: {failing.message}" if failing else ""
    return [row.program, row.person, row.problem, points, f"{row.max_points:g}", right, why[:200]]


def _html_row(tag: str, texts: list[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts) + "</tr>"


def _program(row: dict[str, Any]) -> JudgedProgram:
    cells = tuple(_known(JudgedCell, cell) for cell in row["cells"])
    return _known(JudgedProgram, {**row, "cells": cells, "raw": row})


def _person(row: dict[str, Any]) -> JudgedPerson:
    problems = {of["problem"]: of["points"] for of in row["problems"]}
    return _known(JudgedPerson, {**row, "problems": problems})


def _known(kind: type[T], row: Mapping[str, Any]) -> T:
    """The fields that are known here: later versions of the command may add some."""
    return kind(**{of.name: row[of.name] for of in fields(cast(Any, kind))})
