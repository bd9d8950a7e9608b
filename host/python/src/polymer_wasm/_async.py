"""``AsyncPool``: the pool for asyncio, without threads."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from typing import Any, AsyncIterator, Callable, Iterable, Sequence

from ._arguments import pool_arguments
from ._child import PIPE_BYTES, Child, PoolBroken
from ._codec import decode
from ._pool import WINDOW
from ._records import Record
from ._tasks import Module, TaskLines, body, expectation, extras, module_of

__all__ = ["AsyncPool"]


class AsyncPool:
    """As ``Pool``, for the running event loop::

        async with AsyncPool("@wordcount") as pool:
            print(await pool.submit("three short words"))

    Canceling the coroutine that waits for a task cancels that task, and only that.

    The arguments are those of ``Pool``.
    """

    def __init__(self, module: Any = None, *, emit: str = "full", **flags: Any) -> None:
        self._line = pool_arguments(flags, emit)
        self._module = None if module is None else Module(module)
        self._lines = TaskLines()
        self._child: Child | None = None
        self._outbox: deque[bytes] = deque()
        self._seq = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._parts: list[bytes] = []
        self._broken: PoolBroken | None = None
        self._is_closing = False
        #: Set when all lines are written, while somebody waits for that.
        self._sent: asyncio.Event | None = None
        #: What the command said of itself; empty before the pool was entered.
        self.hello: dict[str, Any] = {}

    async def __aenter__(self) -> "AsyncPool":
        self._loop = asyncio.get_running_loop()
        self._over = self._loop.create_future()
        child = Child(self._line)
        # The first line comes when a worker was started.
        self.hello, rest = await asyncio.to_thread(child.hello)
        self._child = child
        os.set_blocking(child.stdout, False)
        self._loop.add_reader(child.stdout, self._readable)
        self._loop.add_reader(child.stderr, self._stderr_readable)
        if rest:
            self._take(rest)
        return self

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._is_closing = True
        child = self._child
        if child is None:
            return
        try:
            if kind is None and self._broken is None:
                await self._drain()
                child.close_stdin()
                await self._over
        finally:
            self._stop_watching()
            await asyncio.to_thread(child.end)

    async def submit(
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
    ) -> Any:
        """Run one task; return its output. The arguments are those of ``Pool.submit``.

        Raises:
            TaskFailed: the task did not end ok.
            PoolBroken: the command has ended.
        """
        judging: dict[str, Any] = {"expect": expect, "points": points, "compare": compare}
        judging["checker_args"] = None if checker_args is None else list(checker_args)
        judging["checker_input_file"] = checker_input_file
        record = await self.record(
            row, timeout=timeout, id=id, meta=meta, module=module, task=task, limits=limits, **judging
        )
        return record.result()

    async def record(self, row: Any, *, module: Any = None, **given: Any) -> Record:
        """As ``submit``, but return the record, also of a task that failed."""
        given["deadline"] = given.pop("timeout", None)
        given["expect"] = expectation(given.get("expect"))
        seq, future = self._begin(module_of(self._module, module), body(row) + extras(given))
        try:
            return Record(await future)
        except asyncio.CancelledError:
            if self._waiting.pop(seq, None) is not None and self._child is not None:
                self._child.control_line(b'{"cancel_seq":%d}\n' % seq)
            raise

    async def map(
        self, rows: Any, *, ordered: bool = True, module: Any = None, task: str | None = None
    ) -> AsyncIterator[Record]:
        """Run a task for each row of an iterable or an asynchronous one; yield records. As
        ``Pool.map``: rows are drawn as records are taken.
        """
        of, more = module_of(self._module, module), extras({"task": task})
        each = rows if hasattr(rows, "__anext__") or hasattr(rows, "__aiter__") else _async_rows(rows)
        under_way: dict[int, asyncio.Future[dict[str, Any]]] = {}
        ready: asyncio.Queue[int] = asyncio.Queue()
        order: deque[int] = deque()
        done: dict[int, dict[str, Any]] = {}
        source = each.__aiter__()
        is_over = False
        try:
            while True:
                while not is_over and len(order if ordered else under_way) < WINDOW:
                    try:
                        row = await source.__anext__()
                    except StopAsyncIteration:
                        is_over = True
                        break
                    seq, future = self._begin(of, body(row) + more)
                    under_way[seq] = future
                    if ordered:
                        order.append(seq)
                    future.add_done_callback(_putter(ready, seq))
                    if not ready.empty():
                        break
                if not under_way:
                    return
                seq = await ready.get()
                while True:
                    raw = under_way.pop(seq).result()
                    if ordered:
                        done[seq] = raw
                    else:
                        yield Record(raw)
                    if ready.empty():
                        break
                    seq = ready.get_nowait()
                while ordered and order and order[0] in done:
                    yield Record(done.pop(order.popleft()))
        finally:
            if under_way and self._child is not None:
                for seq in under_way:
                    self._waiting.pop(seq, None)
                self._child.control_line(b"".join(b'{"cancel_seq":%d}\n' % seq for seq in under_way))

    def _begin(self, module: Module, rest: bytes) -> "tuple[int, asyncio.Future[dict[str, Any]]]":
        if self._broken is not None:
            raise PoolBroken(str(self._broken))
        if self._child is None or self._is_closing:
            raise RuntimeError("the pool is not open: use it in `async with`")
        first, _ = self._lines.head(module)
        self._seq = seq = self._seq + 1
        future: asyncio.Future[dict[str, Any]] = self._loop.create_future()
        self._waiting[seq] = future
        self._send(first + rest + b"}\n")
        return seq, future

    # Pipes

    def _send(self, data: bytes) -> None:
        assert self._child is not None
        if not self._outbox:
            try:
                data = data[os.write(self._child.stdin, data) :]
            except BlockingIOError:
                pass
            except OSError:
                return
            if not data:
                return
            self._loop.add_writer(self._child.stdin, self._writable)
        self._outbox.append(data)

    def _writable(self) -> None:
        assert self._child is not None
        data = b"".join(self._outbox)
        self._outbox.clear()
        try:
            data = data[os.write(self._child.stdin, data[:PIPE_BYTES]) :]
        except BlockingIOError:
            pass
        except OSError:
            data = b""
        if data:
            self._outbox.append(data)
        else:
            self._loop.remove_writer(self._child.stdin)
            if self._sent is not None:
                self._sent.set()

    async def _drain(self) -> None:
        """Wait until all lines are written."""
        if self._outbox:
            self._sent = asyncio.Event()
            await self._sent.wait()

    def _stderr_readable(self) -> None:
        if self._child is not None and not self._child.hear_stderr():
            self._loop.remove_reader(self._child.stderr)

    def _readable(self) -> None:
        assert self._child is not None
        try:
            chunk = os.read(self._child.stdout, PIPE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if chunk:
            self._take(chunk)
        else:
            self._stop_watching()
            self._loop.create_task(self._end())

    def _take(self, chunk: bytes) -> None:
        self._parts.append(chunk)
        if b"\n" not in chunk:
            return
        lines = b"".join(self._parts).split(b"\n")
        last = lines.pop()
        self._parts = [last] if last else []
        for line in lines:
            raw = decode(line)
            future = self._waiting.pop(raw["seq"], None)
            if future is not None and not future.done():
                future.set_result(raw)

    def _stop_watching(self) -> None:
        if self._child is not None:
            for descriptor in (self._child.stdout, self._child.stderr):
                self._loop.remove_reader(descriptor)
            self._loop.remove_writer(self._child.stdin)

    async def _end(self) -> None:
        """The command has ended: tell everybody who waits."""
        assert self._child is not None
        left, self._waiting = self._waiting, {}
        if self._sent is not None:
            # What is not written never will be.
            self._sent.set()
        if left or not self._is_closing:
            self._broken = await asyncio.to_thread(self._child.broken)
        for future in left.values():
            if not future.done():
                future.set_exception(self._broken or PoolBroken("the pool has ended"))
        if not self._over.done():
            self._over.set_result(None)


async def _async_rows(rows: Iterable[Any]) -> AsyncIterator[Any]:
    for row in rows:
        yield row


def _putter(ready: asyncio.Queue[int], seq: int) -> Callable[[Any], None]:
    return lambda _: ready.put_nowait(seq)
