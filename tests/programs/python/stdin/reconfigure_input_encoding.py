import sys

sys.stdin.reconfigure(encoding="utf-8-sig", newline="")
sys.stdout.reconfigure(encoding="utf-16-le", newline="\r\n")
first = sys.stdin.readline()
sys.stdout.reconfigure(encoding="utf-8", newline="\n")
print(ascii(first), first.startswith("\ufeff"))
for line in sys.stdin:
    print(ascii(line), len(line))
sys.stdout.reconfigure(encoding="latin-1", errors="xmlcharrefreplace")
print("é and € and 漢")
sys.stdout.reconfigure(encoding="ascii", errors="backslashreplace")
print("é and € and 漢")
sys.stdout.reconfigure(encoding="utf-16-be")
print("wide €")
