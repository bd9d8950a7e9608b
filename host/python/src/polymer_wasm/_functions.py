"""``@task``: a function that runs in a sandbox, as data in the interpreter ``@python``."""

from __future__ import annotations

import ast
import functools
import inspect
import json
import textwrap
from typing import Any, Callable, Iterable, Iterator

from ._pool import Pool, TaskFuture
from ._programs import LIMITS, _limits, _shared_pool
from ._records import Record
from ._tasks import extras, module_of

__all__ = ["TaskFunction", "task"]

#: Runs behind the source of a function. What that prints is for the log, so the output is its result.
CALL = """
if __name__ == "__main__":
    import json as __json, sys as __sys
    __out, __sys.stdout = __sys.stdout, __sys.stderr
    __args, __named = __json.load(__sys.stdin)
    __result = __json.dumps({name}(*__args, **__named))
    __out.write(__result)
"""


class TaskFunction:
    """A function whose calls run in sandboxes. Calling it waits for the result."""

    def __init__(self, function: Callable[..., Any], pool: Pool | None, limits: dict[str, Any]) -> None:
        functools.update_wrapper(self, function)
        self._pool = pool
        self._limits = _limits(limits, {} if pool else LIMITS)
        self._code = _source(function) + CALL.format(name=function.__name__)

    def _row(self, args: Any, named: Any) -> dict[str, Any]:
        return {"code": self._code, "stdin": json.dumps([args, named])}

    def submit(self, *args: Any, **named: Any) -> TaskFuture:
        """Run one call; return the future of its result."""
        pool = self._pool or _shared_pool()
        future = ResultFuture()
        future._follow(pool.submit(self._row(args, named), limits=self._limits))
        return future

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Run one call; return its result.

        Raises:
            TaskFailed: the call raised an error, or passed a limit.
        """
        return self.submit(*args, **named).result()

    def map(self, values: Iterable[Any]) -> Iterator[Record]:
        """Run a call for each value; yield records, in their order. ``result_of`` reads a record."""
        pool = self._pool or _shared_pool()
        rows = (self._row([value], {}) for value in values)
        return pool._map(rows, True, module_of(pool._module, None), extras({"limits": self._limits}))

    @staticmethod
    def result_of(record: Record) -> Any:
        """Return the result that a record has.

        Raises:
            TaskFailed: the call raised an error, or passed a limit.
        """
        return json.loads(record.result())


class ResultFuture(TaskFuture):
    """The future of a result, read from the output of its task."""

    def _follow(self, of: TaskFuture) -> None:
        self._cancel_task = lambda: None if of.cancel() else None
        of.add_done_callback(self._take)

    def _take(self, of: Any) -> None:
        if of.cancelled():
            self.cancel()
            self.set_running_or_notify_cancel()
            return
        if not self.set_running_or_notify_cancel():
            return
        self.record = of.record
        error = of.exception()
        if error is not None:
            self.set_exception(error)
            return
        try:
            self.set_result(json.loads(of.result()))
        except Exception as error:
            # What a sandbox gives need not be JSON, and may be nested deeply.
            self.set_exception(error)


def task(function: Callable[..., Any] | None = None, *, pool: Pool | None = None, **limits: Any) -> Any:
    """Make calls of a function run in a sandbox each.

    Its source is taken, so it must import in its body what it uses, and name nothing outside of it.
    Arguments and results are JSON values; what it prints is in the log of the record::

        @task(timeout=5, memory="64MiB")
        def grade(answer):
            import re
            return bool(re.fullmatch(r"[0-9]+", answer))

        print(grade("42"))

    Args:
        pool: a pool of an interpreter; default: the one of ``exec_python``.
        limits: ``fuel=``, ``memory=`` and ``timeout=``.

    Raises:
        OSError: the source of the function cannot be found.
        TypeError: it is no function of Python.
    """
    if function is None:
        return functools.partial(task, pool=pool, **limits)
    return TaskFunction(function, pool, limits)


def _source(function: Callable[..., Any]) -> str:
    """The definition of a function, without its decorators."""
    text = textwrap.dedent(inspect.getsource(function))
    (definition,) = ast.parse(text).body
    if not isinstance(definition, ast.FunctionDef):
        raise TypeError(f"{function!r} is not defined by `def`")
    lines = text.splitlines(keepends=True)
    return "".join(lines[definition.lineno - 1 :])
