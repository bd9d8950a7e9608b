"""The pure functions of socket: byte order and addresses as bytes."""
import socket
import struct

for n in (0, 1, 0x1234, 0xFFFF):
    assert socket.ntohs(socket.htons(n)) == n
    print(f"{n:#06x}", struct.pack("=H", socket.htons(n)).hex())
for n in (0, 1, 0x12345678, 0xFFFFFFFF):
    assert socket.ntohl(socket.htonl(n)) == n
    print(f"{n:#010x}", struct.pack("=I", socket.htonl(n)).hex())

for text in ("127.0.0.1", "255.255.255.255", "10.0.0.254"):
    packed = socket.inet_aton(text)
    print(text, packed.hex(), socket.inet_ntoa(packed), socket.inet_pton(socket.AF_INET, text) == packed)
for text in ("::1", "2001:db8::ff00:42:8329", "::", "1:2:3:4:5:6:7:8"):
    packed = socket.inet_pton(socket.AF_INET6, text)
    print(text, packed.hex(), socket.inet_ntop(socket.AF_INET6, packed))

for action in (lambda: socket.inet_aton("256.1.1.1"), lambda: socket.inet_aton("word"), lambda: socket.inet_ntoa(b"abc"), lambda: socket.inet_pton(socket.AF_INET6, "1::2::3"),
               lambda: socket.htons(70000), lambda: socket.htons(-1), lambda: socket.ntohl(2**40)):
    try:
        print("no error:", action())
    except (OSError, OverflowError, ValueError) as e:
        print(type(e).__name__)

print(socket.AF_INET.name, socket.SOCK_STREAM.name, socket.SOCK_DGRAM != socket.SOCK_STREAM, socket.AF_INET != socket.AF_INET6)
print(issubclass(socket.timeout, OSError), socket.timeout is TimeoutError, socket.error is OSError, issubclass(socket.gaierror, OSError))
print(socket.getdefaulttimeout())
