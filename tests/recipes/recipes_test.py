"""The recipes of host/docs/recipes, run as they stand there: stopped in the middle, and again until all is done.

Needs what `.ci/recipes` gets and builds, which calls this:

    python tests/recipes/recipes_test.py [TEST...]

Slurm, GNU parallel over ssh and HyperQueue run here. Of Kubernetes and GitHub Actions there are the schemas, and what
their controllers would start is started by hand.
"""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import kubernetes_validate
from ruamel.yaml import YAML
from slurm_cluster import cluster
from ssh_hosts import ssh_hosts
from workflow import Job
from workplace import PARTITIONS, RECIPES, Workplace, until, workplace

FOLDERS = [f"grades-{number}" for number in PARTITIONS]
# Versions of Kubernetes: the first in which all of the manifest is stable, and the newest.
KUBERNETES = ("1.33", "1.37")
CLUSTER = """
import sys
from hyperqueue import LocalCluster
from hyperqueue.cluster import WorkerConfig
with LocalCluster(sys.argv[1], WorkerConfig(cores=4)):
    sys.stdin.read()
"""


class Schedulers(unittest.TestCase):
    """Schedulers that run here."""

    def test_slurm(self) -> None:
        """Each task of an array is told to stop: Slurm itself starts it again, then the task that merges."""
        with workplace("slurm.sh") as place, cluster(place) as slurm:
            array = slurm.ask("sbatch", "--parsable", "slurm.sh")
            merge = next(line for line in place.recipe.read_text().splitlines() if "--wrap" in line).strip("# ")
            words = [word.replace("$array", array) for word in shlex.split(merge)]
            merging = slurm.ask(words[0], "--parsable", "--output=merge.log", *words[1:]).split(";")[0]
            place.until_under_way(*FOLDERS)
            # As `--signal` does: to all processes of the steps, workers too.
            slurm.ask("scancel", "--signal=TERM", array)
            until("all tasks requeued", lambda: all(state.endswith(" 1") for state in slurm.states(array).values()))
            for folder in FOLDERS:
                place.check_stopped(folder)
            goes_on = {"PENDING", "RUNNING", "COMPLETING"}
            until("the merge", lambda: slurm.states(merging)["0"].split()[0] not in goes_on)
            self.assertEqual(set(slurm.states(array).values()), {"COMPLETED 0:0 1"})
            self.assertEqual(slurm.states(merging), {"0": "COMPLETED 0:0 0"})
            place.check_complete(FOLDERS)

    def test_parallel_over_ssh(self) -> None:
        """A run that is told to stop is tried on the other host; when all is killed, the next script goes on."""
        with workplace("parallel-ssh.sh") as place, ssh_hosts(place):
            with place.start([str(place.recipe)]) as script:
                place.until_under_way("grades-1", "grades-2")
                place.notify("grades-1")
                place.until_under_way("grades-3")
                os.killpg(script.pid, signal.SIGKILL)
            # With the connections gone, what had begun goes on to its end.
            until("no run", lambda: not any(map(place.supervisor, FOLDERS)))
            self.assertEqual(place.run([str(place.recipe)]), 0)
            place.check_complete(FOLDERS)
            self.assertEqual(place.summary("grades-1")["sessions"], 2)
            hosts = [line.split("\t")[1] for line in (place.path / "grades.joblog").read_text().splitlines()[1:]]
            self.assertEqual(set(hosts), {"one", "two"})

    def test_hyperqueue(self) -> None:
        """A partition that is told to stop has failed; the script, started again, goes on with it."""
        with workplace("submit_hyperqueue.py") as place:
            server = [sys.executable, "-c", CLUSTER, str(place.path / ".hq-server")]
            running = subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=place.environment)
            with running:
                until("a server", (place.path / ".hq-server/hq-current/access.json").exists)
                with place.start([sys.executable, str(place.recipe)]) as script:
                    place.until_under_way(*FOLDERS)
                    place.notify("grades-2")
                    script.wait()
                place.check_stopped("grades-2")
                self.assertEqual(place.run([sys.executable, str(place.recipe)]), 0)
                place.check_complete(FOLDERS)
                running.communicate()


