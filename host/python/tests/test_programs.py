"""Programs as data, by the library."""

import concurrent.futures
import multiprocessing
import pathlib

import pytest

import polymer_wasm
from polymer_wasm import FuelExhausted, Pool, TaskFailed, exec_python, score, task

pytestmark = pytest.mark.usefixtures("interpreter")

#: Ways to leave before the test behind a program has run, or to look as if it had been passed.
FORGERIES = [
    "import os; os._exit(0)",
    "import sys; sys.exit(0)",
    "raise SystemExit",
    "print('ALL TESTS PASSED'); exit()",
    "import atexit, os; atexit.register(lambda: os._exit(0))",
    "import builtins; builtins.AssertionError = Exception",
    "import sys; sys.excepthook = lambda *_: None",
    "add = 1\nclass E(BaseException):\n    def __del__(self): import os; os._exit(0)\nraise E",
    "import sys\nsys.stdout.write('0' * 32)\nsys.stdout.flush()\nimport os\nos._exit(0)",
    "def add(a, b):\n    import os; os._exit(0)",
    "def add(a, b):\n    raise SystemExit(0)",
    "import sys, json; print(json.dumps({'passed': True})); sys.stdout.close()",
]


def test_a_program_runs_and_all_of_it_is_told() -> None:
    done = exec_python(
        "import sys\nprint(input(), sys.argv[1:], open('d/f').read())\nprint('x', file=sys.stderr)\nsys.exit(3)",
        stdin="a line\n",
        argv=["one", "two words"],
        files={"d/f": "text"},
    )
    assert (done.verdict, done.exit_code) == ("task_error", 3)
    assert done.stdout == "a line ['one', 'two words'] text"
    assert done.stderr == "x"
    assert not done.passed
    bad = exec_python("print('before')\n1 / 0")
    assert bad.stdout == "before"
    assert bad.stderr.splitlines()[0::3] == ["Traceback (most recent call last):", "    ~~^~~"]
    assert bad.record.error["trace"].endswith("ZeroDivisionError: division by zero")
    assert exec_python("import sys; sys.stdout.buffer.write(b'\\xff')").stdout == b"\xff"


def test_limits_hold_for_one_program_and_the_next_has_its_own() -> None:
    assert exec_python("while True: pass", fuel="20M").verdict == "fuel_exhausted"
    assert exec_python("x = []\nwhile True: x.append(' ' * 10**6)", memory="64MiB").verdict == "memory_exceeded"
    assert exec_python("import time; time.sleep(60)", timeout=0.2).verdict == "timeout"
    assert exec_python("print('fine')").stdout == "fine"
    with pytest.raises(TypeError, match="no argument color"):
        exec_python("", color="always")


def test_tests_of_both_kinds_judge_a_program() -> None:
    code = "import sys\ndef add(a, b): return a + b\nprint(add(*map(int, sys.stdin.read().split())))"
    tests = [
        {"stdin": "1 2", "expect": "3"},
        {"stdin": "1 2", "expect": "4"},
        {"stdin": "1", "expect": "1"},
        {"stdin": "x", "expect": "", "exit_code": 1},
    ]
    done = exec_python(code, stdin="0 0", tests=tests)
    assert [test.verdict for test in done.tests] == ["passed", "wrong_output", "wrong_exit_code", "passed"]
    library = "def add(a, b): return a + b"
    done = exec_python(
        library, tests=["assert add(1, 2) == 3", "assert add(1, 2) == 4", "print(add(1, 2))", "import sys; sys.exit(1)"]
    )
    assert [test.verdict for test in done.tests] == ["passed", "failed_test", "passed", "failed_test"]
    assert [test.stdout for test in done.tests] == ["", "", "3\n", ""]
    assert "AssertionError" in done.tests[1].stderr


@pytest.mark.parametrize("forgery", FORGERIES)
def test_who_leaves_early_has_not_passed(forgery: str) -> None:
    (test,) = exec_python(forgery, tests=["assert add(1, 2) == 3"]).tests
    assert test.verdict in ("left_early", "failed_test"), test
    (test,) = exec_python(forgery, stdin="1 2", tests=[{"stdin": "1 2", "expect": "3"}]).tests
    assert test.verdict in ("wrong_output", "wrong_exit_code"), test


