"""Measures the client: run it with the wheel installed, on a machine at rest.

CPU is that of all processes: this one, the command, its workers. Rates and round trips are ratios to
something that is measured in the same run.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import importlib
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

import polymer_wasm as pw
from polymer_wasm import _codec, _pool, _tasks
from polymer_wasm._binary import command

ROWS = 200_000
ROUNDS = 5

#: The smallest command: reads nothing and writes nothing.
MODULE = "tests/guests/silent.wat"


def cpu() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def own_cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def host_cpu(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tell(name: str, values: "list[float]", unit: str) -> None:
    middle = statistics.median(values)
    print(f"{name:58} {middle:9.2f} {unit} (of {len(values)}: {min(values):.2f} to {max(values):.2f})", flush=True)


def bulk(module: str, emit: str) -> "tuple[float, float, float, float]":
    """CPU a task of all processes, of this one and of the supervisor, in microseconds; tasks a second."""
    before = cpu()
    with pw.Pool(module, workers=2, emit=emit) as pool:
        list(pool.map(["0"] * 1000))
        own, host, began = own_cpu(), host_cpu(pool._child.process.pid), time.perf_counter()
        count = sum(1 for record in pool.map(map(str, range(ROWS))) if record.ok)
        took = time.perf_counter() - began
        own, host = own_cpu() - own, host_cpu(pool._child.process.pid) - host
    assert count == ROWS
    scale = 1e6 / ROWS
    return (cpu() - before) * scale, own * scale, host * scale, ROWS / took


def with_codec(library: str) -> None:
    """Have the client use a codec from here on."""
    hidden = {"msgspec": [], "orjson": ["msgspec"], "json": ["msgspec", "orjson"]}[library]
    kept = {name: sys.modules.get(name) for name in hidden}
    sys.modules.update(dict.fromkeys(hidden))
    try:
        importlib.reload(_codec)
    finally:
        for name, module in kept.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    assert _codec.LIBRARY == library, (_codec.LIBRARY, library)
    _tasks.encode, _pool.decode = _codec.encode, _codec.decode


def square(number: int) -> int:
    return number


def executor_rate() -> float:
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        list(pool.map(square, range(100), chunksize=1))
        began = time.perf_counter()
        count = sum(1 for _ in pool.map(square, range(20_000), chunksize=1))
        return count / (time.perf_counter() - began)


def raw_round_trip(module: str) -> float:
    """Microseconds of one line to the command and its record back, with nothing but pipes."""
    line = json.dumps({"module": os.path.abspath(module), "input": "0"}).encode() + b"\n"
    child = subprocess.Popen(
        [command(), "run", "--tasks", "-", "--client", "--no-config", "-j2"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    lines = os.fdopen(os.dup(child.stdout.fileno()), "rb")
    lines.readline()
    for turn in range(4200):
        if turn == 200:
            began = time.perf_counter()
        os.write(child.stdin.fileno(), line)
        lines.readline()
    took = (time.perf_counter() - began) / 4000
    child.stdin.close()
    child.wait()
    return took * 1e6


def future_round_trip(module: str) -> float:
    with pw.Pool(module, workers=2) as pool:
        for turn in range(4200):
            if turn == 200:
                began = time.perf_counter()
            pool.submit("0").result()
        return (time.perf_counter() - began) / 4000 * 1e6


def asyncio_cpu(module: str) -> float:
    async def main() -> None:
        async with pw.AsyncPool(module, workers=2, emit="short") as pool:
            for _ in range(40):
                await asyncio.gather(*(pool.submit("0") for _ in range(1000)))

    before = cpu()
    asyncio.run(main())
    return (cpu() - before) / 40_000 * 1e6


def main() -> None:
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    module = str(root / MODULE)
    for library in ("msgspec", "json"):
        try:
            with_codec(library)
        except AssertionError:
            print(f"{library} is not installed")
            continue
        for emit in ("full", "short"):
            found = [bulk(module, emit) for _ in range(ROUNDS)]
            tell(f"bulk, {library}, {emit}: CPU a task of all processes", [one[0] for one in found], "us")
            tell("    of it this process and the supervisor", [one[1] + one[2] for one in found], "us")
            tell("    of it this process", [one[1] for one in found], "us")
    with_codec("msgspec")
    rates, trips, costs = [], [], []
    for _ in range(ROUNDS):
        rates.append(bulk(module, "short")[3] / executor_rate())
        trips.append(future_round_trip(module) / raw_round_trip(module))
        costs.append(asyncio_cpu(module))
    tell("bulk: tasks a second against ProcessPoolExecutor, chunk 1", rates, "times")
    tell("submit().result() against the raw pipe's round trip", trips, "times")
    tell("asyncio: CPU a task of all processes", costs, "us")


if __name__ == "__main__":
    main()
