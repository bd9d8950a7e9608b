def mul(A, B, m):
    return [[sum(a * b for a, b in zip(r, c)) % m for c in zip(*B)] for r in A]

def power(A, e, m):
    R = [[int(i == j) for j in range(len(A))] for i in range(len(A))]
    while e:
        if e & 1:
            R = mul(R, A, m)
        A = mul(A, A, m)
        e >>= 1
    return R

def recurrence(coef, init, n, m):
    """x[i] = coef[0]*x[i-1] + coef[1]*x[i-2] + ..."""
    k = len(coef)
    if n < k:
        return init[n] % m
    A = [coef] + [[int(j == i) for j in range(k)] for i in range(k - 1)]
    P = power(A, n - k + 1, m)
    return sum(p * x for p, x in zip(P[0], reversed(init))) % m

while True:
    line = input().strip()
    if line == "0":
        break
    coef, init, rest = (list(map(int, part.split())) for part in line.split("|"))
    n, m = rest
    value = recurrence(coef, init, n, m)
    check = ""
    if n <= 3000:
        xs = init[:]
        while len(xs) <= n:
            xs.append(sum(c * x for c, x in zip(coef, reversed(xs))))
        check = xs[n] % m == value
        check = f"{check} ({xs[n].bit_length()} bits)"
    print(value, check)
