# differs: the version is 3.14.0, with mistakes that later ones mended
import symtable

CODE = """
import os.path as path
counter = 0

def outer(a, b=1, *args, **kw):
    global counter
    counter += 1
    hidden = a

    def inner(x):
        nonlocal hidden
        hidden = x + b
        return [hidden for i in range(x)]

    class Local:
        attr = a
        def method(self):
            return __class__, self.__private
    return inner

class Box[T]:
    items: list[T] = []
    def get(self) -> T:
        return self.items[0]

type Pair[A] = tuple[A, A]
squares = (n * n for n in range(counter))
"""


def report(table, depth=0):
    pad = "  " * depth
    print(f"{pad}{table.get_type().value} {table.get_name()!r} line {table.get_lineno()} optimized={table.is_optimized()} nested={table.is_nested()}")
    for s in sorted(table.get_symbols(), key=lambda s: s.get_name()):
        flags = [f for f in ("parameter", "global", "declared_global", "nonlocal", "local", "free", "imported", "assigned", "referenced", "annotated", "namespace",
                             "type_parameter", "comp_iter")
                 if getattr(s, "is_" + f)()]
        print(f"{pad}  - {s.get_name()}: {' '.join(flags)}")
    for child in table.get_children():
        report(child, depth + 1)


top = symtable.symtable(CODE, "made", "exec")
report(top)
outer = next(c for c in top.get_children() if c.get_name() == "outer")
print(outer.get_parameters(), sorted(outer.get_locals()), sorted(outer.get_globals()), outer.get_frees())
print(top.lookup("outer").get_namespace().get_name(), top.has_children(), sorted(top.get_identifiers())[:3])
try:
    symtable.symtable("def f():\n  nonlocal nowhere", "made", "exec")
except SyntaxError as e:
    print(e.msg, e.lineno)
