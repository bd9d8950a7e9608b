"""Tables of programs and tests, and rewards that are made of them."""

import json
import math
import pathlib
import signal
import subprocess
import sys

import pytest

from polymer_wasm import _programs, pass_at_k, score, trainers

pytestmark = pytest.mark.usefixtures("interpreter")


def interpreter_that_says(text: bytes) -> bytes:
    """A WebAssembly module: an interpreter that prints two bytes, whatever the program."""

    def section(number: int, content: bytes) -> bytes:
        return bytes([number, len(content)]) + content

    def name(of: str) -> bytes:
        return bytes([len(of)]) + of.encode()

    # fd_write(1, [(16, 2)], 1, 8), with the place and the length of the text stored before.
    start = bytes.fromhex("00 4100 4110 360200 4104 4102 360200 4101 4100 4101 4108 1000 1a 0b")
    sections = [
        section(1, bytes.fromhex("02 60 04 7f7f7f7f 01 7f 60 00 00")),
        section(2, b"\1" + name("wasi_snapshot_preview1") + name("fd_write") + b"\0\0"),
        section(3, b"\2\1\1"),
        section(5, b"\1\0\1"),
        section(7, b"\3" + name("memory") + b"\2\0" + name("polymer-interpreter") + b"\0\1" + name("_start") + b"\0\2"),
        section(10, bytes([2, 2, 0, 0x0B, len(start)]) + start),
        section(11, bytes.fromhex("01 00 4110 0b 02") + text),
    ]
    return b"\0asm\1\0\0\0" + b"".join(sections)


def test_a_table_has_each_cell_right_and_goes_on_from_its_file(tmp_path: pathlib.Path) -> None:
    right, wrong = "print(sum(map(int, input().split())))", "print(input())"
    endless, greedy = "while True: pass", "x = []\nwhile True: x.append(' ' * 10**6)"
    programs = [right, wrong, endless, greedy]
    tests = [{"stdin": "1 2", "expect": "3"}, {"stdin": "7", "expect": "7"}]
    saved = tmp_path / "cells.jsonl"
    limits = {"fuel": "100M", "memory": "64MiB"}
    table = score(programs, tests, saved=saved, **limits)
    expected = [["passed", "passed"], ["wrong_output", "passed"], ["fuel_exhausted"] * 2, ["memory_exceeded"] * 2]
    assert table.verdicts == expected
    assert table.passed == [True, False, False, False]
    assert table.counts() == {"passed": 3, "fuel_exhausted": 2, "memory_exceeded": 2, "wrong_output": 1}
    assert repr(table).startswith("ScoreTable(1 of 4 programs passed all; 8 cells")
    # As if it had been killed in the middle of its fifth cell.
    lines = saved.read_bytes().splitlines(keepends=True)
    assert len(lines) == 8
    saved.write_bytes(b"".join(lines[:4]) + lines[4][:-9])
    assert score(programs, tests, saved=saved, **limits).verdicts == expected
    assert len(saved.read_bytes().splitlines()) == 8
    # All of it is there, so no interpreter is started.
    assert score(programs, tests, saved=saved, interpreter="@python", **limits).verdicts == expected
    assert len(saved.read_bytes().splitlines()) == 8


def test_a_table_goes_on_from_a_call_that_was_killed(tmp_path: pathlib.Path) -> None:
    saved = tmp_path / "cells.jsonl"
    programs = [f"print({number} + int(input()))" for number in range(6)]
    tests = [{"stdin": "1", "expect": "4"}, {"stdin": "2", "expect": "4"}]
    (tmp_path / "killed.py").write_text(
        f"""
import os, signal
from polymer_wasm import _saved_cells, score

keep, kept = _saved_cells.SavedCells.keep, []

def keep_and_die(self, cell, result):
    keep(self, cell, result)
    kept.append(cell)
    if len(kept) == 5:
        os.kill(os.getpid(), signal.SIGKILL)

_saved_cells.SavedCells.keep = keep_and_die
score({programs!r}, {tests!r}, saved={str(saved)!r})
"""
    )
    done = subprocess.run([sys.executable, tmp_path / "killed.py"], timeout=120)
    assert done.returncode == -signal.SIGKILL
    before = saved.read_bytes()
    assert before.count(b"\n") == 5
    table = score(programs, tests, saved=saved)
    right = {(3, 0), (2, 1)}
    assert [[(at, column) in right for column in range(2)] for at in range(6)] == [
        [result.passed for result in row] for row in table.results
    ]
    # Those that were there are there still, and the others came behind them, once each.
    after = saved.read_bytes()
    assert after.startswith(before)
    assert len({json.loads(line)["key"] for line in after.splitlines()}) == after.count(b"\n") == 12


