import copyreg
import io
import pickle
from fractions import Fraction

class Circle:
    def __init__(self, r):
        print(f"  Circle.__init__({r})")
        self.r = r

    def __reduce__(self):
        # (callable, args, state, list items, dict items)
        return Circle, (self.r,), {"note": "from state"}

class Bag:
    def __init__(self): self.items, self.attrs = [], {}
    def append(self, x): self.items.append(x)
    def extend(self, xs): self.items.extend(xs)
    def __setitem__(self, k, v): self.attrs[k] = v
    def __reduce__(self): return Bag, (), None, iter(self.items), iter(self.attrs.items())

c = pickle.loads(pickle.dumps(Circle(3)))
print(c.r, c.note)
b = Bag()
b.extend("abc")
b["k"] = "v"
b2 = pickle.loads(pickle.dumps(b))
print(b2.items, b2.attrs)

class Matrix:
    def __init__(self, *rows): self.rows = rows

copyreg.pickle(Matrix, lambda m: (Matrix, tuple([Fraction(x) for x in r] for r in m.rows)))
print(pickle.loads(pickle.dumps(Matrix([1, 0.5], [2, 3]))).rows)

# persistent ids: records stay in the "database"
class Record:
    def __init__(self, key, value): self.key, self.value = key, value

db = {k: Record(k, k * 10) for k in range(3)}

class DBPickler(pickle.Pickler):
    def persistent_id(self, obj):
        return ("Record", obj.key) if isinstance(obj, Record) else None

    def reducer_override(self, obj):
        if obj is print:
            return getattr, (str, "upper")
        return NotImplemented

class DBUnpickler(pickle.Unpickler):
    allowed = {("builtins", "set"), ("builtins", "getattr"), ("builtins", "str")}

    def persistent_load(self, pid):
        kind, key = pid
        return db[key]

    def find_class(self, module, name):
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(f"global {module}.{name} is forbidden")
        return super().find_class(module, name)

buf = io.BytesIO()
DBPickler(buf).dump({"rec": db[2], "set": {7}, "fn": print})
db[2].value = "changed after pickling"
out = DBUnpickler(io.BytesIO(buf.getvalue())).load()
print(out["rec"].value, out["rec"] is db[2], out["set"], out["fn"]("shout"))
for thing in (Fraction(1, 3), Circle(1), eval):
    try:
        DBUnpickler(io.BytesIO(pickle.dumps(thing))).load()
    except pickle.UnpicklingError as e:
        print("UnpicklingError:", e)

buffers = []
big = pickle.PickleBuffer(bytearray(b"zero copy " * 10))
data = pickle.dumps(big, protocol=5, buffer_callback=buffers.append)
print(len(data) < 40, len(buffers), bytes(pickle.loads(data, buffers=buffers))[:9])

class Cyclic:
    pass

x = Cyclic()
x.me = [x, {"x": x}]
y = pickle.loads(pickle.dumps(x))
print(y.me[0] is y, y.me[1]["x"] is y)
