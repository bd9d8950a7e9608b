import fnmatch
import glob
import re

FILES = ["main.py", "test_main.py", "README.md", "data[1].csv", "data1.csv", ".hidden", "Makefile", "img_01.PNG", "img_2.png", "a b.txt", "src/app.py", "x"]
PATTERNS = ["*.py", "test_*", "*.[ch]*", "img_??.*", "data[[]1].csv", "data[0-9].csv", "[!a-z]*", "*", ".*", "[A-Z]*", "*[", "src/*", "?", "**/*.py"]

for pattern in PATTERNS:
    print(f"{pattern:15} {fnmatch.filter(FILES, pattern)}")
print(fnmatch.fnmatchcase("FILE.TXT", "*.txt"), fnmatch.fnmatchcase("file.txt", "*.txt"), fnmatch.filterfalse(FILES, "*.*"))
for pattern in ("*.txt", "[!x]?", "a*b*c", "[a", "[z-a]"):
    print(pattern, fnmatch.translate(pattern))

for recursive in (False, True):
    for hidden in (False, True):
        rx = re.compile(glob.translate("src/**/*.py", recursive=recursive, include_hidden=hidden, seps="/"))
        print(recursive, hidden, [p for p in ("src/a.py", "src/x/a.py", "src/x/y/a.py", "src/.git/a.py", "src/x/.b.py", "a.py") if rx.match(p)])
print(glob.escape("what? [this] is *new*"), glob.has_magic("plain.txt"), glob.has_magic("a?"))


class Ignore:
    """Rules as in an ignore file: the last one that matches decides."""

    def __init__(self, text):
        self.rules = [(line[1:], False) if line.startswith("!") else (line, True) for line in text.split() if not line.startswith("#")]

    def __call__(self, name):
        verdict = False
        for pattern, ignored in self.rules:
            if fnmatch.fnmatchcase(name, pattern):
                verdict = ignored
        return verdict


ignore = Ignore("#comment *.py !main.py img_* .* !.keep")
print([f for f in FILES + [".keep"] if not ignore(f)])
