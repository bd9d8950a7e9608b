from collections import deque


class RingBuffer:
    """Fixed-size buffer which overwrites its oldest element when full."""

    def __init__(self, size):
        self._data = [None] * size
        self._start = 0
        self._count = 0

    def push(self, value):
        size = len(self._data)
        end = (self._start + self._count) % size
        self._data[end] = value
        if self._count == size:
            self._start = (self._start + 1) % size
        else:
            self._count += 1

    def pop(self):
        if not self._count:
            raise IndexError("ring buffer is empty")
        value, self._data[self._start] = self._data[self._start], None
        self._start = (self._start + 1) % len(self._data)
        self._count -= 1
        return value

    def __len__(self):
        return self._count

    def __getitem__(self, i):
        if not -self._count <= i < self._count:
            raise IndexError(i)
        return self._data[(self._start + i % self._count) % len(self._data)]

    def __repr__(self):
        return f"<{' '.join(map(str, self))}> raw={self._data}"


def moving_average(stream, n):
    window = RingBuffer(n)
    for x in stream:
        window.push(x)
        yield sum(window) / len(window)


buf = RingBuffer(4)
for ch in "abcdefg":
    buf.push(ch)
    print(ch, buf)
print(buf.pop(), buf.pop(), buf[-1], buf[0], len(buf), "f" in buf, "a" in buf)
buf.push("z")
print(buf)
while len(buf):
    print(buf.pop(), end=" ")
print()
try:
    buf.pop()
except IndexError as e:
    print(type(e).__name__, e)

print([round(v, 3) for v in moving_average([1, 2, 3, 4, 5, 5, 4, 3, 2, 1], 3)])
print([round(v, 3) for v in moving_average([1, 2, 3, 4, 5, 5, 4, 3, 2, 1], 5)])

# same thing with a deque
d = deque(maxlen=3)
for x in range(6):
    d.append(x)
d.rotate(1)
print(d, list(d)[::-1])
d.extendleft("xy")
print(d)
