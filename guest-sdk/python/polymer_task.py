"""Tasks for Polymer in Python: what a task is given, and how its functions become tasks.

A task is a function from what the line of input holds to what becomes the output:

    def run(row):
        return {"length": len(row["text"])}

That is all a module needs. `task` says more about one, and makes several of them in a module; `Failure` says why one failed; `log` and
`progress` are heard by the host. Outside a component, as in tests, log lines go to stderr and nothing else differs.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import logging
import sys
import types
import typing

try:
    from wit_world.imports import host as _host
    from wit_world.imports import types as _wit
except ImportError:
    # No component: a test, or an editor.
    _host = _wit = None

__all__ = ["Attempt", "Failure", "log", "progress", "task"]


class Failure(Exception):
    """Why a task did not succeed. Raised by it; any other exception is told with its name as the code, its text and its traceback.

    `code` is for programs, `retryable` says that another attempt may succeed and `retry_after` after how many seconds; `bad_input`
    blames the input.
    """

    def __init__(self, message, *, code=None, retryable=False, retry_after=None, bad_input=False):
        super().__init__(message)
        self.message = str(message)
        self.code = None if code is None else str(code)
        self.retryable = retryable or retry_after is not None
        self.retry_after = retry_after
        self.bad_input = bad_input


@dataclasses.dataclass(frozen=True)
class Attempt:
    """The attempt that is being made: the name of its task, the task's id in its run, and the attempt's number from 1.

    A function whose second parameter takes one is given it.
    """

    task: str
    id: str
    number: int


class _Log:
    """Writes lines to the log of the attempt: `log.info("3 words")`, and likewise debug, warn and error."""

    def _write(self, level, message):
        if _host is None or not _running:
            print(f"{level.lower()}: {message}", file=sys.stderr)
        else:
            # A lone surrogate is no text to the host.
            _host.log(_wit.Level[level], str(message).encode("utf-8", "backslashreplace").decode())

    def debug(self, message):
        self._write("DEBUG", message)

    def info(self, message):
        self._write("INFO", message)

    def warn(self, message):
        self._write("WARN", message)

    def error(self, message):
        self._write("ERROR", message)


log = _Log()

# Whether a task runs: while it is built there is no host to speak to, and modules log when they are imported.
_running = False


class _Handler(logging.Handler):
    """What is logged by the standard library's `logging` is logged by the host."""

    def emit(self, record):
        level = record.levelno
        write = log.debug if level < 20 else log.info if level < 30 else log.warn if level < 40 else log.error
        write(self.format(record))


if _host is not None:
    logging.basicConfig(handlers=[_Handler()], level=logging.DEBUG, format="%(message)s")


def progress(done, total):
    """Tells how far the attempt has come: a hint for a display."""
    if _host is not None and _running:
        _host.progress(done, total)


_JSON, _RAW, _MESSAGE_PACK = "json", "raw", "message-pack"


@dataclasses.dataclass
class _Task:
    call: typing.Callable
    name: str
    encoding: str
    version: str
    summary: str
    input_schema: typing.Optional[str]
    output_schema: typing.Optional[str]
    wishes: list
    input_type: typing.Any
    takes_attempt: bool


_tasks = []


def task(function=None, *, name=None, encoding=_JSON, version="", summary=None, input_schema=None, output_schema=None, wishes=()):
    """Makes a task of a function. A module may have several; the first is run where none is named.

    `encoding` is json, raw (bytes to bytes) or message-pack (which needs the package `msgpack`). Schemas are JSON Schemas, as values or
    text; without them they are made of the function's annotations, where these are simple types or dataclasses. `wishes` are what the task would
    like to be granted: `("env", "LANG")`, `("read-dir", "/data")`, `("write-dir", "/out")`.
    """
    if function is None:
        return lambda function: task(
            function,
            name=name,
            encoding=encoding,
            version=version,
            summary=summary,
            input_schema=input_schema,
            output_schema=output_schema,
            wishes=wishes,
        )
    if encoding not in (_JSON, _RAW, _MESSAGE_PACK):
        raise ValueError(f"the encoding of a task is json, raw or message-pack, not {encoding!r}")
    parameters = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    if not parameters:
        raise TypeError(f"{function.__name__} takes no input: a task is a function of one value")
    try:
        hints = typing.get_type_hints(function)
    except Exception:
        hints = {}
    takes_attempt = len(parameters) > 1 and (
        hints.get(parameters[1].name) is Attempt or parameters[1].name == "attempt"
    )
    input_type = hints.get(parameters[0].name)
    derived = encoding != _RAW
    if any(made.name == (name or function.__name__) for made in _tasks):
        raise ValueError(f"two tasks are named {name or function.__name__!r}")
    doc = inspect.getdoc(function) or inspect.getdoc(inspect.getmodule(function)) or ""
    _tasks.append(
        _Task(
            call=function,
            name=name or function.__name__,
            encoding=encoding,
            version=version,
            summary=summary if summary is not None else doc.split("\n", 1)[0],
            input_schema=_text(input_schema, input_type if derived else None),
            output_schema=_text(output_schema, hints.get("return") if derived else None),
            wishes=list(wishes),
            input_type=input_type,
            takes_attempt=takes_attempt,
        )
    )
    return function


