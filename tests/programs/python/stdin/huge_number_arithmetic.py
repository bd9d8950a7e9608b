import sys
from math import isqrt, factorial

sys.set_int_max_str_digits(0)
for line in sys.stdin:
    match line.split():
        case ["fact", n]:
            f = str(factorial(int(n)))
            print(len(f), f[:20], f.rstrip("0")[-20:], len(f) - len(f.rstrip("0")), sum(map(int, f)))
        case ["pow", a, b]:
            x = int(a) ** int(b)
            s = str(x)
            print(len(s), s[:15] + ".." + s[-15:], x.bit_count(), x.bit_length())
        case ["sqrt", digits]:
            n = int(digits)
            s = str(isqrt(2 * 10 ** (2 * n)))
            print(s[0] + "." + s[1:40] + "..." + s[-20:])
        case ["divmod", a, b]:
            print(*divmod(int(a), int(b)), sep=" r ")
        case ["hex", a]:
            print(hex(int(a)), oct(int(a)), int(a, 0).to_bytes(40, "little", signed=True).hex())
        case ["pi", n]:
            # formula of Machin
            n = int(n)
            one = 10 ** (n + 10)
            def arctan(inv):
                term = total = one // inv
                k, sign = 3, -1
                while term:
                    term //= inv * inv
                    total += sign * (term // k)
                    k, sign = k + 2, -sign
                return total
            print(str(4 * (4 * arctan(5) - arctan(239)) // 10 ** 10)[-50:])
        case other:
            print("?", other)
