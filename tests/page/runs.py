"""Runs whose pages are looked at: one in which much goes wrong, and one that is hostile."""

import json
import os
import signal
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POLYMER = Path(os.environ.get("POLYMER", ROOT / "target/debug/polymer"))

# What a browser must never do with text of a guest. Each would set a global, load something or
# end the element that it stands in.
PAYLOADS = [
    "<script>window.owned=1</script>",
    "</script><script>window.owned=1</script>",
    "<img src=x onerror=window.owned=1>",
    "<svg/onload=window.owned=1>",
    "\"'><iframe src=javascript:parent.owned=1></iframe>",
    "<!--<script>window.owned=1//-->",
    "<style>*{display:none}</style><link rel=stylesheet href=http://127.0.0.1:9/x>",
    "{{constructor.constructor('window.owned=1')()}} ${window.owned=1}",
    "\u202eevitceric\u2066\u2069\u200b",
    "\u001b[2J\u001b]0;title\u0007\u0000",
    "<a href='javascript:window.owned=1'>click</a><form action=//x><button>x",
    "&lt;script&gt; &#60;script&#62; \\u003cscript\\u003e",
]


def build_guest(folder):
    """The guest as two modules: one of them is given more to do."""
    orders = folder / "orders.wasm"
    command = ["rustc", "--edition", "2024", "-O", "--target", "wasm32-wasip1", "-o", orders, Path(__file__).with_name("guest.rs")]
    subprocess.run(command, check=True)
    images = folder / "images.wasm"
    images.write_bytes(orders.read_bytes())
    return orders, images


def task(number, module, text, group):
    return {"id": f"{group}/{number}", "module": module.name, "input": text, "group": group}


def troubled_tasks(orders, images):
    """1200 tasks: three causes of their own, timeouts, and a module that is slow."""
    for number in range(1, 1201):
        group = ["north", "east", "south", "west"][number % 4]
        text = f"work {100 + number * 37 % 400}"
        module = orders
        if number % 40 == 0:
            text = f"email user{number}.example.org"
        elif number % 75 == 1:
            text = f"price {number}"
        elif number % 110 == 7:
            text = f"index {number % 9 + 3}"
        elif number in (300, 700, 1100):
            text = "spin"
        elif number % 90 == 3:
            text = f"hold {1 << (number % 8 + 9)}"
        elif number % 12 == 5:
            module, text = images, f"work {20_000 + number * 13 % 9000}"
        yield task(number, module, text, group)


def run(folder, name, tasks, *flags, kill=False):
    """Runs the tasks. Gives the run's folder."""
    lines = folder / f"{name}.jsonl"
    lines.write_text("".join(json.dumps(task, ensure_ascii=False) + "\n" for task in tasks))
    run_dir = folder / name
    command = [POLYMER, "run", "--tasks", lines, "--run-dir", run_dir, "-q", "--failure-output", "never", *flags]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    if kill:
        kill_workers(run_dir, process)
    code = process.wait(timeout=300)
    assert code == 100, f"exit code {code}"
    return run_dir


def kill_workers(run_dir, process):
    """Kills the worker of the oldest attempt under way, twice, while the run goes on."""
    killed = 0
    while killed < 2 and process.poll() is None:
        path = run_dir / "results.jsonl"
        done = path.read_bytes().count(b"\n") if path.exists() else 0
        if done < 300 * (killed + 1):
            continue
        workers = workers_of(process.pid)
        if workers:
            os.kill(workers[0], signal.SIGKILL)
            killed += 1


def workers_of(parent):
    """The run workers of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[1:3] == [b"__worker", b"run"] and str(parent).encode() in words[3:4]:
            found.append(int(entry.name))
    return sorted(found)


def troubled(folder):
    orders, images = build_guest(folder)
    flags = ["--timeout", "500ms", "--retries", "1", "--retry-on", "timeout", "-j", "4", "--memory", "64MiB", "--keep-events", "all"]
    return run(folder, "shop", troubled_tasks(orders, images), *flags, kill=True)


def hostile_tasks(orders):
    """10,000 causes, messages and logs of 1 MB, and every payload wherever a guest or a user writes."""
    echo = Path(__file__).with_name("echo.wat")
    for number in range(10_000):
        payload = PAYLOADS[number % len(PAYLOADS)]
        # Letters, so that each is a message of its own.
        letters = "".join(chr(ord("g") + int(digit)) for digit in str(number))
        times = (1 << 20) // len(payload) if number in (5, 5000) else 1
        yield {"id": f"{payload} {number}", "module": str(echo), "group": f"{payload}{letters}", "input": f"{letters} " + payload * times}
    # Some come often, so that they are causes that are shown.
    for number, payload in enumerate(PAYLOADS * 30):
        yield {"id": f"often {number} {payload}", "module": str(echo), "group": payload, "input": payload}
    for number, payload in enumerate(PAYLOADS):
        text = f"hostile {1024 if number == 0 else 0} {payload}"
        yield {"id": f"log {payload}", "module": orders.name, "group": payload, "input": text}


def hostile(folder):
    orders, _ = build_guest(folder)
    return run(folder, "<img src=x onerror=window.owned=1>", hostile_tasks(orders), "-j", "4", "--log-limit", "2MiB")


def report(run_dir, *flags):
    """The path of the page of a run."""
    subprocess.run([POLYMER, "report", run_dir, *flags], check=True, stdout=subprocess.DEVNULL)
    return run_dir / "report.html"
