# differs: the parser nests less deeply
import copy
import json


def nest(depth, kind):
    value = 0
    for _ in range(depth):
        value = [value] if kind == "list" else {"v": value}
    return value


def outcome(func, *args):
    try:
        result = func(*args)
    except (RecursionError, ValueError) as e:
        return type(e).__name__
    return f"fine, {len(result)}"


for kind, most in (("list", 100_000), ("dict", 50_000)):
    for depth in (5, 100, most):
        value = nest(depth, kind)
        print(f"{kind:5}{depth:>8}", "dumps:", outcome(json.dumps, value), "/ copy:", outcome(copy.deepcopy, value))
        del value

text = "[" * 100_000 + "]" * 100_000
print("loads:", outcome(json.loads, text))
print("loads:", outcome(json.loads, text[:50] + text[-50:]))
print("objects:", outcome(json.loads, '{"a":' * 100_000))

cycle = {"name": "cycle"}
cycle["me"] = cycle
print("cycle:", outcome(json.dumps, cycle))
twin = copy.deepcopy(cycle)
print("copied cycle:", twin is not cycle, twin["me"] is twin)

try:
    compiled = compile("(" * 150 + "1" + ")" * 150, "<nested>", "eval")
    print(eval(compiled))
except (SyntaxError, MemoryError) as e:
    print(type(e).__name__, e.args[0])
