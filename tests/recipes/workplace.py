"""A folder in which a recipe runs as its user would have it: module, input, recipe, and `polymer` on PATH."""

import collections
import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ROOT / "host/docs/recipes"
POLYMER = os.environ.get("POLYMER", str(ROOT / "target/debug/polymer"))
MODULE = os.environ["MODULE"]
PATIENCE = 120.0
# Tasks sleep for half a second each, so a partition is under way for seconds whatever the machine.
TASKS = {f"answer-{number}" for number in range(1, 41)}
PARTITIONS = range(1, 5)


def until(what: str, is_so: Callable[[], bool]) -> None:
    """Wait for something to be so, not for ever."""
    late = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > late:
            raise AssertionError(f"waited too long for {what}")
        time.sleep(0.02)


class Workplace:
    """A folder with all that a recipe names, and what stands in it afterwards."""

    def __init__(self, path: Path, recipe: str) -> None:
        self.path = path
        self.recipe = Path(shutil.copy(RECIPES / recipe, path))
        shutil.copy(MODULE, path / "grade.wasm")
        lines = [json.dumps({"id": name, "text": name, "wait": 5}) for name in sorted(TASKS)]
        (path / "answers.jsonl").write_text("\n".join(lines) + "\n")
        tools = path / "tools"
        tools.mkdir()
        (tools / "polymer").symlink_to(POLYMER)
        self.environment = {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(path), "LANG": "C.UTF-8"}

    def start(self, command: list[str], **variables: str) -> subprocess.Popen[str]:
        """Start a command in the folder; what it says lies in `said`."""
        said = (self.path / "said").open("a")
        environment = {**self.environment, **variables}
        with said:
            # In a process group of its own, so that all of it can be ended here.
            return subprocess.Popen(
                command, cwd=self.path, env=environment, stdout=said, stderr=said, text=True, process_group=0
            )

    def run(self, command: list[str], **variables: str) -> int:
        """Run a command to its end, not for ever."""
        with self.start(command, **variables) as running:
            try:
                return running.wait(PATIENCE)
            finally:
                running.kill()

    def records(self, folder: str) -> list[dict]:
        """Return the whole records of a run folder, if it is there."""
        try:
            text = (self.path / folder / "results.jsonl").read_text()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    def summary(self, folder: str) -> dict:
        """Return what the last session of a run left as its summary."""
        return json.loads((self.path / folder / "summary.json").read_text())

    def until_under_way(self, *folders: str) -> None:
        """Wait until each of these has a record and not all."""
        until(f"records in {folders}", lambda: all(self.records(folder) for folder in folders))

    def supervisor(self, folder: str) -> int | None:
        """Return the process that is a run in this folder: it holds its lock."""
        try:
            lock = (self.path / folder / "lock").stat().st_ino
        except FileNotFoundError:
            return None
        # 1: FLOCK ADVISORY WRITE 4711 fe:00:815 0 EOF
        held = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
        return next((int(words[4]) for words in held if words[5].rsplit(":", 1)[1] == str(lock)), None)

    def notify(self, folder: str) -> None:
        """Send the run in this folder, and no worker of it, SIGTERM."""
        run = self.supervisor(folder)
        if run is None:
            raise AssertionError(f"nothing runs in {folder}")
        os.kill(run, signal.SIGTERM)

    def check_stopped(self, folder: str) -> None:
        """Fail unless a run was stopped before its end, and no task was lost for it."""
        state = self.summary(folder)
        assert state["complete"] is False, state
        assert all(record["verdict"] == "ok" for record in self.records(folder)), self.records(folder)

    def check_complete(self, folders: list[str]) -> None:
        """Fail unless each task has one record in one of these, and the merged folder has all."""
        names = [record["id"] for folder in folders for record in self.records(folder)]
        twice = [name for name, count in collections.Counter(names).items() if count > 1]
        assert (set(names), twice) == (TASKS, []), (TASKS - set(names), twice)
        # A worker that a signal had ended would have cost its task an attempt.
        ends = {(record["verdict"], record["attempts"]) for folder in folders for record in self.records(folder)}
        assert ends == {("ok", 1)}, ends
        merged = sorted(record["id"] for record in self.records("grades"))
        assert merged == sorted(TASKS), merged


@contextlib.contextmanager
def workplace(recipe: str, within: Path | None = None) -> Iterator[Workplace]:
    """Make a folder for a recipe. What was said in it is shown where a test fails.

    A folder that is `within` another has the same path each time.
    """
    with tempfile.TemporaryDirectory(prefix="recipe-") as folder:
        path = (within or Path(folder)) / "work"
        path.mkdir()
        place = Workplace(path, recipe)
        try:
            yield place
        except BaseException:
            for file in [place.path / "said", *sorted(place.path.glob("*.log"))]:
                if file.exists():
                    print(f"--- {file.name}\n{file.read_text()[-4000:]}")
            raise
        finally:
            shutil.rmtree(path)
