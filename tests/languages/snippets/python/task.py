"""Runs the Python code it is given, as a file `snippet.py`, and returns what its `run` returns, or what it leaves in `result`."""
# No file is there when it runs: what snippets import is imported by then.
import abc, ast, asyncio, base64, collections, contextlib, dataclasses, datetime, decimal, enum, fractions  # noqa: E401, F401
import functools, heapq, io, json, linecache, logging, math, os, pprint, re, struct, sys, threading  # noqa: E401, F401
import traceback, typing, warnings, _strptime, encodings.ascii  # noqa: E401, F401

import polymer_task  # noqa: F401


def run(row):
    code = row["code"]
    linecache.cache["snippet.py"] = (len(code), None, code.splitlines(True), "snippet.py")
    scope = {"__name__": "__main__"}
    exec(compile(code, "snippet.py", "exec"), scope)
    return scope["run"](row.get("input")) if "run" in scope else scope.get("result")
