import os
import tempfile
from pathlib import Path

kept = None
with tempfile.TemporaryDirectory(dir=".", prefix="work_") as folder:
    kept = Path(folder)
    print(kept.is_dir(), kept.name.startswith("work_"))
    for i in range(5):
        (kept / f"part{i}.txt").write_text("x" * 10 ** i if i < 4 else "")
    (kept / "sub").mkdir()
    (kept / "sub" / "deep.txt").touch()
    print([p.name for p in sorted(kept.glob("*.txt"))])
    print([(p.name, p.stat().st_size) for p in sorted(kept.rglob("*")) if p.is_file()])
    print(sorted(p.relative_to(kept).as_posix() for p in kept.rglob("*")))
print("folder is left:", kept.exists())

with tempfile.TemporaryFile(dir=".") as f:
    f.write(b"0123456789" * 3)
    f.seek(7)
    print(f.read(6))

with tempfile.NamedTemporaryFile("w+", dir=".", suffix=".log") as f:
    f.write("line\n" * 3)
    f.flush()
    print(os.path.getsize(f.name), f.name.endswith(".log"), Path(f.name).read_text().count("line"))
print("file is left:", os.path.exists(f.name))

with tempfile.SpooledTemporaryFile(max_size=100) as f:
    f.write(b"small")
    print(f.tell())

try:
    with tempfile.TemporaryDirectory(dir=".") as second:
        raise RuntimeError("the folder must go all the same")
finally:
    print(os.path.exists(second))
