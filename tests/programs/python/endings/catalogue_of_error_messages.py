# differs: numbers of system errors are those of WASI
"""Provoke as many kinds of built-in errors as fit and print what they say."""
import codecs
import decimal
import math
import struct
import traceback


class Empty:
    __slots__ = ()


CASES = {
    "index": lambda: [1, 2][5],
    "key": lambda: {"a": 1}["b"],
    "attribute": lambda: Empty().size,
    "slot": lambda: setattr(Empty(), "x", 1),
    "name": lambda: undefined_name,
    "type": lambda: 1 + "1",
    "call": lambda: (lambda a, *, b: a)(1, 2),
    "value": lambda: int("12x"),
    "unpack": lambda: (lambda: [0 for a, b in [(1, 2, 3)]])(),
    "zero": lambda: 1 % 0,
    "float zero": lambda: 1.0 // 0,
    "overflow": lambda: math.exp(5000),
    "int to float": lambda: float(10 ** 400),
    "shift": lambda: 1 << -1,
    "decode": lambda: b"\xff\xfe".decode("utf-8"),
    "encode": lambda: "é€".encode("ascii"),
    "lookup": lambda: codecs.lookup("no-such-codec"),
    "struct": lambda: struct.pack("B", 300),
    "decimal": lambda: decimal.Decimal(1) / decimal.Decimal(0),
    "stop": lambda: next(iter([])),
    "import": lambda: __import__("no_such_module_here"),
    "from import": lambda: exec("from sys import nothing_like_it"),
    "file": lambda: open("no_such_file_here.txt"),
    "syntax": lambda: compile("a b", "<text>", "exec"),
    "eval": lambda: eval("(1"),
    "hash": lambda: {[]: 1},
    "buffer": lambda: (lambda b: (memoryview(b), b.append(1)))(bytearray(3)),
    "frozen": lambda: (1, 2).__setitem__(0, 1),
    "closed": lambda: (lambda g: (g.close(), g.throw(OSError("thrown"))))((x for x in [])),
    "not implemented": lambda: (_ for _ in ()).throw(NotImplementedError("later")),
}

for name, case in CASES.items():
    try:
        case()
        print(f"{name}: no error")
    except Exception as e:
        last = traceback.format_exception_only(e)[-1].strip()
        print(f"{name}: {last}")
print(len(CASES), "cases")
