"""Cells that a file keeps, so that a call that was killed goes on from there."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, Mapping

from ._cells import Cell, TestResult

__all__ = ["SavedCells"]

#: Verdicts that may say more of the machine than of the program: such a cell is run again.
NOT_KEPT = ("timeout", "worker_lost", "quarantined", "canceled")


class SavedCells:
    """Cells that a file keeps, by what they were made of."""

    def __init__(self, path: Any, content: str, limits: Mapping[str, Any]) -> None:
        self._path = None if path is None else os.fspath(path)
        self._of = json.dumps([content, {name: str(value) for name, value in limits.items()}], sort_keys=True)
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

    def _key(self, cell: Cell) -> str:
        made_of = json.dumps([self._of, cell.code, cell.test, cell.compare], sort_keys=True, default=repr)
        return hashlib.sha256(made_of.encode()).hexdigest()[:32]

    def find(self, cell: Cell) -> TestResult | None:
        return self._known.get(self._key(cell)) if self._path is not None else None

    def keep(self, cell: Cell, result: TestResult) -> None:
        if self._file is None or result.verdict in NOT_KEPT:
            return
        of = [result.verdict, result.stdout, result.stderr, result.exit_code]
        self._file.write(json.dumps({"key": self._key(cell), "result": of}).encode() + b"\n")
        self._file.flush()

    def __enter__(self) -> "SavedCells":
        if self._path is not None:
            self._file = open(self._path, "ab")
            self._file.truncate(self._whole)
        return self

    def __exit__(self, *_: Any) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
