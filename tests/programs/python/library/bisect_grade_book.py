from bisect import bisect, bisect_left, bisect_right, insort, insort_left
from typing import Sequence


def grade(score: int, breakpoints: Sequence[int] = (60, 70, 80, 90), grades: str = "FDCBA") -> str:
    return grades[bisect(breakpoints, score)]


print([grade(s) for s in [33, 99, 77, 70, 89, 90, 100, 60, 59]])


class SortedList:
    def __init__(self, items=()):
        self._a = sorted(items)

    def add(self, x):
        insort(self._a, x)

    def __contains__(self, x):
        i = bisect_left(self._a, x)
        return i != len(self._a) and self._a[i] == x

    def count(self, x):
        return bisect_right(self._a, x) - bisect_left(self._a, x)

    def between(self, lo, hi):
        return self._a[bisect_left(self._a, lo):bisect_right(self._a, hi)]

    def floor(self, x):
        i = bisect_right(self._a, x)
        return self._a[i - 1] if i else None


s = SortedList([5, 1, 4, 1, 5, 9, 2, 6])
for x in (5, 3, 5, 8):
    s.add(x)
print(s._a)
print(5 in s, 7 in s, s.count(5), s.between(2, 5), s.floor(7), s.floor(0))

movies = [("Jaws", 1975), ("Titanic", 1997), ("Moon", 2009)]
year = lambda m: m[1]
insort(movies, ("Alien", 1979), key=year)
insort_left(movies, ("Heat", 1995), key=year)
print(movies)
print(movies[bisect_left(movies, 1990, key=year):])


def longest_increasing(seq):
    tails = []
    for x in seq:
        i = bisect_left(tails, x)
        tails[i:i + 1] = [x]
    return len(tails)


print(longest_increasing([10, 9, 2, 5, 3, 7, 101, 18, 4, 20, 21]))
# Search a function as though it were a list.
print("cube root of 10**12 is", bisect_left(range(10**6), 10**12, key=lambda n: n**3))
try:
    bisect([1, 2], 1, lo=-1)
except ValueError as e:
    print(e)
