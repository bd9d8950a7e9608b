import html
from html.entities import codepoint2name, html5, name2codepoint

for text in ['<a href="x?a=1&b=2">Tom & \'Jerry\'</a>', "plain", "&amp; already"]:
    print(html.escape(text), "|", html.escape(text, quote=False))
    assert html.unescape(html.escape(text)) == text

cases = [
    "&lt;b&gt; &amp;amp; &quot;q&quot; &#39;a&#x27;",
    "&eacute;t&eacute; &Eacute; &euro;5 &hearts; &nbsp;|",
    "&notit; &not in; &notin; &copy2024 &copy;",
    "&#0; &#128; &#x110000; &#xD800; &#65 &#x41; &#x1F600;",
    "& alone &; &unknown; &# &#x; &#99999999;",
    "&CounterClockwiseContourIntegral; &fjlig; &NotEqualTilde;",
]
for c in cases:
    print(ascii(html.unescape(c)))

print(len(html5), len(name2codepoint), name2codepoint["alpha"], codepoint2name[0x2211])
print(sorted(n for n in html5 if n.startswith("not") and not n.endswith(";")), sorted(name2codepoint)[:6])


def to_ascii(text: str) -> str:
    """Named entities where there are names, numbers elsewhere."""
    out = []
    for ch in html.escape(text):
        n = ord(ch)
        if n < 128:
            out.append(ch)
        elif n in codepoint2name:
            out.append(f"&{codepoint2name[n]};")
        else:
            out.append(f"&#{n};")
    return "".join(out)


sample = "Übergröße ≤ ½ & “quoted” 日本 ∞"
print(to_ascii(sample), html.unescape(to_ascii(sample)) == sample)
print("naïve café".encode("ascii", "xmlcharrefreplace"))
