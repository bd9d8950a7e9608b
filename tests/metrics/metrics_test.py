"""Metrics of `polymer run --metrics`, as the readers of others read them.

Needs a built `polymer` (target/debug/polymer, or POLYMER), promtool of Debian's package prometheus
on PATH, and prometheus-client of PyPI. `.ci/metrics` gets the latter and calls this:

    python tests/metrics/metrics_test.py [TEST...]
"""

import os
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

from prometheus_client import parser as classic
from prometheus_client.openmetrics import parser as openmetrics

ROOT = Path(__file__).resolve().parents[2]
POLYMER = os.environ.get("POLYMER", str(ROOT / "target/debug/polymer"))
FAILS = ROOT / "tests/guests/exit_max.wat"
WORKS = ROOT / "tests/guests/silent.wat"
OPEN = "application/openmetrics-text; version=1.0.0"


def promtool(text: str) -> subprocess.CompletedProcess[str]:
    """Hold a text against the rules of Prometheus."""
    command = ["promtool", "check", "metrics"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def samples(families) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return all samples of families, by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


class Readers(unittest.TestCase):
    """What is written is read."""

    def check_clean(self, text: str) -> None:
        """Fail unless promtool has nothing to say."""
        checked = promtool(text)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""), text)

    def test_promtool_accepts_a_file(self) -> None:
        """The file of a run in which all fails, and of one in which nothing happened."""
        for module, lines, code in ((FAILS, "a\n" * 20, 100), (WORKS, "", 0)):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "run.prom"
                command = [POLYMER, "run", str(module), "--metrics", str(path), "-o", f"{folder}/records"]
                ended = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
                self.assertEqual(ended.returncode, code, ended.stderr)
                text = path.read_text()
            self.check_clean(text)
            found = samples(classic.text_string_to_metric_families(text))
            tasks = found["polymer_tasks_total", (("verdict", "task_error"),)]
            self.assertEqual(tasks, len(lines.splitlines()))

    def test_promtool_objects_to_what_is_wrong(self) -> None:
        """So that the test above can fail."""
        self.assertNotEqual(promtool("# TYPE polymer_tasks counter\npolymer_tasks 1\n").returncode, 0)

    def test_a_scrape_is_read_in_both_formats(self) -> None:
        """What a socket answers while a run waits for its input."""
        command = [POLYMER, "run", str(WORKS), "--metrics", "127.0.0.1:0"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as run:
            address = next(line for line in run.stderr if line.startswith("metrics: ")).split()[1]
            with urllib.request.urlopen(address, timeout=30) as answer:
                older = answer.read().decode()
            request = urllib.request.Request(address, headers={"Accept": OPEN})
            with urllib.request.urlopen(request, timeout=30) as answer:
                kind, text = answer.headers["Content-Type"], answer.read().decode()
            run.communicate("a\n", timeout=60)
        self.assertTrue(kind.startswith(OPEN), kind)
        self.check_clean(older)
        families = list(openmetrics.text_string_to_metric_families(text))
        units = {family.name: family.unit for family in families if family.unit}
        self.assertEqual(units["polymer_task_duration_seconds"], "seconds")
        self.assertEqual(units["polymer_memory_bytes"], "bytes")
        kinds = {family.type for family in families}
        self.assertEqual(kinds, {"counter", "gauge", "histogram", "info"})
        names = set(samples(families))
        self.assertEqual(names, set(samples(classic.text_string_to_metric_families(older))))


if __name__ == "__main__":
    unittest.main()
