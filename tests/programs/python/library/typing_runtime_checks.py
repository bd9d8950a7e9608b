import typing as t
from typing import (Annotated, Any, Callable, Final, Generic, Literal, NamedTuple, NewType, Optional, Protocol, TypedDict, TypeVar, Union, get_args, get_origin,
                    get_type_hints, overload, runtime_checkable)


def check(value: Any, hint: Any) -> bool:
    """Does the value fit the hint? Good for plain hints only."""
    if hint is Any:
        return True
    if hint is None:
        return value is None
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return check(value, args[0]) and all(test(value) for test in args[1:])
    if origin is Literal:
        return any(value == a and type(value) is type(a) for a in args)
    if origin is Union:
        return any(check(value, a) for a in args)
    if origin in (list, set, frozenset):
        return isinstance(value, origin) and all(check(v, args[0]) for v in value)
    if origin is dict:
        return isinstance(value, dict) and all(check(k, args[0]) and check(v, args[1]) for k, v in value.items())
    if origin is tuple:
        if args[1:] == (...,):
            return isinstance(value, tuple) and all(check(v, args[0]) for v in value)
        return isinstance(value, tuple) and len(value) == len(args) and all(map(check, value, args))
    if t.is_typeddict(hint):
        hints = get_type_hints(hint)
        return isinstance(value, dict) and hint.__required_keys__ <= value.keys() <= hints.keys() and all(check(v, hints[k]) for k, v in value.items())
    return isinstance(value, hint)


class Movie(TypedDict, total=False):
    title: t.Required[str]
    year: int


Positive = Annotated[int, lambda n: n > 0]
table = [(5, int), (5, Optional[str]), (None, Optional[str]), ([1, "a"], list[int | str]), ({"a": [1]}, dict[str, list[int]]), ((1, "x"), tuple[int, str]),
         ((1, 2, 3), tuple[int, ...]), ("r", Literal["r", "w"]), (True, Literal[1]), (3, Positive), (-3, Positive), ({"title": "M", "year": 1931}, Movie), ({"year": 1}, Movie),
         ({"title": "M", "x": 1}, Movie)]
for value, hint in table:
    print(f"{value!r:<32} {check(value, hint)}")


@runtime_checkable
class Closable(Protocol):
    def close(self) -> None: ...


class Door:
    def close(self): ...


T = TypeVar("T", bound=int)


class Stack(Generic[T]):
    items: Final[list[T]]


class Pair[A, *Ts](NamedTuple("Pair", [("a", int), ("b", str)])):
    pass


type Tree[X] = X | list[Tree[X]]
UserId = NewType("UserId", int)
print(isinstance(Door(), Closable), isinstance(5, Closable), Stack[int], get_origin(Stack[bool]), T.__bound__, Tree.__name__, Tree.__type_params__, Tree[int].__args__, UserId(5) + 1, UserId.__name__)
print(Pair(1, "x"), Pair._fields, get_type_hints(Stack), Union[int, str, int], Optional[int], Callable[[int], str], list[Annotated[int, "m"]])
print(get_type_hints(check), get_type_hints(Movie, include_extras=True)["title"], Movie.__optional_keys__)


@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x): return x


print(len(t.get_overloads(f)), t.get_protocol_members(Closable), t.cast(int, "unchanged"), t.TYPE_CHECKING)
for bad in (lambda: t.assert_never("x"), lambda: isinstance([], list[int]), lambda: Any(), lambda: Union[1], lambda: list[int][str]):
    try:
        bad()
    except (AssertionError, TypeError) as e:
        print(type(e).__name__)
