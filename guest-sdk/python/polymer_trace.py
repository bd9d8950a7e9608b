# How an exception that nobody caught is told: its traceback, with the lines of the program and without the frames of what runs it.
import linecache
import os
import sys
import traceback

# What the host keeps of a trace, in bytes of UTF-8.
_MOST = 16 << 10
# How much of its sources a program carries with it, in characters.
_SOURCES = 2 << 20

# Memory to tell of a program that took all the rest.
_reserve = bytearray(256 << 10)

_own = {__file__}
_root = ""
_library = os.path.dirname(traceback.__file__) + "/"


def know(own, main, *more):
    """While it is built: `own` and `more` are files of what runs the program, `main` the program's, whose neighbours are its own too."""
    global _root
    ours = ("polymer_task", "polymer_load")
    _own.update((own, *more, *(sys.modules[name].__file__ for name in ours if name in sys.modules)))
    _root = os.path.dirname(main) + "/"
    files = {main, *(getattr(module, "__file__", None) for module in list(sys.modules.values()))}
    files = [file for file in files if file and file not in _own and not file.startswith(_library)]
    left = _SOURCES
    # The program's own come first, then the packages that it brings.
    for file in sorted(files, key=lambda file: (not file.startswith(_root), file)):
        left -= sum(map(len, linecache.getlines(file)))
        size, _, lines, name = linecache.cache.pop(file, (0, None, [], file))
        if lines and left >= 0:
            # Without a time they are never looked for again: no file is there when the program runs.
            linecache.cache[file] = (size, None, lines, name)
    _format_repeated_frames_once()
    # What telling needs is imported by now: carets, suggestions of names, groups.
    try:
        sys.no_such_name
    except AttributeError as error:
        trace_of(ExceptionGroup("", [error, SyntaxError("", ("", 1, 1, "x", 1, 2))]))


def _format_repeated_frames_once():
    """A recursion's frames are alike, and telling each where its carets are takes long: a thousand of them took 700 million units of fuel."""
    format_frame = traceback.StackSummary.format_frame_summary
    last = [None, None]

    def format_frame_summary(self, frame, **more):
        if frame.locals:
            return format_frame(self, frame, **more)
        key = (frame.filename, frame.lineno, frame.name, frame.colno, frame.end_lineno, frame.end_colno, frame.line, tuple(more.items()))
        if last[0] != key:
            last[:] = key, format_frame(self, frame, **more)
        return last[1]

    traceback.StackSummary.format_frame_summary = format_frame_summary


def message_of(error):
    """The text of an exception, or its name if it has none. Asking for it runs code of the program's, which may fail itself."""
    try:
        return text(str(error)) or type(error).__name__
    except BaseException:
        return "<exception str() failed>"


def trace_of(error):
    """The traceback of an exception; what can be told of it, where there is not enough memory for more."""
    global _reserve
    try:
        if isinstance(error, MemoryError):
            _reserve = None
            # What the program's variables hold is not wanted any more.
            traceback.clear_frames(error.__traceback__)
        told = traceback.TracebackException.from_exception(error)
        _tidy(told, set())
        lines = told.format() if told.stack or told.exceptions or told.__cause__ else told.format_exception_only()
        return _short(text("".join(lines).rstrip("\n")))
    except BaseException:
        return type(error).__name__


def text(of):
    """A lone surrogate is no text to the host."""
    return of.encode("utf-8", "backslashreplace").decode()


def exit_code(left):
    """The code with which `SystemExit` leaves, and what it says."""
    if left.code is None:
        return 0, None
    if isinstance(left.code, int):
        # As C takes it: a number that no `long` can hold is -1.
        return (left.code if -(1 << 63) <= left.code < 1 << 63 else -1) & 0xFF, None
    return 1, text(str(left.code))


def _tidy(told, seen):
    """In what is told, and in all that it came of: no frames of ours, and files by their names in the program."""
    if told is None or id(told) in seen:
        return
    seen.add(id(told))
    frames, ours = [], False
    for frame in told.stack:
        # What we call of the standard library is no more of the program's than we are.
        ours = frame.filename in _own or (ours and frame.filename.startswith(_library))
        if not ours:
            frame.filename = frame.filename.removeprefix(_root)
            frames.append(frame)
    told.stack[:] = frames
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        _tidy(other, seen)


def _short(of):
    """As much as the host keeps, without the middle: the error stands at the end, what it came of at the beginning."""
    data = of.encode()
    if len(data) <= _MOST:
        return of
    head, tail = data[: _MOST // 4], data[-(_MOST * 3 // 4 - 100) :]
    head, tail = head[: head.rfind(b"\n") + 1], tail[tail.find(b"\n") + 1 :]
    cut = len(data) - len(head) - len(tail)
    return f"{head.decode(errors='ignore')}  [{cut} bytes cut]\n{tail.decode(errors='ignore')}"
