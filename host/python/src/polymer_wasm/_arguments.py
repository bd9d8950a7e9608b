"""Flags of the command as keyword arguments.

The table in ``_flags.py`` is made of the command's own; a test compares the two.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any, Iterable, Mapping

from ._flags import FLAGS

__all__ = ["arguments", "pool_arguments"]

#: Names that read better in Python, and the flags that they are.
ALIASES = {"dirs": "dir", "args": "arg", "envs": "env"}

#: Flags that a pool sets itself, or that make no sense for one.
REFUSED_BY_POOL = frozenset(
    {
        "append",
        "base",
        "color",
        "config",
        "expect",
        "id-field",
        "input",
        "input-field",
        "input-format",
        "invoke",
        "keep-order",
        "log-interval",
        "no-config",
        "null",
        "output",
        "partition",
        "profile",
        "quiet",
        "repeat",
        "show-progress",
        "skip-done",
        "success-output",
        "task",
        "tasks",
    }
)


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool) or value is None:
        raise TypeError(f"{name}= takes a value, not {value!r}")
    if isinstance(value, timedelta):
        return f"{value.total_seconds()}s"
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, float):
        # Without an exponent, which the command does not read in a time.
        return f"{value:.9f}".rstrip("0").rstrip(".")
    if isinstance(value, (str, int)):
        return str(value)
    raise TypeError(f"{name}= takes a text, a number or a path, not {type(value).__name__}")


def _texts(name: str, value: Any) -> list[str]:
    if isinstance(value, Mapping):
        # Variables with their values, or folders with their names for guests.
        joint = "=" if FLAGS.get(name) and name == "env" else "::"
        return [f"{_text(name, key)}{joint}{_text(name, item)}" for key, item in value.items()]
    if isinstance(value, (str, os.PathLike)) or not isinstance(value, Iterable):
        return [_text(name, value)]
    return [_text(name, item) for item in value]


def arguments(
    given: Mapping[str, Any], refused: frozenset[str] = frozenset(), known: Mapping[str, str] = FLAGS
) -> list[str]:
    """Return command-line arguments for keyword arguments, which are flags of ``run``, or those that
    are ``known``.

    ``None`` leaves a flag out. Raises ``TypeError`` for a name that is no flag, or that is in
    ``refused`` (flags without dashes in front, such as ``"keep-order"``).
    """
    found: list[str] = []
    for keyword, value in given.items():
        name = ALIASES.get(keyword, keyword).replace("_", "-")
        kind = known.get(name)
        if kind is None or name in refused:
            names = ", ".join(sorted(flag.replace("-", "_") for flag in known if flag not in refused))
            raise TypeError(f"there is no argument {keyword}=; there are {names}")
        if value is None:
            continue
        if kind == "switch":
            if not isinstance(value, bool):
                raise TypeError(f"{keyword}= is True or False, not {value!r}")
            if value:
                found.append(f"--{name}")
        elif kind == "many":
            found.extend(f"--{name}={text}" for text in _texts(name, value))
        else:
            found.append(f"--{name}={_text(name, value)}")
    return found


def pool_arguments(given: Mapping[str, Any], emit: str) -> list[str]:
    """Return command-line arguments for those of a pool. Fields of records that a pool needs are
    added to ``emit``. Errors are those of ``arguments``.
    """
    fields = emit
    if emit != "full":
        names = ["id", "verdict", "output", "error"] if emit == "short" else emit.split(",")
        fields = ",".join(dict.fromkeys(["seq", "verdict", *names]))
    return [*arguments(given, REFUSED_BY_POOL), f"--emit={fields}", "--log-level=off", "--failure-output=never"]
