"""Slurm on this machine: its controller and the daemon of one node, unpacked from Debian's packages."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from workplace import PATIENCE, Workplace, until

UNPACKED = Path(os.environ["SLURM"])
LIBRARIES = UNPACKED / "usr/lib/x86_64-linux-gnu"

# A requeued job begins once its old credential has expired. The cores are made up: all partitions run at the same time.
CONFIGURATION = """\
ClusterName=recipes
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
AuthInfo=cred_expire=5
CredType=cred/none
PluginDir={plugins}
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool
SlurmctldPidFile={place}/slurmctld.pid
SlurmdPidFile={place}/slurmd.pid
SlurmctldLogFile={place}/slurmctld.log
SlurmdLogFile={place}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,sched_min_interval=1,bf_interval=1
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=16 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Cluster:
    """A cluster that runs, and its commands."""

    def __init__(self, place: Workplace) -> None:
        self.place = place

    def ask(self, *command: str) -> str:
        """Run a command of Slurm and return what it says."""
        ended = subprocess.run(
            command,
            cwd=self.place.path,
            env=self.place.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, (command, ended.stderr)
        return ended.stdout.strip()

    def states(self, job: str) -> dict[str, str]:
        """Return state, exit code and number of restarts of each task of a job, by its number in the array."""
        lines = self.ask("scontrol", "--oneliner", "show", "job", job).splitlines()
        tasks = [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in lines]
        return {
            task.get("ArrayTaskId", "0"): f"{task['JobState']} {task['ExitCode']} {task['Restarts']}" for task in tasks
        }


@contextlib.contextmanager
def cluster(place: Workplace) -> Iterator[Cluster]:
    """Start Slurm beside a workplace, and end it."""
    host = socket.gethostname().split(".")[0]
    configuration = place.path / "slurm.conf"
    configuration.write_text(
        CONFIGURATION.format(
            host=host,
            controller=free_port(),
            node=free_port(),
            user=Path("/proc/self").owner(),
            plugins=LIBRARIES / "slurm-wlm",
            place=place.path,
        )
    )
    for folder in ("state", "spool"):
        (place.path / folder).mkdir()
    place.environment["SLURM_CONF"] = str(configuration)
    place.environment["LD_LIBRARY_PATH"] = f"{LIBRARIES}:{LIBRARIES / 'slurm-wlm'}"
    place.environment["PATH"] += f":{UNPACKED / 'usr/bin'}"
    daemons = UNPACKED / "usr/sbin"
    controller = [str(daemons / "slurmctld-wlm"), "-D", "-c"]
    node = [str(daemons / "slurmd-wlm"), "-D", "-N", host, "-d", str(daemons / "slurmstepd-wlm")]
    with place.start(controller) as first, place.start(node) as second:
        try:
            running = Cluster(place)
            is_idle = "sinfo --noheader --format=%t | grep -q '^idle$'"
            until("an idle node", lambda: place.run(["sh", "-c", is_idle]) == 0)
            yield running
        finally:
            second.terminate()
            first.terminate()
