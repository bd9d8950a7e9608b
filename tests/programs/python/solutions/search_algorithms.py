from bisect import bisect_left, bisect_right
from typing import Optional, Sequence

def linear_search(a: Sequence, x) -> tuple[Optional[int], int]:
    for i, v in enumerate(a):
        if v == x:
            return i, i + 1
    return None, len(a)

def binary_search(a: Sequence, x) -> tuple[Optional[int], int]:
    lo, hi, probes = 0, len(a) - 1, 0
    while lo <= hi:
        mid = (lo + hi) // 2
        probes += 1
        if a[mid] == x:
            return mid, probes
        if a[mid] < x:
            lo = mid + 1
        else:
            hi = mid - 1
    return None, probes

def interpolation_search(a, x):
    lo, hi, probes = 0, len(a) - 1, 0
    while lo <= hi and a[lo] <= x <= a[hi]:
        probes += 1
        mid = lo if a[lo] == a[hi] else lo + (x - a[lo]) * (hi - lo) // (a[hi] - a[lo])
        if a[mid] == x:
            return mid, probes
        if a[mid] < x:
            lo = mid + 1
        else:
            hi = mid - 1
    return None, probes

def exponential_search(a, x):
    bound, probes = 1, 0
    while bound < len(a) and a[bound] < x:
        bound *= 2
        probes += 1
    i, more = binary_search(a[bound // 2:bound + 1], x)
    return (None if i is None else i + bound // 2), probes + more

def quickselect(a, k):
    """The k-th smallest element, counted from zero."""
    pivot = a[len(a) // 2]
    low = [x for x in a if x < pivot]
    same = a.count(pivot)
    if k < len(low):
        return quickselect(low, k)
    if k < len(low) + same:
        return pivot
    return quickselect([x for x in a if x > pivot], k - len(low) - same)

def search_rotated(a, x):
    lo, hi = 0, len(a) - 1
    while lo <= hi:
        mid = (lo + hi) // 2
        if a[mid] == x:
            return mid
        if a[lo] <= a[mid]:
            lo, hi = (lo, mid - 1) if a[lo] <= x < a[mid] else (mid + 1, hi)
        else:
            lo, hi = (mid + 1, hi) if a[mid] < x <= a[hi] else (lo, mid - 1)
    return -1

data = [i * i // 3 for i in range(2, 400)]
for x in (1, 3, 1008, 1009, 52801, data[-1], 10**6):
    print(x, *(f"{f.__name__.split('_')[0]}={f(data, x)}" for f in
               (linear_search, binary_search, interpolation_search, exponential_search)))
print([quickselect([9, 1, 8, 2, 7, 3, 3, 6], k) for k in range(8)])
rotated = [40, 50, 60, 5, 10, 20, 30]
print([search_rotated(rotated, x) for x in rotated + [35, 0]])
a = [1, 2, 2, 2, 3, 5, 5]
print({x: bisect_right(a, x) - bisect_left(a, x) for x in range(7)})
