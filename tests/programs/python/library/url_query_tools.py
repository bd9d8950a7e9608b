# argv: "https://user:p%40ss@Example.COM:8443/a/b/../c;v=1?q=caf%C3%A9&q=two+words&empty=#top"
import sys
from urllib.parse import (parse_qs, parse_qsl, quote, quote_plus, unquote, unquote_plus, urldefrag, urlencode, urljoin, urlparse,
                          urlsplit, urlunsplit)

url = sys.argv[1]
p = urlparse(url)
print(p.scheme, p.netloc, p.path, p.params, p.query, p.fragment)
print(p.username, p.password, unquote(p.password), p.hostname, p.port, p.geturl() == url)
print(parse_qs(p.query), parse_qs(p.query, keep_blank_values=True), parse_qsl(p.query))
s = urlsplit(url)
print(urlunsplit(s._replace(query=urlencode([("k", "a b"), ("é", "ü&")]), fragment="")), urldefrag(url).fragment)

print(urlencode({"list": [1, 2], "s": "x/y"}, doseq=True), urlencode({"a": "b c"}, quote_via=quote))
print(quote("/path with/ünïcode?&~-_."), quote("a/b", safe=""), quote_plus("a b&c=d"), quote(b"\xff\x00"))
print(unquote("%E6%97%A5%E6%9C%AC %zz %4"), unquote_plus("a+b%2B"), unquote("%ff", errors="backslashreplace"), unquote("%e9", "latin-1"))

base = "http://a/b/c/d;p?q"
for ref in ["g", "./g", "g/", "/g", "//g", "?y", "g?y", "#s", ";x", "", ".", "..", "../g", "../../../g", "g;x=1/../y", "mailto:x@y", "http:g"]:
    print(f"{ref:<14} {urljoin(base, ref)}")
for odd in ["//host/path", "path/only", "mailto:x@y.z", "http://[::1]:80/", "HTTP://UPPER/", "a:b:c", "http://h:99999/", "http://h:x/"]:
    r = urlsplit(odd)
    try:
        print(tuple(r), r.hostname, r.port)
    except ValueError as e:
        print("bad:", e)
try:
    urlsplit("http://[::1/")
except ValueError as e:
    print("bad:", e)
try:
    parse_qsl("a&b=1", strict_parsing=True)
except ValueError as e:
    print("bad:", e)
