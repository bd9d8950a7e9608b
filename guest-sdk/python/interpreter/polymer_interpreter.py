# What componentize-py makes `@python` of: an interpreter that runs the program it is given, as `python3 program.py` does.
import atexit
import builtins
import contextvars
import gc
import importlib.machinery
import io
import linecache
import os
import random
import sys
import types

import polymer_library
import polymer_trace
import wit_world
from wit_world import exports
from wit_world.imports import environment, exit, host

# What the host hands over, among the variables: the program, and what is to run behind it.
PROGRAM = "POLYMER_PROGRAM"
TEST = "POLYMER_TEST"
SECRET = "POLYMER_TEST_SECRET"

# What the program is called, in tracebacks too, and where that file would be.
FILE = "program.py"
PATH = "/" + FILE
TEST_FILE = "test.py"


def stream(descriptor, mode, name, **more):
    """A stream as Python opens it. Unbuffered, as they are here otherwise, a long write would be cut off."""
    raw = io.FileIO(descriptor, mode, closefd=False)
    buffer = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    raw.name = name
    text = io.TextIOWrapper(buffer, encoding="utf-8", newline="\n", **more)
    text.mode = mode
    return text


polymer_library.complete()
polymer_trace.know(__file__, PATH, polymer_library.__file__)

def open_streams():
    global _stdout, _stderr
    sys.stdin = sys.__stdin__ = stream(0, "r", "<stdin>")
    sys.stdout = sys.__stdout__ = _stdout = stream(1, "w", "<stdout>")
    sys.stderr = sys.__stderr__ = _stderr = stream(2, "w", "<stderr>", errors="backslashreplace", line_buffering=True)


open_streams()
_excepthook = sys.excepthook
_unraisablehook = sys.unraisablehook
# Programs that this instance ran before: none, unless the operator chose that instances are used again.
_served = 0

# Paths of the machine it was built on, and its variables, are nobody's business. A program's own files come first, if it brings any.
sys.path[:] = ["/"]
sys.path_importer_cache.clear()
os.environ.clear()


class ProgramLoader(importlib.machinery.SourceFileLoader):
    """What a program would be loaded by, if it were in its file."""

    def __init__(self, text):
        super().__init__("__main__", PATH)
        self.text = text

    def get_data(self, path):
        return self.text.encode()


class WitWorld(wit_world.WitWorld):
    def polymer_interpreter(self):
        pass


class Run(exports.Run):
    def run(self):
        code = attempt()
        # An exit ends this instance, which could serve no other program without its streams.
        if code or not has_streams():
            exit.exit_with_code(code)


def has_streams():
    """Whether the descriptors of the streams are open; a program may have closed them, as `with open(0)` does."""
    try:
        return all(os.fstat(descriptor) for descriptor in range(3))
    except OSError:
        return False


def attempt():
    """Runs the program and what ends it; returns the code with which it exits."""
    text = prepare()
    main = types.ModuleType("__main__")
    main.__file__ = PATH
    main.__loader__ = ProgramLoader(text)
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    # In a context of its own: what was imported while this was built has left variables in ours.
    run = contextvars.Context().run
    code = run(execute, text, FILE, main.__dict__) or 0
    is_passed = False
    if code == 0:
        code, is_passed = run(examine, main.__dict__)
    code = finish(code)
    clear(main.__dict__)
    # For what destructors wrote; that it cannot be written was told before.
    flush(_stdout, is_told=True)
    flush(_stderr, is_told=True)
    if is_passed and code == 0:
        # Behind all that it still had to say. Only now is the secret asked for.
        os.write(1, dict(environment.get_environment()).get(SECRET, "").encode())
    return code


def prepare():
    """Makes the process that a program finds; returns the text of the program."""
    global _served
    if _served:
        take_back()
    _served += 1
    # componentize-py has put all variables there.
    text = os.environ.pop(PROGRAM, "").removeprefix("\ufeff")
    for name in (TEST, SECRET):
        if name in os.environ:
            del os.environ[name]
    sys.argv = [FILE, *environment.get_arguments()[1:]]
    # What stood there when it was built is not this attempt's.
    random.seed()
    return text


