import traceback

def validate(record):
    """Collect all problems of a record, then raise them together."""
    errors = []
    if not record.get("name"):
        errors.append(ValueError("name is empty"))
    if not isinstance(record.get("age"), int):
        errors.append(TypeError("age must be an int"))
    elif record["age"] < 0:
        errors.append(ValueError("age is negative"))
    nested = [KeyError(k) for k in ("street", "city") if k not in record.get("address", {})]
    if nested:
        errors.append(ExceptionGroup("address", nested))
    if errors:
        raise ExceptionGroup("invalid record", errors)
    return "valid"

def report(record):
    try:
        print(validate(record))
    except* ValueError as eg:
        print("  values:", [str(e) for e in eg.exceptions])
    except* TypeError as eg:
        print("  types:", [str(e) for e in eg.exceptions])
    except* KeyError as eg:
        print("  keys:", eg.message, [type(e).__name__ for e in eg.exceptions], eg.exceptions[0].exceptions)
    else:
        print("  nothing wrong")
    finally:
        print("  --")

report({"name": "Ann", "age": 3, "address": {"street": "Main", "city": "X"}})
report({"name": "", "age": -1})
report({"age": "ten", "address": {"city": "Y"}})

eg = ExceptionGroup("top", [ValueError(1), ExceptionGroup("sub", [TypeError(2), ValueError(3), OSError(4)])])
match, rest = eg.split(ValueError)
print(match, repr(match))
print(repr(rest))
print(repr(eg.subgroup(lambda e: e.args == (3,))))
print(eg.subgroup(KeyError), repr(eg.derive([RuntimeError("new")])))
traceback.print_exception(eg, file=__import__("sys").stdout)

try:
    try:
        raise eg
    except* OSError:
        raise LookupError("while handling")
except BaseExceptionGroup as out:
    print(type(out).__name__, out.message, [type(e).__name__ for e in out.exceptions])

try:
    try:
        raise IndexError("naked")
    except* LookupError as g:
        print("wrapped:", repr(g))
        raise
except ExceptionGroup as g:
    print("reraised:", repr(g))

class MyGroup(ExceptionGroup):
    def __new__(cls, msg, excs, code):
        self = super().__new__(cls, msg, excs)
        self.code = code
        return self

    def derive(self, excs):
        return MyGroup(self.message, excs, self.code)

a, b = MyGroup("mine", [ValueError(), TypeError()], 42).split(TypeError)
print(type(a).__name__, a.code, type(b).__name__, b.code)
for bad in (lambda: ExceptionGroup("m", []), lambda: ExceptionGroup("m", [KeyboardInterrupt()]), lambda: ExceptionGroup("m", "ab")):
    try:
        bad()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
print(type(BaseExceptionGroup("x", [ValueError()])).__name__)
