import os
import posixpath

for name in ("NO_SUCH_SETTING_HERE", "ANOTHER_UNSET_ONE"):
    print(name, os.environ.get(name), os.environ.get(name, "fallback"), os.getenv(name, 7), name in os.environ)

try:
    os.environ["NO_SUCH_SETTING_HERE"]
except KeyError as e:
    print("KeyError", e)

os.environ["MADE_BY_PROGRAM"] = "yes"
print(os.getenv("MADE_BY_PROGRAM"), os.path.expandvars("$MADE_BY_PROGRAM/${ANOTHER_UNSET_ONE}"))
del os.environ["MADE_BY_PROGRAM"]
print(os.environ.pop("MADE_BY_PROGRAM", "gone"))
try:
    os.environ["NUMBER"] = 5
except TypeError as e:
    print("TypeError", e)

here = os.getcwd()
print(os.path.isabs(here), os.path.isdir(here))
full = os.path.join(here, "some", "folder", "..", "file.txt")
print(os.path.relpath(full, here), os.path.relpath(os.path.normpath(full)))
print(os.path.abspath("x.txt") == os.path.join(here, "x.txt"))
print(posixpath.join("a", "/b", "c"), posixpath.normpath("a//b/./../c/"))
print(os.path.commonpath([os.path.join(here, "p", "q"), os.path.join(here, "p", "r")]) == os.path.join(here, "p"))

os.mkdir("joined_tmp")
try:
    os.chdir("joined_tmp")
    print(os.path.basename(os.getcwd()), os.path.relpath(".", here), os.listdir("."))
    os.chdir(here)
    os.chdir("joined_tmp/nowhere")
finally:
    os.chdir(here)
    os.rmdir("joined_tmp")
