import asyncio
from contextlib import aclosing, asynccontextmanager

async def ticker(n, delay=0.001):
    try:
        for i in range(n):
            yield i
            await asyncio.sleep(delay)
    finally:
        print("ticker closed")

async def amap(fn, source):
    async for x in source:
        yield fn(x)

async def afilter(pred, source):
    async for x in source:
        if pred(x):
            yield x

async def chunks(source, size):
    buf = []
    async for x in source:
        buf.append(x)
        if len(buf) == size:
            yield tuple(buf)
            buf.clear()
    if buf:
        yield tuple(buf)

async def merge(*sources):
    """Yield (index, item) from several async iterators as they arrive."""
    queue = asyncio.Queue()
    done = object()

    async def pump(i, src):
        async for x in src:
            await queue.put((i, x))
        await queue.put(done)

    tasks = [asyncio.create_task(pump(i, s)) for i, s in enumerate(sources)]
    left = len(tasks)
    while left:
        item = await queue.get()
        if item is done:
            left -= 1
        else:
            yield item

@asynccontextmanager
async def resource(name):
    print("open", name)
    await asyncio.sleep(0)
    try:
        yield name.upper()
    except ValueError as e:
        print("suppressed", e)
    finally:
        print("close", name)

async def main():
    print([x async for x in amap(lambda v: v * 10, ticker(4))])
    print({x: x ** 2 async for x in afilter(lambda v: v % 2, ticker(6))})
    async for c in chunks(ticker(7), 3):
        print(c)
    merged = [pair async for pair in merge(ticker(2), ticker(3))]
    print(sorted(merged), len(merged))

    async with aclosing(ticker(100)) as t:
        async for x in t:
            if x == 2:
                break
    print("after break")

    async with resource("db") as r:
        print("using", r)
        raise ValueError("inside")

asyncio.run(main())
