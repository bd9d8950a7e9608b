"""The original library's interface: its example, and what it does with errors."""

import multiprocessing
import threading

import compat_example
import pytest
from compat_example import OtherTask, SimpleTask

from polymer_wasm.compat import AttributeNotJson, BaseTask, ControllerQueue, TaskMgr
from polymer_wasm.compat._source import NoSource

pytestmark = pytest.mark.usefixtures("interpreter")


def test_the_example_gives_its_very_objects_back(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tasks, results = compat_example.Controller()
    assert isinstance(results, set) and len(results) == 10
    assert {id(task) for task in results} == {id(task) for task in tasks}
    assert all(task.error is None and task.task_stop >= task.task_start for task in tasks)
    said = capfd.readouterr().out.splitlines()
    assert sorted(said) == sorted(f"Task {n} {n / 10 / 10.0}" for n in range(10))
    # Logging is off.
    assert not (tmp_path / "taskmgr.log").exists()


def test_attributes_and_results_come_back_and_a_failure_costs_itself_alone(tmp_path):
    tasks = [OtherTask(do) for do in ("abc", "raise", "set", "crash", "de")]
    log = tmp_path / "log"
    manager = TaskMgr(list(tasks), worker_count=2, log_stdout=False, log_path=str(log))
    results = manager.supervise()
    assert sorted(task.do for task in results) == ["abc", "de"]
    assert (tasks[0].found, tasks[0].result) == (["abc", {"twice": "abcabc"}], 3)
    assert "ValueError" in tasks[1].error and "as asked" in tasks[1].error
    assert tasks[3].record.verdict == "trap"
    assert "OtherTask.found is {1, 2}" in tasks[2].error
    text = log.read_text()
    assert "as asked" in text and "in run" in text, text
    assert "Ran 5 tasks, " in text and "2 workers" in text and "Time in queue  (seconds): " in text
    assert manager.work_todo == []


def test_equal_tasks_are_run_once():
    tasks = [SimpleTask("a"), SimpleTask("b"), SimpleTask("a")]
    results = TaskMgr(tasks, log_level=0).supervise()
    assert sorted(task.text for task in results) == ["a", "b"]


def test_what_json_cannot_hold_is_named():
    for value, name in [
        ((1, 2), r"OtherTask\.do is \(1, 2\) \(tuple\)"),
        ([1, {"a": {3}}], r"OtherTask\.do\[1\]\['a'\] is \{3\} \(set\)"),
        ({1: 2}, r"OtherTask\.do has the key 1"),
        (float("nan"), r"OtherTask\.do is nan"),
        (threading.Lock(), r"OtherTask\.do is "),
    ]:
        with pytest.raises(AttributeNotJson, match=name):
            TaskMgr([OtherTask(value)], log_level=0).supervise()


def test_a_class_without_a_file_is_refused():
    class Local(BaseTask):
        pass

    with pytest.raises(NoSource, match="defined in a function"):
        TaskMgr([Local()], log_level=0).supervise()
    with pytest.raises(TypeError, match="hot loop"):
        TaskMgr(hot_loop=True, log_level=0)


def test_a_hot_loop_takes_tasks_from_its_queue_and_gives_them_back():
    queue = ControllerQueue()
    loop = multiprocessing.get_context("fork").Process(
        target=lambda: TaskMgr(queue=queue, hot_loop=True, worker_count=2, log_level=0)
    )
    loop.start()
    try:
        queue.to_taskmgr_q.put(SimpleTask("first"))
        assert queue.from_taskmgr_q.get(timeout=60).text == "first"
        queue.to_taskmgr_q.put([OtherTask("raise"), OtherTask("x")])
        found = {task.do: task for task in (queue.from_taskmgr_q.get(timeout=60) for _ in range(2))}
        assert found["x"].result == 1 and "as asked" in found["raise"].error
    finally:
        loop.terminate()
        loop.join(20)
    assert not loop.is_alive()
