# differs: there are no threads, processes and sockets
import socket


def attempt(name, action):
    try:
        print(name, "->", action())
    except Exception as e:
        print(name, "->", type(e).__name__)


def pair():
    a, b = socket.socketpair()
    with a, b:
        a.sendall(b"ping")
        return b.recv(10)


def listen():
    with socket.socket() as s:
        s.settimeout(0.2)
        s.bind(("127.0.0.1", 0))
        s.listen(1)
        return len(s.getsockname())


def refused():
    with socket.socket() as s:
        s.settimeout(0.2)
        s.connect(("127.0.0.1", 1))


def accept_nobody():
    with socket.create_server(("127.0.0.1", 0)) as s:
        s.settimeout(0.05)
        return s.accept()


attempt("pair", pair)
attempt("listen", listen)
attempt("refused", refused)
attempt("accept", accept_nobody)
attempt("aton", lambda: socket.inet_aton("10.0.0.1"))
attempt("ntohs", lambda: socket.htons(1))