def _text(schema, hint):
    """A schema as text: the given one, or one made of a type."""
    if isinstance(schema, str):
        return schema
    if schema is None and hint is not None:
        schema = _schema(hint, set())
    return None if schema is None else json.dumps(schema)


_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def _schema(hint, within):
    """The JSON Schema of a type; None where it says nothing that can be checked."""
    if hint in _SIMPLE:
        return {"type": _SIMPLE[hint]}
    if hint in (list, dict):
        return {"type": "array" if hint is list else "object"}
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        items = _schema(args[0], within)
        return {"type": "array"} if items is None else {"type": "array", "items": items}
    if origin is dict:
        values = _schema(args[1], within)
        return {"type": "object"} if values is None else {"type": "object", "additionalProperties": values}
    if origin in (typing.Union, types.UnionType):
        choices = [_schema(arg, within) for arg in args]
        return None if None in choices else {"anyOf": choices}
    if origin is typing.Literal:
        return {"enum": list(args)}
    if dataclasses.is_dataclass(hint) and hint not in within:
        hints = typing.get_type_hints(hint)
        fields = [field for field in dataclasses.fields(hint) if field.init]
        properties = {field.name: _schema(hints[field.name], within | {hint}) or {} for field in fields}
        required = [field.name for field in fields if _is_required(field)]
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**schema, "required": required} if required else schema
    return None


def _is_required(field):
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _fill(hint, value, path):
    """A value as its function wants it: dataclasses made of objects, everything else as it is."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise _misfit(path, f"an object is expected for {hint.__name__}")
        hints = typing.get_type_hints(hint)
        fields = {field.name: field for field in dataclasses.fields(hint) if field.init}
        for name in value:
            if name not in fields:
                raise _misfit(path, f"{hint.__name__} has no field {name!r}")
        for name, field in fields.items():
            if name not in value and _is_required(field):
                raise _misfit(path, f"{hint.__name__} needs a field {name!r}")
        return hint(**{name: _fill(hints[name], of, f"{path}/{name}") for name, of in value.items()})
    if origin is list and isinstance(value, list):
        return [_fill(args[0], item, f"{path}/{at}") for at, item in enumerate(value)]
    if origin is dict and isinstance(value, dict):
        return {key: _fill(args[1], item, f"{path}/{key}") for key, item in value.items()}
    if origin in (typing.Union, types.UnionType) and value is not None:
        # Which of several dataclasses is meant cannot be told.
        made = [arg for arg in args if _takes(arg, value)]
        return _fill(made[0], value, path) if len(made) == 1 else value
    return value


def _takes(hint, value):
    """Whether a value is of the kind that this type is filled from."""
    if isinstance(value, dict):
        return dataclasses.is_dataclass(hint) or typing.get_origin(hint) is dict
    return isinstance(value, list) and typing.get_origin(hint) is list


def _misfit(path, message):
    return Failure(f"{path or '/'}: {message}", code="input", bad_input=True)


def _plain(value):
    """What JSON has no form for."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"a {type(value).__name__} cannot be an output: it has no form in JSON")


def _decode(task, data):
    if task.encoding == _RAW:
        return data
    if task.encoding == _MESSAGE_PACK:
        import msgpack

        value = msgpack.unpackb(data)
    else:
        try:
            value = json.loads(data)
        except ValueError as error:
            raise Failure(f"the input is no JSON: {error}", code="not_json", bad_input=True) from None
    return _fill(task.input_type, value, "")


def _encode(task, value):
    if task.encoding == _RAW:
        return bytes(value)
    if task.encoding == _MESSAGE_PACK:
        import msgpack

        return msgpack.packb(value, default=_plain)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain).encode()


def _tasks_of(module, name="run"):
    """The tasks of a module: those that were marked, else its function `run`, as a task of this name."""
    if not _tasks:
        run = getattr(module, "run", None)
        if not callable(run):
            raise ImportError(f"{module.__name__} has no task: it needs a function `run`, or one marked with @task")
        task(run, name=name)
    if any(made.encoding == _MESSAGE_PACK for made in _tasks):
        # While a task runs there is nothing left to import from.
        import msgpack  # noqa: F401
    return {made.name: made for made in _tasks}


def _run(made, attempt, data):
    """One attempt: bytes in, bytes out, or a Failure."""
    global _running
    _running = True
    value = _decode(made, data)
    return _encode(made, made.call(value, attempt) if made.takes_attempt else made.call(value))
