"""A JSON parser and printer by hand, compared with the library."""
import json


class JSONError(ValueError):
    def __init__(self, message, text, pos):
        line = text.count("\n", 0, pos) + 1
        column = pos - text.rfind("\n", 0, pos)
        super().__init__(f"{message} (line {line}, column {column})")


def parse(text):
    pos = 0

    def skip():
        nonlocal pos
        while pos < len(text) and text[pos] in " \t\r\n":
            pos += 1

    def fail(message):
        raise JSONError(message, text, pos)

    def expect(literal, value=None):
        nonlocal pos
        if not text.startswith(literal, pos):
            fail(f"expected {literal!r}")
        pos += len(literal)
        return value

    def string():
        nonlocal pos
        expect('"')
        out = []
        while True:
            if pos >= len(text):
                fail("string is not closed")
            c = text[pos]
            pos += 1
            if c == '"':
                return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16")
            if c < " ":
                pos -= 1
                fail("control character in string")
            if c == "\\":
                e = text[pos:pos + 1]
                pos += 1
                if e == "u":
                    out.append(chr(int(text[pos:pos + 4], 16)))
                    pos += 4
                elif e and e in '"\\/bfnrt':
                    out.append('"\\/\b\f\n\r\t'['"\\/bfnrt'.index(e)])
                else:
                    fail(f"bad escape {e!r}")
            else:
                out.append(c)

    def number():
        nonlocal pos
        start = pos
        while pos < len(text) and text[pos] in "+-0123456789.eE":
            pos += 1
        word = text[start:pos]
        try:
            return float(word) if set(word) & set(".eE") else int(word)
        except ValueError:
            pos = start
            fail(f"unexpected {text[start:start + 1] or 'end'!r}")

    def sequence(close, item):
        nonlocal pos
        pos += 1
        skip()
        if text.startswith(close, pos):
            pos += 1
            return
        while True:
            yield item()
            skip()
            if text.startswith(close, pos):
                pos += 1
                return
            expect(",")

    def pair():
        skip()
        key = string()
        skip()
        expect(":")
        return key, value()

    def value():
        skip()
        match text[pos:pos + 1]:
            case "{": return dict(sequence("}", pair))
            case "[": return list(sequence("]", value))
            case '"': return string()
            case "t": return expect("true", True)
            case "f": return expect("false", False)
            case "n": return expect("null")
            case _: return number()

    result = value()
    skip()
    if pos < len(text):
        fail("extra data")
    return result


good = [
    '{"name": "Zoë", "tags": ["a", "b", []], "nested": {"x": null, "y": {}}}',
    ' [1, -2.5, 3e2, 1E-3, 0, true, false, null, 12345678901234567890] ',
    r'"tab\t quote\" slash\/ \u00e9 \ud83d\ude00 \\"',
    '""', "-0.0", '{"a": 1, "a": 2}',
]
for text in good:
    mine = parse(text)
    assert mine == json.loads(text), text
    print(repr(mine))
    print(json.dumps(mine, sort_keys=True), json.dumps(mine, ensure_ascii=False, separators=(",", ":")))

for text in ["", "[1, 2", '{"a" 1}', "[1,]", '"abc', r'"\x"', "tru", "1 2", '{\n  "a": 1,\n  b: 2\n}', "[--1]", '"a\nb"']:
    try:
        print(parse(text))
    except JSONError as e:
        print(f"{text!r:26} {e}")
