"""An interpreter before programs run in it: what it is, and that it is compiled.

A command is asked that runs no program. It says of itself by its events; this knows nothing of programs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import TracebackType
from typing import Any, Iterator, Mapping

from ._arguments import arguments
from ._binary import command
from ._tasks import Module

__all__ = ["Preparation"]

#: Flags that decide where compiled code is, and whether there may be some.
FLAGS = ("cache_dir", "cache_size", "compile_memory", "compile_timeout", "module_limit", "module_memory", "sandbox")


class Preparation:
    """A command that gets an interpreter ready. It is ended at the end of a ``with``."""

    def __init__(self, interpreter: str, flags: Mapping[str, Any]) -> None:
        self._interpreter = interpreter
        self._is_cached = not flags.get("no_cache")
        given = {name: flags[name] for name in FLAGS if name in flags}
        reader, writer = os.pipe()
        # An empty input: it is over once the module is ready. Errors are for the pool to tell.
        line = [command(), "run", "--no-config", "-q", f"--input={os.devnull}", f"--events=fd:{writer}"]
        try:
            self._process = subprocess.Popen(
                [*line, *arguments(given), str(Module(interpreter).path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(writer,),
                start_new_session=True,
            )
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        self._file = open(reader, "rb")
        self._events = self._read()
        #: Digest of the interpreter; its name if it cannot be read.
        self.content: str = next((event["sha256"] for event in self._events if event["event"] == "module"), interpreter)

    def _read(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self._file)

    def wait(self) -> None:
        """Wait until it is compiled. If that is needed, say so on standard error: it takes seconds."""
        if not self._is_cached:
            # What it compiles here would not be there for anybody else.
            return
        for event in self._events:
            if event["event"] == "worker_started" and event["role"] == "compile":
                text = f"polymer: compiling {self._interpreter}, which takes some 10 seconds the first time"
                print(text, file=sys.stderr, flush=True)

    def __enter__(self) -> "Preparation":
        return self

    def __exit__(
        self, kind: "type[BaseException] | None", error: "BaseException | None", trace: "TracebackType | None"
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._file.close()
