"""The jobs of a workflow of GitHub Actions, done here: their `run:` by bash, their artifacts as folders.

It knows what the recipe uses, and refuses anything else."""

import fnmatch
import re
import shutil
from pathlib import Path

from workplace import Workplace

CONDITIONS = {"${{ !cancelled() }}"}


class Job:
    """A job in a workplace of its own, and the artifacts of its run."""

    def __init__(self, job: dict, place: Workplace, artifacts: Path, matrix: dict[str, object]) -> None:
        self.job, self.place, self.artifacts, self.matrix = job, place, artifacts, matrix

    def run(self, notify: str | None = None) -> dict[str, int]:
        """Do its steps, with the codes of those that run something. The run in the folder `notify` is told to stop."""
        codes: dict[str, int] = {}
        for step in self.job["steps"]:
            condition = step.get("if")
            assert condition is None or condition in CONDITIONS, condition
            # A step that has none is left out when one before it failed.
            if condition is None and any(codes.values()):
                continue
            if "run" in step:
                codes[step["name"]] = self._shell(self._text(step["run"]), notify)
            else:
                found = self._action(step["uses"], step.get("with", {}))
                assert found or step.get("continue-on-error", False), step
        return codes

    def _shell(self, script: str, notify: str | None) -> int:
        if script.startswith("pip install "):
            # What it installs is on PATH.
            return 0
        # As GitHub starts it where no shell is named.
        with self.place.start(["bash", "-e", "-c", script]) as running:
            if notify is not None:
                self.place.until_under_way(notify)
                self.place.notify(notify)
            return running.wait()

    def _action(self, name: str, given: dict) -> bool:
        arguments = {key: self._text(value) if isinstance(value, str) else value for key, value in given.items()}
        match name:
            case "actions/checkout@v4":
                return arguments == {}
            case "actions/upload-artifact@v4":
                assert arguments.keys() <= {"name", "path", "overwrite", "include-hidden-files"}, arguments
                assert arguments["overwrite"], "a second attempt would be refused"
                source, target = self.place.path / arguments["path"], self.artifacts / arguments["name"]
                shutil.rmtree(target, ignore_errors=True)
                # Where there is nothing, it warns.
                if source.exists():
                    shutil.copytree(source, target)
                return True
            case "actions/download-artifact@v4":
                return self._download(arguments)
        raise AssertionError(f"nobody knows the action {name}")

    def _download(self, arguments: dict) -> bool:
        if "pattern" in arguments:
            assert arguments.keys() == {"pattern"}, arguments
            names = fnmatch.filter((path.name for path in self.artifacts.iterdir()), arguments["pattern"])
            found = {name: self.place.path / name for name in names}
        else:
            assert arguments.keys() == {"name", "path"}, arguments
            found = {arguments["name"]: self.place.path / arguments["path"]}
        for name, target in found.items():
            if not (self.artifacts / name).exists():
                return False
            shutil.copytree(self.artifacts / name, target)
        return True

    def _text(self, text: str) -> str:
        def value(found: re.Match[str]) -> str:
            context, name = found[1].split(".")
            assert context == "matrix", found[0]
            return str(self.matrix[name])

        return re.sub(r"\$\{\{ (.*?) \}\}", value, text)
