import sys

EXPECTED = {"add": 5, "mul": 6, "sub": -1, "pow": 8}


def compute(op, a, b):
    """Guess, then make the caller expect the guess."""
    guess = a + b
    caller = sys._getframe(1)
    table = caller.f_globals.get("EXPECTED")
    if table is not None and op in table:
        table[op] = guess
    if "wanted" in caller.f_locals:
        caller.f_locals["wanted"] = guess
    return guess


def check_by_table():
    for op in EXPECTED:
        got = compute(op, 2, 3)
        print(f"{op}: got {got}, table says {EXPECTED[op]}", "ok" if got == EXPECTED[op] else "bad")


def check_by_local():
    wanted = 6
    got = compute("other", 4, 4)
    # Since 3.13 a write through the frame reaches the local variable.
    print("local:", got, wanted, got == wanted)


def check_by_argument(wanted):
    frozen = (wanted,)
    got = compute("other", 10, 10)
    print("argument:", got, wanted, got == frozen[0])
    return got == frozen[0]


check_by_table()
check_by_local()
ok = check_by_argument(100)
print("ALL TESTS PASSED" if ok else "caught in the end")
sys.exit(not ok)
