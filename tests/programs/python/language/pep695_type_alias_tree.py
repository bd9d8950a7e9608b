from typing import TypeAliasType, Literal, get_args

type Json = None | bool | int | float | str | list[Json] | dict[str, Json]
type Pair[A, B = A] = tuple[A, B]
type Tree[T] = tuple[Tree[T] | None, T, Tree[T] | None]
type Direction = Literal["north", "south", "east", "west"]
type Lazy = does_not_exist_yet[int]


def insert[T](tree: Tree[T] | None, value: T) -> Tree[T]:
    if tree is None:
        return (None, value, None)
    left, v, right = tree
    if value < v:
        return (insert(left, value), v, right)
    if value > v:
        return (left, v, insert(right, value))
    return tree


def walk[T](tree: Tree[T] | None):
    if tree:
        left, v, right = tree
        yield from walk(left)
        yield v
        yield from walk(right)


def depth(tree):
    return 0 if tree is None else 1 + max(depth(tree[0]), depth(tree[2]))


def describe(doc: Json, indent: int = 0) -> None:
    pad = "  " * indent
    match doc:
        case dict():
            print(f"{pad}object with {len(doc)} keys")
            for k, v in doc.items():
                print(f"{pad}  {k}:")
                describe(v, indent + 2)
        case list():
            print(f"{pad}array of {len(doc)}")
            for v in doc:
                describe(v, indent + 1)
        case bool():
            print(f"{pad}bool {doc}")
        case None:
            print(f"{pad}null")
        case int() | float() as n:
            print(f"{pad}number {n}")
        case str(s):
            print(f"{pad}string {s!r}")


t = None
for x in [50, 30, 70, 20, 40, 60, 80, 30, 65]:
    t = insert(t, x)
print(list(walk(t)), depth(t))
print(t)
describe({"a": [1, 2.5, True, None], "b": {"c": "text"}})

print(type(Json).__name__, isinstance(Json, TypeAliasType), Json.__name__, Json)
print(Json.__value__)
print(Pair.__type_params__, Pair[int, str], Pair[int, str].__args__, Pair.__value__)
print(get_args(Direction.__value__))
try:
    Lazy.__value__
except NameError as e:
    print("NameError:", e)
does_not_exist_yet = list
print(Lazy.__value__)
try:
    isinstance(3, Json)
except TypeError as e:
    print("TypeError:", e)
