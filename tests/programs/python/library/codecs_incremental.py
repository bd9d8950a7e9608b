import codecs
import io

text = "Grüße, мир, 日本 🚀!"
for enc in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32-le", "utf-7", "punycode", "unicode_escape", "raw_unicode_escape", "gb18030", "shift_jis", "koi8-r",
            "cp1252", "ascii", "cp437"):
    info = codecs.lookup(enc)
    try:
        data = text.encode(enc)
        if enc == "utf-16" and data[:2] == codecs.BOM_UTF16_BE:
            data = codecs.BOM_UTF16_LE + text.encode("utf-16-le")
        print(f"{info.name:18} {len(data):3} {data[:16].hex()} {data.decode(enc) == text}")
    except UnicodeEncodeError as e:
        print(f"{info.name:18} cannot encode {e.object[e.start:e.end]!r} at {e.start}: {text.encode(enc, 'replace')[:24]}")

dec = codecs.getincrementaldecoder("utf-8")("strict")
out = []
for b in text.encode():
    out.append(dec.decode(bytes([b])))
print(out[:6], "".join(out) == text, dec.getstate())
dec.decode(b"\xe2\x82")
try:
    dec.decode(b"", final=True)
except UnicodeDecodeError as e:
    print(e)

bad = b"ok \xff\xfe caf\xe9 \xe2\x82"
for errors in ("ignore", "replace", "backslashreplace", "surrogateescape"):
    s = bad.decode("utf-8", errors)
    print(errors, ascii(s))
print("é€".encode("ascii", "namereplace"), "é€".encode("latin-1", "xmlcharrefreplace"), bad.decode("utf-8", "surrogateescape").encode("utf-8", "surrogateescape") == bad)


def umlauts(e):
    table = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
    if isinstance(e, UnicodeEncodeError):
        return "".join(table.get(c, "?") for c in e.object[e.start:e.end]), e.end
    raise e


codecs.register_error("umlauts", umlauts)
print("Über größere Bäume…".encode("ascii", "umlauts"))
print(codecs.encode("Hello, World", "rot13"), codecs.encode(b"data", "hex"), codecs.decode(b"64617461", "hex_codec"), codecs.encode(b"zip" * 9, "zlib_codec")[:1],
      codecs.encode(b"b64", "base64"))
w = codecs.getwriter("utf-16-le")(raw := io.BytesIO())
w.write("añb")
print(raw.getvalue(), codecs.getreader("latin-1")(io.BytesIO(b"\xe9\nx")).readlines(), list(codecs.iterdecode([b"\xf0\x9f", b"\x9a\x80"], "utf-8")))
print(codecs.EncodedFile(io.BytesIO("ü".encode()), "latin-1", "utf-8").read())
swap = codecs.CodecInfo(lambda s, e="strict": (s.swapcase().encode(), len(s)), lambda b, e="strict": (bytes(b).decode().swapcase(), len(b)), name="swap")
codecs.register(lambda name: swap if name == "swapcase_test" else None)
print("MiXed".encode("swapcase-test"), b"ABc".decode("swapcase test"))
for name in ("no-such-codec", "rot13"):
    try:
        b"x".decode(name)
    except LookupError as e:
        print(e)
