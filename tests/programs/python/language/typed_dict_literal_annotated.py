from typing import (TypedDict, NotRequired, Required, ReadOnly, Literal, Annotated, Final, NewType,
                    Union, Optional, get_type_hints, get_args, get_origin, assert_never, cast, Any)
from dataclasses import dataclass

class Movie(TypedDict, total=False):
    title: Required[str]
    year: int
    rating: NotRequired[float]
    genre: Literal["drama", "comedy", "thriller"]

@dataclass(frozen=True)
class Range:
    lo: float
    hi: float

    def check(self, name, v):
        if not self.lo <= v <= self.hi:
            raise ValueError(f"{name}={v} outside [{self.lo}, {self.hi}]")

@dataclass(frozen=True)
class MaxLen:
    n: int

    def check(self, name, v):
        if len(v) > self.n:
            raise ValueError(f"{name} is longer than {self.n}")

def checked(cls):
    hints = get_type_hints(cls, include_extras=True)

    def build(**kw):
        for name, value in kw.items():
            tp = hints[name]
            for rule in getattr(tp, "__metadata__", ()):
                rule.check(name, value)
        return cls(**kw)

    build.hints = hints
    return build

@checked
@dataclass
class Person:
    name: Annotated[str, MaxLen(8)]
    age: Annotated[int, Range(0, 150)]
    height: Annotated[Annotated[float, Range(0, 3)], "metres"] = 1.7

UserId = NewType("UserId", int)
LIMIT: Final = 10

def handle(mode: Literal["r", "w"]) -> str:
    if mode == "r":
        return "reading"
    elif mode == "w":
        return "writing"
    else:
        assert_never(mode)

m: Movie = {"title": "Solaris", "year": 1972}
print(m, type(m), sorted(Movie.__required_keys__), sorted(Movie.__optional_keys__), Movie.__total__)
print(get_args(get_type_hints(Movie)["genre"]))
print(Person(name="Ann", age=30))
for kw in ({"name": "Maximilian", "age": 3}, {"name": "Bo", "age": 200}):
    try:
        Person(**kw)
    except ValueError as e:
        print("ValueError:", e)
print(Person.hints["age"])
print(UserId(5) + 1, UserId.__name__, UserId.__supertype__, LIMIT)
print(handle("r"), handle("w"))
try:
    handle(cast(Any, "x"))
except AssertionError as e:
    print("AssertionError:", e)
print(Optional[int], Union[int, str, None], int | None == Optional[int], Union[int, int, bool], get_origin(int | str).__name__)
print(get_origin(Annotated[int, 5]), Literal[1, 2, 1], ReadOnly[int])
