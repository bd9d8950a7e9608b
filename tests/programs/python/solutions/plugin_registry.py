"""Text filters as plugins, chained together by name."""
import inspect

PLUGINS = {}


def plugin(name=None, *, priority=10):
    def register(func):
        key = name or func.__name__
        if key in PLUGINS:
            raise ValueError(f"plugin {key!r} exists already")
        PLUGINS[key] = (priority, func)
        return func
    return register


@plugin()
def upper(text):
    """Change to capital letters."""
    return text.upper()


@plugin("reverse", priority=50)
def backwards(text):
    """Turn every word around."""
    return " ".join(w[::-1] for w in text.split(" "))


@plugin(priority=1)
def squeeze(text, chars=" "):
    """Collapse repeated characters."""
    out = []
    for c in text:
        if not (out and out[-1] == c and c in chars):
            out.append(c)
    return "".join(out)


@plugin(priority=20)
def replace(text, old, new, count=-1):
    """Replace one string by another."""
    return text.replace(old, new, count)


def run(text, spec):
    """spec looks like 'upper|replace:old=A,new=4'."""
    jobs = []
    for part in spec.split("|"):
        name, _, args = part.partition(":")
        kwargs = dict(a.split("=", 1) for a in args.split(",")) if args else {}
        priority, func = PLUGINS[name]
        inspect.signature(func).bind(text, **kwargs)
        jobs.append((priority, name, func, kwargs))
    for priority, name, func, kwargs in sorted(jobs, key=lambda j: j[0]):
        text = func(text, **kwargs)
    return text


for name, (priority, func) in sorted(PLUGINS.items(), key=lambda kv: kv[1][0]):
    print(f"{priority:>3} {name}{inspect.signature(func)} - {func.__doc__}")

for spec in ("upper", "reverse|squeeze", "reverse|upper|replace:old=A,new=4", "squeeze:chars=o l",
             "missing", "replace:old=a", "upper:loud=yes"):
    try:
        print(f"{spec:36} {run('a  cool   balloon', spec)!r}")
    except (KeyError, TypeError) as e:
        print(f"{spec:36} {type(e).__name__}: {e}")
try:
    plugin("upper")(str.title)
except ValueError as e:
    print(e)
