def median(values):
    assert values, "median of an empty list"
    s = sorted(values)
    mid = len(s) // 2
    return s[mid] if len(s) % 2 else (s[mid - 1] + s[mid]) / 2

for data in ([3, 1, 2], [4, 1], [7], []):
    print(data, "->", median(data))
