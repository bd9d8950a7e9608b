"""Task records as lines: what a row becomes on its way to the command."""

from __future__ import annotations

import base64
import os
from typing import Any, Mapping

from ._codec import encode

__all__ = ["Module", "TaskLines"]


class Module:
    """A module: the path of a file, the name of a bundled module (``@NAME``), or its bytes."""

    __slots__ = ("data", "path")

    def __init__(self, source: "str | os.PathLike[str] | bytes | bytearray | memoryview | Module") -> None:
        self.path: str | None = None
        self.data: bytes | None = None
        if isinstance(source, Module):
            self.path, self.data = source.path, source.data
        elif isinstance(source, (bytes, bytearray, memoryview)):
            self.data = bytes(source)
        else:
            path = os.fspath(source)
            # The command has this directory too, but what it is must not change with it.
            self.path = path if path.startswith("@") else os.path.abspath(path)

    @property
    def key(self) -> Any:
        """What makes two modules the same for a pool."""
        return self.path if self.data is None else self.data


def module_of(default: Module | None, given: Any) -> Module:
    """Return the module of a task: what is given for it, else that of its pool."""
    if given is not None:
        return Module(given)
    if default is None:
        raise TypeError("the pool has no module: name one for the pool, or for the task")
    return default


class TaskLines:
    """Makes lines of rows, for one child: a module that is given as bytes is sent once."""

    def __init__(self) -> None:
        self._heads: dict[Any, bytes] = {}

    def head(self, module: Module) -> tuple[bytes, bytes]:
        """Return the start of the next line of a module, and of all that follow it."""
        key = module.key
        known = self._heads.get(key)
        if known is not None:
            return known, known
        if module.data is None:
            known = first = b'{"module":' + encode(module.path)
        else:
            import hashlib

            digest = hashlib.sha256(module.data).hexdigest()
            known = b'{"module":"sha256:' + digest.encode() + b'"'
            first = b'{"module_base64":"' + base64.b64encode(module.data) + b'"'
        self._heads[key] = known
        return first, known


def body(row: Any) -> bytes:
    """Return the part of a line that gives the input: bytes as such, all else as JSON."""
    if isinstance(row, (bytes, bytearray, memoryview)):
        return b',"input_base64":"' + base64.b64encode(row) + b'"'
    return b',"input":' + encode(row)


def expectation(given: Any) -> Any:
    """Return the field ``expect`` of a line: a text or bytes are the output that is expected."""
    if given is None or isinstance(given, Mapping):
        return given
    if isinstance(given, str):
        return {"output": given}
    if isinstance(given, (bytes, bytearray, memoryview)):
        return {"output_base64": base64.b64encode(given).decode()}
    raise TypeError(f"expect= is a text, bytes or a dict, not {type(given).__name__}")


def extras(given: Mapping[str, Any]) -> bytes:
    """Return further fields of a line; those that are ``None`` are left out."""
    return b"".join(b"," + encode(name) + b":" + encode(value) for name, value in given.items() if value is not None)
