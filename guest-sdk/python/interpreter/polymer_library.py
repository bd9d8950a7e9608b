# Makes the library of `@python` what it is on a real machine, as far as that goes. No file is there when it runs, so all is taken while it
# is built: the standard library is imported, packages are imported or kept as code, time zones are kept as bytes. What needs a real machine
# fails as it would there.
import asyncio
import builtins
import errno
import importlib
import importlib.abc
import importlib.util
import io
import marshal
import multiprocessing.context
import os
import pkgutil
import selectors
import sys
import time
import zlib
import zoneinfo

# Modules that do something when they are imported, and must do it in the program: they are kept as code.
LATE = ("this", "antigravity")
# Parts of the library that are no library: programs, tests, and what needs a screen.
LEFT_OUT = {"idlelib", "test", "tkinter", "turtle", "turtledemo", "ensurepip", "venv", "__hello__", "__phello__", *LATE}
# What starts, ends or connects processes on a real machine.
OF_PROCESSES = ("execv", "execve", "fork", "forkpty", "kill", "killpg", "pipe", "posix_spawn", "posix_spawnp")
# Bytes of data files that come with packages.
MOST_DATA = 64 << 20


def complete():
    """Takes all that a program may import; done once, while it is built."""
    for name in sorted(sys.stdlib_module_names):
        if name not in LEFT_OUT and not name.startswith(("_test", "_xx")):
            take(name)
    kept = KeptFinder()
    # What is imported can be imported anew: by `importlib.reload`, or once it was taken out of `sys.modules`.
    for name in (*sys.modules, *LATE):
        if name.partition(".")[0] in sys.stdlib_module_names:
            kept.keep_of_library(name)
    take_packages(kept)
    take_zones()
    sys.meta_path.append(kept)
    mend()


def take(name):
    """Imports a module of the standard library and all below it."""
    try:
        module = importlib.import_module(name)
    except BaseException:
        # It needs what is not there, and a program that imports it is told so.
        return
    for inner in pkgutil.iter_modules(getattr(module, "__path__", [])):
        if inner.name != "__main__" and inner.name not in ("tests", "test", "idle_test"):
            take(f"{name}.{inner.name}")


def take_packages(kept):
    """Keeps all of the packages that were asked for, and imports each: a program then finds it imported."""
    try:
        import polymer_packages
    except ImportError:
        return
    top = os.path.dirname(polymer_packages.__file__)
    kept.keep_folder(top)
    sys.path.remove(top)
    sys.meta_path.append(kept)
    for name in polymer_packages.IMPORTS:
        try:
            importlib.import_module(name)
        except BaseException as error:
            # It may want what only an attempt has; then each attempt imports it.
            print(f"{name} cannot be imported while the interpreter is built: {type(error).__name__}: {error}", file=sys.stderr)
    sys.meta_path.remove(kept)


def take_zones():
    """Time zones from the package `tzdata`: there is no system whose they could be."""
    zones, same = {}, {}
    try:
        import tzdata
    except ImportError:
        return
    top = os.path.join(os.path.dirname(tzdata.__file__), "zoneinfo")
    for folder, _, files in os.walk(top):
        for file in files:
            path = os.path.join(folder, file)
            with open(path, "rb") as data:
                content = data.read()
            if content.startswith(b"TZif"):
                zones[os.path.relpath(path, top)] = same.setdefault(content, content)

    def load_tzdata(key):
        if key not in zones:
            raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")
        return io.BytesIO(zones[key])

    zoneinfo._common.load_tzdata = load_tzdata
    zoneinfo.available_timezones = lambda: set(zones) - {"posixrules", "Factory", "localtime"}


def packed(code):
    return zlib.compress(marshal.dumps(code))


