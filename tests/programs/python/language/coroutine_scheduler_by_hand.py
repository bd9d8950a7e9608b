"""A round-robin scheduler for generator-based tasks with a virtual clock."""
from collections import deque
import heapq
from itertools import count

class Sleep:
    def __init__(self, ticks):
        self.ticks = ticks

class Spawn:
    def __init__(self, task):
        self.task = task

class Join:
    def __init__(self, tid):
        self.tid = tid

class Scheduler:
    def __init__(self):
        self.ready = deque()
        self.sleeping = []
        self.waiting = {}
        self.results = {}
        self.names = {}
        self.ids = count(1)
        self.now = 0

    def add(self, gen):
        tid = next(self.ids)
        self.names[tid] = gen.__name__
        self.ready.append((tid, gen, None))
        return tid

    def finish(self, tid, result):
        self.results[tid] = result
        print(f"[{self.now:>3}] task {tid} ({self.names[tid]}) done -> {result!r}")
        for other in self.waiting.pop(tid, ()):
            self.ready.append((*other, result))

    def run(self):
        order = count()
        while self.ready or self.sleeping:
            if not self.ready:
                self.now = self.sleeping[0][0]
            while self.sleeping and self.sleeping[0][0] <= self.now:
                _, _, tid, gen = heapq.heappop(self.sleeping)
                self.ready.append((tid, gen, None))
            tid, gen, value = self.ready.popleft()
            try:
                request = gen.send(value)
            except StopIteration as e:
                self.finish(tid, e.value)
                continue
            match request:
                case None:
                    self.ready.append((tid, gen, None))
                case Sleep(ticks=n):
                    heapq.heappush(self.sleeping, (self.now + n, next(order), tid, gen))
                case Spawn(task=t):
                    self.ready.append((tid, gen, self.add(t)))
                case Join(tid=t) if t in self.results:
                    self.ready.append((tid, gen, self.results[t]))
                case Join(tid=t):
                    self.waiting.setdefault(t, []).append((tid, gen))
        if self.waiting:
            print("deadlock, still waiting for", sorted(self.waiting))

def countdown(n):
    while n > 0:
        print("  T-minus", n)
        yield Sleep(3)
        n -= 1
    return "liftoff"

def spinner(n):
    for i in range(n):
        print("  spin", i)
        yield

def parent():
    a = yield Spawn(countdown(3))
    yield Spawn(spinner(2))
    print("  a gave", (yield Join(a)))
    yield Join(99)

s = Scheduler()
s.add(parent())
s.run()
