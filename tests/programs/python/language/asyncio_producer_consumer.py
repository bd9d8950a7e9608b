import asyncio
from asyncio import Queue, PriorityQueue, LifoQueue, QueueEmpty, QueueFull

async def producer(q: Queue, items):
    for item in items:
        await q.put(item)
        print(f"put {item} (size {q.qsize()})")
    await q.put(None)

async def consumer(q: Queue, out: list):
    while True:
        item = await q.get()
        if item is None:
            q.task_done()
            break
        await asyncio.sleep(0.002)
        out.append(item * item)
        print(f"got {item}")
        q.task_done()

async def worker(name, q, results):
    try:
        while True:
            job = await q.get()
            results.append((name, job))
            await asyncio.sleep(0)
            q.task_done()
    except asyncio.CancelledError:
        results.append((name, "cancelled"))
        raise

async def main():
    q = Queue(maxsize=2)
    out = []
    await asyncio.gather(producer(q, range(1, 6)), consumer(q, out))
    print(out, q.empty())

    pq = PriorityQueue()
    for p in [(3, "low"), (1, "urgent"), (2, "normal"), (1, "also urgent")]:
        pq.put_nowait(p)
    print([await pq.get() for _ in range(pq.qsize())])

    lq = LifoQueue(2)
    lq.put_nowait("a")
    lq.put_nowait("b")
    try:
        lq.put_nowait("c")
    except QueueFull:
        print("full", lq.full())
    print(lq.get_nowait(), lq.get_nowait())
    try:
        lq.get_nowait()
    except QueueEmpty:
        print("empty")

    jobs, results = Queue(), []
    for j in range(6):
        jobs.put_nowait(j)
    tasks = [asyncio.create_task(worker(f"w{i}", jobs, results)) for i in range(2)]
    await jobs.join()
    for t in tasks:
        t.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(results)
    print([t.cancelled() for t in tasks])

    q = Queue()
    getter = asyncio.create_task(q.get())
    await asyncio.sleep(0)
    q.shutdown()
    try:
        await getter
    except asyncio.QueueShutDown:
        print("queue was shut down")

if __name__ == "__main__":
    asyncio.run(main())
