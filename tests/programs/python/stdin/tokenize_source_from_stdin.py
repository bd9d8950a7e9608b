import io
import sys
import token
import tokenize
from collections import Counter

source = sys.stdin.buffer
kinds = Counter()
names = Counter()
deepest = depth = 0
for tok in tokenize.tokenize(source.readline):
    kind = token.tok_name[tok.exact_type]
    kinds[kind] += 1
    if tok.type == token.NAME:
        names[tok.string] += 1
    elif tok.type == token.INDENT:
        depth += 1
        deepest = max(deepest, depth)
    elif tok.type == token.DEDENT:
        depth -= 1
    if tok.type in (token.COMMENT, token.STRING, token.NUMBER, token.FSTRING_MIDDLE):
        print(f"{tok.start[0]}:{tok.start[1]}-{tok.end[0]}:{tok.end[1]} {kind} {tok.string!r}")
print("deepest indentation:", deepest)
for kind in sorted(kinds):
    print(kind, kinds[kind], end="; ")
print()
print(names.most_common(3))
