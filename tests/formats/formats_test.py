"""What `polymer export` and `polymer report` write for other tools, read by these tools.

Needs a built `polymer` (target/debug/polymer, or POLYMER), GNU parallel on PATH, xmlschema and
junitparser of PyPI, and SCHEMA: the path of the schema of JUnit files that pytest tests its own
against. `.ci/formats` gets the latter and calls this:

    SCHEMA=junit-10.xsd python tests/formats/formats_test.py [TEST...]
"""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import xmlschema
from junitparser import Error, JUnitXml

ROOT = Path(__file__).resolve().parents[2]
POLYMER = os.environ.get("POLYMER", str(ROOT / "target/debug/polymer"))
FAILS = ROOT / "tests/guests/exit_max.wat"
WORKS = ROOT / "tests/guests/silent.wat"


def polymer(*arguments: str, code: int = 0) -> str:
    """Return what a command says, which ends so."""
    ended = subprocess.run([POLYMER, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == code, (arguments, ended)
    return ended.stdout


class Formats(unittest.TestCase):
    """Each test reads the same run: five tasks, of which the second and the fifth fail."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make the run."""
        cls.folder = tempfile.TemporaryDirectory()
        place = Path(cls.folder.name)
        ids = ["one", "two <&\"'\u202e]]>", "three", "four", "five"]
        modules = [WORKS, FAILS, WORKS, WORKS, FAILS]
        lines = [json.dumps({"id": id, "module": str(module), "input": "x\ty"}) for id, module in zip(ids, modules)]
        (place / "tasks").write_text("".join(f"{line}\n" for line in lines))
        cls.run_dir = str(place / "run")
        polymer("run", "--tasks", str(place / "tasks"), "--run-dir", cls.run_dir, "-j", "1", "-q", code=100)

    @classmethod
    def tearDownClass(cls) -> None:
        """Remove it."""
        cls.folder.cleanup()

    def test_junit_is_as_its_schema_says_and_readers_find_the_failures(self) -> None:
        """Also where an id has what XML gives a meaning."""
        text = polymer("report", self.run_dir, "--format", "junit")
        xmlschema.XMLSchema(os.environ["SCHEMA"]).validate(text)
        suites = JUnitXml.fromstring(text.encode())
        self.assertEqual((suites.tests, suites.failures + suites.errors), (5, 2))
        failed = [case for suite in suites for case in suite if case.result]
        self.assertEqual(len(failed), 2)
        for case in failed:
            self.assertIn("task_error", case.result[0].type)
            self.assertFalse(isinstance(case.result[0], Error))

    def test_parallel_goes_on_behind_a_job_log(self) -> None:
        """What has a line in the log is not run again; with --resume-failed what failed is."""
        log = Path(self.folder.name) / "joblog"
        for flag, again in [("--resume", ["6"]), ("--resume-failed", ["2", "5", "6"])]:
            log.write_text(polymer("export", self.run_dir, "--format", "joblog"))
            command = ["parallel", "-j1", flag, "--joblog", str(log), "echo {}", ":::", *"123456"]
            environment = {**os.environ, "HOME": self.folder.name}
            out = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
            self.assertEqual(sorted(out.stdout.split()), again, flag)

    def test_trace_events_have_the_documented_fields(self) -> None:
        """Those of the Trace Event Format: phases, microseconds, and ends that follow beginnings."""
        trace = json.loads(polymer("export", self.run_dir, "--format", "perfetto"))
        events = trace["traceEvents"]
        self.assertTrue(events)
        waits = []
        for event in events:
            self.assertIn(event["ph"], "XBEiIMCbe", event)
            self.assertIsInstance(event["pid"], int)
            self.assertIsInstance(event["name"], str)
            if event["ph"] != "M":
                self.assertGreaterEqual(event["ts"], 0)
            if event["ph"] == "X":
                self.assertGreaterEqual(event["dur"], 0)
            if event["ph"] == "M":
                self.assertIn("name", event["args"])
            if event["ph"] in "be":
                waits.append((event["cat"], event["id"], event["ts"], event["ph"]))
        # Asynchronous events: each that begins ends, and not before.
        for begun, ended in zip(waits[::2], waits[1::2], strict=True):
            self.assertEqual((begun[:2], begun[3], ended[3]), (ended[:2], "b", "e"))
            self.assertLessEqual(begun[2], ended[2])
        self.assertEqual(len([event for event in events if event["ph"] == "X"]), 5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
