data = [("a", 4, 2), ("b", 9, 3), ("c", 1, 0), ("d", 8, 4)]
calls = []


def ratio(a, b):
    calls.append((a, b))
    return a / b


safe = {k: ratio(a, b) for k, a, b in data if b}
print(safe)
lazy = (ratio(a, b) for _, a, b in data)
print(next(lazy), next(lazy))
print(len(calls), "calls so far")
nested = [[x * y for y in range(1, x)] for x in range(1, 6)]
print(nested)
print(any(ratio(a, b) == 3 for _, a, b in data))
print(calls)
result = {k: [ratio(a, b) for _ in range(2)] for k, a, b in data}
print("not reached", result)
