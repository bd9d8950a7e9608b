import os
import sys

seed, n = (int(x) for x in sys.stdin.read().split())


def generate(seed, n):
    x = seed
    for i in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        yield i, x


def put(data):
    """os.write may take less than all of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(1, view):]


put(b"number;value;sign;bits\n")
block = []
total = 0
for i, x in generate(seed, n):
    total += x
    block.append(b"%06d;%-10d;%c;%s\n" % (i, x, b"-+"[x & 1], format(x >> 19, "012b").encode()))
    if len(block) == 20000:
        put(b"".join(block))
        block.clear()
put(b"".join(block))
put(b"total %d\n" % total)
