"""Pools: futures, bulk, cancellation, errors."""

import concurrent.futures
import itertools
import json
import random
import threading
import time

import pytest

import polymer_wasm as pw


def test_a_future_has_the_output_and_the_record(echo):
    with pw.Pool(echo, workers=2) as pool:
        future = pool.submit("a text", id="one", meta={"k": [1]})
        assert future.result() == "a text"
        assert (future.record.id, future.record.verdict, future.record.meta) == ("one", "ok", {"k": [1]})
        assert future.record.stats["fuel"] > 0
        assert pool.submit({"a": 1}).result() == '{"a":1}'
        assert pool.hello["protocol"] == 1


def test_a_failed_task_raises_by_its_verdict(trap, spin):
    with pw.Pool(trap) as pool:
        with pytest.raises(pw.Trap) as raised:
            pool.submit(1).result()
        assert raised.value.record.error["code"] == "unreachable"
        assert "unreachable" in str(raised.value)
        with pytest.raises(pw.FuelExhausted):
            pool.submit(1, module=spin, limits={"fuel": "1M"}).result()
        with pytest.raises(pw.TaskTimeout) as raised:
            pool.submit(1, module=spin, timeout=0.2).result()
        assert raised.value.record.error["code"] == "deadline"
        with pytest.raises(pw.ModuleInvalid):
            pool.submit(1, module="/nowhere.wasm").result()


def test_a_task_is_right_if_it_gives_what_is_expected(echo, trap):
    with pw.Pool(echo) as pool:
        right = pool.submit("one  two", expect="one  two \n", points=2)
        assert right.result() == "one  two"
        judge = {"accepted": True, "points": 2, "max_points": 2, "message": "", "diff": ""}
        found = dict(right.record.judge)
        # A digest of what was run, by which it can be judged anew.
        assert len(found.pop("execution")) == 32
        assert found == judge
        wrong = pool.submit("one  two", expect="one two", points=1.5)
        with pytest.raises(pw.WrongOutput, match="the output differs"):
            wrong.result()
        assert (wrong.record.judge["points"], wrong.record.judge["max_points"]) == (0, 1.5)
        assert "- one two" in wrong.record.judge["diff"]
        assert pool.submit("one  two", expect="one two", compare="tokens").result() == "one  two"
        assert pool.submit(b"\xff", expect=b"\xff").result() == b"\xff"
        assert pool.submit({"a": 1}, expect={"output": {"a": 1.0}}).result() == '{"a":1}'
        trapped = pool.submit(1, module=trap, expect={"verdict": ["trap", "timeout"]})
        assert trapped.exception() is None
        assert trapped.record.judge["ended"]["verdict"] == "trap"
        assert pool.submit("x").exception() is None and pool.submit("x", expect={}).exception() is None
        with pytest.raises(TypeError, match="expect= is a text"):
            pool.submit("x", expect=["x"])
        for given, why in [({"points": 1}, "for a line with"), ({"expect": "", "compare": "same"}, "exact, trim")]:
            with pytest.raises(pw.BadInput, match=why):
                pool.submit("x", **given).result()


def test_only_records_of_tasks_with_an_expectation_have_a_judgement(echo):
    with pw.Pool(echo, emit="id,verdict,judge") as pool:
        records = [pool.submit("x", **given) for given in ({}, {"expect": "x"})]
        assert all(future.exception() is None for future in records)
        assert [future.record.judge.get("accepted") for future in records] == [None, True]


def test_each_verdict_has_an_error():
    import json
    import subprocess

    from polymer_wasm._binary import command
    from polymer_wasm._records import BY_VERDICT

    schema = json.loads(subprocess.run([command(), "schema", "record"], check=True, capture_output=True).stdout)
    assert set(schema["$defs"]["verdict"]["examples"]) - {"ok"} == set(BY_VERDICT)


def test_map_is_ordered_or_not_and_failures_are_records(echo, trap):
    rows = [str(number) for number in range(3000)]
    with pw.Pool(echo) as pool:
        assert [record.output for record in pool.map(rows)] == rows
        assert sorted(record.output for record in pool.map(rows, ordered=False)) == sorted(rows)
        assert [record.verdict for record in pool.map(["x"] * 3, module=trap)] == ["trap"] * 3
        assert list(pool.map([])) == []


def test_a_module_is_given_as_bytes_once(guests):
    data = (guests / "echo.wat").read_bytes()
    with pw.Pool(data) as pool:
        assert [record.output for record in pool.map("abc")] == ["a", "b", "c"]
        assert pool.submit("d").result() == "d"


