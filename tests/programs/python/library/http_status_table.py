import http
import http.client
import io
from http import HTTPMethod, HTTPStatus

for status in HTTPStatus:
    if status in (100, 200, 204, 301, 304, 308, 400, 404, 405, 410, 418, 422, 429, 451, 500, 503, 511):
        kind = next(k for k in ("informational", "success", "redirection", "client_error", "server_error") if getattr(status, "is_" + k))
        print(f"{status.value} {status.name:<32} {status.phrase:<32} {kind}")
print(HTTPStatus(404) == 404, HTTPStatus.OK, repr(HTTPStatus.IM_A_TEAPOT), HTTPStatus.NOT_FOUND.description, HTTPStatus["CONFLICT"] + 0, f"{HTTPStatus.GONE:d}")
try:
    HTTPStatus(299)
except ValueError as e:
    print(e)
print([m.value for m in HTTPMethod], HTTPMethod.PATCH.description, HTTPMethod("GET") == "GET")
print(http.client.responses[503], http.client.HTTP_PORT, http.client.BAD_REQUEST)

# Read an answer that no server sent.
RAW = (b"HTTP/1.1 200 Fine\r\nContent-Type: text/html; charset=utf-8\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nTransfer-Encoding: chunked\r\n\r\n"
       b"5\r\nHello\r\n8;ext=1\r\n, world!\r\n0\r\nTrailer: yes\r\n\r\n")


class FakeSocket:
    def __init__(self, data):
        self.file = io.BytesIO(data)

    def makefile(self, *args, **kw):
        return self.file


def read(raw, method="GET"):
    r = http.client.HTTPResponse(FakeSocket(raw), method=method)
    r.begin()
    return r


r = read(RAW)
print(r.status, r.reason, r.version, r.getheader("content-type"), r.msg.get_all("set-cookie"), r.headers.get_content_charset(), r.chunked)
print(r.read(7), r.read(), r.isclosed())
r = read(b"HTTP/1.0 302 Moved\r\nLocation: /x\r\nContent-Length: 4\r\n\r\nbody and more")
print(r.status, r.length, r.read(), r.will_close, r.getheaders())
r = read(b"HTTP/1.1 204 No Content\r\n\r\n")
print(r.status, r.read())
r = read(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", "HEAD")
print(r.read(), r.length)
for bad in (b"", b"HTCPCP/1.0 418 x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", b"HTTP/1.1 200 OK\r\n" + b"H: v\r\n" * 120 + b"\r\n"):
    try:
        print(read(bad).read())
    except http.client.HTTPException as e:
        print(type(e).__name__)
