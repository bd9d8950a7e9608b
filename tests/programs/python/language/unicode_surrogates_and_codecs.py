# Text to bytes and back with many codecs, error handlers, surrogates, byte order marks
import codecs

text = "aé€😀"
for enc in ["ascii", "latin-1", "cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32-be", "utf-7", "cp437", "koi8-r", "shift_jis", "gb18030", "punycode", "idna"]:
    try:
        data = text.encode(enc)
        print(f"{enc:>10}: {data.hex(' ')} round trip {data.decode(enc) == text}")
    except UnicodeError as e:
        print(f"{enc:>10}: {type(e).__name__}: {e}")

for handler in ["ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace"]:
    print(handler, text.encode("ascii", handler))

bad = b"ok \xff\xfe \xc3\x28 \xe2\x82 \xf0\x9f\x98\x80 end\xed\xa0\x80"
for handler in ["ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass"]:
    try:
        s = bad.decode("utf-8", handler)
        print(handler, ascii(s), len(s))
    except UnicodeDecodeError as e:
        print(handler, "failed at", e.start, e.end, e.reason)

s = bad.decode("utf-8", "surrogateescape")
print(s.encode("utf-8", "surrogateescape") == bad)

lone = "\ud83d"
pair = "\ud83d\ude00"
print(len(pair), pair == "😀", pair.encode("utf-16-le", "surrogatepass").decode("utf-16-le") == "😀")
for action in (lambda: lone.encode(), lambda: pair.encode("utf-8"), lambda: print(lone), lambda: "x".encode("no-such-codec"), lambda: b"x".decode("rot13")):
    try:
        action()
    except (UnicodeEncodeError, LookupError) as e:
        print(type(e).__name__, ascii(str(e)))

print(codecs.encode("Hello", "rot13"), codecs.decode("68656c6c6f", "hex"), codecs.encode(b"aaa", "base64"))
print(codecs.lookup("UTF8").name, codecs.lookup("latin1").name, codecs.BOM_UTF8 + codecs.BOM_UTF16_LE)

dec = codecs.getincrementaldecoder("utf-8")()
print([dec.decode(bytes([b])) for b in "é€x😀".encode()], repr(dec.decode(b"", final=True)))
dec.decode(b"\xe2\x82")
try:
    dec.decode(b"", final=True)
except UnicodeDecodeError as e:
    print(e)


def handler(err):
    piece = err.object[err.start:err.end]
    return "".join(f"<{ord(c):x}>" for c in piece), err.end


codecs.register_error("angle", handler)
print("naïve 😀 ok".encode("ascii", "angle"))
print(b"\xef\xbb\xbfhi".decode("utf-8").encode("unicode_escape"), b"\xef\xbb\xbfhi".decode("utf-8-sig"), r"\u00e9\n\x41".encode().decode("unicode_escape"))
