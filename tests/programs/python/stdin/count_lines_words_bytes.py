import sys

lines = words = chars = 0
longest = 0
in_word = False
col = 0
while True:
    block = sys.stdin.buffer.read(1024)
    if not block:
        break
    chars += len(block)
    for byte in block:
        if byte == 10:
            lines += 1
            longest = max(longest, col)
            col = 0
        else:
            col += 1
        if byte in b" \t\r\n\v\f":
            in_word = False
        elif not in_word:
            in_word = True
            words += 1
longest = max(longest, col)
print("%7d %7d %7d %7d" % (lines, words, chars, longest))
sys.exit(lines % 256)