def test_exact_and_tokens_compare_what_they_say() -> None:
    tests = [{"expect": "a b\n"}]
    for code, tokens, exact in [
        ("print('a b')", True, True),
        ("print('a b\\n')", True, False),
        ("print(' a\\nb ')", True, False),
        ("print('a  b')", True, False),
        ("print('ab')", False, False),
    ]:
        assert exec_python(code, tests=tests).passed == tokens, code
        assert exec_python(code, tests=tests, compare="exact").passed == exact, code
    with pytest.raises(ValueError, match="compare="):
        exec_python("", tests=tests, compare="fuzzy")
    with pytest.raises(ValueError, match="a test has `expect`"):
        exec_python("", tests=[{"stdin": "", "expected": ""}])


def test_a_wrong_call_is_told_and_no_program_is_blamed(tmp_path: pathlib.Path) -> None:
    with pytest.raises(polymer_wasm.ModuleInvalid, match="no bundled module @pyton.*polymer build"):
        score(["print(3)"], [{"expect": "3"}], interpreter="@pyton")
    for wrong in [{"timeout": "abc"}, {"memory": "64 megs"}]:
        with pytest.raises(ValueError, match=f"limit `{min(wrong)}`"):
            exec_python("", **wrong)
    for programs, tests, match in [
        ("print(3)", ["1"], "programs are a list"),
        (["print(3)"], "assert 1", "tests are a list"),
        ([b"print(3)"], ["1"], "a program is a text"),
        (["1"], [3], "a test is a dict or a text"),
        (["1"], [{"expect": 3}], "`expect` of a test"),
        (["1"], [{"expect": "", "exit_code": "3"}], "`exit_code` of a test"),
        (["1"], [{"expect": "", "argv": "a b"}], "argv are a list"),
        (["1"], [{"expect": "", "stdin": 5}], "stdin and files"),
    ]:
        with pytest.raises(TypeError, match=match):
            score(programs, tests)
    with pytest.raises(ValueError, match="there are no tests"):
        score(["1"], [])
    (tmp_path / "other").write_text('{"id": 1}\n')
    with pytest.raises(ValueError, match="is no file of `score`"):
        score(["1"], ["1"], saved=tmp_path / "other")
    done = exec_python("import sys; sys.stdout.buffer.write(b'\\xff\\n')", tests=[{"expect": b"\xff"}])
    assert done.passed
    with pytest.raises(TaskFailed, match="ZeroDivisionError: division by zero"):
        broken(0)


def test_the_names_are_public() -> None:
    for name in ("exec_python", "score", "pass_at_k", "Execution", "ScoreTable", "TestResult", "task"):
        assert name in polymer_wasm.__all__


@task(timeout=20)
def spelled(word: str, times: int = 1) -> dict:
    import string

    print("a word for the log")
    return {"upper": [word.upper()] * times, "letters": sum(one in string.ascii_letters for one in word)}


def _endless(_: int) -> None:
    while True:
        pass


@task
def broken(value: int) -> float:
    return 1 / value


def test_a_function_runs_as_data() -> None:
    assert spelled("ab1", times=2) == {"upper": ["AB1", "AB1"], "letters": 2}
    future = spelled.submit("x")
    assert future.result() == {"upper": ["X"], "letters": 1}
    assert future.record is not None and future.record.log == "a word for the log"
    with pytest.raises(TaskFailed) as failed:
        broken(0)
    assert failed.value.record.error["trace"].endswith("ZeroDivisionError: division by zero")
    assert [broken.result_of(record) for record in broken.map([1, 2])] == [1.0, 0.5]
    assert spelled.__name__ == "spelled"
    endless = task(_endless, fuel="20M")
    assert [record.verdict for record in endless.map([1])] == ["fuel_exhausted"]
    with pytest.raises(FuelExhausted):
        endless(1)
    with pytest.raises(TypeError, match="no argument color"):
        task(lambda: None, color="always")
    with pytest.raises(TypeError, match="is not defined by `def`"):
        task(lambda: None)


