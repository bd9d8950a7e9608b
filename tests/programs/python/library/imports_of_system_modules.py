"""Modules that are about the machine, asked only for what is the same on every one."""
import filecmp
import fnmatch
import platform
import selectors
import shutil
import tempfile

print(platform.python_implementation(), platform.python_version_tuple()[0], type(platform.python_build()).__name__, platform.python_branch() is not None)
print(platform.system() != "", isinstance(platform.machine(), str), platform.python_compiler() != "")

print(selectors.EVENT_READ, selectors.EVENT_WRITE, selectors.EVENT_READ | selectors.EVENT_WRITE)
key = selectors.SelectorKey(fileobj="file", fd=3, events=selectors.EVENT_READ, data=None)
print(key._replace(data="d"), issubclass(selectors.SelectSelector, selectors.BaseSelector))

size = shutil.get_terminal_size(fallback=(123, 45))
print(size.columns > 0, size.lines > 0, type(size).__name__)
print(sorted(name for name, _ in shutil.get_archive_formats() if name in ("tar", "zip", "gztar")))
print([ext for name, ext, _ in shutil.get_unpack_formats() if name in ("tar", "zip")])
ignore = shutil.ignore_patterns("*.pyc", "tmp*")
names = ["a.py", "a.pyc", "tmp1", "keep", "RCS", "__pycache__"]
print(sorted(ignore("dir", names)), shutil.which("surely-no-such-command-here"))
shutil.register_archive_format("none", lambda base, root, **kw: base + ".none", description="nothing")
print(("none", "nothing") in shutil.get_archive_formats())
shutil.unregister_archive_format("none")

print([n for n in names if n not in filecmp.DEFAULT_IGNORES], "CVS" in filecmp.DEFAULT_IGNORES, filecmp.clear_cache())
print(fnmatch.filter(filecmp.DEFAULT_IGNORES, "__*"))

# It stays in memory as long as it is small.
with tempfile.SpooledTemporaryFile(max_size=1000, mode="w+", encoding="utf-8", newline="\n") as f:
    f.write("line one\nline zwei ü\n")
    f.seek(0)
    print([line.rstrip() for line in f], f.closed, f.name)
with tempfile.SpooledTemporaryFile(max_size=100) as f:
    f.writelines([b"abc", b"def"])
    f.truncate(4)
    f.seek(1)
    print(f.read(), f.tell(), f.seekable())
print(tempfile.gettempprefix(), f.closed)
from io import BytesIO
out = BytesIO()
shutil.copyfileobj(BytesIO(b"0123456789" * 10), out, 7)
print(len(out.getvalue()))
