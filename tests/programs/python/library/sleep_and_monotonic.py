import time

start = time.monotonic()
start_ns = time.perf_counter_ns()
for _ in range(3):
    time.sleep(0.001)
elapsed = time.monotonic() - start
elapsed_ns = time.perf_counter_ns() - start_ns
print("slept at least 3 ms:", elapsed >= 0.003, elapsed_ns >= 3_000_000)
print("and not for ever:", elapsed < 30)

readings = [time.monotonic_ns() for _ in range(1000)]
print("never goes back:", all(a <= b for a, b in zip(readings, readings[1:])))

readings = [time.process_time() for _ in range(100)]
print("processor time neither:", readings == sorted(readings))
print(type(time.time()).__name__, type(time.time_ns()).__name__, type(time.process_time_ns()).__name__)
for name in ("monotonic", "time", "perf_counter"):
    info = time.get_clock_info(name)
    print(name, info.monotonic, info.resolution > 0)

t = time.sleep(0)
print(t)
for bad in (-1, "x", float("nan")):
    try:
        time.sleep(bad)
    except (ValueError, TypeError) as e:
        print(type(e).__name__)


class Stopwatch:
    """Context manager that knows only how long, never when."""

    def __enter__(self):
        self.t = time.perf_counter()
        return self

    def __exit__(self, *exc):
        self.seconds = time.perf_counter() - self.t


with Stopwatch() as watch:
    total = sum(i * i for i in range(10_000))
print(total, 0 <= watch.seconds < 30)
