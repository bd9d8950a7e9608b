"""The same for a program: it runs the code that a line of stdin holds."""
import abc, ast, asyncio, base64, collections, contextlib, dataclasses, datetime, decimal, enum, fractions  # noqa: E401, F401
import functools, heapq, io, json, linecache, logging, math, os, pprint, re, struct, sys, threading  # noqa: E401, F401
import traceback, typing, warnings, _strptime, encodings.ascii  # noqa: E401, F401

code = json.loads(sys.stdin.readline())["code"]
linecache.cache["snippet.py"] = (len(code), None, code.splitlines(True), "snippet.py")
exec(compile(code, "snippet.py", "exec"), {"__name__": "__main__"})
