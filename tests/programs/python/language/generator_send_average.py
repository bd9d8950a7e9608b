from functools import wraps
from inspect import getgeneratorstate

def coroutine(func):
    """Advance the generator to the first yield automatically."""
    @wraps(func)
    def primer(*args, **kwargs):
        gen = func(*args, **kwargs)
        next(gen)
        return gen
    return primer

@coroutine
def averager():
    total, count, average = 0.0, 0, None
    while True:
        try:
            term = yield average
        except ZeroDivisionError:
            print("  * reset *")
            total, count, average = 0.0, 0, None
            continue
        if term is None:
            break
        total += term
        count += 1
        average = total / count
    return {"count": count, "average": average}

def grouper(results, key):
    while True:
        results[key] = yield from plain_averager()

def plain_averager():
    total, count = 0.0, 0
    while True:
        term = yield
        if term is None:
            return (count, round(total / count, 2))
        total += term
        count += 1

avg = averager()
for x in (10, 30, 5):
    print(avg.send(x))
print(avg.throw(ZeroDivisionError))
print(avg.send(100))
try:
    avg.send(None)
except StopIteration as stop:
    print("result", stop.value)
print(getgeneratorstate(avg))

data = {
    "girls;kg": [40.9, 38.5, 44.3, 42.2],
    "girls;m": [1.6, 1.51, 1.4, 1.3],
    "boys;kg": [39.0, 40.8, 43.2],
    "boys;m": [1.38, 1.5, 1.32],
}
results = {}
for key, values in data.items():
    group = grouper(results, key)
    print(getgeneratorstate(group), end=" ")
    next(group)
    print(getgeneratorstate(group))
    for v in values:
        group.send(v)
    group.send(None)
for key, (count, average) in sorted(results.items()):
    group, unit = key.split(";")
    print(f"{count:2} {group:5} averaging {average:.2f}{unit}")

g = plain_averager()
try:
    g.send(5)
except TypeError as e:
    print("TypeError:", e)
print(averager.__name__, averager.__doc__)
