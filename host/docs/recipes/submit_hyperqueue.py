"""One input over the workers of HyperQueue, which share a folder with this machine.

Needs `pip install hyperqueue` and a server with workers: `hq server start`, `hq worker start`.
Start it again for partitions that were stopped or failed: what has a record is not run again. A
task whose worker is lost is started on another one by HyperQueue itself.
"""

import subprocess
import sys

from hyperqueue import Client, Job
from hyperqueue.ffi.protocol import ResourceRequest

COUNT = 4


def command(number: int) -> list[str]:
    """Return what runs a partition."""
    return [
        *("polymer", "run", "grade.wasm", "--input", "answers.jsonl", "--id-field", "id"),
        *("--partition", f"hash:{number}/{COUNT}", "--run-dir", f"grades-{number}", "--resume"),
        *("--timeout", "60s", "--stopped-exit", "75"),
    ]


def main() -> int:
    """Run all partitions, then make one run folder of theirs."""
    # The others go on when one fails.
    job = Job(name="grades", max_fails=None)
    for number in range(1, COUNT + 1):
        log = f"grades-{number}.log"
        job.program(command(number), stdout=None, stderr=log, resources=ResourceRequest(cpus=1))
    client = Client()
    client.wait_for_jobs([client.submit(job)], raise_on_error=False)
    folders = [f"grades-{number}" for number in range(1, COUNT + 1)]
    return subprocess.run(["polymer", "merge", "grades", *folders], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
