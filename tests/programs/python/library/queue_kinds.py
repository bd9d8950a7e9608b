"""Queues used from one thread only."""
from dataclasses import dataclass, field
import queue
from typing import Any


@dataclass(order=True)
class Job:
    priority: int
    name: str = field(compare=False)
    data: Any = field(compare=False, default=None)


def drain(q):
    out = []
    while True:
        try:
            out.append(q.get_nowait())
        except queue.Empty:
            return out
        q.task_done()


def main():
    for kind in (queue.Queue, queue.LifoQueue, queue.PriorityQueue, queue.SimpleQueue):
        q = kind()
        for x in (3, 1, 2):
            q.put(x)
        print(kind.__name__, q.qsize(), q.empty(), end=" ")
        if kind is queue.SimpleQueue:
            print([q.get() for _ in range(3)])
        else:
            print(drain(q), q.unfinished_tasks)
            q.join()

    small = queue.Queue(maxsize=2)
    small.put_nowait("a")
    small.put_nowait("b")
    print(small.full(), small.maxsize)
    try:
        small.put("c", block=False)
    except queue.Full as e:
        print("full:", type(e).__name__)

    jobs = queue.PriorityQueue()
    for p, n in [(5, "report"), (1, "alarm"), (3, "mail"), (1, "second alarm")]:
        jobs.put(Job(p, n))
    done = 0
    while not jobs.empty():
        j = jobs.get()
        print(j.priority, j.name)
        if j.name == "alarm" and done < 3:
            jobs.put(Job(2, "follow-up"))
        done += 1
        jobs.task_done()
    try:
        jobs.task_done()
    except ValueError as e:
        print("ValueError:", e)

    # breadth first over a small graph
    graph = {"a": "bc", "b": "d", "c": "de", "d": "f", "e": "f", "f": ""}
    frontier = queue.Queue()
    frontier.put(("a", 0))
    seen = {"a"}
    while not frontier.empty():
        node, depth = frontier.get()
        print(node, depth, end=" ")
        for n in graph[node]:
            if n not in seen:
                seen.add(n)
                frontier.put((n, depth + 1))
    print()
    closing = queue.Queue()
    closing.put(1)
    closing.shutdown()
    print(closing.get())
    for action in (closing.get, lambda: closing.put(2)):
        try:
            action()
        except queue.ShutDown:
            print("shut down")


main()
