import heapq
import random


def bubble_sort(a):
    a = list(a)
    for end in range(len(a) - 1, 0, -1):
        swapped = False
        for i in range(end):
            if a[i] > a[i + 1]:
                a[i], a[i + 1] = a[i + 1], a[i]
                swapped = True
        if not swapped:
            break
    return a

def insertion_sort(a):
    a = list(a)
    for i in range(1, len(a)):
        x, j = a[i], i
        while j and a[j - 1] > x:
            a[j] = a[j - 1]
            j -= 1
        a[j] = x
    return a

def selection_sort(a):
    a = list(a)
    for i in range(len(a)):
        m = min(range(i, len(a)), key=a.__getitem__)
        a[i], a[m] = a[m], a[i]
    return a

def merge_sort(a):
    if len(a) < 2:
        return list(a)
    left, right = merge_sort(a[:len(a) // 2]), merge_sort(a[len(a) // 2:])
    return list(heapq.merge(left, right))

def quick_sort(a):
    if len(a) < 2:
        return list(a)
    p = a[len(a) // 2]
    return quick_sort([x for x in a if x < p]) + [x for x in a if x == p] + quick_sort([x for x in a if x > p])

def heap_sort(a):
    a = list(a)
    def sift(i, n):
        while (c := 2 * i + 1) < n:
            if c + 1 < n and a[c] < a[c + 1]:
                c += 1
            if a[i] >= a[c]:
                return
            a[i], a[c] = a[c], a[i]
            i = c
    for i in reversed(range(len(a) // 2)):
        sift(i, len(a))
    for n in range(len(a) - 1, 0, -1):
        a[0], a[n] = a[n], a[0]
        sift(0, n)
    return a

def shell_sort(a):
    a = list(a)
    gap = len(a) // 2
    while gap:
        for i in range(gap, len(a)):
            x, j = a[i], i
            while j >= gap and a[j - gap] > x:
                a[j] = a[j - gap]
                j -= gap
            a[j] = x
        gap = 1 if gap == 2 else int(gap * 5 / 11)
    return a

def counting_sort(a):
    if not a: return []
    low = min(a)
    counts = [0] * (max(a) - low + 1)
    for x in a:
        counts[x - low] += 1
    return [i + low for i, c in enumerate(counts) for _ in range(c)]

def radix_sort(a):
    if not a: return []
    low = min(a)
    a = [x - low for x in a]
    shift = 0
    while max(a) >> shift:
        buckets = [[] for _ in range(16)]
        for x in a:
            buckets[x >> shift & 15].append(x)
        a = [x for b in buckets for x in b]
        shift += 4
    return [x + low for x in a]

def comb_sort(a):
    a, gap, swapped = list(a), len(a), True
    while gap > 1 or swapped:
        gap = max(1, int(gap / 1.25))
        swapped = False
        for i in range(len(a) - gap):
            if a[i] > a[i + gap]:
                a[i], a[i + gap], swapped = a[i + gap], a[i], True
    return a


sorts = [f for name, f in list(globals().items()) if name.endswith("_sort")]
rng = random.Random(12345)
data = {
    "example": [170, 45, 75, -90, -802, 24, 2, 66],
    "empty": [], "one": [7], "equal": [3] * 10,
    "sorted": list(range(30)), "reversed": list(range(30, 0, -1)),
    "random": [rng.randint(-500, 500) for _ in range(300)],
}
print(len(sorts), "algorithms")
for f in sorts:
    ok = {name: f(a) == sorted(a) for name, a in data.items()}
    print(f"{f.__name__:<16}", "all right" if all(ok.values()) else ok, f(data["example"]))