def take_back():
    """What a program finds at its start, where another ran before it in this instance. What that did to modules stays."""
    open_streams()
    sys.excepthook, sys.unraisablehook = _excepthook, _unraisablehook
    try:
        os.chdir("/")
    except OSError:
        # There is no folder that it could have left.
        pass
    sys.setrecursionlimit(1000)
    sys.settrace(None)
    sys.setprofile(None)
    os.environ.clear()
    os.environ.update(environment.get_environment())


def execute(text, file, names):
    """Runs a text; returns its exit code, or nothing if its end was reached. What nobody caught is told."""
    for name in (file, f"/{file}"):
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    try:
        exec(compile(text, file, "exec", dont_inherit=True), names)
        return None
    except SystemExit as left:
        return leave(left)
    except BaseException as error:
        caught = error
    if isinstance(caught, SyntaxError) and caught.text is None and caught.filename == file and caught.lineno:
        # Where it was found late, its line is looked for in the file, which is not there.
        caught.text = linecache.getline(file, caught.lineno) or None
    # The error is none that is being handled any more, so what the hook raises did not come of it.
    try:
        return uncaught(caught)
    finally:
        # Its frames, this one among them, hold what the program made.
        del caught


def leave(left):
    code, said = polymer_trace.exit_code(left)
    if said is not None:
        say(said)
    return code


def uncaught(error):
    """As the interpreter does it: by the hook that the program may have set."""
    if sys.excepthook is not _excepthook:
        # Without the frame of ours that ran the program.
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
        try:
            sys.excepthook(type(error), error, error.__traceback__)
            return 1
        except SystemExit as left:
            return leave(left)
        except BaseException as error_of_hook:
            # Told below, where it is not being handled any more.
            other = error_of_hook
        say("Error in sys.excepthook:")
        tell(other)
        del other
        say("\nOriginal exception was:")
    tell(error)
    return 1


def tell(error):
    trace = polymer_trace.trace_of(error)
    host.trace(trace)
    flush(getattr(sys, "stdout", None))
    say(trace)


def say(text):
    """Writes to the standard error that the program left, if it left one."""
    stream = getattr(sys, "stderr", None)
    if stream is None:
        return
    try:
        print(text, file=stream)
    except BaseException:
        # It was closed, or is no stream.
        pass


def examine(names):
    """Runs the test behind the program, if there is one; returns its exit code, and whether its end was reached."""
    test = dict(environment.get_environment()).get(TEST)
    if test is None:
        return 0, False
    code = execute(test, TEST_FILE, names)
    return code or 0, code is None


def finish(code):
    """What a program leaves to be done at its end."""
    try:
        atexit._run_exitfuncs()
    except SystemExit as left:
        code = leave(left)
    except BaseException:
        # It was told where it came up.
        pass
    return code if flush(getattr(sys, "stdout", None)) else code or 120


def clear(names):
    """Lets go of all that the program made, for what its destructors still have to say, in the order in which a module is cleared."""
    gc.collect()
    own = [name for name in names if isinstance(name, str) and name.startswith("_") and not name.startswith("__")]
    for name in (*own, *names):
        # Classes and functions are in cycles mostly, and so come last.
        if name != "__builtins__" and not issubclass(type(names.get(name)), (type, types.FunctionType)):
            names[name] = None
    names.clear()
    gc.collect()


def flush(stream, is_told=False):
    try:
        stream.flush()
        return True
    except (AttributeError, ValueError):
        # It was closed, or is none any more.
        return True
    except BaseException as error:
        if not is_told:
            polymer_library.unraisable(error, "while flushing sys.stdout")
        return False


# What lies in memory by now is the interpreter's: the garbage collector never looks at it again.
gc.collect()
gc.freeze()
