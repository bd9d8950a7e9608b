import sys
import traceback


def report(kind, value, tb):
    """Show the error on standard output, without any file names."""
    print("=== error report ===")
    print("kind:   ", kind.__name__)
    print("message:", value)
    frames = traceback.extract_tb(tb)
    print("path:   ", " > ".join(frame.name for frame in frames))
    for frame in frames:
        print(f"   {frame.name}, line {frame.lineno}")
    if isinstance(value, ImportError):
        print("module: ", value.name)
    print("====================")


sys.excepthook = report


def load_plugin(name):
    return __import__(name)


def start(plugins):
    for plugin in plugins:
        module = load_plugin(plugin)
        print("loaded", module.__name__)


start(["math", "json", "plugin_that_is_not_there", "re"])
