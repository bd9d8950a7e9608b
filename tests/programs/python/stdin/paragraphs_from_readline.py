import sys
import textwrap
from functools import partial


def paragraphs(stream):
    buf = []
    for line in iter(stream.readline, ""):
        if line.strip():
            buf.append(line.strip())
        elif buf:
            yield " ".join(buf)
            buf = []
    if buf:
        yield " ".join(buf)


wrap = partial(textwrap.wrap, width=38)
for number, par in enumerate(paragraphs(sys.stdin), 1):
    lines = wrap(par, initial_indent="   ")
    print(f"--- {number}: {len(par.split())} words, {len(lines)} lines")
    for line in lines:
        # spread the blanks, as a book does
        words = line.split()
        if line is lines[-1] or len(words) == 1:
            print(line)
            continue
        indent = len(line) - len(line.lstrip())
        gaps = len(words) - 1
        spare = 38 - indent - sum(map(len, words))
        each, more = divmod(spare, gaps)
        out = " " * indent
        for i, w in enumerate(words[:-1]):
            out += w + " " * (each + (i < more))
        print(out + words[-1])
print(textwrap.shorten("A line that is far too long for a heading of this size", 30))
