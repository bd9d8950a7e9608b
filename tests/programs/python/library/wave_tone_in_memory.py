"""Write a few tones as a WAV file in memory and read them back."""
import array
import io
import math
import sys
import wave

RATE = 8000


def tone(freq: float, seconds: float, volume: float = 0.5) -> array.array:
    n = int(RATE * seconds)
    fade = n // 10
    out = array.array("h")
    for i in range(n):
        envelope = min(1, i / fade, (n - i) / fade)
        # coarse steps, so that a last digit of sin makes no difference
        out.append(int(math.floor(math.sin(2 * math.pi * freq * i / RATE) * envelope * volume * 100 + 0.5000001)) * 300)
    return out


def little_endian(samples: array.array) -> bytes:
    if sys.byteorder == "big":
        samples = samples[:]
        samples.byteswap()
    return samples.tobytes()


buf = io.BytesIO()
with wave.open(buf, "wb") as w:
    w.setnchannels(1)
    w.setsampwidth(2)
    w.setframerate(RATE)
    for freq in (440, 660, 880):
        w.writeframes(little_endian(tone(freq, 0.05)))
    print("written", w.getnframes(), w.tell())

blob = buf.getvalue()
print(len(blob), blob[:4], blob[8:16], blob[36:40], blob[4:8].hex(), blob[20:36].hex())
with wave.open(io.BytesIO(blob)) as r:
    print(r.getparams())
    first = r.readframes(5)
    print(first.hex(" ", 2), r.tell())
    r.setpos(600)
    rest = array.array("h", r.readframes(10_000))
    print(len(rest), max(rest) > 10_000, min(rest) < -10_000)
    r.rewind()
    samples = array.array("h")
    samples.frombytes(r.readframes(r.getnframes()))
crossings = [sum(1 for a, b in zip(part, part[1:]) if a < 0 <= b) for part in (samples[:400], samples[400:800], samples[800:])]
print("rising crossings", [abs(c - f * 0.05) <= 2 for c, f in zip(crossings, (440, 660, 880))])

stereo = io.BytesIO()
with wave.open(stereo, "wb") as w:
    w.setparams((2, 1, 11025, 0, "NONE", "not compressed"))
    w.writeframesraw(bytes(range(128, 148)))
with wave.open(io.BytesIO(stereo.getvalue())) as r:
    print(r.getnchannels(), r.getsampwidth(), r.getframerate(), r.getnframes(), r.readframes(3))
for bad in (b"RIFF\x04\0\0\0WAVX", b"nothing at all", b"RIFF\x04\0\0\0WAVE", b""):
    try:
        wave.open(io.BytesIO(bad))
    except (wave.Error, EOFError) as e:
        print(type(e).__name__, e)
