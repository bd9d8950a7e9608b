"""The child process of a client: how it is started, found dead, and never left behind.

The protocol is in ``host/docs/protocol.md``. This knows of lines and descriptors, and nothing of
tasks.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import weakref
from concurrent.futures import BrokenExecutor
from typing import Any, Sequence

from ._binary import command
from ._codec import decode

__all__ = ["Child", "PoolBroken"]

#: Bytes that are read or written at a time, and that a pipe may hold.
PIPE_BYTES = 1 << 20
#: Newest bytes of standard error that are kept for an error's text.
STDERR_BYTES = 16 << 10
#: Protocol that this client speaks.
PROTOCOL = 1
#: Seconds that a child may take to end once it was told to end at once.
PATIENCE = 10


class PoolBroken(BrokenExecutor):
    """The command ended, or could not be started. The text has what it said on standard error."""


def _set_pipe_size(descriptor: int) -> None:
    try:
        fcntl.fcntl(descriptor, getattr(fcntl, "F_SETPIPE_SZ", 1031), PIPE_BYTES)
    except OSError:
        # An ordinary user has a bound on all pipes together. The default works too.
        pass


class Child:
    """A running command, and the ends of its pipes that are ours."""

    def __init__(self, arguments: Sequence[str], *, cwd: str | None = None, env: dict[str, str] | None = None) -> None:
        control, self.control = os.pipe()
        line = [command(), "run", "--tasks", "-", "--client", f"--control=fd:{control}", "--no-config", *arguments]
        try:
            self.process = subprocess.Popen(
                line,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(control,),
                # Ctrl-C at a terminal is for this process, which decides what becomes of the tasks.
                start_new_session=True,
                bufsize=0,
                cwd=cwd,
                env=env,
            )
        except BaseException:
            os.close(self.control)
            raise
        finally:
            os.close(control)
        assert self.process.stdin and self.process.stdout and self.process.stderr
        self.stdin = self.process.stdin.fileno()
        self.stdout = self.process.stdout.fileno()
        self.stderr = self.process.stderr.fileno()
        self.said = b""
        for descriptor in (self.stdin, self.stdout):
            _set_pipe_size(descriptor)
        os.set_blocking(self.stdin, False)
        os.set_blocking(self.stderr, False)
        _CHILDREN.add(self)
        self.finalizer = weakref.finalize(self, _end, self.process, self.control, os.getpid())
        self.finalizer.atexit = True

    def hello(self) -> tuple[dict[str, Any], bytes]:
        """Wait for the first line; return what it says, and bytes that came behind it.

        Raises:
            PoolBroken: the command ended before it, or speaks another version of the protocol.
        """
        read = b""
        while b"\n" not in read:
            chunk = os.read(self.stdout, PIPE_BYTES)
            if not chunk:
                raise self.broken()
            read += chunk
        line, rest = read.split(b"\n", 1)
        hello = decode(line)["hello"]
        if hello["protocol"] != PROTOCOL:
            self.end()
            raise PoolBroken(f"the command speaks version {hello['protocol']} of the protocol, this client {PROTOCOL}")
        return hello, rest

    def hear_stderr(self) -> bool:
        """Take what the command said on standard error; return False if it will say nothing more."""
        while True:
            try:
                chunk = os.read(self.stderr, PIPE_BYTES)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not chunk:
                return False
            self.said = (self.said + chunk)[-STDERR_BYTES:]

    def broken(self) -> PoolBroken:
        """Return the error for a command that ended, once it has."""
        code = self.wait()
        self.hear_stderr()
        said = self.said.decode(errors="replace").strip()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        return PoolBroken(f"polymer {how}" + (f": {said}" if said else ""))

    def control_line(self, line: bytes) -> None:
        """Write control lines. Nobody hears them if the command has ended."""
        if self.control < 0:
            return
        view = memoryview(line)
        try:
            while view:
                view = view[os.write(self.control, view) :]
        except OSError:
            pass

    def close_stdin(self) -> None:
        """Say that no more tasks come."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()

    def wait(self) -> int:
        """Wait for the end of the command; return its exit code."""
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def end(self) -> None:
        """End the command at once, and close all pipes."""
        self._release()
        self.finalizer()
        self.close_stdin()
        for stream in (self.process.stdout, self.process.stderr):
            if stream and not stream.closed:
                stream.close()

    def _release(self) -> None:
        """Let go of the number of the control lines: once it is closed, it may be another file's."""
        self.control = -1

    def forget(self) -> None:
        """Close everything in a process that was forked: the command is its parent's."""
        if self.finalizer.detach() is None:
            return
        os.close(self.control)
        self._release()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()


def _end(process: "subprocess.Popen[bytes]", control: int, owner: int) -> None:
    """End a command that is this process's: the end of its control lines tells it to."""
    if os.getpid() != owner:
        return
    try:
        os.close(control)
    except OSError:
        pass
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()


_CHILDREN: "weakref.WeakSet[Child]" = weakref.WeakSet()


def _after_fork() -> None:
    for child in list(_CHILDREN):
        child.forget()
    _CHILDREN.clear()


os.register_at_fork(after_in_child=_after_fork)
