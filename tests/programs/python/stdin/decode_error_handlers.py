"""The same broken bytes, read with every error handler."""
import sys

raw = sys.stdin.buffer.read()
print(len(raw), raw.isascii())
for line in raw.splitlines():
    print(line)
    for handler in ("strict", "replace", "ignore", "backslashreplace", "surrogateescape"):
        try:
            text = line.decode("utf-8", handler)
        except UnicodeDecodeError as e:
            print(f"  {handler:>16}: {e.reason} at {e.start}..{e.end}")
        else:
            print(f"  {handler:>16}: {text!a} {len(text)}")
            if handler == "surrogateescape":
                print("  round trip:", text.encode("utf-8", handler) == line)
    print("  latin-1:", ascii(line.decode("latin-1")), "cp1252:", ascii(line.decode("cp1252", "replace")))