class KeptFinder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports what was kept as code, with the files that lay beside it."""

    def __init__(self):
        # By name: code, packed; source, if it is kept; file; and the folder if it is a package.
        self.modules = {}
        # By path.
        self.data = {}

    def keep(self, name, source, file, folder=None):
        code = compile(source, file, "exec", dont_inherit=True)
        self.modules[name] = (packed(code), source, file, folder)

    def keep_of_library(self, name):
        spec = sys.modules[name].__spec__ if name in sys.modules else importlib.util.find_spec(name)
        # What is built in, or frozen into the interpreter, needs no keeping.
        if spec is not None and spec.has_location and (code := spec.loader.get_code(spec.name)):
            self.modules[name] = (packed(code), None, spec.origin, (spec.submodule_search_locations or [None])[0])

    def keep_folder(self, top):
        left = MOST_DATA
        for folder, inner, files in os.walk(top):
            inner[:] = [name for name in inner if name not in ("__pycache__", "tests", "test")]
            package = [] if folder == top else os.path.relpath(folder, top).split(os.sep)
            for file in files:
                path = os.path.join(folder, file)
                stem, suffix = os.path.splitext(file)
                if suffix == ".py":
                    is_package = stem == "__init__"
                    name = ".".join(package if is_package else [*package, stem])
                    try:
                        self.keep(name, importlib.util.decode_source(self.read(path)), path, folder if is_package else None)
                    except (SyntaxError, UnicodeDecodeError):
                        # Packages carry files for other versions of Python.
                        continue
                else:
                    left -= os.path.getsize(path)
                    if left < 0:
                        raise RuntimeError(f"the packages have more than {MOST_DATA >> 20} MiB of data files")
                    self.data[path] = self.read(path)

    @staticmethod
    def read(path):
        with open(path, "rb") as file:
            return file.read()

    def find_spec(self, name, path=None, target=None):
        if name not in self.modules:
            return None
        _, _, file, folder = self.modules[name]
        spec = importlib.util.spec_from_loader(name, self, origin=file, is_package=folder is not None)
        spec.has_location = True
        if folder is not None:
            spec.submodule_search_locations = [folder]
        return spec

    def is_package(self, name):
        return self.modules[name][3] is not None

    def get_source(self, name):
        return self.modules[name][1]

    def get_code(self, name):
        return marshal.loads(zlib.decompress(self.modules[name][0]))

    def get_data(self, path):
        try:
            return self.data[path]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", path) from None

    def get_resource_reader(self, name):
        return KeptFiles(self, os.path.dirname(sys.modules[name].__file__))


class KeptFiles(importlib.abc.ResourceReader if hasattr(importlib.abc, "ResourceReader") else object):
    """The files beside a package."""

    def __init__(self, finder, folder):
        self.finder, self.folder = finder, folder

    def open_resource(self, resource):
        return io.BytesIO(self.finder.get_data(f"{self.folder}/{resource}"))

    def resource_path(self, resource):
        raise FileNotFoundError(2, "No such file or directory", resource)

    def is_resource(self, name):
        return f"{self.folder}/{name}" in self.finder.data

    def contents(self):
        start = f"{self.folder}/"
        return (path.removeprefix(start) for path in self.finder.data if path.startswith(start) and "/" not in path.removeprefix(start))


class Waiting(selectors._BaseSelectorImpl):
    """Waits for time alone: nothing else ever comes."""

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("the event loop waits for something that cannot come: there are no threads, sockets or processes here")
        if timeout > 0:
            time.sleep(timeout)
        return []


class EventLoop(asyncio.unix_events.SelectorEventLoop):
    """An event loop that needs no sockets to wake itself: there is no thread that could."""

    def __init__(self, selector=None):
        super().__init__(selector or Waiting())

    def _make_self_pipe(self):
        self._ssock = self._csock = None

    def _close_self_pipe(self):
        pass

    def _write_to_self(self):
        pass


def mend():
    """Puts what works here in the place of what does not."""
    asyncio.SelectorEventLoop = asyncio.EventLoop = EventLoop
    for name in ("SelectorEventLoop", "_UnixSelectorEventLoop", "EventLoop"):
        setattr(asyncio.unix_events, name, EventLoop)
    asyncio.unix_events._UnixDefaultEventLoopPolicy._loop_factory = EventLoop
    os._exit = leave_at_once
    refuse_processes()
    if not hasattr(builtins, "exit"):
        import site

        site.setquit()
        site.setcopyright()
        site.sethelper()


def refuse_processes():
    """Has what needs processes fail as where the system refuses them: other modules have found by now that it is not there."""
    for name in OF_PROCESSES:
        if not hasattr(os, name):
            setattr(os, name, refused)
    # C's `system` says so by its value, and raises nothing.
    os.system = lambda command: -1
    for process in (multiprocessing.context.ForkProcess, multiprocessing.context.ForkServerProcess, multiprocessing.context.SpawnProcess):
        process._Popen = staticmethod(refused)


def refused(*_, **__):
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


def leave_at_once(status):
    """`os._exit`: its libc's way knows no exit code."""
    from wit_world.imports import exit

    exit.exit_with_code(status & 0xFF)


def unraisable(error, doing):
    try:
        print(f"Exception ignored {doing}:\n{type(error).__name__}: {error}", file=sys.__stderr__)
    except BaseException:
        # There is nobody left to tell.
        pass
