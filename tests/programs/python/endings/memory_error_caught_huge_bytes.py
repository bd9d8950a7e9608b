def attempt(label, make):
    try:
        made = make()
    except (MemoryError, OverflowError) as e:
        print(label, "->", "refused")
        return None
    print(label, "->", type(made).__name__, len(made))
    return made


small = attempt("one kilobyte", lambda: bytes(1024))
attempt("petabyte of bytes", lambda: bytes(10**15))
attempt("petabyte of bytearray", lambda: bytearray(10**15))
attempt("long text", lambda: "ab" * 10**15)
attempt("long list", lambda: [None] * 10**16)
attempt("long tuple", lambda: (0,) * 10**17)
attempt("beyond any index", lambda: bytes(10**30))

# The program goes on as if nothing had happened.
print(small.count(0))
total = 0
for i in range(1000):
    total += len(str(i) * i)
print(total)

try:
    raise MemoryError("made up")
except MemoryError as e:
    print(repr(e))
