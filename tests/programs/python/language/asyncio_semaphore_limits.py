import asyncio

class Gauge:
    """Counts how many are inside at once and remembers the maximum."""

    def __init__(self):
        self.now = self.peak = self.total = 0

    def __enter__(self):
        self.now += 1
        self.total += 1
        self.peak = max(self.peak, self.now)

    def __exit__(self, *exc):
        self.now -= 1

async def download(i, sem, gauge):
    async with sem:
        with gauge:
            await asyncio.sleep(0.002 if i % 3 else 0.004)
            return i * i

async def transfer(accounts, src, dst, amount, lock):
    async with lock:
        if accounts[src] < amount:
            return False
        balance = accounts[src]
        await asyncio.sleep(0)          # a switch inside the critical section
        accounts[src] = balance - amount
        accounts[dst] += amount
        return True

async def main():
    for limit in (1, 3, 8):
        gauge = Gauge()
        sem = asyncio.Semaphore(limit)
        results = await asyncio.gather(*(download(i, sem, gauge) for i in range(10)))
        print(f"limit {limit}: peak {gauge.peak} total {gauge.total} sum {sum(results)}")

    accounts = {"a": 100, "b": 20}
    lock = asyncio.Lock()
    oks = await asyncio.gather(*(transfer(accounts, "a", "b", 30, lock) for _ in range(5)))
    print(oks, accounts, lock.locked())

    bounded = asyncio.BoundedSemaphore(1)
    await bounded.acquire()
    bounded.release()
    try:
        bounded.release()
    except ValueError as e:
        print("ValueError:", e)

    # barrier: all workers wait for each other at each phase
    barrier = asyncio.Barrier(3)
    trace = []

    async def phase_worker(name):
        for phase in range(2):
            trace.append(f"{name}{phase}")
            pos = await barrier.wait()
            if pos == 0:
                trace.append("|")
            await asyncio.sleep(0)

    await asyncio.gather(*map(phase_worker, "xyz"))
    first, second = [p for p in " ".join(trace).split("|")[:2]]
    print(sorted(first.split()), sorted(second.split()), barrier.n_waiting)

asyncio.run(main())
