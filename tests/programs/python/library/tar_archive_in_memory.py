import io
import tarfile

MODES = [("w", "plain"), ("w:gz", "gzip")]


def member(name, data=b"", **attrs):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mtime = 1_000_000_000
    for k, v in attrs.items():
        setattr(info, k, v)
    return info, io.BytesIO(data)


def build(mode, fmt):
    buf = io.BytesIO()
    with tarfile.open(fileobj=buf, mode=mode, format=fmt) as tar:
        tar.addfile(*member("docs", type=tarfile.DIRTYPE, mode=0o755))
        tar.addfile(*member("docs/a.txt", b"alpha\n" * 30, mode=0o644, uname="anna", gname="users", uid=1000))
        tar.addfile(*member("docs/" + "long/" * 30 + "name.txt", b"deep"))
        tar.addfile(*member("link", type=tarfile.SYMTYPE, linkname="docs/a.txt"))
        tar.addfile(*member("pipe", type=tarfile.FIFOTYPE))
    return buf.getvalue()


for mode, label in MODES:
    for fmt in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        blob = build(mode, fmt)
        print("==", label, {tarfile.GNU_FORMAT: "gnu", tarfile.PAX_FORMAT: "pax"}[fmt], len(blob) % 512 == 0)
        with tarfile.open(fileobj=io.BytesIO(blob), mode="r:*") as tar:
            for m in tar:
                name = m.name if len(m.name) < 40 else m.name[:12] + "..." + m.name[-12:]
                kind = "dir" if m.isdir() else "sym" if m.issym() else "file" if m.isfile() else "other"
                print(f"{kind:5} {m.mode:04o} {m.uid:4} {m.uname or '-':5} {m.size:4} {name}")
            print(tar.extractfile("docs/a.txt").readline(), tar.extractfile("link").read(5), tar.extractfile("docs"))
            try:
                tar.getmember("nothing")
            except KeyError as e:
                print(e)

# What the safe filter says of unsafe members.
for info in (member("../up.txt", b"")[0], member("/etc/shadow", b"")[0], member("l", type=tarfile.SYMTYPE, linkname="../../x")[0],
             member("ok.txt", mode=0o777)[0]):
    try:
        safe = tarfile.data_filter(info, "/nowhere/inside")
        print("kept", safe.name, oct(safe.mode))
    except tarfile.FilterError as e:
        print("refused", info.name, type(e).__name__)
for junk in (b"not a tar" * 100, b""):
    try:
        tarfile.open(fileobj=io.BytesIO(junk))
    except tarfile.ReadError as e:
        print(type(e).__name__)
