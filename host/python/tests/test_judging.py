"""Problem sets from Python: programs and cases as paths and as values, and the table of scores."""

import json
import math
import pathlib
import subprocess

import pytest
from conftest import ECHO, SPIN

import polymer_wasm as pw
from polymer_wasm._binary import command
from polymer_wasm._judging import JUDGE_FLAGS

#: Three cases: who gives back the input is right, but in the last.
CASES = [
    {"id": "a", "input": "A", "expect": {"output": "A"}, "points": 1},
    {"id": "b", "input": "B", "expect": {"output": "B"}, "points": 2},
    {"id": "c", "input": "C", "output": "A", "points": 3},
]


def says(text: str) -> str:
    """A command that says this, whatever it is given."""
    return f"""
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\\10\\00\\00\\00\\{len(text):02x}\\00\\00\\00")
  (data (i32.const 16) "{text}")
  (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))
"""


@pytest.fixture
def programs(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with programs of three persons."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for person, text in {"anna": ECHO, "bert": says("A"), "cleo": SPIN}.items():
        (folder / f"{person}.wat").write_text(text)
    return folder


def verdicts(table: pw.JudgeTable) -> "dict[str, list[str | None]]":
    return {row.program: [cell.verdict for cell in row.cells] for row in table.programs}


def test_a_folder_is_judged_by_cases_that_are_values(programs: pathlib.Path) -> None:
    table = pw.judge(programs, CASES, fuel="1M")
    assert verdicts(table) == {
        "anna": ["ok", "ok", "wrong_output"],
        "bert": ["ok", "wrong_output", "ok"],
        "cleo": ["fuel_exhausted"] * 3,
    }
    assert table.points == {"anna": 3, "bert": 4, "cleo": 0}
    assert (table.state, table.complete) == ("some_wrong", True)
    assert table.verdicts == {"ok": 4, "wrong_output": 2, "fuel_exhausted": 3}
    assert [(one.rank, one.person, one.points) for one in table.persons] == [
        (1, "bert", 4),
        (2, "anna", 3),
        (3, "cleo", 0),
    ]
    (problem,) = table.problems
    assert (problem.name, problem.cases, problem.max_points) == ("cases", ("a", "b", "c"), 6)
    anna = table.programs[0]
    assert (anna.first_failing, anna.passed, anna.max_points) == ("c", False, 6)
    assert [cell.passed for cell in anna.cells] == [True, True, False]
    assert table.pass_at_k(1) == 0.0
    assert repr(table).startswith("JudgeTable(some_wrong: 0 of 3 programs passed; 9 cells: {")


def test_cases_may_be_a_path_and_may_name_files(
    programs: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "problem"
    folder.mkdir()
    (folder / "1.in").write_text("A")
    (folder / "1.ans").write_text("A")
    expected = {"anna": 1, "bert": 1, "cleo": 0}
    assert pw.judge(programs, folder, fuel="1M").points == expected
    # A path of a value starts at the current folder.
    monkeypatch.chdir(folder)
    cases = [{"input_file": "1.in", "expect": {"output_file": "1.ans"}}]
    assert pw.judge(str(programs), cases, fuel="1M").points == expected


def test_persons_may_have_paths(programs: pathlib.Path, tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "of bert"
    folder.mkdir()
    (folder / "main.wat").write_text(says("B"))
    given = {"a. person": programs / "anna.wat", "bert": folder}
    table = pw.judge(given, CASES, run_dir=tmp_path / "graded")
    assert table.points == {"a. person": 3, "bert": 2}
    # Who is there is judged anew, and who left stands as before.
    other = [{**CASES[0], "expect": {"output": "B"}}]
    table = pw.judge({"bert": folder}, other, run_dir=tmp_path / "graded")
    assert table.points == {"bert": 1, "a. person": 1}
    table = pw.judge({"bert": folder}, other, run_dir=tmp_path / "graded", remove_absent=True)
    assert table.points == {"bert": 1}


@pytest.mark.usefixtures("interpreter")
def test_programs_may_be_texts() -> None:
    cases = [
        {"id": "1", "problem": "add", "input": "1 2", "output": "3"},
        {"id": "1", "problem": "twice", "input": "4", "output": "8"},
    ]
    right = "print(sum(map(int, input().split())))"
    samples = [
        {"problem": "add", "language": "python", "code": right},
        {"problem": "add", "language": "python", "code": "print(4)"},
        {"problem": "twice", "language": "python", "code": "print(2 * int(input()))"},
    ]
    table = pw.judge(samples, cases, pass_at=1, memory="64MiB")
    assert [row.passed for row in table.programs] == [True, False, True]
    assert table.estimates == {1: 0.75} and table.pass_at_k(1) == 0.75
    # Only `add` has two.
    assert table.pass_at_k(2) == 1.0 and math.isnan(table.pass_at_k(3))
    # A text is one in Python, as for `score`.
    table = pw.judge({"anna": right, "bert": "print(4)"}, cases[:1])
    assert table.points == {"anna": 1, "bert": 0}
    by_problem = {"anna": [samples[0], samples[2]], "bert": samples[1]}
    table = pw.judge(by_problem, cases, memory="64MiB")
    assert table.points == {"anna/add/1": 1, "anna/twice/2": 1, "bert/add": 0}
    assert [(one.person, one.passed, one.problems) for one in table.persons] == [
        ("anna", 2, {"add": 1, "twice": 1}),
        ("bert", 0, {"add": 0, "twice": 0}),
    ]


@pytest.mark.usefixtures("interpreter")
def test_a_text_that_may_be_a_path_is_told() -> None:
    with pytest.warns(UserWarning, match="'anna.py' is taken as the text of a program") as told:
        pw.judge({"anna": "anna.py"}, [{"input": "", "output": ""}])
    # It is told of the caller's line.
    assert pathlib.Path(told[0].filename) == pathlib.Path(__file__)


def test_a_judge_that_fails_leaves_a_table_that_is_not_complete(programs: pathlib.Path, guests: pathlib.Path) -> None:
    table = pw.judge(programs / "anna.wat", CASES, checker=guests / "trap.wat")
    assert (table.state, table.complete) == ("incomplete", False)
    (row,) = table.programs
    assert [cell.state for cell in row.cells] == ["judge_failed"] * 3
    assert (row.points, row.at_most) == (0, 6)
    assert table.verdicts == {"judge_error": 3}
    assert "<td>0..6</td>" in table._repr_html_()


def test_a_program_stops_at_its_first_failure(programs: pathlib.Path) -> None:
    table = pw.judge(programs / "bert.wat", CASES, stop_at_first_failure=True)
    assert [cell.state for cell in table.programs[0].cells] == ["accepted", "rejected", "skipped"]
    assert table.complete


def test_comparisons_and_names_of_files_reach_the_command(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "programs" / "anna"
    folder.mkdir(parents=True)
    (folder / "first.wat").write_text(says("a"))
    (folder / "second.wat").write_text(says("B"))
    cases = [{"input": "", "output": "b"}]
    chosen = pw.judge(folder.parent, cases, program="sec*", compare="validator")
    assert chosen.points == {"anna": 1}
    assert pw.judge(folder.parent, cases, program="sec*").points == {"anna": 0}


def test_what_is_no_set_is_an_error(programs: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for given, says_what in [
        ({"programs": tmp_path / "none"}, "none"),
        ({"cases": [{"id": "a"}]}, "line 1"),
        ({"cases": []}, "no case"),
        ({"programs": []}, "no program in it"),
        ({"pass_at": 9}, "not 9 to choose"),
        ({"timeout": "soon"}, "timeout"),
        ({"run_dir": programs}, "no folder of `polymer judge`"),
        ({"programs": "--help"}, "./--help"),
    ]:
        with pytest.raises(pw.RunFailed) as raised:
            pw.judge(**{"programs": programs, "cases": CASES, **given})
        assert raised.value.code in (2, 96) and says_what in str(raised.value), given
    for name in ("format", "tasks", "retries", "fail_on_wrong"):
        with pytest.raises(TypeError, match=f"no argument {name}=; there are build_cpu, "):
            pw.judge(programs, CASES, **{name: 1})
    with pytest.raises(ValueError, match="in one way"):
        pw.judge({"anna": programs / "anna.wat", "bert": "print(1)"}, CASES)
    with pytest.raises(ValueError, match="name of a file"):
        pw.judge({"../anna": programs / "anna.wat"}, CASES)
    with pytest.raises(ValueError, match="has no line"):
        pw.judge([{"path": "anna.wat"}], CASES)
    with pytest.raises(FileNotFoundError):
        pw.judge({"anna": tmp_path / "none.wat"}, CASES)


def test_flags_are_those_of_the_command() -> None:
    said = subprocess.run([command(), "judge", "--help"], check=True, capture_output=True, text=True).stdout
    assert [name for name in JUDGE_FLAGS if f"--{name}" not in said] == []


def test_what_strangers_wrote_is_text_in_a_notebook(tmp_path: pathlib.Path) -> None:
    name = "<b>&\"'"
    (tmp_path / f"{name}.wat").write_text(says("<i>"))
    shown = pw.judge(tmp_path / f"{name}.wat", [{"id": "<script>", "input": "", "output": "x"}])._repr_html_()
    assert "&lt;b&gt;&amp;&quot;&#x27;" in shown and "&lt;script&gt; wrong_output" in shown
    assert not any(tag in shown for tag in ("<b>", "<script>", "<i>"))


def test_a_notebook_shows_the_first_hundred() -> None:
    lines = [{"id": str(number), "language": "zig", "code": "no zig"} for number in range(2)]
    table = pw.judge(lines, [{"input": "", "output": ""}])
    assert {row.cells[0].verdict for row in table.programs} == {"build_failed"}
    assert table._repr_html_().count("<tr>") == 3
    many = {**table.raw, "programs": table.raw["programs"] * 60}
    shown = pw.JudgeTable(many)._repr_html_()
    assert shown.count("<tr>") == 101 and "and 20 more programs" in shown


def test_what_a_later_command_adds_is_left_alone(programs: pathlib.Path) -> None:
    raw = pw.judge(programs, CASES[:1], fuel="1M").raw
    later = json.loads(json.dumps(raw))
    later["more"] = later["programs"][0]["more"] = later["programs"][0]["cells"][0]["more"] = 1
    assert pw.JudgeTable(later).programs[0].program == "anna"


def test_a_table_is_a_frame_of_pandas(programs: pathlib.Path) -> None:
    pytest.importorskip("pandas")
    frame = pw.judge(programs, CASES, fuel="1M").to_pandas()
    assert list(frame["program"]) == ["anna", "bert", "cleo"]
    assert list(frame["points"]) == [3, 4, 0]
    assert list(frame["right"]) == [2, 2, 0] and list(frame["cells"]) == [3, 3, 3]
    assert list(frame["first_failing"]) == ["c", "b", "a"]
    assert list(frame["verdict"]) == ["wrong_output", "wrong_output", "fuel_exhausted"]
    assert (frame["fuel"] > 0).all() and (frame["memory_bytes"] > 0).all()
