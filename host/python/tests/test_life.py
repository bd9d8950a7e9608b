"""What becomes of processes: no command outlives its client, and none that dies hangs its client."""

import os
import pathlib
import random
import signal
import subprocess
import sys
import textwrap
import time

import pytest

import polymer_wasm as pw

#: Kills in each test that kills again and again; `POLYMER_ROUNDS` sets another number.
ROUNDS = int(os.environ.get("POLYMER_ROUNDS", "20"))


def script(text: str, *args: str, **options) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(text), *args],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        # Whoever starts the tests may ignore it, as `nohup` and scripts do in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **options,
    )


def is_alive(pid: int) -> bool:
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    # A zombie is gone; whoever adopts it has not looked yet.
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def ends(pids: "list[int]", seconds: float = 2.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(map(is_alive, pids)):
            return True
        time.sleep(0.01)
    return False


def family(pid: int) -> "list[int]":
    """A process and all below it."""
    found, look = [], [pid]
    while look:
        one = look.pop()
        found.append(one)
        for task in pathlib.Path(f"/proc/{one}/task").glob("*/children"):
            try:
                look.extend(map(int, task.read_text().split()))
            except OSError:
                pass
    return found


CLIENT = """
    import sys, threading, polymer_wasm as pw
    pool = pw.Pool(sys.argv[1], workers=2, **({"run_dir": sys.argv[2]} if len(sys.argv) > 2 else {}))
    print(pool._child.process.pid, flush=True)
    for record in pool.map(str(n) for n in range(10**9)):
        if record.seq in (1, 1000):
            print("goes", flush=True)
"""


def test_a_client_that_is_killed_leaves_no_process(echo):
    chance = random.Random(1)
    for _ in range(ROUNDS):
        client = script(CLIENT, echo)
        command = int(client.stdout.readline())
        if chance.random() < 0.5:
            client.stdout.readline()
        time.sleep(chance.random() * 0.05)
        left = family(command)
        client.kill()
        client.wait()
        assert ends(left), f"left over: {[pid for pid in left if is_alive(pid)]}"


def test_a_client_that_is_killed_leaves_a_run_folder_that_goes_on(echo, tmp_path):
    chance = random.Random(2)
    rows = [str(number) for number in range(2000)]
    text = """
        import sys, polymer_wasm as pw
        print("goes", flush=True)
        pw.run(sys.argv[1], map(str, range(2000)), sys.argv[2], workers=2)
    """
    for turn in range(max(3, ROUNDS // 4)):
        folder = tmp_path / f"run{turn}"
        client = script(text, echo, str(folder), start_new_session=True)
        client.stdout.readline()
        time.sleep(chance.random() * 0.6)
        os.killpg(client.pid, signal.SIGKILL)
        client.wait()
        if not (folder / "run.json").exists():
            continue
        result = pw.resume(folder)
        assert result.complete and result.verdicts == {"ok": 2000}, result
        assert sorted(record.output for record in result.records()) == sorted(rows)


def test_a_command_that_is_killed_ends_all_futures(echo, spin):
    chance = random.Random(3)
    for _ in range(ROUNDS):
        pool = pw.Pool(echo, workers=2)
        futures = [pool.submit(str(number)) for number in range(200)] + [pool.submit(1, module=spin)]
        left = family(pool._child.process.pid)
        time.sleep(chance.random() * 0.02)
        pool._child.process.kill()
        for future in futures:
            error = future.exception(timeout=20)
            assert error is None or isinstance(error, pw.PoolBroken), error
        assert isinstance(futures[-1].exception(), pw.PoolBroken)
        with pytest.raises(pw.PoolBroken):
            pool.submit("x")
        pool.shutdown()
        assert ends(left)


def test_map_tells_that_the_command_died(echo):
    with pw.Pool(echo) as pool:
        records = pool.map(str(number) for number in range(10**9))
        next(records)
        pool._child.process.kill()
        with pytest.raises(pw.PoolBroken, match="signal 9"):
            for _ in records:
                pass


def test_the_end_of_the_interpreter_ends_the_command(spin):
    for ending in ["", "import sys; sys.exit(3)", "raise ValueError", "del pool; import time; time.sleep(0.2)"]:
        client = script(
            f"""
            import sys, polymer_wasm as pw
            pool = pw.Pool(sys.argv[1], workers=1)
            future = pool.submit(1)
            print(pool._child.process.pid, flush=True)
            {ending}
            """,
            spin,
            stderr=subprocess.DEVNULL,
        )
        command = int(client.stdout.readline())
        left = family(command)
        client.wait(20)
        assert ends(left), ending


def test_a_fork_is_no_client(echo):
    pool = pw.Pool(echo, workers=1)
    assert pool.submit("a").result() == "a"
    pid = os.fork()
    if pid == 0:
        # A fork that lives on must not keep the command alive, nor end it.
        time.sleep(1.0)
        os._exit(0)
    left = family(pool._child.process.pid)
    assert pool.submit("b").result() == "b"
    pool._child.end()
    assert ends(left)
    os.waitpid(pid, 0)


def test_what_a_fork_does_at_its_end_leaves_the_pool_alone(echo):
    with pw.Pool(echo, workers=1) as pool:
        for _ in range(3):
            pid = os.fork()
            if pid == 0:
                try:
                    import gc

                    gc.collect()
                finally:
                    os._exit(0)
            os.waitpid(pid, 0)
            assert pool.submit("b").result() == "b"


def test_ctrl_c_ends_a_with_block_at_once(spin):
    client = script(
        """
        import sys, polymer_wasm as pw
        try:
            with pw.Pool(sys.argv[1], workers=1) as pool:
                print(pool._child.process.pid, flush=True)
                pool.submit(1).result()
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        """,
        spin,
        start_new_session=True,
    )
    command = int(client.stdout.readline())
    left = family(command)
    time.sleep(0.3)
    # As a terminal does: to the whole group of the client, of which the command is none.
    os.killpg(client.pid, signal.SIGINT)
    assert client.stdout.readline() == "interrupted\n"
    assert client.wait(20) == 0
    assert ends(left)


def test_many_pools_live_and_end_beside_each_other(echo):
    pools = [pw.Pool(echo, workers=1) for _ in range(6)]
    assert [pool.submit(str(n)).result() for n, pool in enumerate(pools)] == list("012345")
    left = [pid for pool in pools for pid in family(pool._child.process.pid)]
    for pool in pools:
        pool.shutdown()
    assert ends(left)
