import io
import quopri

samples = [b"plain text\n", "Füße = €5\n".encode(), b"trailing space \nand tab\t\n", b"x" * 100 + b"\n", b"line one\r\nline two\r\n", b"_under score_", b"", b"\x00\xff", b".\n.\n"]
for s in samples:
    for tabs in (False, True):
        e = quopri.encodestring(s, quotetabs=tabs)
        print(e, quopri.decodestring(e) == s)
    h = quopri.encodestring(s, header=True)
    print("header", h, quopri.decodestring(h, header=True) == s)

src, dst = io.BytesIO("Ein längerer Text, der über mehr als eine einzige Zeile der Nachricht läuft, weil er viele Wörter hat.\n".encode() * 2), io.BytesIO()
quopri.encode(src, dst, quotetabs=False)
print(dst.getvalue().decode())
print(max(map(len, dst.getvalue().splitlines())))
back = io.BytesIO()
quopri.decode(io.BytesIO(dst.getvalue()), back)
print(back.getvalue() == src.getvalue())

for odd in (b"=", b"=4", b"=ZZ", b"a=\nb", b"a=  \nb", b"=c3=bc", b"=C3=BC", b"end  \n", b"3=3=3D"):
    print(odd, quopri.decodestring(odd))
