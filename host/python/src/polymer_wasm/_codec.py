"""JSON with the fastest library that is installed: msgspec, orjson, or the standard one.

``encode`` takes a value and returns bytes, ``decode`` takes bytes and returns a value. All three
give the same values; a value that JSON cannot hold is a ``TypeError`` or a ``ValueError``.
"""

from __future__ import annotations

import json
from typing import Any, Callable

__all__ = ["LIBRARY", "decode", "encode"]


def _standard() -> tuple[str, Callable[[Any], bytes], Callable[[Any], Any]]:
    encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode

    def encode(value: Any) -> bytes:
        # Half of a surrogate pair is no text.
        return encoder(value).encode("utf-8")

    return "json", encode, json.loads


def _choose() -> tuple[str, Callable[[Any], bytes], Callable[[Any], Any]]:
    try:
        import msgspec
    except ImportError:
        pass
    else:
        return "msgspec", msgspec.json.Encoder().encode, msgspec.json.Decoder().decode
    try:
        import orjson
    except ImportError:
        return _standard()
    return "orjson", orjson.dumps, orjson.loads


LIBRARY, encode, decode = _choose()
