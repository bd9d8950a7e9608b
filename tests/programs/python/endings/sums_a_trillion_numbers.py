# verdict: fuel_exhausted
def gauss(n):
    return n * (n - 1) // 2


for n in (10, 1000, 10 ** 5):
    print(n, sum(range(n)) == gauss(n), flush=True)

n = 10 ** 12
assert sum(range(n)) == gauss(n)
print("proved for", n)
