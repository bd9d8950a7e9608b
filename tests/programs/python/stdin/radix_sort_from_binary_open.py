with open(0, 'rb') as f:
    data = f.read()

nums = list(map(int, data.split()))
n = nums[0]
a = nums[1:n + 1]
assert len(a) == n

def radix_sort(xs, bits=8):
    lo = min(xs)
    xs = [x - lo for x in xs]
    shift, mask, top = 0, (1 << bits) - 1, max(xs)
    passes = 0
    while top >> shift:
        buckets = [[] for _ in range(mask + 1)]
        for x in xs:
            buckets[(x >> shift) & mask].append(x)
        xs = [x for b in buckets for x in b]
        shift += bits
        passes += 1
    return [x + lo for x in xs], passes

s, passes = radix_sort(a)
print(passes, s == sorted(a))
print(*s[:10])
print(*s[-10:])
print(*s[::n // 20])
h = 0
for x in s:
    h = (h * 1000003 + x) % (2 ** 61 - 1)
print(h)
