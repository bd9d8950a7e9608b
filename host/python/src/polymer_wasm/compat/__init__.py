"""The interface of the Python library ``polymer``, over sandboxed workers.

A program that used it changes its import lines::

    from polymer_wasm.compat import BaseTask, ControllerQueue, TaskMgr

``TaskMgr`` runs task objects: the file that defines a class runs as a program in ``@python``, so a task
touches nothing of this machine, and one that crashes costs itself alone. The very objects come back,
with the attributes that ``run`` left in them. Nothing is built.
"""

from __future__ import annotations

import json
import logging
import math
import multiprocessing
import queue as queues
import sys
import time
from concurrent.futures import TimeoutError
from typing import Any

from .._child import PoolBroken
from .._pool import Pool
from .._records import Record
from ._source import program_of

__all__ = ["AttributeNotJson", "BaseTask", "ControllerQueue", "TaskMgr"]

#: Seconds between two looks of a hot loop at its queue.
LOOK = 0.05


class AttributeNotJson(TypeError):
    """A task has an attribute that JSON cannot hold, so it cannot go to a worker. The text names it."""


class BaseTask:
    """A task: a subclass defines ``run``, which stores what it finds in attributes.

    After it ran, ``result`` is what ``run`` returned, ``error`` is ``None`` or what went wrong, and
    ``task_start`` and ``task_stop`` are times in seconds since 1970. ``record`` has what it cost.
    """

    result: Any = None
    error: "str | None" = None
    task_start: "float | None" = None
    task_stop: "float | None" = None
    queue_time: "float | None" = None
    worker_loop_delay: float = 0.0
    record: "Record | None" = None

    def __init__(self) -> None:
        pass

    def run(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no run()")


#: Attributes that this library sets, and that are none of the task's own.
OURS = frozenset(BaseTask.__annotations__)


class ControllerQueue:
    """The two queues of a hot loop: tasks to the manager, and finished tasks from it."""

    def __init__(self) -> None:
        self.from_taskmgr_q: Any = multiprocessing.Queue()
        self.to_taskmgr_q: Any = multiprocessing.Queue()


def _check(value: Any, name: str) -> None:
    """Raise if JSON would not give this value back as it is."""
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return
    if kind is float and math.isfinite(value):
        return
    if kind is list:
        for at, item in enumerate(value):
            _check(item, f"{name}[{at}]")
        return
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise AttributeNotJson(f"{name} has the key {key!r}: only texts can be keys")
            _check(item, f"{name}[{key!r}]")
        return
    raise AttributeNotJson(
        f"{name} is {value!r} ({kind.__name__}): a task's attributes are None, bool, int, finite float, "
        "str, and lists and dicts of these"
    )


def _state(task: BaseTask) -> dict[str, Any]:
    state = {name: value for name, value in vars(task).items() if name not in OURS}
    for name, value in state.items():
        _check(value, f"{type(task).__name__}.{name}")
    return state


class _Statistics:
    """What is logged now and then: how many tasks ran, how busy workers were, how long it took."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.reset()

    def reset(self) -> None:
        self.began = time.monotonic()
        self.run: list[float] = []
        self.queued: list[float] = []

    def add(self, record: Record) -> None:
        stats = record.stats
        self.run.append((stats.get("wall_ms") or 0.0) / 1000)
        self.queued.append((stats.get("queue_ms") or 0.0) / 1000)

    def lines(self) -> list[str]:
        took = max(time.monotonic() - self.began, 1e-9)
        busy = 100 * sum(self.run) / (self.workers * took)
        lines = [
            f"Ran {len(self.run)} tasks, {len(self.run) / took:.1f} tasks/s; {self.workers} workers {busy:.1f}% busy"
        ]
        for name, times in (("Task run times (seconds)", self.run), ("Time in queue  (seconds)", self.queued)):
            if times:
                mean = sum(times) / len(times)
                lines.append(f"     {name}: {min(times):.5f}/{mean:.5f}/{max(times):.5f} (min/avg/max)")
        return lines


class TaskMgr:
    """Runs task objects in parallel, and gives them back.

    Args:
        work_todo: list of tasks. Of those that are equal, by ``__eq__``, the first is run.
        log_level: 0 off, 1 errors and statistics, 2 info, 3 debug.
        log_stdout: log to standard output.
        log_path: file to log to as well; ``""`` for none.
        queue: queues of a hot loop.
        hot_loop: take tasks from ``queue`` until the program ends; the constructor does not return.
        worker_count: worker processes.
        log_interval: seconds between two lines of statistics.
        worker_cycle_sleep: accepted, and without effect: no worker polls.
        resubmit_on_error: retry a task that failed, up to three times.
    """

    def __init__(
        self,
        work_todo: "list[BaseTask] | None" = None,
        log_level: int = 1,
        log_stdout: bool = True,
        log_path: str = "taskmgr.log",
        queue: "ControllerQueue | None" = None,
        hot_loop: bool = False,
        worker_count: int = 5,
        log_interval: float = 10,
        worker_cycle_sleep: float = 0.000001,
        resubmit_on_error: bool = False,
    ) -> None:
        self.work_todo = [] if work_todo is None else work_todo
        if not isinstance(self.work_todo, list):
            raise TypeError("work_todo= is a list of tasks")
        self.controller = queue
        self.hot_loop = hot_loop
        self.worker_count = worker_count
        self.log_interval = log_interval
        self.resubmit_on_error = resubmit_on_error
        self.retval: Any = set()
        self._log = _logger(log_level, log_stdout, log_path)
        self._statistics = _Statistics(worker_count)
        if hot_loop:
            if not isinstance(queue, ControllerQueue):
                raise TypeError("a hot loop needs queue=ControllerQueue()")
            self.supervise()

    def supervise(self) -> Any:
        """Run all tasks; return the set of those that finished (a list, if they have no hash).

        A task that failed is not among them: its ``error`` says why, and the log does.
        """
        retries: dict[str, Any] = (
            {"retries": 3, "retry_on": "task_error,trap,timeout"} if self.resubmit_on_error else {}
        )
        with Pool("@python", workers=self.worker_count, **retries) as pool:
            self._log.info("TaskMgr.supervise() started %d workers", self.worker_count)
            if self.hot_loop:
                self._loop(pool)
            return self._once(pool)

    def _once(self, pool: Pool) -> Any:
        tasks: list[BaseTask] = []
        for task in self.work_todo:
            if task not in tasks:
                tasks.append(task)
        self._log.info("TaskMgr.supervise() received %d tasks", len(tasks))
        under_way = [(task, self._submit(pool, task)) for task in tasks]
        finished = []
        due = time.monotonic() + self.log_interval
        for task, future in under_way:
            while not future.done():
                try:
                    future.exception(max(0.0, due - time.monotonic()))
                except TimeoutError:
                    pass
                if time.monotonic() >= due:
                    self._tell()
                    due += self.log_interval
            if self._settle(task, future):
                finished.append(task)
        self._tell()
        # As the original has it: what was begun is no longer to be done.
        self.work_todo.clear()
        self.retval = finished if any(type(task).__hash__ is None for task in finished) else set(finished)
        return self.retval

    def _loop(self, pool: Pool) -> None:
        assert self.controller is not None
        under_way: list[tuple[BaseTask, Any]] = []
        waiting = list(self.work_todo)
        due = time.monotonic() + self.log_interval
        while True:
            try:
                came = self.controller.to_taskmgr_q.get(timeout=LOOK if under_way or not waiting else 0)
                waiting.extend(came if isinstance(came, list) else [came])
            except queues.Empty:
                pass
            for task in waiting:
                # One that is equal to another under way is the same task.
                if not any(task == other for other, _ in under_way):
                    under_way.append((task, self._submit(pool, task)))
            waiting = []
            for task, future in [pair for pair in under_way if pair[1].done()]:
                self._settle(task, future)
                self.controller.from_taskmgr_q.put(task)
            under_way = [pair for pair in under_way if not pair[1].done()]
            if time.monotonic() >= due:
                self._tell()
                due += self.log_interval

    def _submit(self, pool: Pool, task: BaseTask) -> Any:
        of = type(task)
        code = program_of(of)
        task.queue_time = time.time()
        task.error = None
        self._log.debug("queued task: %r", task)
        row = json.dumps({"class": of.__qualname__, "state": _state(task)})
        return pool.submit({"code": code, "stdin": row})

    def _settle(self, task: BaseTask, future: Any) -> bool:
        """Give a task what became of it; say whether it finished."""
        error = future.exception()
        if isinstance(error, PoolBroken):
            raise error
        record = future.record
        # The future's: an object in a queue is sent without it.
        said = record.log
        if said:
            sys.stdout.write(said if said.endswith("\n") else said + "\n")
        self._statistics.add(record)
        task.task_stop = time.time()
        task.task_start = task.task_stop - (record.stats.get("wall_ms") or 0.0) / 1000
        task.record = record
        if error is not None:
            trace = record.error.get("trace")
            task.error = str(error)
            self._log.error("%r failed: %s%s", task, error, f"\n{trace}" if trace else "")
            return False
        try:
            found = json.loads(record.output)
            found = {"state": dict(found["state"]), "result": found["result"]}
        except (ValueError, TypeError, KeyError, RecursionError):
            task.error = f"{type(task).__name__} left before run() had ended"
            self._log.error("%r failed: %s", task, task.error)
            return False
        for name in [name for name in vars(task) if name not in OURS and name not in found["state"]]:
            delattr(task, name)
        vars(task).update(found["state"])
        task.result = found["result"]
        self._log.debug("finished task: %r", task)
        return True

    def _tell(self) -> None:
        if self._statistics.run:
            # Statistics are told with errors, at level 1.
            self._log.log(logging.ERROR, "%s", "\n".join(self._statistics.lines()))
        self._statistics.reset()


def _logger(level: int, to_stdout: bool, path: str) -> logging.Logger:
    """A logger of its own for each manager."""
    log = logging.Logger("polymer_wasm.compat")
    log.setLevel([logging.CRITICAL + 1, logging.ERROR, logging.INFO, logging.DEBUG][max(0, min(level, 3))])
    handlers: list[logging.Handler] = []
    if level > 0 and path:
        handlers.append(logging.FileHandler(path, delay=True))
    if level > 0 and to_stdout:
        handlers.append(logging.StreamHandler(sys.stdout))
    for handler in handlers or [logging.NullHandler()]:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
    return log
