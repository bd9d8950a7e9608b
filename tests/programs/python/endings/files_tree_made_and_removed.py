import os
import shutil
import sys

ROOT = "tree_of_files"


def show():
    for folder, dirs, files in os.walk(ROOT):
        dirs.sort()
        depth = folder.count(os.sep)
        print("  " * depth + os.path.basename(folder) + "/", sorted(files))


shutil.rmtree(ROOT, ignore_errors=True)
os.makedirs(os.path.join(ROOT, "a", "b", "c"))
os.makedirs(os.path.join(ROOT, "a", "b"), exist_ok=True)
os.mkdir(ROOT + "/d")
for path in ("a/one.txt", "a/b/two.txt", "a/b/c/three.bin", "d/four.txt"):
    with open(f"{ROOT}/{path}", "w") as f:
        f.write(path * 3)
show()

print(sorted(os.listdir(ROOT)))
print(sorted((e.name, e.is_dir()) for e in os.scandir(ROOT + "/a")))
for bad in (lambda: os.mkdir(ROOT), lambda: os.rmdir(ROOT), lambda: os.remove(ROOT + "/nothing"),
            lambda: os.listdir(ROOT + "/a/one.txt"), lambda: open(ROOT)):
    try:
        bad()
        print("no error")
    except OSError as e:
        print(type(e).__name__)

os.rename(ROOT + "/a/b", ROOT + "/d/moved")
shutil.copy(ROOT + "/a/one.txt", ROOT + "/d/copy.txt")
os.replace(ROOT + "/d/four.txt", ROOT + "/d/copy.txt")
show()
with open(ROOT + "/d/copy.txt") as f:
    print(f.read())
total = sum(os.path.getsize(os.path.join(p, n)) for p, _, names in os.walk(ROOT) for n in names)
print("bytes:", total)
shutil.rmtree(ROOT)
print(os.path.isdir(ROOT))
sys.exit(total % 100)
