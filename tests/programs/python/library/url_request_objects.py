"""Build requests; none of them is sent."""
import urllib.error
import urllib.request
from urllib.parse import urlencode


def show(r: urllib.request.Request) -> None:
    print(r.get_method(), r.full_url)
    print("   host", r.host, "type", r.type, "selector", r.selector, "fragment", r.fragment)
    for name, value in sorted(r.header_items()):
        print("   ", name, "=", value)
    print("    data", r.data)


def main() -> None:
    show(urllib.request.Request("http://example.org/index.html?x=1#part"))
    form = urlencode({"name": "Ada", "mail": "ada@example.org"}).encode()
    post = urllib.request.Request("https://example.org:8443/form", data=form, headers={"User-agent": "tests"})
    post.add_header("X-CUSTOM-header", "yes")
    post.add_unredirected_header("Content-Type", "application/x-www-form-urlencoded")
    show(post)
    post.remove_header("X-custom-header")
    print(post.has_header("X-custom-header"), post.get_header("User-agent"), post.get_header("Nope", "-"))
    show(urllib.request.Request("http://example.org/item/7", method="DELETE"))
    post.data = b"changed"
    post.set_proxy("proxy.example.org:3128", "http")
    show(post)

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor)
    print(opener.addheaders[0][0], any(isinstance(h, urllib.request.HTTPCookieProcessor) for h in opener.handlers))
    with opener.open("data:text/plain;charset=utf-8;base64,SGVsbG8sIHdvcmxk") as reply:
        print(reply.read(), reply.headers.get_content_type(), reply.headers.get_content_charset())
    with urllib.request.urlopen("data:,a%20b") as reply:
        print(reply.read(), reply.headers["Content-type"])

    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, "http://example.org/private/", "ada", "secret")
    print(passwords.find_user_password("any", "http://example.org/private/x"), passwords.find_user_password("any", "http://example.org/"))
    print(urllib.request.parse_http_list('a, "b, c", d'), urllib.request.parse_keqv_list(['realm="x y"', "qop=auth"]))
    print(urllib.request.pathname2url("/a b/ü"), urllib.request.url2pathname("/a%20b"))
    for bad in ("no-scheme", "nope://example.org/"):
        try:
            urllib.request.urlopen(bad)
        except (ValueError, urllib.error.URLError) as e:
            print(type(e).__name__, e)


main()
