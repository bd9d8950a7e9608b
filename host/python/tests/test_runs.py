"""Whole runs from Python: run, resume, rerun, status, and their records."""

import pytest

import polymer_wasm as pw


def test_a_run_is_kept_resumed_and_rerun(echo, spin, tmp_path):
    folder = tmp_path / "run"
    result = pw.run(echo, ["a", {"b": 1}, b"c"], folder, workers=1)
    assert (result.ok, result.complete, result.verdicts) == (True, True, {"ok": 3})
    assert sorted(record.output for record in result.records()) == ["a", "c", '{"b":1}']
    assert pw.resume(folder).verdicts == {"ok": 3}
    assert pw.status(folder)["state"] == "finished"
    with pytest.raises(FileExistsError):
        pw.run(echo, ["a"], folder)


def test_failures_are_no_exception_and_can_be_run_again(spin, tmp_path):
    folder = tmp_path / "run"
    result = pw.run(spin, [1, 2], folder, fuel="1M")
    assert (result.ok, result.complete, result.verdicts) == (False, True, {"fuel_exhausted": 2})
    again = pw.rerun(folder, verdict=["fuel_exhausted", "trap"])
    assert again.verdicts == {"fuel_exhausted": 2}
    assert pw.rerun(folder, id="1").verdicts == {"fuel_exhausted": 2}
    assert pw.rerun(folder, select="verdict=fuel_exhausted and seq>9").verdicts == {"fuel_exhausted": 2}


def test_a_run_that_cannot_be_is_an_error(echo, tmp_path):
    with pytest.raises(pw.RunFailed) as raised:
        pw.run(echo, ["a"], tmp_path / "one", timeout="soon")
    assert raised.value.code == 2 and "timeout" in str(raised.value)
    # Nothing of it stays, so the folder can be used.
    with pytest.raises((TypeError, ValueError)):
        pw.run(echo, ["a", object()], tmp_path / "one")
    assert pw.run(echo, ["a"], tmp_path / "one").ok
    with pytest.raises(pw.RunFailed, match="no run"):
        pw.status(tmp_path / "none")
    with pytest.raises(TypeError, match="give its path"):
        pw.run(b"(module)", [1], tmp_path / "two")
    with pytest.raises(TypeError, match="there is no argument"):
        pw.run(echo, ["a"], tmp_path / "three", tasks="x")


def test_records_are_a_table_and_a_parquet_file(echo, tmp_path):
    pytest.importorskip("pyarrow")
    import pyarrow.parquet

    pw.run(echo, ["a", "b"], tmp_path / "run")
    table = pw.read_records(tmp_path / "run")
    assert sorted(table["output"].to_pylist()) == ["a", "b"]
    pyarrow.parquet.write_table(table, tmp_path / "records.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "records.parquet").equals(table)
