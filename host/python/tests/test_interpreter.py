"""What a program finds in ``@python``, where no native run can be compared with it."""

import json

import pytest

from polymer_wasm import Pool, exec_python

pytestmark = pytest.mark.usefixtures("interpreter")

#: Sources of randomness: each has to be another in each attempt.
RANDOM = [
    "random.random()",
    "random.Random().random()",
    "random.SystemRandom().random()",
    "secrets.token_hex()",
    "os.urandom(16)",
    "uuid.uuid4()",
    "tempfile.gettempprefix() + next(tempfile._get_candidate_names())",
]
RANDOM_PROGRAM = f"import os, random, secrets, tempfile, uuid\nfor value in [{', '.join(RANDOM)}]:\n    print(value)"

#: What needs threads, sockets and processes, and the error of a Python whose system refuses it.
REFUSED = {
    "threading.Thread(target=print).start()": "RuntimeError",
    "_thread.start_new_thread(print, ())": "RuntimeError",
    "concurrent.futures.ThreadPoolExecutor().submit(print)": "RuntimeError",
    "asyncio.run(asyncio.to_thread(print))": "RuntimeError",
    "socket.socket()": "PermissionError",
    "socket.socketpair()": "PermissionError",
    "socket.create_server(('', 8080))": "PermissionError",
    "asyncio.run(asyncio.open_connection('127.0.0.1', 80))": "PermissionError",
    "socket.getaddrinfo('example.org', 80)": "gaierror",
    "socket.create_connection(('example.org', 80))": "gaierror",
    "urllib.request.urlopen('http://example.org')": "URLError",
    "subprocess.run(['ls'])": "OSError",
    "subprocess.check_output('ls', shell=True)": "OSError",
    "asyncio.run(asyncio.create_subprocess_exec('ls'))": "OSError",
    "os.popen('ls')": "OSError",
    "os.fork()": "OSError",
    "os.execv('/bin/ls', ['ls'])": "OSError",
    "os.execlp('ls', 'ls')": "OSError",
    "os.kill(os.getpid(), 9)": "OSError",
    "os.pipe()": "OSError",
    "multiprocessing.Process(target=print).start()": "OSError",
    "multiprocessing.get_context('fork').Process(target=print).start()": "OSError",
    "multiprocessing.Pool(2)": "OSError",
    "concurrent.futures.ProcessPoolExecutor().submit(print)": "NotImplementedError",
}
REFUSED_PROGRAM = """
import _thread, asyncio, concurrent.futures, json, multiprocessing, os
import socket, subprocess, sys, threading, urllib.request, warnings
warnings.simplefilter("ignore")
for line in json.load(sys.stdin):
    try:
        eval(line)
        print("None")
    except Exception as error:
        print(type(error).__name__)
"""


def test_randomness_is_another_in_each_attempt() -> None:
    for flags, served in [({}, 0), ({"reuse": 2}, 1)]:
        with Pool("@python", workers=1, timeout=20, **flags) as pool:
            one, other = pool.map([{"code": RANDOM_PROGRAM}] * 2)
        assert other.stats.get("reused", 0) == served
        one, other = one.output.splitlines(), other.output.splitlines()
        assert len(one) == len(other) == len(RANDOM)
        same = [source for source, a, b in zip(RANDOM, one, other, strict=True) if a == b]
        assert not same, (same, flags)


def test_the_hash_seed_is_that_of_the_module() -> None:
    code = "print(hash('a text'), list({'one', 'two', 'three', 'four'}))"
    assert exec_python(code).stdout == exec_python(code).stdout


def test_what_needs_a_system_raises_what_python_raises_where_it_is_refused() -> None:
    done = exec_python(REFUSED_PROGRAM, stdin=json.dumps(list(REFUSED)))
    assert dict(zip(REFUSED, str(done.stdout).splitlines(), strict=True)) == REFUSED, done.stderr


def test_a_program_has_a_database() -> None:
    code = (
        "import sqlite3\n"
        "with sqlite3.connect(PLACE) as base:\n"
        "    base.execute('create table if not exists t (a, b)')\n"
        "    base.executemany('insert into t values (?, ?)', [(1, 'x'), (2, 'y'), (3, 'x')])\n"
        "print(sqlite3.connect(PLACE).execute('select count(*) from sqlite_master').fetchall())\n"
        "print(base.execute('select b, sum(a) from t group by b order by b').fetchall())"
    )
    rows = "[('x', 4), ('y', 2)]"
    assert exec_python(code.replace("PLACE", "':memory:'")).stdout == f"[(0,)]\n{rows}"
    # In a file, where the program has a folder.
    assert exec_python(code.replace("PLACE", "'a.db'"), files={"other": ""}).stdout == f"[(1,)]\n{rows}"
