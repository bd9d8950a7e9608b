"""Programs that attack, each between two innocent ones. What they may come to is listed."""

import pytest

from polymer_wasm import Pool

pytestmark = pytest.mark.usefixtures("interpreter")

ERROR, FUEL, MEMORY, TRAP = "task_error", "fuel_exhausted", "memory_exceeded", "trap"

#: Name: program, and the verdicts that are right for it.
HOSTILE = {
    "fork_bomb": ("import os\nwhile True: os.fork()", {ERROR}),
    "process": ("import subprocess; subprocess.run(['sh', '-c', 'id'])", {ERROR}),
    "system": ("import os; assert os.system('id') == 0", {ERROR}),
    "threads": ("import threading\nwhile True: threading.Thread(target=print).start()", {ERROR}),
    "machine_code": ("import ctypes; ctypes.string_at(0)", {ERROR}),
    "process_memory": ("print(open('/proc/self/mem', 'rb').read(1))", {ERROR}),
    "password_file": ("print(open('/etc/passwd').read())", {ERROR}),
    "up_and_out": ("print(open('../../../../etc/passwd').read())", {ERROR}),
    "listing": ("import os; print(os.listdir('/'))", {ERROR}),
    "device": ("open('/dev/mem', 'wb')", {ERROR}),
    "connect": ("import socket; socket.create_connection(('127.0.0.1', 22), 1)", {ERROR}),
    "listen": ("import socket; socket.create_server(('', 8080))", {ERROR}),
    "name_lookup": ("import socket; print(socket.getaddrinfo('example.org', 80))", {ERROR}),
    "web": ("import urllib.request; urllib.request.urlopen('http://example.org')", {ERROR}),
    "long_string": ("x = 'a' * 10**9", {MEMORY}),
    "doubling": ("x = 'a'\nwhile True: x += x", {MEMORY}),
    "list_of_lists": ("x = []\nwhile True: x = [x] * 100", {FUEL, MEMORY}),
    "memory_caught": (
        "x = []\nwhile True:\n    try: x.append(bytearray(10**6))\n    except MemoryError: pass",
        {FUEL, MEMORY},
    ),
    "power_tower": ("9 ** 9 ** 9", {FUEL, MEMORY}),
    "huge_factorial": ("import math; math.factorial(10**7)", {FUEL, MEMORY}),
    "decimal_power": (
        "import decimal; decimal.getcontext().prec = 10**8; decimal.Decimal(2) ** 10**9",
        {FUEL, MEMORY, ERROR},
    ),
    "packed_zeros": (
        "import zlib\nx = zlib.compress(b'0' * 10**7)\ny = [zlib.decompress(x) for _ in range(1000)]",
        {FUEL, MEMORY},
    ),
    "regex": ("import re; re.match(r'(a+)+$', 'a' * 60 + 'b')", {FUEL}),
    "regex_counts": ("import re; re.compile('(?:a{0,65535}){0,65535}').match('a' * 10**6)", {FUEL, MEMORY, "ok"}),
    "nested_source": ("eval('(' * 10**5 + ')' * 10**5)", {ERROR}),
    "nested_unary": ("eval('-' * 10**6 + '1')", {ERROR, MEMORY}),
    "eval_of_itself": ("s = 'eval(s)'\neval(s)", {ERROR}),
    "exec_of_itself": ("s = 'exec(s)'\nimport sys\nsys.setrecursionlimit(10**9)\nexec(s)", {ERROR, MEMORY, FUEL}),
    "recursion": ("import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()", {ERROR, MEMORY, FUEL}),
    "recursion_in_c": (
        "import sys, functools as g\nsys.setrecursionlimit(10**9)\n@g.lru_cache(None)\ndef f(n): return f(n + 1)\nf(0)",
        {ERROR},
    ),
    "nested_json": ("import json; json.loads('[' * 10**6)", {ERROR}),
    "endless": ("while True: pass", {FUEL}),
    "endless_in_c": ("sum(range(10**15))", {FUEL}),
    "endless_catching": ("while True:\n    try:\n        while True: pass\n    except BaseException: pass", {FUEL}),
    "endless_output": ("while True: print('x' * 1000)", {"output_exceeded"}),
    "endless_log": ("import sys\nwhile True: sys.stderr.write('x' * 1000)", {FUEL}),
    "endless_at_exit": ("import atexit\ndef f():\n    while True: pass\natexit.register(f)", {FUEL}),
    "endless_destructor": ("class A:\n    def __del__(self):\n        while True: pass\na = A()", {FUEL}),
    "endless_hook": ("import sys\ndef hook(*_):\n    while True: pass\nsys.excepthook = hook\n1 / 0", {FUEL}),
    "endless_message": ("class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E", {FUEL}),
    "sleep": ("import time; time.sleep(10**6)", {"timeout"}),
    "abort": ("import os; os.abort()", {TRAP, ERROR}),
    "signal": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", {ERROR}),
    "bad_bytecode": (
        "f = lambda: 0\nf.__code__ = f.__code__.replace(co_code=bytes([255, 255] * 100))\nf()",
        {ERROR, TRAP, FUEL, "ok"},
    ),
    "exit_by_host": ("from wit_world.imports import exit; exit.exit_with_code(7)", {ERROR}),
    "streams_closed": (
        "import os\nfor fd in range(100):\n    try: os.close(fd)\n    except OSError: pass",
        {"ok", ERROR, TRAP},
    ),
    "modules_broken": ("import sys\nfor name in list(sys.modules): sys.modules[name] = None\n1 / 0", {ERROR, TRAP}),
    "builtins_broken": (
        "import builtins\nfor name in dir(builtins): setattr(builtins, name, None)",
        {"ok", ERROR, TRAP},
    ),
    "main_broken": ("import sys\ndel sys.modules['__main__'], sys.stdout, sys.stderr\n1 / 0", {ERROR, TRAP}),
}


def test_each_attack_ends_with_the_right_verdict_and_harms_nobody() -> None:
    rows = []
    for code, _ in HOSTILE.values():
        rows += [code, "import json, os; print(json.dumps([1]), dict(os.environ))"]
    with Pool("@python", fuel="1G", memory="96MiB", timeout=10, output_limit="1MiB", workers=2) as pool:
        records = list(pool.map(rows))
    found = {name: record.verdict for name, record in zip(HOSTILE, records[::2], strict=True)}
    wrong = {name: verdict for name, verdict in found.items() if verdict not in HOSTILE[name][1]}
    assert wrong == {}, [record for record in records[::2] if record.verdict in wrong.values()]
    for record in records[1::2]:
        assert (record.verdict, record.output) == ("ok", "[1] {}"), record
    # No worker went with one: what an innocent one would have to be tried again for.
    assert {record.attempts for record in records[1::2]} == {1}
