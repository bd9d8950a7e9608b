"""Build a zip archive in memory, list it, read it back and spoil it."""
import io
import zipfile
from zipfile import ZipFile, ZipInfo, ZIP_DEFLATED, ZIP_STORED

WHEN = (2001, 2, 3, 4, 5, 6)
FILES = {
    "readme.txt": "Read me first.\n",
    "data/numbers.csv": "n,square\n" + "".join(f"{n},{n * n}\n" for n in range(100)),
    "data/größe.txt": "unicode name\n",
    "empty": "",
}


def build() -> bytes:
    buf = io.BytesIO()
    with ZipFile(buf, "w") as z:
        z.comment = b"made for reading back"
        for i, (name, text) in enumerate(FILES.items()):
            info = ZipInfo(name, WHEN)
            info.compress_type = ZIP_DEFLATED if i % 2 else ZIP_STORED
            info.external_attr = 0o640 << 16
            z.writestr(info, text)
        z.writestr(ZipInfo("folder/", WHEN), "")
    with ZipFile(buf, "a") as z:
        with z.open(ZipInfo("streamed.bin", WHEN), "w") as f:
            for i in range(50):
                f.write(bytes([i]) * i)
    return buf.getvalue()


def main() -> None:
    blob = build()
    print(zipfile.is_zipfile(io.BytesIO(blob)), zipfile.is_zipfile(io.BytesIO(b"PK no")))
    with ZipFile(io.BytesIO(blob)) as z:
        print(z.comment, z.testzip())
        for info in z.infolist():
            kind = "dir " if info.is_dir() else "file"
            print(f"{kind} {info.filename:<18} {info.file_size:>5} {info.CRC:08x} {info.date_time} {info.compress_type}")
        for name, text in FILES.items():
            assert z.read(name).decode() == text
        with z.open("data/numbers.csv") as f:
            f.readline()
            print(sum(int(line.split(b",")[1]) for line in f))
        print(sorted(p.name for p in zipfile.Path(z, "data/").iterdir()), zipfile.Path(z, "readme.txt").read_text(encoding="utf-8"))
        try:
            z.read("missing")
        except KeyError as e:
            print("KeyError", e)
        place = z.getinfo("readme.txt").header_offset
    spoilt = bytearray(blob)
    at = spoilt.index(b"Read me")
    spoilt[at] ^= 0x20
    with ZipFile(io.BytesIO(spoilt)) as z:
        print("first bad file:", z.testzip(), place)
        try:
            z.read("readme.txt")
        except zipfile.BadZipFile as e:
            print(e)
    try:
        ZipFile(io.BytesIO(b"short"))
    except zipfile.BadZipFile as e:
        print(e)


if __name__ == "__main__":
    main()
