# differs: there are no threads, processes and sockets
import queue
import threading

jobs = queue.Queue()
results = []


def worker():
    while True:
        n = jobs.get()
        if n is None:
            return
        results.append(n * n)


try:
    t = threading.Thread(target=worker, daemon=True)
    t.start()
    for n in range(10):
        jobs.put(n)
    jobs.put(None)
    t.join(timeout=0.5)
    print("results:", results)
except Exception as e:
    print("no thread:", type(e).__name__)
print("threads:", threading.active_count())
