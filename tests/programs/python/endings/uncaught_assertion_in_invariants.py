import bisect


class SortedList:
    """A list that stays sorted, with a bug in remove_below."""

    def __init__(self, items=()):
        self.items = sorted(items)
        self.check()

    def check(self):
        assert all(a <= b for a, b in zip(self.items, self.items[1:])), "not sorted: %r" % self.items

    def add(self, item):
        bisect.insort(self.items, item)
        self.check()

    def negate(self):
        self.items = [-x for x in self.items]
        self.check()


s = SortedList([5, 1, 4])
s.add(3)
s.add(0)
print(s.items)

try:
    assert s.items[0] == 1, ("first is", s.items[0])
except AssertionError as e:
    print("caught:", e.args)

try:
    assert not s.items
except AssertionError as e:
    print("no message:", e.args, repr(str(e)))

assert (s.items and True), "fine"
print("debug:", __debug__)
s.negate()
print(s.items)
