def pairs(items):
    it = iter(items)
    while True:
        # With an odd number of items the second next has nothing to give.
        try:
            first = next(it)
        except StopIteration:
            return "even"
        yield first, next(it)


def run(items):
    outcome = yield from pairs(items)
    print("outcome:", outcome)


print(list(run("abcdef")))
print(list(run([])))
g = pairs([1, 2, 3])
print(next(g))
try:
    next(g)
except RuntimeError as e:
    print(e, "| cause:", type(e.__cause__).__name__)
print(next(g, "finished"))


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if not self.n:
            raise StopIteration("bottom")
        self.n -= 1
        return self.n


print(list(Countdown(4)), list(Countdown(0)))
print(dict(run("abcde")))