def test_an_interpreter_may_serve_several_programs_of_one_owner() -> None:
    code = "import os, sys\nprint(input(), sys.argv[1:], sorted(os.environ), getattr(sys, 'mark', None))\nsys.mark = 1"
    rows = [{"code": code, "stdin": f"{n}\nnot read", "argv": [str(n)]} for n in range(7)]
    rows.insert(3, {"code": "import sys\nprint('before')\nsys.exit(3)"})
    with Pool("@python", reuse=3, workers=1, timeout=20) as pool:
        records = list(pool.map(rows))
    served = [record.stats.get("reused", 0) for record in records]
    assert served == [0, 1, 2, 0, 0, 1, 2, 0]
    told = [f"{n} ['{n}'] [] {None if first else 1}" for n, first in zip(range(7), [1, 0, 0, 1, 0, 0, 1], strict=True)]
    assert [record.output for record in records] == [*told[:3], "before", *told[3:]]
    # One that closes its input takes its interpreter with it, and no other is blamed.
    with Pool("@python", reuse=9, workers=1, timeout=20) as pool:
        records = list(pool.map([{"code": "with open(0) as file: print(file.read())", "stdin": "x"}, *rows[:2]]))
        assert [record.stats.get("reused", 0) for record in records] == [0, 0, 1]
        assert [record.verdict for record in records] == ["ok"] * 3
    # Without it each has one of its own.
    with Pool("@python", workers=1, timeout=20) as pool:
        assert {record.output[-4:] for record in pool.map(rows[:3])} == {"None"}


@pytest.mark.parametrize(
    ("code", "exit_code", "stdout"),
    [
        ("import sys; sys.stderr.close(); 1 / 0", 1, ""),
        ("import sys; sys.stderr.close(); sys.exit('x')", 1, ""),
        ("import sys; sys.stderr = None; print('out'); 1 / 0", 1, "out"),
        ("import sys; print('out'); sys.stdout.flush(); del sys.stdout", 0, "out"),
        ("import sys; del sys.stderr; sys.exit('x')", 1, ""),
        ("class A:\n    def __del__(self): globals().pop('b', None)\na = A()\nb = 1", 0, ""),
        ("\ufeffprint('with a mark')", 0, "with a mark"),
    ],
)
def test_a_program_that_breaks_its_streams_ends_as_it_does_natively(code: str, exit_code: int, stdout: str) -> None:
    done = exec_python(code)
    assert (done.exit_code, done.stdout) == (exit_code, stdout), done


def test_what_a_program_says_at_its_end_is_no_reason_to_fail_it() -> None:
    code = "import atexit\natexit.register(print, 'bye')\ndef add(a, b): return a + b"
    (test,) = exec_python(code, tests=["assert add(1, 2) == 3"]).tests
    assert (test.verdict, test.stdout) == ("passed", "bye\n")


def test_a_pool_of_the_callers_has_its_own_limits() -> None:
    with Pool("@python", timeout=5, fuel="1G", memory="64MiB") as pool:
        assert exec_python("print(1)", pool=pool).stdout == "1"
        assert exec_python("while True: pass", pool=pool, fuel="10M").verdict == "fuel_exhausted"
        with pytest.raises(polymer_wasm.PolicyDenied):
            exec_python("print(1)", pool=pool, timeout=60)
        future = task(_endless, pool=pool).submit(1)
        assert future.cancel()
        concurrent.futures.wait([future], timeout=10)
        assert future.cancelled()


def test_a_forked_process_has_a_pool_of_its_own() -> None:
    assert exec_python("print(1)").stdout == "1"
    queue = multiprocessing.get_context("fork").Queue()
    child = multiprocessing.get_context("fork").Process(target=lambda: queue.put(exec_python("print(2)").stdout))
    child.start()
    assert queue.get(timeout=60) == "2"
    child.join(60)
    assert exec_python("print(3)").stdout == "3"
