# differs: the version is 3.14.0, with mistakes that later ones mended
import ntpath
import os.path
import posixpath

SAMPLES = ["/usr/local/../bin/./tool.tar.gz", "relative//path/", "", "/", "//double/slash", "C:\\Users\\me\\..\\you\\a.txt", "c:file.e", "\\\\srv\\share\\d\\f",
           "a/b\\c", ".config", "..", "name.", "~/x"]

for s in SAMPLES:
    print(repr(s))
    for mod in (posixpath, ntpath):
        print(f"  {mod.__name__:9} norm {mod.normpath(s)!r} split {mod.split(s)} ext {mod.splitext(s)} drive {mod.splitdrive(s)[0]!r} abs {mod.isabs(s)}")

print(posixpath.join("a", "b", "/c", "d", ""), posixpath.join("a/", "b"), repr(ntpath.join("c:\\a", "b", "\\c")), ntpath.join("c:", "x"), ntpath.join("c:/a", "d:/b"))
print(posixpath.commonpath(["/usr/lib", "/usr/local/lib", "/usr"]), posixpath.commonprefix(["/usr/lib", "/usr/local"]), ntpath.commonpath(["C:\\a\\B", "c:/A/c"]))
print(posixpath.relpath("/a/b/c", "/a/d"), posixpath.relpath("/a", "/a"), posixpath.relpath("/x/y/z", "/"))
print(ntpath.normcase("C:/MiXed/Case"), posixpath.normcase("MiXed"), posixpath.basename("a/b/"), posixpath.dirname("a/b/"), ntpath.splitroot("//server/share/dir"),
      posixpath.splitroot("//a/b"), posixpath.splitroot("///a"))
try:
    posixpath.commonpath(["/a", "b"])
except ValueError as e:
    print("ValueError:", e)
try:
    posixpath.join("a", b"b")
except TypeError as e:
    print("TypeError:", e)
print(os.path is posixpath, os.sep, os.pardir, os.path.extsep, repr(os.altsep), repr(os.linesep))
print(os.path.exists("/no such place"), os.path.isdir(""), os.path.lexists(""), os.path.normpath(b"a/../b"))


class Home:
    def __fspath__(self):
        return "/home/me"


print(os.fspath(Home()), os.path.join(Home(), "x"), os.path.splitext(Home()), os.fsencode("ü"), os.fsdecode(b"\xc3\xbc"))
print(ntpath.isreserved("con.txt"), ntpath.isreserved("plain.txt"), posixpath.expandvars("$UNSET_NAME_HERE/x"), posixpath.expanduser("no~tilde"))
