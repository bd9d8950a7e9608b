import csv
import io
from collections import namedtuple
from typing import NamedTuple


class Employee(NamedTuple):
    """One row of the table."""
    name: str
    department: str
    salary: int = 30_000

    @property
    def monthly(self) -> float:
        return round(self.salary / 12, 2)

    def raised(self, percent):
        return self._replace(salary=self.salary + self.salary * percent // 100)


TABLE = """\
name,department,salary
Ada,Engineering,72000
Grace,Engineering,81000
Linus,Kernel,65000
Margaret,Space,90500
"""

rows = [Employee(r["name"], r["department"], int(r["salary"])) for r in csv.DictReader(io.StringIO(TABLE))]
rows.append(Employee("Newcomer", "Kernel"))

for e in rows:
    print(f"{e.name:<10}{e.department:<14}{e.salary:>8,}{e.monthly:>10}")

print(rows[0])
print(rows[0].raised(10))
print(rows[0]._asdict())
print(Employee._fields, Employee._field_defaults, Employee.__doc__)

name, *rest = rows[1]
print(name, rest)

by_dept = {}
for e in rows:
    by_dept.setdefault(e.department, []).append(e)
for dept, people in by_dept.items():
    print(dept, sum(p.salary for p in people) / len(people), max(people, key=lambda p: p.salary).name)

Point = namedtuple("Point", "x y z", defaults=[0, 0])
print(Point(1), Point(1, 2, 3) > Point(1, 2, 2), Point._make(range(3)))
print(namedtuple("T", ["class", "def", "ok", "ok"], rename=True)._fields)
try:
    namedtuple("T", "a class")
except ValueError as e:
    print(e)
try:
    rows[0].salary = 1
except AttributeError as e:
    print(e)
try:
    Employee()
except TypeError as e:
    print(e)
