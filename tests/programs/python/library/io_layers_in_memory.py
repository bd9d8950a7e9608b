import io
import os


class Slow(io.RawIOBase):
    """Gives a few bytes at a time and remembers how often it was asked."""

    def __init__(self, data):
        self.data, self.pos, self.asked = data, 0, 0

    def readable(self):
        return True

    def readinto(self, b):
        self.asked += 1
        chunk = self.data[self.pos:self.pos + min(len(b), 5)]
        b[:len(chunk)] = chunk
        self.pos += len(chunk)
        return len(chunk)


class Sink(io.RawIOBase):
    def __init__(self):
        self.parts = []

    def writable(self):
        return True

    def write(self, b):
        self.parts.append(bytes(b[:8]))
        return len(self.parts[-1])


raw = Slow("erste Zeile\r\nzweite Zeilé\rdritte\nvierte".encode())
buffered = io.BufferedReader(raw, buffer_size=16)
print(buffered.peek(3)[:3], buffered.read(3), buffered.read1(4), raw.asked)
text = io.TextIOWrapper(buffered, encoding="utf-8", newline=None)
print([line for line in text], text.newlines, raw.asked > 5, text.buffer is buffered)

sink = Sink()
w = io.TextIOWrapper(io.BufferedWriter(sink, 20), encoding="utf-16-le", newline="\r\n", write_through=False)
w.write("hello\n")
w.write("wörld\n")
print(len(sink.parts))
w.flush()
print(len(sink.parts), b"".join(sink.parts).decode("utf-16-le").encode("unicode_escape"))

s = io.StringIO("one\ntwo\n", newline="\n")
s.seek(0, os.SEEK_END)
s.write("three")
print(s.tell(), s.getvalue().split(), s.seek(4), s.readline(), s.truncate(5), repr(s.getvalue()))
b = io.BytesIO(b"0123456789")
view = b.getbuffer()
view[2:4] = b"ab"
try:
    b.write(b"x" * 20)
except BufferError as e:
    print("BufferError:", e)
view.release()
b.seek(-3, 2)
print(b.read(), b.seek(0), b.readinto(buf := bytearray(4)), buf, b.readlines(), b.seek(50), b.write(b"!"), len(b.getvalue()))

t = io.TextIOWrapper(io.BytesIO("äöü\nxyz\n".encode()), encoding="utf-8")
t.readline()
place = t.tell()
print(t.read(2), t.seek(place) == place, t.read(), t.encoding, t.errors, t.line_buffering)
t.reconfigure(errors="replace")
inner = t.detach()
print(type(inner).__name__, io.IncrementalNewlineDecoder(None, True).decode("a\r\nb\rc"))
for bad in (lambda: s.read(-1) and s.write(b"bytes"), lambda: t.read(), lambda: io.BytesIO().write("text"), lambda: s.seek(-1),
            lambda: (s.close(), s.read()), lambda: io.TextIOWrapper(io.BytesIO(b"\xff"), "ascii").read(), lambda: io.open("x", "rw"), lambda: io.TextIOWrapper(io.BytesIO(), newline="x")):
    try:
        print("no error", bad())
    except (TypeError, ValueError, OSError) as e:
        print(type(e).__name__)
