import traceback

class ConfigError(Exception):
    """Configuration could not be loaded."""

def parse_port(text):
    try:
        return int(text)
    except ValueError as e:
        raise ConfigError(f"bad port {text!r}") from e

def load(config):
    try:
        return parse_port(config["port"])
    except KeyError:
        # implicit chaining through __context__
        raise ConfigError("no port given")

def quiet(config):
    try:
        return config["host"]
    except KeyError:
        raise ConfigError("no host given") from None

def show_chain(exc):
    depth = 0
    while exc is not None:
        print("   " * depth + f"{type(exc).__name__}: {exc}")
        if exc.__cause__ is not None:
            link, exc = "caused by", exc.__cause__
        elif exc.__context__ is not None and not exc.__suppress_context__:
            link, exc = "while handling", exc.__context__
        else:
            break
        depth += 1
        print("   " * depth + f"({link})")

for fn, cfg in [(load, {"port": "80"}), (load, {"port": "http"}), (load, {}), (quiet, {})]:
    try:
        print(fn.__name__, cfg, "->", fn(cfg))
    except ConfigError as e:
        print(fn.__name__, cfg)
        show_chain(e)
        print("   cause:", repr(e.__cause__), "| context:", repr(e.__context__), "| suppress:", e.__suppress_context__)

try:
    try:
        1 / 0
    finally:
        {}["missing"]
except KeyError as e:
    show_chain(e)

try:
    raise ConfigError from ValueError("made up")
except ConfigError as e:
    print(traceback.format_exception_only(e), e.__cause__, e.args)

e = ConfigError("one", 2)
print(e, e.args, repr(e), str(ConfigError()), repr(ConfigError()))
e.add_note("first note")
e.add_note("second note\nwith two lines")
try:
    raise e
except ConfigError as caught:
    print("".join(traceback.format_exception_only(caught)), end="")
    print(caught.__notes__, caught is e)
try:
    caught
except NameError as exc:
    print(exc)

try:
    raise "a string"
except TypeError as exc:
    print(exc)
try:
    raise ValueError("x") from "not an exception"
except TypeError as exc:
    print(exc)
