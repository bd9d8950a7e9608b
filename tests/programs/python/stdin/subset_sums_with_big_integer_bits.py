#!/usr/bin/env python3
import sys

def main():
    rd = sys.stdin.readline
    t = int(rd())
    for _ in range(t):
        n, target = map(int, rd().split())
        a = list(map(int, rd().split()))
        reach = [1]
        for x in a:
            reach.append(reach[-1] | reach[-1] << x)
        bits = reach[-1]
        total = sum(a)
        # the fairest split of all of them
        half = total // 2
        low = bits & ((1 << half + 1) - 1)
        part = low.bit_length() - 1
        print(f"sums {bits.bit_count()} of {total + 1}, fairest split {part} + {total - part}")
        if bits >> target & 1:
            picked = []
            s = target
            for i in range(n, 0, -1):
                if not reach[i - 1] >> s & 1:
                    s -= a[i - 1]
                    picked.append(a[i - 1])
            print("YES", *picked)
            assert sum(picked) == target
        else:
            print("NO")
        # basis for exclusive or
        basis = []
        for x in a:
            for b in basis:
                x = min(x, x ^ b)
            if x:
                basis.append(x)
        best = 0
        for b in sorted(basis, reverse=True):
            best = max(best, best ^ b)
        print("xor: rank", len(basis), "largest", best, f"{best:b}")

main()
