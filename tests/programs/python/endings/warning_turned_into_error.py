import warnings


def old_area(r):
    warnings.warn("old_area is deprecated, use area", DeprecationWarning, stacklevel=2)
    return area(r)


def area(r):
    return round(3.14159 * r * r, 2)


class ConfigWarning(UserWarning):
    pass


with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    print(old_area(2), old_area(3))
    warnings.warn(ConfigWarning("odd setting"))
    for w in seen:
        print(w.category.__name__, w.message)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    print(old_area(1))

with warnings.catch_warnings():
    warnings.simplefilter("error", ConfigWarning)
    try:
        warnings.warn("bad setting", ConfigWarning)
    except ConfigWarning as e:
        print("raised", repr(e))

# From here on any warning ends the program.
warnings.filterwarnings("error", message=".*deprecated.*")
print(area(4))
print(old_area(4))
print("not reached")