def test_many_modules_and_threads_share_a_pool(echo, trap):
    failed = []

    def work(pool, number):
        for turn in range(50):
            text = f"{number} {turn}"
            if pool.submit(text).result() != text:
                failed.append(text)
            if isinstance(pool.submit(text, module=trap).exception(), pw.Trap) is False:
                failed.append(text)

    with pw.Pool(echo) as pool:
        threads = [threading.Thread(target=work, args=(pool, number)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []


def test_a_running_task_is_canceled_alone(echo, spin):
    with pw.Pool(echo, workers=2) as pool:
        endless = pool.submit(1, module=spin)
        assert pool.submit("a").result() == "a"
        assert endless.cancel() and endless.cancelled()
        with pytest.raises(concurrent.futures.CancelledError):
            endless.result()
        assert [record.output for record in pool.map("abc")] == ["a", "b", "c"]
        done = pool.submit("b")
        done.result()
        assert not done.cancel()


def test_a_thousand_random_cancellations_among_many_tasks_touch_no_other(echo, spin):
    count = 100_000
    with pw.Pool(echo, workers=1, emit="short") as pool:
        # The one worker is busy, with a module that is ready before another is, so that all tasks are
        # in the pipe.
        assert isinstance(pool.submit(1, module=spin, limits={"fuel": 1000}).exception(), pw.FuelExhausted)
        busy = pool.submit(1, module=spin)
        futures = [pool.submit(str(number)) for number in range(count)]
        chosen = set(random.Random(7).sample(range(count), 1000))
        assert all(futures[number].cancel() for number in chosen)
        # At once: nobody waits for a canceled one.
        assert all(futures[number].cancelled() for number in chosen)
        assert busy.cancel()
        for number, future in enumerate(futures):
            if number not in chosen:
                assert future.result(60) == str(number)


def test_a_canceled_task_ends_in_the_command_too(spin, echo):
    with pw.Pool(spin, workers=1) as pool:
        futures = [pool.submit(number) for number in range(20)]
        for future in futures:
            assert future.cancel()
        # The one worker is free: had one not ended there, this would wait for its 60 s.
        began = time.monotonic()
        assert pool.submit("x", module=echo).result(timeout=30) == "x"
        assert time.monotonic() - began < 30


def test_an_endless_generator_is_drawn_as_records_are_taken(echo):
    drawn = itertools.count()
    with pw.Pool(echo, emit="short") as pool:
        records = pool.map(str(number) for number in drawn)
        taken = [next(records).output for _ in range(100)]
        assert taken == [str(number) for number in range(100)]
        assert next(drawn) < 100 + 2 * 8192
        records.close()
        assert pool.submit("after").result() == "after"


def test_what_json_cannot_hold_is_an_error_that_costs_nothing(echo):
    with pw.Pool(echo) as pool:
        with pytest.raises((TypeError, ValueError)):
            pool.submit(object())
        with pytest.raises((TypeError, ValueError)):
            list(pool.map(["a", object()]))
        assert pool.submit("b").result() == "b"


def test_wrong_arguments_are_told(echo, tmp_path):
    with pytest.raises(TypeError, match="there is no argument fule="):
        pw.Pool(echo, fule=1)
    with pytest.raises(TypeError, match="True or False"):
        pw.Pool(echo, no_cache=1)
    with pytest.raises(pw.PoolBroken, match="timeout"):
        pw.Pool(echo, timeout="soon")
    with pw.Pool() as pool, pytest.raises(TypeError, match="no module"):
        pool.submit(1)
    pool = pw.Pool(echo)
    pool.shutdown()
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(1)


def test_arguments_become_flags():
    from datetime import timedelta
    from pathlib import Path

    from polymer_wasm._arguments import arguments

    assert arguments({"timeout": 1.5, "memory": "64MiB", "fuel": None, "no_cache": True}) == [
        "--timeout=1.5",
        "--memory=64MiB",
        "--no-cache",
    ]
    assert arguments({"timeout": timedelta(minutes=2), "retry_jitter": False}) == ["--timeout=120.0s"]
    assert arguments({"dirs": {"/a": "/b"}, "env": {"A": "1"}, "args": ["x", "-y"]}) == [
        "--dir=/a::/b",
        "--env=A=1",
        "--arg=x",
        "--arg=-y",
    ]
    assert arguments({"dirs": Path("/a")}) == ["--dir=/a"]


def test_no_flag_is_missing():
    import subprocess
    import sys

    from polymer_wasm import _flags
    from polymer_wasm._binary import command

    here = __file__.rsplit("/", 2)[0]
    sys.path.insert(0, here)
    from make_flags import text

    assert text(command()) == open(_flags.__file__).read(), "run make_flags.py"
    assert subprocess.run([command(), "--version"], capture_output=True).returncode == 0


def test_a_pool_keeps_its_records_in_a_folder(echo, tmp_path):
    with pw.Pool(echo, run_dir=tmp_path / "run") as pool:
        assert [record.output for record in pool.map("abc")] == ["a", "b", "c"]
    table = list(pw._runs.iter_records(tmp_path / "run"))
    assert sorted(record.output for record in table) == ["a", "b", "c"]


def test_tables_come_back_as_they_came(echo):
    rows = [{"a": 1, "b": "x"}, {"a": 2, "b": None}]
    outputs = ['{"a":1,"b":"x"}', '{"a":2,"b":null}']
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    pyarrow = pytest.importorskip("pyarrow")
    with pw.Pool(echo) as pool:
        assert [record.output for record in pool.run(rows)] == outputs
        found = pool.run(pandas.DataFrame(rows))
        assert isinstance(found, pandas.DataFrame) and list(found["output"]) == outputs
        found = pool.run(polars.DataFrame(rows))
        assert isinstance(found, polars.DataFrame) and found["output"].to_list() == outputs
        found = pool.run(pyarrow.Table.from_pylist(rows))
        assert isinstance(found, pyarrow.Table) and found["output"].to_pylist() == outputs
        assert found["verdict"].to_pylist() == ["ok", "ok"]


def test_a_pool_tells_what_happens(echo, tmp_path):
    path = tmp_path / "events.jsonl"
    with pw.Pool(echo, workers=1, events=path) as pool:
        pool.submit("one two").result()
    kinds = [json.loads(line)["event"] for line in path.read_text().splitlines()]
    assert (kinds[0], kinds[-1]) == ("session", "session_ended") and "task_done" in kinds
