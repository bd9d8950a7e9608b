"""Annotations are evaluated lazily since 3.14 (PEP 649 and 749)."""
import annotationlib
from annotationlib import Format, ForwardRef, get_annotations
from dataclasses import dataclass, fields
from typing import get_type_hints

class Node:
    value: int
    parent: Node | None          # no quotes needed
    children: list[Node]

    def add(self, child: Node, at: Position = None) -> Node:
        return self

print(Node.__annotations__)
print(get_annotations(Node.add, format=Format.STRING))
try:
    Node.add.__annotations__
except NameError as e:
    print("NameError:", e)
fwd = get_annotations(Node.add, format=Format.FORWARDREF)
print({k: v.__forward_arg__ if isinstance(v, ForwardRef) else v.__name__ for k, v in fwd.items()})

class Position:
    x: float = 0
    y: float = 0

print(Node.add.__annotations__ == {"child": Node, "at": Position, "return": Node})

evaluated = []

def note(name):
    evaluated.append(name)
    return int

def func(a: note("a"), b: note("b") = 2) -> note("return"):
    c: note("local, never evaluated") = 3
    return a + b + c

print(func(1), evaluated)
print(func.__annotations__, evaluated)
func.__annotations__
print(len(evaluated), "evaluations, the result is cached")
print(func.__annotate__(Format.VALUE)["b"], len(evaluated), type(func.__annotate__).__name__)

module_level: undefined_name
another: dict[str, "quoted"] = {}
try:
    __annotations__
except NameError as e:
    print("NameError:", e)
print(annotationlib.call_annotate_function(__annotate__, Format.STRING))

@dataclass
class Config:
    name: str
    extra: Later = None

    def late(self) -> tuple[Later, ...]: ...

print([(f.name, getattr(f.type, "__forward_arg__", f.type)) for f in fields(Config)], Config("n"))
Later = list
print(get_type_hints(Config.late), get_type_hints(Config)["extra"])
ref = ForwardRef("Later[int]")
print(ref.evaluate(globals=globals()), ref == ForwardRef("Later[int]"))

class Conditional:
    if evaluated:
        yes: int
    else:
        no: str

print(Conditional.__annotations__)
func.__annotations__ = {"a": "replaced"}
print(func.__annotations__, func.__annotate__)
del Position.x
print(hasattr(Node, "value"), Position.__annotations__, hasattr(Position, "x"))
print(annotationlib.type_repr(int), annotationlib.type_repr(Node), annotationlib.annotations_to_string({"k": list[int], "v": None}))
