import sys

def main():
    data = sys.stdin.buffer.read().split()
    q = int(data[0])
    queries = list(map(int, data[1:q + 1]))
    limit = max(queries) + 1
    spf = list(range(limit))
    for i in range(2, int(limit ** 0.5) + 1):
        if spf[i] == i:
            for j in range(i * i, limit, i):
                if spf[j] == j:
                    spf[j] = i
    out = []
    for x in queries:
        n, parts, divisors, phi, sigma = x, [], 1, x, 1
        while n > 1:
            p, e = spf[n], 0
            while n % p == 0:
                n //= p
                e += 1
            parts.append(f"{p}^{e}" if e > 1 else str(p))
            divisors *= e + 1
            phi -= phi // p
            sigma *= (p ** (e + 1) - 1) // (p - 1)
        out.append(f"{x} = {' * '.join(parts) or x} d={divisors} phi={phi} sigma={sigma}")
    sys.stdout.write("\n".join(out))
    sys.stdout.write("\n")

main()
