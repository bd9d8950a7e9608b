"""``Pool``: tasks from many rows, over one command, with threads."""

from __future__ import annotations

import operator
import os
import select
import threading
import time
from collections import deque
from concurrent.futures import Future
from itertools import islice
from typing import Any, Callable, Iterable, Iterator, Sequence

from ._arguments import pool_arguments
from ._child import PIPE_BYTES, Child, PoolBroken
from ._codec import decode
from ._records import Record, failure
from ._tasks import Module, TaskLines, body, expectation, extras, module_of

__all__ = ["Pool", "TaskFuture"]

#: Tasks that ``map`` has under way at the most.
WINDOW = 8192
#: Rows that are sent together at the most.
BLOCK = 512
#: Seconds that a row waits for others to be sent with.
BLOCK_TIME = 0.005
#: Bytes of rows that wait to be written, from which on ``map`` draws no more.
OUTBOX_BYTES = 16 << 20
#: Bytes of records that ``map`` has under way at the most, by what earlier ones had.
RECORD_BYTES = 64 << 20


class TaskFuture(Future):  # type: ignore[type-arg]
    """The future of one task. Its result is the task's output; a task that failed raises
    ``TaskFailed``.
    """

    #: Record of the task, once it is done and was not canceled.
    record: Record | None = None
    _cancel_task: Callable[[], None] | None = None

    def cancel(self) -> bool:
        """Cancel this task, and no other: also one that runs. Return ``False`` if it was done."""
        canceled = super().cancel()
        if canceled and self._cancel_task is not None:
            cancel, self._cancel_task = self._cancel_task, None
            cancel()
        return canceled


class _Stream:
    """Records on their way to a ``map``."""

    __slots__ = ("bytes", "error", "ready", "records", "taken")

    def __init__(self, lock: threading.Lock) -> None:
        self.ready = threading.Condition(lock)
        self.records: deque[dict[str, Any]] = deque()
        self.error: BaseException | None = None
        #: Bytes and number of all records so far.
        self.bytes = 0
        self.taken = 0


