"""Records, and the errors that failed tasks become."""

from __future__ import annotations

import base64
from typing import Any, Mapping

__all__ = [
    "BadInput",
    "BadOutput",
    "BuildFailed",
    "Canceled",
    "FuelExhausted",
    "JudgeError",
    "MemoryExceeded",
    "ModuleInvalid",
    "OutputExceeded",
    "PolicyDenied",
    "Quarantined",
    "Record",
    "TaskError",
    "TaskFailed",
    "TaskTimeout",
    "Trap",
    "WorkerLost",
    "WrongOutput",
]


class Record:
    """The record of one task: how it ended, what it gave and what it cost.

    Fields that the pool does not ask for (``emit=``) are ``None``, or empty.
    """

    __slots__ = ("raw",)

    #: The record as the command wrote it: see ``host/docs/records.md``.
    raw: dict[str, Any]

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    @property
    def id(self) -> str:
        """Id of the task."""
        return str(self.raw.get("id", ""))

    @property
    def seq(self) -> int:
        """Number of the task's line, from 1."""
        return int(self.raw.get("seq", 0))

    @property
    def verdict(self) -> str:
        """How the task ended: ``ok``, ``task_error``, ``trap``, ``timeout`` and so on."""
        return str(self.raw.get("verdict", ""))

    @property
    def ok(self) -> bool:
        """True if the task ended ok."""
        return self.raw.get("verdict") == "ok"

    @property
    def output(self) -> Any:
        """Output: a JSON value, a string, or bytes. ``None`` if there is none."""
        encoded = self.raw.get("output_base64")
        return self.raw.get("output") if encoded is None else base64.b64decode(encoded)

    @property
    def error(self) -> Mapping[str, Any]:
        """Error: ``message``, ``code``, ``wall``, and ``exit_code`` and ``trace`` where there are some."""
        return self.raw.get("error") or {}

    @property
    def attempts(self) -> int | None:
        """Number of attempts."""
        return self.raw.get("attempts")

    @property
    def stats(self) -> Mapping[str, Any]:
        """What the last attempt used: ``fuel``, ``wall_ms``, ``cpu_ms``, ``queue_ms``,
        ``peak_memory_bytes``, ``input_bytes``, ``output_bytes`` and more.
        """
        return self.raw.get("stats") or {}

    @property
    def log(self) -> str:
        """Log of the last attempt."""
        return str((self.raw.get("log") or {}).get("text", ""))

    @property
    def judge(self) -> Mapping[str, Any]:
        """What the judge said: ``accepted``, ``points``, ``max_points``, ``message``, ``diff``, and
        ``ended``, ``checker``, ``interactor`` and ``execution`` where there is one. Empty if nothing
        was expected of the task.
        """
        return self.raw.get("judge") or {}

    @property
    def meta(self) -> Any:
        """What was given as ``meta=``."""
        return self.raw.get("meta")

    @property
    def files(self) -> dict[str, bytes | None]:
        """Files that were collected, by path; ``None`` for one that was too large."""
        found = {}
        for path, content in (self.raw.get("files") or {}).items():
            if "text" in content:
                found[path] = content["text"].encode()
            else:
                encoded = content.get("base64")
                found[path] = None if encoded is None else base64.b64decode(encoded)
        return found

    def result(self) -> Any:
        """Return the output.

        Raises:
            TaskFailed: the task did not end ok.
        """
        if self.ok:
            return self.output
        raise failure(self)

    def __repr__(self) -> str:
        error = self.error.get("message")
        return f"Record(id={self.id!r}, verdict={self.verdict!r}, " + (
            f"error={error!r})" if error else f"output={self.output!r})"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.raw == other.raw

    __hash__ = None  # type: ignore[assignment]


class TaskFailed(Exception):
    """A task did not end ok. There is a subclass for each verdict."""

    #: Record of the task.
    record: Record

    def __init__(self, record: Record) -> None:
        self.record = record
        super().__init__(record)

    def __str__(self) -> str:
        error = self.record.error
        code = error.get("code")
        told = f"{self.record.verdict} ({code})" if code else self.record.verdict
        message = error.get("message")
        if error.get("code") == "missing" and "bundled module @" in (message or ""):
            message = f"{message}; `polymer build` with its name makes an interpreter such as @python"
        return f"task {self.record.id}: {told}: {message}" if message else f"task {self.record.id}: {told}"

    def __reduce__(self) -> Any:
        return failure, (self.record,)


class TaskError(TaskFailed):
    """The task gave an error, or its command exited with another code than 0."""


class BadInput(TaskFailed):
    """The input is not what the task takes."""


class BadOutput(TaskFailed):
    """The output is not what it is to be."""


class Trap(TaskFailed):
    """The guest trapped."""


class FuelExhausted(TaskFailed):
    """The guest used up its fuel."""


class TaskTimeout(TaskFailed):
    """The guest ran out of time, or the task passed its deadline."""


class MemoryExceeded(TaskFailed):
    """The guest wanted more memory than its limit."""


class OutputExceeded(TaskFailed):
    """The guest gave more output than its limit."""


class WrongOutput(TaskFailed):
    """The output is not the expected one, or the task ended ok where another end was expected."""


class JudgeError(TaskFailed):
    """The task's checker or interactor failed, so that nobody knows whether the task is right."""


class BuildFailed(TaskFailed):
    """The program was given as a source, and the source does not compile."""


class WorkerLost(TaskFailed):
    """The task's worker died."""


class Quarantined(TaskFailed):
    """The task took down its worker several times, alone."""


class ModuleInvalid(TaskFailed):
    """The module cannot be used."""


class PolicyDenied(TaskFailed):
    """The task asked for more than the run allows."""


class Canceled(TaskFailed):
    """The task was canceled, or the run ended before it did."""


#: The error for each verdict.
BY_VERDICT: dict[str, type[TaskFailed]] = {
    "task_error": TaskError,
    "bad_input": BadInput,
    "bad_output": BadOutput,
    "trap": Trap,
    "fuel_exhausted": FuelExhausted,
    "timeout": TaskTimeout,
    "memory_exceeded": MemoryExceeded,
    "output_exceeded": OutputExceeded,
    "wrong_output": WrongOutput,
    "judge_error": JudgeError,
    "build_failed": BuildFailed,
    "worker_lost": WorkerLost,
    "quarantined": Quarantined,
    "module_invalid": ModuleInvalid,
    "policy_denied": PolicyDenied,
    "canceled": Canceled,
}


def failure(record: Record) -> TaskFailed:
    """Return the error for a record that is not ok."""
    return BY_VERDICT.get(record.verdict, TaskFailed)(record)
