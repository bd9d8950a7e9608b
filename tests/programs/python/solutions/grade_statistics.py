import sys
import statistics as st
from dataclasses import dataclass, field


@dataclass(order=True)
class Student:
    average: float = field(init=False)
    name: str
    marks: list[float] = field(compare=False)

    def __post_init__(self):
        self.average = round(st.fmean(self.marks), 2) if self.marks else 0.0

    @property
    def letter(self) -> str:
        for limit, letter in ((90, "A"), (80, "B"), (70, "C"), (60, "D")):
            if self.average >= limit:
                return letter
        return "F"


students: list[Student] = []
for line in sys.stdin:
    line = line.strip()
    if not line:
        continue
    name, _, rest = line.partition(":")
    try:
        students.append(Student(name.strip(), [float(m) for m in rest.split()]))
    except ValueError as e:
        print(f"skipped {name}: {e}")

print(f"{'Name':<12}{'Marks':>6}{'Average':>10}  Grade")
for s in sorted(students, reverse=True):
    print(f"{s.name:<12}{len(s.marks):>6}{s.average:>10.2f}  {s.letter}")

everything = [m for s in students for m in s.marks]
print(f"mean {st.mean(everything):.4f}  median {st.median(everything)}  mode {st.multimode(everything)}")
print(f"stdev {st.stdev(everything):.6f}  variance {st.pvariance(everything):.6f}")
print("quartiles", st.quantiles(everything, n=4))
first = [s.marks[0] for s in students if len(s.marks) == 4]
last = [s.marks[-1] for s in students if len(s.marks) == 4]
print(f"correlation of first and last {st.correlation(first, last):.6f}")
slope, intercept = st.linear_regression(first, last)
print(f"last = {slope:.5f} * first + {intercept:.5f}")

buckets = {}
for m in everything:
    buckets.setdefault(int(m) // 10 * 10, []).append(m)
for low in range(40, 101, 10):
    print(f"{low:3}-{low + 9:<3} {'█' * len(buckets.get(low, []))}")
