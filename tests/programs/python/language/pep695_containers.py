# Type parameter syntax (PEP 695): classes, functions, bounds, constraints, defaults.
from collections.abc import Callable, Hashable, Iterable, Iterator
import typing

class Node[T]:
    __slots__ = ("value", "next")

    def __init__(self, value: T, next: "Node[T] | None" = None) -> None:
        self.value = value
        self.next = next

class LinkedList[T]:
    def __init__(self, items: Iterable[T] = ()) -> None:
        self.head: Node[T] | None = None
        for item in reversed(list(items)):
            self.head = Node(item, self.head)

    def __iter__(self) -> Iterator[T]:
        node = self.head
        while node:
            yield node.value
            node = node.next

    def map[R](self, fn: Callable[[T], R]) -> "LinkedList[R]":
        return LinkedList(fn(x) for x in self)

    def __str__(self) -> str:
        return " -> ".join(map(str, self)) or "(empty)"

class Cache[K: Hashable, V = str](dict[K, V]):
    pass

def first[T](items: Iterable[T], default: T | None = None) -> T | None:
    return next(iter(items), default)

def group_by[K: Hashable, V](items: Iterable[V], key: Callable[[V], K]) -> dict[K, list[V]]:
    out: dict[K, list[V]] = {}
    for it in items:
        out.setdefault(key(it), []).append(it)
    return out

def double[N: (int, float, str)](x: N) -> N:
    return x + x

def call_all[**P, R](fns: list[Callable[P, R]], *args: P.args, **kwargs: P.kwargs) -> list[R]:
    return [f(*args, **kwargs) for f in fns]

def tail[H, *Ts](t: tuple[H, *Ts]) -> tuple[*Ts]:
    return t[1:]

ll = LinkedList("abc")
print(ll, ll.map(ord), LinkedList([]), first(ll), first([], 7))
print(group_by(["apple", "bob", "cat", "dolly"], len))
print(double(4), double("ha"), double(1.5))
print(call_all([max, min, sum], [3, 1, 2]), tail((1, "x", None)))

for obj in (LinkedList, Cache, group_by, double, call_all, tail):
    params = []
    for p in obj.__type_params__:
        text = f"{type(p).__name__}:{p}"
        if getattr(p, "__bound__", None) is not None:
            text += f" bound={p.__bound__.__name__}"
        if getattr(p, "__constraints__", ()):
            text += f" of {[c.__name__ for c in p.__constraints__]}"
        if p.has_default():
            text += f" default={p.__default__.__name__}"
        params.append(text)
    print(obj.__name__, params)

print(LinkedList[int], Cache[int], Cache[int, bytes].__args__)
print(LinkedList.__orig_bases__, issubclass(LinkedList, typing.Generic))
print(first.__annotations__["return"], LinkedList.map.__type_params__)
