import sys

def hexdump(data, width=16):
    last = None
    starred = False
    for off in range(0, len(data), width):
        chunk = data[off:off + width]
        if chunk == last:
            if not starred:
                print("*")
                starred = True
            continue
        starred = False
        last = chunk
        left = " ".join("%02x" % b for b in chunk[:8])
        right = " ".join("%02x" % b for b in chunk[8:])
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in chunk)
        print("%08x  %-23s  %-23s  |%s|" % (off, left, right, text))
    print("%08x" % len(data))

data = sys.stdin.buffer.read()
hexdump(data)
print(sum(data) & 0xFFFF, max(data), min(data), len(set(data)))
