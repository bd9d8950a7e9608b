from __future__ import annotations

from typing import Generic, TypeVar, Iterator, Callable, Any, get_type_hints, get_args, get_origin

T = TypeVar("T")
U = TypeVar("U")
N = TypeVar("N", int, float)

class EmptyStackError(IndexError):
    pass

class Stack(Generic[T]):
    def __init__(self) -> None:
        self._items: list[T] = []

    def push(self, item: T) -> Stack[T]:
        self._items.append(item)
        return self

    def pop(self) -> T:
        if not self._items:
            raise EmptyStackError("pop from empty stack")
        return self._items.pop()

    def peek(self, default: T | None = None) -> T | None:
        return self._items[-1] if self._items else default

    def map(self, fn: Callable[[T], U]) -> Stack[U]:
        out: Stack[U] = Stack()
        for x in self._items:
            out.push(fn(x))
        return out

    def __iter__(self) -> Iterator[T]:
        return reversed(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"Stack({self._items!r})"

class IntStack(Stack[int]):
    def total(self) -> int:
        return sum(self._items)

class Pair(Generic[T, U]):
    def __init__(self, first: T, second: U):
        self.first, self.second = first, second

    def swap(self) -> Pair[U, T]:
        return Pair(self.second, self.first)

    def __repr__(self):
        return f"<{self.first!r}, {self.second!r}>"

def largest(values: list[N]) -> N:
    return max(values)

def main() -> None:
    s = Stack[str]().push("a").push("bb").push("ccc")
    print(s, len(s), s.peek(), list(s), s.map(len))
    n = IntStack()
    for i in range(5):
        n.push(i * i)
    print(n.total(), n.pop(), n.total())
    print(Pair(1, "x").swap(), largest([3, 9, 2]), largest([0.5, 0.25]))
    try:
        Stack[float]().pop()
    except EmptyStackError as e:
        print(type(e).__name__, e, isinstance(e, LookupError))

    print(Stack[int], Stack[int].__origin__.__name__, Stack.__parameters__)
    print(Pair[str, T], Pair[str, T].__parameters__, Pair[str, T][bytes])
    print(IntStack.__orig_bases__, get_args(IntStack.__orig_bases__[0]))
    hints = get_type_hints(Stack.map)
    print({k: str(v) for k, v in hints.items()})
    print(get_origin(dict[str, int]), get_args(dict[str, Any]), get_args(Callable[[int], str]))
    print(N.__constraints__, T.__bound__)
    try:
        Pair[int]
    except TypeError as e:
        print("TypeError:", str(e).replace("__main__.", ""))
main()