class Kubernetes(unittest.TestCase):
    """The manifest, and what the controller would start for it."""

    def setUp(self) -> None:
        """Read the manifest."""
        self.jobs = list(YAML(typ="safe").load_all(RECIPES / "kubernetes-indexed-job.yaml"))

    def test_it_is_of_the_published_schema(self) -> None:
        """In the oldest version that it names and in the newest one; a word that nobody knows is refused."""
        for version in KUBERNETES:
            for job in self.jobs:
                kubernetes_validate.validate(job, version, strict=True)
            with self.assertRaises(kubernetes_validate.ValidationError):
                kubernetes_validate.validate({**self.jobs[0], "spec": {"paralelism": 4}}, version, strict=True)

    def action(self, code: int) -> str:
        """Return what the policy of the manifest does with a pod that ended with this code."""
        for rule in self.jobs[0]["spec"]["podFailurePolicy"]["rules"]:
            codes = rule.get("onExitCodes")
            if codes is not None:
                self.assertEqual(codes["operator"], "In")
                if code in codes["values"]:
                    return rule["action"]
        return "Count"

    def pod(self, place: Workplace, job: dict, index: int | None) -> subprocess.Popen[str]:
        """Start the command of a pod, with the variable that its controller adds."""
        (container,) = job["spec"]["template"]["spec"]["containers"]
        args = [arg.replace("$(JOB_COMPLETION_INDEX)", str(index)) for arg in container["args"]]
        variables = {} if index is None else {"JOB_COMPLETION_INDEX": str(index)}
        return place.start([*container["command"], *args], **variables)

    def test_its_pods_do_all_of_the_work(self) -> None:
        """A pod that is told to stop ends with a code that does not count, and the next one goes on."""
        job, merge = self.jobs
        folders = [f"grades-{index}" for index in range(job["spec"]["completions"])]
        self.assertEqual(
            [self.action(code) for code in (75, 100, 96, 137)], ["Ignore", "FailIndex", "FailIndex", "Count"]
        )
        with workplace("kubernetes-indexed-job.yaml") as place:
            with contextlib.ExitStack() as pods:
                first = [pods.enter_context(self.pod(place, job, index)) for index in range(len(folders))]
                place.until_under_way(*folders)
                place.notify("grades-3")
                self.assertEqual([pod.wait() for pod in first], [0, 0, 0, 75])
            place.check_stopped("grades-3")
            with self.pod(place, job, 3) as second:
                self.assertEqual(second.wait(), 0)
            with self.pod(place, merge, None) as merging:
                self.assertEqual(merging.wait(), 0)
            place.check_complete(folders)


class Actions(unittest.TestCase):
    """The workflow, and what its jobs do."""

    def test_it_is_of_the_published_schema(self) -> None:
        """Also, a word that nobody knows is refused."""
        check = [str(Path(sys.executable).parent / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]
        recipe = RECIPES / "github-actions-matrix.yml"
        subprocess.run([*check, str(recipe)], check=True, stdout=subprocess.DEVNULL)
        with tempfile.TemporaryDirectory() as folder:
            wrong = Path(folder) / "wrong.yml"
            wrong.write_text(recipe.read_text().replace("fail-fast", "fail-fastt"))
            self.assertNotEqual(subprocess.run([*check, str(wrong)], check=False, capture_output=True).returncode, 0)

    def test_its_jobs_do_all_of_the_work(self) -> None:
        """A job that is told to stop keeps its folder, and goes on from there when it is run again."""
        jobs = YAML(typ="safe").load(RECIPES / "github-actions-matrix.yml")["jobs"]
        matrix = [{"partition": number} for number in jobs["partition"]["strategy"]["matrix"]["partition"]]
        with tempfile.TemporaryDirectory(prefix="recipe-") as folder:
            artifacts = Path(folder) / "artifacts"
            artifacts.mkdir()

            def run(name: str, values: dict[str, object], notify: str | None = None) -> dict[str, int]:
                """Do a job on a machine that has nothing of the others, where the repository has the same path."""
                with workplace("github-actions-matrix.yml", Path(folder)) as place:
                    codes = Job(jobs[name], place, artifacts, values).run(notify)
                    if name == "merge" and set(codes.values()) == {0}:
                        place.check_complete(FOLDERS)
                    if notify is not None:
                        place.check_stopped(notify)
                    return codes

            codes = [run("partition", values, "grades-2" if values == {"partition": 2} else None) for values in matrix]
            self.assertEqual([code["run"] for code in codes], [0, 75, 0, 0])
            before = (artifacts / "grades-2/results.jsonl").read_text()
            self.assertEqual(run("partition", {"partition": 2}), {"install": 0, "run": 0})
            self.assertTrue((artifacts / "grades-2/results.jsonl").read_text().startswith(before))
            self.assertEqual(run("merge", {}), {"install": 0, "merge": 0})


if __name__ == "__main__":
    # What a test needs is there, or the test fails: nothing is left out because it is missing.
    for tool in ("parallel", "ssh", "ssh-keygen"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is missing: .ci/toolchains unpacks it")
    unittest.main(verbosity=2)
