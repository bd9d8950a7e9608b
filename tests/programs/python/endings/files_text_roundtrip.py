from pathlib import Path

name = Path("roundtrip_notes.txt")
lines = ["first", "zweite Zeile: äöü €", "", "  indented", "last without newline"]

with open(name, "w", encoding="utf-8") as f:
    print(f.write("\n".join(lines)))
    print(f.tell())

print(name.exists(), name.is_file(), name.suffix, name.stem, name.stat().st_size)
with name.open(encoding="utf-8") as f:
    for n, line in enumerate(f):
        print(n, repr(line))

with open(name, "a", encoding="utf-8", newline="\r\n") as f:
    f.write("\nappended\n")
print(name.read_bytes()[-24:])
print(name.read_text(encoding="utf-8").splitlines() == lines + ["appended"])

with open(name, "r+b") as f:
    f.seek(5)
    f.write(b"!")
    f.seek(-3, 2)
    print(f.read())
    f.truncate(12)
print(name.read_bytes())

for mode in ("x", "q", "rw"):
    try:
        open(name, mode)
    except (FileExistsError, ValueError) as e:
        print(mode, type(e).__name__)

try:
    with open(name) as f:
        f.write("no")
except OSError as e:
    print(type(e).__name__, e)

renamed = name.rename("roundtrip_renamed.txt")
print(name.exists(), renamed.exists(), renamed.name)
renamed.unlink()
renamed.unlink(missing_ok=True)
# The last line wants a file that is gone.
print(renamed.read_text())
