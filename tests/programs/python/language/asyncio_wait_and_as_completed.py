import asyncio


async def job(n, delay):
    await asyncio.sleep(delay)
    if n == "boom":
        raise RuntimeError(n)
    return n


def names(tasks):
    return sorted(t.get_name() for t in tasks)


def spawn(**delays):
    return [asyncio.create_task(job(n, d / 1000), name=n) for n, d in delays.items()]


async def main():
    tasks = spawn(fast=1, medium=30, slow=60)
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print("first:", names(done), names(pending))
    done, pending = await asyncio.wait(pending)
    print("rest:", names(done), names(pending))

    tasks = spawn(ok=40, boom=5, late=80)
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    print("exception:", names(done), [repr(t.exception()) for t in done], names(pending))
    for t in pending:
        t.cancel()

    done, pending = await asyncio.wait(spawn(x=1, y=400), timeout=0.05)
    print("timeout:", names(done), names(pending))
    for t in pending:
        t.cancel()

    order = []
    for fut in asyncio.as_completed([job("c", 0.06), job("a", 0.001), job("b", 0.03)]):
        order.append(await fut)
    print("completed in order", order)

    async for t in asyncio.as_completed(spawn(p=20, q=1)):
        print(t.get_name(), t.result())


asyncio.run(main())
