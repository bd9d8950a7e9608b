"""The pool for asyncio."""

import asyncio

import pytest

import polymer_wasm as pw


def test_tasks_run_together(echo):
    async def main():
        async with pw.AsyncPool(echo) as pool:
            texts = [str(number) for number in range(500)]
            assert await asyncio.gather(*(pool.submit(text) for text in texts)) == texts
            assert [record.output async for record in pool.map(texts)] == texts
            found = [record.output async for record in pool.map(texts, ordered=False)]
            assert sorted(found) == sorted(texts)
            assert (await pool.record("x", id="i")).id == "i"

    asyncio.run(main())


def test_canceling_a_coroutine_cancels_its_task_and_no_other(echo, spin):
    async def main():
        async with pw.AsyncPool(echo, workers=2) as pool:
            endless = [asyncio.create_task(pool.submit(1, module=spin)) for _ in range(5)]
            await asyncio.sleep(0)
            for task in endless:
                task.cancel()
            for task in endless:
                with pytest.raises(asyncio.CancelledError):
                    await task
            # Both workers are free again.
            assert await asyncio.wait_for(asyncio.gather(*(pool.submit(text) for text in "abc")), 30) == list("abc")

    asyncio.run(main())


def test_a_failed_task_raises(trap):
    async def main():
        async with pw.AsyncPool(trap) as pool:
            with pytest.raises(pw.Trap):
                await pool.submit(1)
            assert (await pool.record(1)).verdict == "trap"

    asyncio.run(main())


def test_a_task_is_right_if_it_gives_what_is_expected(echo):
    async def main():
        async with pw.AsyncPool(echo) as pool:
            assert await pool.submit("x", expect="x", points=1) == "x"
            with pytest.raises(pw.WrongOutput):
                await pool.submit("x", expect=b"y")
            record = await pool.record("x", expect={"output": "X"}, points=3, compare="exact")
            assert (record.verdict, record.judge["points"], record.judge["max_points"]) == ("wrong_output", 0, 3)

    asyncio.run(main())


def test_a_command_that_dies_is_told_to_all(spin):
    async def main():
        async with pw.AsyncPool(spin) as pool:
            waiting = [asyncio.create_task(pool.submit(1)) for _ in range(3)]
            await asyncio.sleep(0)
            pool._child.process.kill()
            for task in waiting:
                with pytest.raises(pw.PoolBroken, match="signal 9"):
                    await task
            with pytest.raises(pw.PoolBroken):
                await pool.submit(1)

    asyncio.run(main())


def test_a_command_that_dies_while_lines_wait_to_be_written_hangs_nobody(spin):
    async def main():
        async with pw.AsyncPool(spin, workers=1) as pool:
            waiting = [asyncio.create_task(pool.submit("x" * 1000)) for _ in range(20_000)]
            await asyncio.sleep(0)
            asyncio.get_running_loop().call_later(0.2, pool._child.process.kill)
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(one, (pw.PoolBroken, RuntimeError)) for one in found)

    asyncio.run(asyncio.wait_for(main(), 60))


def test_rows_are_drawn_as_records_are_taken(echo):
    async def main():
        drawn = 0

        async def rows():
            nonlocal drawn
            while True:
                drawn += 1
                yield str(drawn)

        async with pw.AsyncPool(echo) as pool:
            records = pool.map(rows())
            taken = [(await records.__anext__()).output for _ in range(50)]
            assert taken == [str(number) for number in range(1, 51)]
            assert drawn < 3 * 8192
            await records.aclose()
            assert await pool.submit("after") == "after"

    asyncio.run(main())
