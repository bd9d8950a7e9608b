import functools
import random
import time

def timer(func):
    """Print how long the call took (only whether it was short)."""
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        try:
            return func(*args, **kwargs)
        finally:
            elapsed = time.perf_counter() - start
            print(f"[timer] {func.__name__} took {'under' if elapsed < 5 else 'over'} 5s")
    return wrapper

def retry(times=3, exceptions=(Exception,), backoff=2.0):
    def decorate(func):
        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            delay = 0.0005
            for attempt in range(1, times + 1):
                try:
                    return func(*args, **kwargs)
                except exceptions as exc:
                    print(f"[retry] attempt {attempt}/{times} failed: {exc}")
                    if attempt == times:
                        raise
                    time.sleep(delay)
                    delay *= backoff
        return wrapper
    return decorate

def log_calls(func=None, *, prefix="call"):
    # works both as @log_calls and as @log_calls(prefix=...)
    if func is None:
        return functools.partial(log_calls, prefix=prefix)

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        print(f"[{prefix} #{wrapper.calls}] {func.__name__}{args} {kwargs}")
        return func(*args, **kwargs)
    wrapper.calls = 0
    return wrapper

rng = random.Random(42)

@timer
@retry(times=6, exceptions=(ConnectionError,))
def flaky(p):
    """Fails with probability p."""
    if rng.random() < p:
        raise ConnectionError("lost connection")
    return "data"

@log_calls
def add(a, b=0):
    return a + b

@log_calls(prefix="debug")
def area(w, *, h):
    return w * h

for p in (0.2, 0.7, 1.0):
    try:
        print(flaky(p))
    except ConnectionError as e:
        print("gave up:", e)

print(add(1), add(1, b=2), area(3, h=4), add.calls, area.calls)
print(flaky.__name__, flaky.__doc__, flaky.__wrapped__.__wrapped__.__name__)
print(add.__wrapped__(5, 6), add.__qualname__)
