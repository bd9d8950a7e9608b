from cmath import exp, pi
from random import Random

def fft(x):
    n = len(x)
    if n == 1: return list(x)
    assert n % 2 == 0, "length must be a power of two"
    even, odd = fft(x[0::2]), fft(x[1::2])
    t = [exp(-2j * pi * k / n) * odd[k] for k in range(n // 2)]
    return [even[k] + t[k] for k in range(n // 2)] + [even[k] - t[k] for k in range(n // 2)]

def ifft(x):
    n = len(x)
    return [v.conjugate() / n for v in fft([v.conjugate() for v in x])]

def dft(x):
    n = len(x)
    return [sum(x[j] * exp(-2j * pi * j * k / n) for j in range(n)) for k in range(n)]

def multiply(a, b):
    """Multiply two integers through the FFT of their decimal digits."""
    da = [int(c) for c in reversed(str(a))]
    db = [int(c) for c in reversed(str(b))]
    n = 1
    while n < len(da) + len(db):
        n *= 2
    fa = fft(da + [0] * (n - len(da)))
    fb = fft(db + [0] * (n - len(db)))
    digits = [round(v.real) for v in ifft([p * q for p, q in zip(fa, fb)])]
    return sum(d * 10 ** i for i, d in enumerate(digits))

print(" ".join("%5.3f" % abs(f) for f in fft([1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0])))

rng = Random(7)
signal = [rng.randint(-50, 50) for _ in range(64)]
error = max(abs(p - q) for p, q in zip(fft(signal), dft(signal)))
print("fft equals dft:", error < 1e-9)
print("round trip:", [round(v.real) for v in ifft(fft(signal))] == signal)

tone = [(exp(2j * pi * 5 * k / 32) + 0.5 * exp(-2j * pi * 9 * k / 32)).real for k in range(32)]
for k, v in enumerate(fft(tone)[:17]):
    if abs(v) > 1e-6:
        print(f"bin {k:2}: {abs(v):7.3f} {'=' * round(abs(v))}")

a, b = 3**200, 7**150 + 12345
assert multiply(a, b) == a * b
print(multiply(a, b))
try:
    fft([1, 2, 3])
except AssertionError as e:
    print("AssertionError:", e)