class Pool:
    """Runs a module over rows, in worker processes with a jail around each.

    A pool has the shape of an ``Executor``, but takes rows, not functions::

        with Pool("@wordcount", timeout=5) as pool:
            print(pool.submit("three short words").result())
            for record in pool.map(lines):
                print(record.verdict, record.output)

    Args:
        module: path of a ``.wasm`` or ``.wat`` file, ``@NAME`` for a bundled module, or the bytes of
            one. ``None`` if each call names its own.
        workers: worker processes; default: one for each usable core.
        fuel: fuel limit of a task, about one unit per instruction, as a number or a text (``"2G"``).
        memory: memory limit of a task, in bytes or as a text (``"64MiB"``).
        timeout: time limit of a task's attempt, in seconds or as a text, without queueing.
        dirs: directories to grant: a text ``HOST[::GUEST][:ro|:rw]``, a list, or a dict of both.
        emit: fields of records to have: ``"full"``, ``"short"``, or names with commas between.
        run_dir: run folder, in which every record is kept before it is given.
        flags: any other flag of ``polymer run``, with ``_`` for ``-``: ``retries=2``,
            ``env={"A": "1"}``, ``sandbox="strict"``.

    Raises:
        PoolBroken: the command could not be started, or no worker starts.
        TypeError: there is no such flag.
    """

    def __init__(
        self,
        module: "str | os.PathLike[str] | bytes | Module | None" = None,
        *,
        workers: int | str | None = None,
        fuel: int | str | None = None,
        memory: int | str | None = None,
        timeout: float | str | None = None,
        dirs: Any = None,
        emit: str = "full",
        **flags: Any,
    ) -> None:
        given = {"workers": workers, "fuel": fuel, "memory": memory, "timeout": timeout, "dirs": dirs, **flags}
        line = pool_arguments(given, emit)
        self._module = None if module is None else Module(module)
        self._lines = TaskLines()
        self._lock = threading.Lock()
        self._outgoing = threading.Condition(self._lock)
        self._outbox: deque[bytes] = deque()
        self._outbox_bytes = 0
        self._is_writing = False
        self._is_closing = False
        self._broken: PoolBroken | None = None
        self._seq = 0
        #: Who waits for the record of each line.
        self._waiting: dict[int, TaskFuture | _Stream] = {}
        self._child = Child(line)
        #: What the command said of itself: versions, limits, the jail.
        self.hello, rest = self._child.hello()
        self._writer = threading.Thread(target=self._write, name="polymer-writer", daemon=True)
        self._reader = threading.Thread(target=self._read, args=(rest,), name="polymer-reader", daemon=True)
        self._writer.start()
        self._reader.start()

    # Submitting

    def submit(
        self,
        row: Any,
        *,
        timeout: float | None = None,
        id: str | None = None,
        meta: Any = None,
        module: Any = None,
        task: str | None = None,
        limits: dict[str, Any] | None = None,
        expect: Any = None,
        points: float | None = None,
        compare: str | None = None,
        checker_args: Sequence[str] | None = None,
        checker_input_file: str | None = None,
    ) -> TaskFuture:
        """Submit one task; return the future of its output.

        Args:
            row: the input: any JSON value, or bytes.
            timeout: seconds from admission after which the task is ended, whether it waits or runs.
            id: id of the task, unique among those under way; default: the number of its line.
            meta: any JSON value, which is echoed in the record.
            module: module of this task; default: that of the pool.
            task: name of one of the module's tasks; default: its first.
            limits: tighter limits of this task, such as ``{"fuel": "1M"}``.
            expect: what the task has to give, else it is ``WrongOutput``: the output as a text or
                bytes; or a dict as ``expect`` of a task record, such as ``{"output": [1, 2]}`` or
                ``{"verdict": "trap"}``.
            points: points for that, which are in the record.
            compare: comparison of the output, such as ``"tokens"``; default: that of the pool, which is
                ``"trim"`` if it has none.
            checker_args: flags for the validator of a pool with ``checker_protocol="validator"``.
            checker_input_file: path of a file that the checker or the interactor is given as the
                input, in place of the task's.

        Raises:
            PoolBroken: the command has ended.
            RuntimeError: the pool was shut down.
            TypeError: the row is no JSON value, or ``expect`` is none of these.
        """
        future = TaskFuture()
        rest = body(row)
        if timeout is not None or id is not None or meta is not None or task is not None or limits is not None:
            rest += extras({"deadline": timeout, "id": id, "meta": meta, "task": task, "limits": limits})
        if expect is not None or points is not None or compare is not None:
            rest += extras({"expect": expectation(expect), "points": points, "compare": compare})
        if checker_args is not None or checker_input_file is not None:
            flags = None if checker_args is None else list(checker_args)
            rest += extras({"checker_args": flags, "checker_input_file": checker_input_file})
        of = module_of(self._module, module)
        with self._lock:
            self._check_open()
            first, _ = self._lines.head(of)
            self._seq = seq = self._seq + 1
            self._waiting[seq] = future
            future._cancel_task = lambda: self._cancel(seq)
            self._send(first + rest + b"}\n")
        return future

    def map(
        self,
        rows: Iterable[Any],
        *,
        ordered: bool = True,
        progress: bool = False,
        module: Any = None,
        task: str | None = None,
    ) -> Iterator[Record]:
        """Run a task for each row; yield records as they come, in the order of the rows if
        ``ordered``. A failed task is a record, no exception.

        Rows are drawn as records are taken, so memory stays flat for endless rows and a slow
        consumer. They are drawn in the thread that takes records. Closing the iterator cancels the
        tasks that are under way.

        Args:
            progress: show a bar with tqdm, in notebooks too, where it is installed.
        """
        records = self._map(rows, ordered, module_of(self._module, module), extras({"task": task}))
        if progress:
            records = _with_bar(records, rows)
        return records

    def run(self, rows: Any, **options: Any) -> Any:
        """Run a task for each row of a table or a list; return a table of records, in their order.

        A pandas or polars ``DataFrame`` or a pyarrow ``Table`` gives a table of the same kind, whose
        rows are dicts for the tasks. Anything else gives a list of records. Failures are rows.
        """
        from ._tables import rows_of, table_of

        kind, each = rows_of(rows)
        return table_of(kind, self.map(each, **options))

    # The life of a pool

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the pool: no more tasks are taken, and those under way are finished or, with
        ``cancel_futures``, canceled. With ``wait`` this returns once all is over.
        """
        with self._lock:
            self._is_closing = True
            under_way = [one for one in self._waiting.values() if isinstance(one, TaskFuture)]
            self._outgoing.notify_all()
        if cancel_futures:
            for future in under_way:
                future.cancel()
        if wait and threading.current_thread() is not self._reader:
            self._writer.join()
            self._reader.join()
            self._child.end()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None or issubclass(kind, Exception):
            self.shutdown()
        else:
            # Ctrl-C, or the like: nobody waits for the rest.
            self._child.end()
            self.shutdown(wait=False)

    def _check_open(self) -> None:
        if self._is_closing:
            raise RuntimeError("the pool was shut down")
        if self._broken is not None:
            raise PoolBroken(str(self._broken))

    # Lines

    def _send(self, data: bytes) -> None:
        """Send lines, or leave them to the writer. The lock is held."""
        if not self._outbox and not self._is_writing:
            # The pipe has room more often than not, and a thread less is woken.
            try:
                data = data[os.write(self._child.stdin, data) :]
            except BlockingIOError:
                pass
            except OSError:
                # The command has ended, of which the reader tells.
                return
            if not data:
                return
        self._outbox.append(data)
        self._outbox_bytes += len(data)
        self._outgoing.notify()

    def _cancel(self, *lines: int) -> None:
        self._child.control_line(b"".join(b'{"cancel_seq":%d}\n' % seq for seq in lines))

    def _write(self) -> None:
        poll = select.poll()
        poll.register(self._child.stdin, select.POLLOUT)
        while True:
            with self._lock:
                self._is_writing = False
                while not self._outbox and not self._is_closing and self._broken is None:
                    self._outgoing.wait()
                if self._broken is not None or not self._outbox:
                    break
                data = memoryview(b"".join(self._outbox))
                self._outbox.clear()
                self._outbox_bytes = 0
                self._is_writing = True
            while data:
                poll.poll()
                try:
                    data = data[os.write(self._child.stdin, data[:PIPE_BYTES]) :]
                except BlockingIOError:
                    continue
                except OSError:
                    break
        self._child.close_stdin()

    # Records

    def _read(self, rest: bytes) -> None:
        child = self._child
        poll = select.poll()
        poll.register(child.stdout, select.POLLIN)
        poll.register(child.stderr, select.POLLIN)
        parts = [rest] if rest else []
        try:
            while True:
                for descriptor, _ in poll.poll():
                    if descriptor == child.stderr:
                        if not child.hear_stderr():
                            poll.unregister(child.stderr)
                        continue
                    chunk = os.read(child.stdout, PIPE_BYTES)
                    if not chunk:
                        return
                    if b"\n" not in chunk:
                        parts.append(chunk)
                        continue
                    parts.append(chunk)
                    lines = b"".join(parts).split(b"\n")
                    last = lines.pop()
                    parts = [last] if last else []
                    self._take(lines)
        except (OSError, ValueError):
            # The pool was ended, and its pipes are closed.
            pass
        finally:
            self._end()

    def _take(self, lines: list[bytes]) -> None:
        """Give records to those who wait for them."""
        records = [decode(line) for line in lines]
        futures: list[tuple[TaskFuture, dict[str, Any]]] = []
        streams: set[_Stream] = set()
        with self._lock:
            pop = self._waiting.pop
            for raw, line in zip(records, lines, strict=True):
                waiting = pop(raw["seq"], None)
                if isinstance(waiting, _Stream):
                    waiting.records.append(raw)
                    waiting.bytes += len(line)
                    waiting.taken += 1
                    streams.add(waiting)
                elif waiting is not None:
                    futures.append((waiting, raw))
            for stream in streams:
                stream.ready.notify()
        for future, raw in futures:
            _settle(future, Record(raw))

    def _end(self) -> None:
        """Tell everybody that no more records come."""
        broken = None
        with self._lock:
            left = list(self._waiting.values())
            self._waiting.clear()
            is_early = bool(left) or not self._is_closing
        if is_early:
            try:
                broken = self._child.broken()
            except (OSError, ValueError):
                broken = PoolBroken("the pool was ended")
        with self._lock:
            self._broken = broken or PoolBroken("the pool has ended")
            self._outgoing.notify_all()
            for stream in {one for one in left if isinstance(one, _Stream)}:
                stream.error = self._broken
                stream.ready.notify()
        for future in left:
            if isinstance(future, TaskFuture) and future.set_running_or_notify_cancel():
                future.set_exception(self._broken)

    # Bulk

    def _map(self, rows: Iterable[Any], ordered: bool, module: Module, more: bytes) -> Iterator[Record]:
        rows = iter(rows)
        stream = _Stream(self._lock)
        #: Lines under way and, if ordered, those whose records wait for an earlier one.
        order: deque[int] = deque()
        held: dict[int, dict[str, Any]] = {}
        under_way: set[int] = set()
        is_over = False
        try:
            while True:
                while not is_over and not stream.records:
                    room = self._room(stream, len(order) if ordered else len(under_way))
                    if room <= 0:
                        break
                    bodies, is_over = _block(rows, min(room, BLOCK), more)
                    if bodies:
                        lines = self._send_block(stream, module, bodies)
                        under_way.update(lines)
                        if ordered:
                            order.extend(lines)
                if not under_way:
                    return
                for raw in self._came(stream):
                    under_way.discard(raw["seq"])
                    if not ordered:
                        yield Record(raw)
                        continue
                    held[raw["seq"]] = raw
                    while order and order[0] in held:
                        yield Record(held.pop(order.popleft()))
        finally:
            if under_way:
                with self._lock:
                    for seq in under_way:
                        self._waiting.pop(seq, None)
                self._cancel(*sorted(under_way))

    def _room(self, stream: _Stream, under_way: int) -> int:
        """Number of rows that may be drawn now."""
        if self._outbox_bytes > OUTBOX_BYTES:
            return 0
        window = WINDOW
        if stream.taken:
            window = min(window, max(64, RECORD_BYTES * stream.taken // (stream.bytes or 1)))
        return window - under_way

    def _send_block(self, stream: _Stream, module: Module, bodies: list[bytes]) -> range:
        """Send a line for each of these; return the numbers of the lines."""
        with self._lock:
            self._check_open()
            first, head = self._lines.head(module)
            start = self._seq + 1
            self._seq += len(bodies)
            lines = range(start, self._seq + 1)
            self._waiting.update(dict.fromkeys(lines, stream))
            self._send(first + head.join(bodies))
        return lines

    def _came(self, stream: _Stream) -> list[dict[str, Any]]:
        """Wait for records of a stream; take all that there are."""
        with self._lock:
            while not stream.records:
                if stream.error is not None:
                    raise PoolBroken(str(stream.error))
                stream.ready.wait()
            came = list(stream.records)
            stream.records.clear()
        return came


def _block(rows: Iterator[Any], most: int, more: bytes) -> tuple[list[bytes], bool]:
    """Draw rows, as long as they come quickly; return the rest of their lines, and whether there are
    no more rows.
    """
    until = time.perf_counter() + BLOCK_TIME
    end = more + b"}\n"
    bodies: list[bytes] = []
    for row in islice(rows, most):
        bodies.append(body(row) + end)
        if time.perf_counter() > until:
            return bodies, False
    return bodies, len(bodies) < most


def _settle(future: TaskFuture, record: Record) -> None:
    """Give a future its record, unless it was canceled."""
    if not future.set_running_or_notify_cancel():
        return
    future.record = record
    if record.ok:
        future.set_result(record.output)
    else:
        future.set_exception(failure(record))


def _with_bar(records: Iterator[Record], rows: Any) -> Iterator[Record]:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return records
    # Of an iterator over a list it is known too, as long as none was drawn from it.
    total = operator.length_hint(rows, 0) or None
    return _counted(records, tqdm(total=total, unit="task"))


def _counted(records: Iterator[Record], bar: Any) -> Iterator[Record]:
    """Yield records while the bar shows how many there were, and how many are not ok."""
    not_ok = 0
    with bar:
        for record in records:
            if not record.ok:
                not_ok += 1
                bar.set_postfix_str(f"{not_ok} not ok", refresh=False)
            bar.update()
            yield record
