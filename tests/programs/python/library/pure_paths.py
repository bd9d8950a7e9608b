from pathlib import PurePath, PurePosixPath, PureWindowsPath

P, W = PurePosixPath, PureWindowsPath

for p in (P("/usr/lib/python3/site.tar.gz"), P("../a/./b//c/"), P("//host/share"), P(".profile"), W(r"C:\Users\Ana\file.TXT"), W("c:relative"),
          W(r"\\server\share\dir\x.y"), W("/rooted"), P("")):
    print(repr(p))
    print("   ", p.parts, "| drive", repr(p.drive), "root", repr(p.root), "anchor", repr(p.anchor))
    print("   ", "name", repr(p.name), "stem", repr(p.stem), "suffixes", p.suffixes, "absolute", p.is_absolute(), "parent", str(p.parent))

print(P("a") / "b" / "/c" / "d", W("c:/x") / "d:y", W("c:/x") / "/y", "start" / P("end"), P("a").joinpath("b", "c"))
print(P("/a/b/c").relative_to("/a"), P("/a/b").relative_to("/a/x/y", walk_up=True), P("/a/b/c").is_relative_to("/a/b"))
try:
    P("/a/b").relative_to("c")
except ValueError as e:
    print("ValueError:", e)
print(P("x.tar.gz").with_suffix(""), P("x.tar.gz").with_suffix(".bz2"), P("d/x.txt").with_name("y"), P("d/x.txt").with_stem("z"))
for bad in (lambda: P("/").with_name("x"), lambda: P("a").with_suffix("nodot"), lambda: P("a/b").with_name("c/d")):
    try:
        print(bad())
    except ValueError as e:
        print("ValueError:", e)

print(P("/a/b/c.py").match("b/*.py"), P("/a/b/c.py").match("/a/*.py"), P("a/b/c/d.py").full_match("a/**/*.py"), W("X.PY").match("*.py"), P("X.PY").match("*.py"))
print(W("A/b") == W("a\\B"), P("A") == P("a"), P("a") == W("a"), sorted([P("b/a"), P("a/z"), P("a"), P("a.b")]))
print([str(x) for x in P("/a/b/c").parents], str(P("/a/b/c").parents[-1]), P("/a/b/c").parents[:2])
print(W("c:\\a b\\c").as_posix(), P("/a b/ü").as_uri(), W("c:/x y").as_uri(), bytes(P("ü")))
print(P("con").name, hash(P("a/b")) == hash(P("a//b")), isinstance(PurePath("a"), PurePosixPath), P("a/../b"), {P("k"): 1}[P("./k")])


def tree(paths):
    root = {}
    for path in map(P, paths):
        node = root
        for part in path.parts:
            node = node.setdefault(part, {})
    def show(node, depth):
        for name in sorted(node):
            print("  " * depth + name + ("/" if node[name] else ""))
            show(node[name], depth + 1)
    show(root, 0)


tree(["src/app/main.py", "src/app/util.py", "src/lib.py", "docs/index.md"])