def test_cells_of_another_interpreter_of_the_same_name_are_not_taken(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved, module = tmp_path / "cells.jsonl", tmp_path / "mine.wasm"
    monkeypatch.setenv("POLYMER_MODULES", str(tmp_path))
    for place in (str(module), "@mine"):
        saved.unlink(missing_ok=True)
        for says, verdict in [(b"3\n", "passed"), (b"4\n", "wrong_output"), (b"3\n", "passed")]:
            module.write_bytes(interpreter_that_says(says))
            table = score(["any"], [{"expect": "3"}], interpreter=place, saved=saved)
            assert table.verdicts == [[verdict]]
        # The third has the content of the first.
        assert saved.read_bytes().count(b"\n") == 2


def test_programs_in_javascript_are_judged(javascript_interpreter: str) -> None:
    reads = "const text = require('fs').readFileSync(0, 'utf8');\n"
    programs = [
        reads + "console.log(text.trim().split(' ').map(Number).reduce((a, b) => a + b));",
        "console.log(3); process.exit(2)",
        "throw new RangeError('too far')",
        "for (;;);",
    ]
    tests = [{"stdin": "1 2", "expect": "3"}, {"stdin": "4 5", "expect": "9"}]
    table = score(programs, tests, interpreter=javascript_interpreter, fuel="200M")
    exits = ["wrong_exit_code"] * 2
    assert table.verdicts == [["passed"] * 2, exits, exits, ["fuel_exhausted"] * 2]
    assert "RangeError: too far" in table.results[2][0].stderr


def test_the_first_use_says_that_the_interpreter_is_compiled(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    module = tmp_path / "mine.wasm"
    module.write_bytes(interpreter_that_says(b"3\n"))
    for said in (f"polymer: compiling {module}", ""):
        score(["any"], [{"expect": "3"}], interpreter=str(module), cache_dir=tmp_path / "cache")
        found = capfd.readouterr()
        assert found.out == "" and found.err.partition(", which")[0] == said


@pytest.mark.parametrize(
    ("page", "begins", "printed"),
    [
        (
            "README.md",
            "from polymer_wasm import score\n",
            [f"[['passed', 'passed'], ['fuel_exhausted', 'fuel_exhausted'], ['passed', 'wrong_output']] {1 / 3}"],
        ),
        (
            "host/docs/python.md",
            "from polymer_wasm import exec_python, score\n",
            ["ok hello 0 ", "[['passed', 'passed'], ['passed', 'wrong_output']] [True, False] 0.5"],
        ),
    ],
)
def test_what_the_pages_show_runs_as_it_stands(
    page: str,
    begins: str,
    printed: "list[str]",
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = (pathlib.Path(__file__).parents[3] / page).read_text()
    blocks = [block.partition("```")[0] for block in text.split("```python\n")[1:]]
    (block,) = (block for block in blocks if block.startswith(begins))
    monkeypatch.chdir(tmp_path)
    exec(block, {})
    assert capsys.readouterr().out.splitlines() == printed


def test_problems_have_programs_and_tests_of_their_own() -> None:
    programs = {"add": ["print(3)", "print(4)"], "hello": ["print('hello')"]}
    tests = {"add": [{"expect": "3"}], "hello": [{"expect": "hello"}, {"expect": "hello", "stdin": "x"}]}
    table = score(programs, tests)
    assert table.problems == ["add", "add", "hello"]
    assert table.verdicts == [["passed"], ["wrong_output"], ["passed", "passed"]]
    assert table.pass_at_k(1) == pytest.approx(0.75)
    # Only `add` has two programs.
    assert table.pass_at_k(2) == 1.0
    assert math.isnan(table.pass_at_k(3))
    with pytest.raises(ValueError, match="no tests for"):
        score({"x": ["1"]}, {})
    with pytest.raises(ValueError, match="both lists"):
        score({"x": ["1"]}, [])


def test_the_estimate_is_that_of_all_subsets() -> None:
    from itertools import combinations

    for total in range(1, 7):
        for passed in range(total + 1):
            for k in range(1, total + 1):
                subsets = list(combinations([True] * passed + [False] * (total - passed), k))
                expected = sum(any(subset) for subset in subsets) / len(subsets)
                assert pass_at_k(total, passed, k) == pytest.approx(expected)
    for wrong in [(0, 0, 1), (2, 3, 1), (2, 1, 3), (2, 1, 0)]:
        with pytest.raises(ValueError):
            pass_at_k(*wrong)


def test_trainers_get_their_rewards() -> None:
    answer = "Here it is:\n```python\ndef add(a, b):\n    return a + b\n```\nDone."
    tests = ["assert add(1, 1) == 2", "assert add(1, 1) == 3"]
    assert trainers.compute_score("any", answer, json.dumps(tests)) == 0.5
    assert trainers.compute_score("any", answer, tests, extra_info={}) == 0.5
    assert trainers.verify(answer, tests[:1]) and not trainers.verify(answer, tests)
    conversation = [{"role": "user", "content": "?"}, {"role": "assistant", "content": answer}]
    assert trainers.reward(completions=[answer, conversation, "no code"], tests=[tests] * 3, prompts=None) == [
        0.5,
        0.5,
        0.0,
    ]
    with pytest.raises(ValueError, match="no tests"):
        trainers.compute_score("any", answer, "[]")


def test_rewards_are_asked_for_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    order = []
    pool, record = _programs._shared_pool(), _programs._record
    submit = pool.submit
    monkeypatch.setattr(pool, "submit", lambda *args, **named: order.append("sent") or submit(*args, **named))
    monkeypatch.setattr(_programs, "_record", lambda future: order.append("waits") or record(future))
    tests = [{"expect": "1"}, {"expect": "2"}]
    assert trainers.reward(completions=["print(1)", "print(2)", "x"], tests=[tests] * 3) == [0.5, 0.5, 0.0]
    assert order == ["sent"] * 6 + ["waits"] * 6


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("```python\na\n```", "a\n"),
        ("```py\na\n```\ntext\n```\noutput\n```", "a\n"),
        ("```text\nx\n```\nso\n```Python\na\nb\n```\n", "a\nb\n"),
        ("first\n```\na\n```\nthen\n```\nb\n```", "b\n"),
        ("  ```python\r\n  a\r\n  ```", "a\r\n"),
        ("print('```')", "print('```')"),
        ("no code", "no code"),
    ],
)
def test_the_code_of_an_answer_is_its_last_block(answer: str, code: str) -> None:
    assert trainers.code_of(answer) == code


def test_a_field_that_a_data_set_has_as_none_is_absent() -> None:
    tests = [{"stdin": None, "argv": None, "expect": "3", "exit_code": None}]
    assert trainers.verify("```python\nprint(3)\n```", tests)
