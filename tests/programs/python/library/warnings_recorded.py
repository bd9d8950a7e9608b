import sys
import warnings


class SlowWarning(UserWarning):
    """Something works, but slowly."""


def old(x):
    warnings.warn("old() is deprecated, use new()", DeprecationWarning, stacklevel=2)
    return x


@warnings.deprecated("use area2")
def area(w, h):
    return w * h


def slow(n):
    if n > 10:
        warnings.warn(SlowWarning(f"{n} rounds"))
    return n


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old(1)
    slow(5)
    slow(50)
    area(2, 3)
    for w in caught:
        print(w.category.__name__, "-", w.message, "- line known:", w.lineno > 0)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("default")
    for _ in range(3):
        slow(99)
    for n in (11, 12):
        slow(n)
    print([str(w.message) for w in caught])

with warnings.catch_warnings():
    warnings.filterwarnings("error", message=r".*deprecated", category=DeprecationWarning)
    try:
        old(2)
    except DeprecationWarning as e:
        print("raised:", e)

with warnings.catch_warnings(record=True) as caught:
    warnings.filterwarnings("ignore", category=SlowWarning)
    slow(1000)
    print(len(caught))

# Show warnings on standard output, without the place.
warnings.formatwarning = lambda message, category, filename, lineno, line=None: f"{category.__name__}! {message}\n"
warnings.showwarning = lambda m, c, f, l, file=None, line=None: sys.stdout.write(warnings.formatwarning(m, c, f, l))
warnings.simplefilter("always")
slow(77)
warnings.warn("plain")
warnings.warn_explicit("explicit", FutureWarning, "nowhere.x", 12)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    compile("assert (1, 'always true')\nx is 1", "made_up", "exec")
    print(sorted((w.category.__name__, w.lineno, str(w.message)) for w in caught))
try:
    warnings.warn("x", category=int)
except TypeError as e:
    print("TypeError", "Warning subclass" in str(e))
print(area.__deprecated__, issubclass(SlowWarning, Warning))
