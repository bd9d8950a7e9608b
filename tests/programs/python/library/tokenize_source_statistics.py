import io
import keyword
import token
import tokenize
from collections import Counter

SOURCE = '''# -*- coding: utf-8 -*-
"""Module text."""
def naïve(x: int=0x1F, *, y=1_000.5e-3j) -> "str":   # comment
    if x >= y != (3 ** 2) and not x:
        return f"{x!r:>{y}} and {{literal}}" \\
            + rb"raw\\n".decode()
    elif x is None: pass
\tx = [a @ b for a in x if (n := 10) > 1]
    match x:
        case _: ...

class Empty: pass
'''.replace("\tx", "    x")

tokens = list(tokenize.generate_tokens(io.StringIO(SOURCE).readline))
for t in tokens[:60]:
    print(f"{t.start[0]}:{t.start[1]}-{t.end[0]}:{t.end[1]}".ljust(12), token.tok_name[t.exact_type].ljust(16), repr(t.string))

kinds = Counter(token.tok_name[t.type] for t in tokens)
print(sorted(kinds.items()))
names = [t.string for t in tokens if t.type == token.NAME]
print("keywords:", sorted({n for n in names if keyword.iskeyword(n)}))
print("soft:", sorted({n for n in names if keyword.issoftkeyword(n)}))
print("identifiers:", sorted({n for n in names if not keyword.iskeyword(n)}))
print(len(keyword.kwlist), keyword.softkwlist)

same = tokenize.untokenize(tokens)
print(same == SOURCE)
print(tokenize.detect_encoding(io.BytesIO(SOURCE.encode()).readline))
print(tokenize.detect_encoding(io.BytesIO(b"\xef\xbb\xbfx = 1\n").readline), tokenize.detect_encoding(io.BytesIO(b"#!x\n# vim: set fileencoding=latin-1\n").readline)[0])
by_bytes = list(tokenize.tokenize(io.BytesIO(b"x=1").readline))
print([token.tok_name[t.type] for t in by_bytes])


def strip_comments(text):
    kept = [t[:2] for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type not in (token.COMMENT, tokenize.NL)]
    return tokenize.untokenize(kept)


print(strip_comments("a = 1 # one\n# two\nif a:\n    b = 2\n"))
for bad in ("x = (1,\n", "if x:\n        y\n    z\n", "'open\n", '"""never closed', "0777", "1_", "€"):
    try:
        list(tokenize.generate_tokens(io.StringIO(bad).readline))
        print(repr(bad), "fine")
    except (tokenize.TokenError, SyntaxError) as e:
        print(repr(bad), type(e).__name__, e.args[0])
