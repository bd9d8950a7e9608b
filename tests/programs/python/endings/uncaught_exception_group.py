# differs: numbers of system errors are those of WASI
def checks(value):
    if not isinstance(value, (int, str)):
        yield TypeError(f"bad type {type(value).__name__}")
    if value == 0:
        yield ZeroDivisionError("zero")
    if isinstance(value, str) and not value.isdigit():
        yield ValueError(f"not a number: {value}")
    if isinstance(value, int) and value > 100:
        yield OverflowError(f"{value} too large")


def validate(values):
    errors = [e for v in values for e in checks(v)]
    if errors:
        raise ExceptionGroup(f"{len(errors)} errors", errors)
    return "valid"


print(validate([1, "2", 3]))

try:
    validate([0, "abc", 2.5])
except* TypeError as group:
    print("types:", [str(e) for e in group.exceptions])
except* ArithmeticError as group:
    print("arithmetic:", [str(e) for e in group.exceptions])
except* ValueError as group:
    print("values:", [str(e) for e in group.exceptions])

nested = ExceptionGroup("outer", [
    ExceptionGroup("inner", [KeyError("k"), OSError(2, "gone")]),
    ValueError("v"),
])
matched, rest = nested.split(LookupError)
print(repr(matched))
print(repr(rest))

# The overflow is handled, the rest of the group is raised again.
try:
    validate([1000, "x", [], 0])
except* OverflowError as group:
    print("overflow:", group.exceptions[0])
print("not reached")
