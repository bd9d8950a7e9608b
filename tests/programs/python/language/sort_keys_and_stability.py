import sys, heapq, bisect, random
from operator import itemgetter, attrgetter, methodcaller
from functools import cmp_to_key
from dataclasses import dataclass

@dataclass(order=True)
class P:
    grade: str
    age: int
    name: str

people = []
for line in sys.stdin:
    n, g, a = line.split()
    people.append(P(g, int(a), n))

def show(label, seq): print(f"{label:<22}", *(p.name for p in seq))

show("input", people)
show("natural", sorted(people))
show("by age", sorted(people, key=attrgetter("age")))
show("by grade (stable)", sorted(people, key=lambda p: p.grade))
show("by grade reversed", sorted(people, key=lambda p: p.grade, reverse=True))
show("reversed(sorted)", reversed(sorted(people, key=lambda p: p.grade)))
show("grade up, age down", sorted(people, key=lambda p: (p.grade, -p.age)))
two = sorted(people, key=attrgetter("age"), reverse=True); two.sort(key=attrgetter("grade"))
show("two passes", two)
show("name length, name", sorted(people, key=lambda p: (len(p.name), p.name.lower())))
show("last letter", sorted(people, key=lambda p: p.name[::-1]))
show("oldest three", heapq.nlargest(3, people, key=attrgetter("age")))
show("multi attr", sorted(people, key=attrgetter("age", "name")))

def cmp(x, y):
    # even ages first, then by name descending
    if x.age % 2 != y.age % 2: return x.age % 2 - y.age % 2
    return (x.name < y.name) - (x.name > y.name)
show("cmp_to_key", sorted(people, key=cmp_to_key(cmp)))
print(min(people, key=attrgetter("age")).name, max(people, key=attrgetter("age")).name, sorted(people)[0] < people[0])

print(sorted(["b10", "a2", "b9", "a10"]), sorted(["b10", "a2", "b9", "a10"], key=lambda s: (s[0], int(s[1:]))))
print(sorted([3, 1.5, True, -2, 0]), sorted("bA aB".split(), key=str.lower), sorted([(2, "b"), (1, "z"), (2, "a")], key=itemgetter(0)), sorted([None, 3, None, 1], key=lambda v: (v is None, v or 0)))
print(sorted({"x": 3, "y": 1, "z": 2}.items(), key=itemgetter(1)), sorted([[2], [1, 9], []]), sorted(["10", "9", "2"], key=int, reverse=True), sorted("hello", key="olhe".index))
calls = 0
class Loud(int):
    def __lt__(self, o):
        global calls
        calls += 1
        return int(self) < int(o)
print(sorted(map(Loud, [5, 2, 8, 1])), calls > 3)
try: sorted([1, "a"])
except TypeError as e: print("TypeError:", e)
xs = [3, 1, 2]
try: xs.sort(key=lambda v: xs.append(v) or v)
except ValueError as e: print("ValueError:", e)
print(xs.sort(), xs)

rnd = random.Random(1)
recs = [(rnd.randrange(5), i) for i in range(200)]
srt = sorted(recs, key=itemgetter(0))
print(all(a[0] < b[0] or a[1] < b[1] for a, b in zip(srt, srt[1:])), [sum(r[0] == k for r in recs) for k in range(5)])
grades = [bisect.bisect([60, 70, 80, 90], s) for s in (33, 99, 77, 70, 89, 90, 100)]
print("".join("FDCBA"[g] for g in grades), bisect.bisect_left(people_ages := sorted(p.age for p in people), 30, key=None), list(heapq.merge([1, 4, 7], [2, 4], [0, 9])), people_ages)
