from array import array, typecodes
import sys

temps = array("d", [12.5, 13.0, 15.25, 14.75, 18.0, 21.5, 19.0, 17.25])

def moving_average(data, n):
    out = array("d")
    window = sum(data[:n])
    out.append(window / n)
    for i in range(n, len(data)):
        window += data[i] - data[i - n]
        out.append(window / n)
    return out

print(moving_average(temps, 3))
print(temps.itemsize, temps.typecode, len(temps.tobytes()))

small = array("b", range(-3, 4))
small.extend([10, 20])
small.insert(0, 127)
small.reverse()
print(small, small.index(10), small.count(127), small.pop(0))
try:
    small.append(128)
except OverflowError as e:
    print(e)
try:
    small.extend(array("h", [1]))
except TypeError as e:
    print(e)

shorts = array("h", [1, 256, -2])
if sys.byteorder == "big":
    shorts.byteswap()
print(shorts.tobytes().hex())
shorts.byteswap()
print(shorts.tolist())
back = array("h")
back.frombytes(bytes.fromhex("0100ff7f"))
print(back)

# A sieve in bytes, and a view into it.
n = 200
sieve = array("B", bytes([1])) * n
sieve[0] = sieve[1] = 0
for p in range(2, 15):
    if sieve[p]:
        sieve[p * p::p] = array("B", bytes(len(range(p * p, n, p))))
print([i for i, flag in enumerate(sieve) if flag])
view = memoryview(array("I", [10, 20, 30, 40]))
print(view.format, view.itemsize, view[1:3].tolist(), view.cast("B")[::4].tolist())
w = array("w", "naïve €")
w[2] = "i"
print(w.tounicode(), len(w), array("d", [1.0]) == array("i", [1]), array("i", [1, 2]) < array("i", [1, 3]))
print("q" in typecodes, 13.0 in temps)
