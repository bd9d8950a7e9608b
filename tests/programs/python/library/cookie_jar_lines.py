from http.cookiejar import CookieJar, parse_ns_headers, http2time, time2isoz, is_HDN, domain_match, eff_request_host
from http.cookies import CookieError, Morsel, SimpleCookie
from urllib.request import Request
import email.message

c = SimpleCookie()
c["session"] = "abc123"
c["session"]["path"] = "/app"
c["session"]["httponly"] = True
c["session"]["max-age"] = 3600
c["theme"] = 'dark "blue"; or so'
c["theme"]["samesite"] = "Lax"
c["theme"]["secure"] = True
c["number"] = 7
print(c.output())
print(c.output(attrs=["path"], header="Cookie:", sep=" | "))
print(c.js_output().count("document.cookie"), sorted(c), c["theme"].value, c["theme"].coded_value)

back = SimpleCookie('a=1; b="two\\054 words"; $Path=/x; Version=1; c=; bad name=3; d=4')
for name, morsel in sorted(back.items()):
    print(name, repr(morsel.value), repr(morsel.coded_value), {k: v for k, v in morsel.items() if v})
back = SimpleCookie("id=7; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Path=/; Secure; HttpOnly")
print(back["id"].OutputString(), back["id"].isReservedKey("Max-Age"))
m = Morsel()
m.set("key", "value", "coded")
m.update({"domain": "example.org"})
print(m, m == m.copy(), m.key)
for bad in (lambda: c.__setitem__("sp ace", 1), lambda: m.__setitem__("nope", 1), lambda: m.set("path", "x", "x")):
    try:
        bad()
    except CookieError as e:
        print("CookieError:", e)

# A jar, answers and requests, all without a network.
class Answer:
    def __init__(self, *cookies):
        self.message = email.message.Message()
        for line in cookies:
            self.message["Set-Cookie"] = line

    def info(self):
        return self.message


jar = CookieJar()
first = Request("http://www.example.org/shop/cart")
jar.extract_cookies(Answer("sid=1; Path=/", "basket=b; Path=/shop", "far=1; Domain=other.net", "all=2; Domain=.example.org; Max-Age=9999999", "safe=3; Secure; Path=/"), first)
for cookie in sorted(jar, key=lambda k: k.name):
    print(cookie.name, cookie.value, cookie.domain, cookie.path, cookie.secure, cookie.discard)
for url in ("http://www.example.org/", "http://www.example.org/shop/x", "http://api.example.org/", "https://www.example.org/", "http://other.net/"):
    r = Request(url)
    jar.add_cookie_header(r)
    print(url, "->", sorted((r.get_header("Cookie") or "").split("; ")))
jar.clear("www.example.org")
print(len(jar), http2time("Wed, 09 Feb 1994 22:23:32 GMT"), time2isoz(0), is_HDN("1.2.3.4"), domain_match("x.y.com", ".y.com"), eff_request_host(first)[0])
print(parse_ns_headers(["a=b; expires=Thu, 01 Jan 1970 00:00:10 GMT; path=/"]))
