"""What an interactive prompt would offer, without a prompt."""
import rlcompleter


class Engine:
    cylinders = 4
    capacity = 1.6
    _private = "hidden"

    def start(self): ...
    def stop(self, hard=False): ...

    @property
    def speed(self):
        raise RuntimeError("must not be read while completing")


def matches(completer, text):
    out = []
    while True:
        m = completer.complete(text, len(out))
        if m is None:
            return out
        out.append(m)


space = {"engine": Engine(), "Engine": Engine, "english": "text", "numbers": [1, 2], "nothing": None}
c = rlcompleter.Completer(space)
for text in ("en", "eng", "engine.", "engine.c", "engine.s", "engine._", "engine.__in", "english.spl", "numbers.ap", "zzz", "imp", "whi", "Tru", "non", "try", "engine.nope.x",
             "Engine.st", "numbers.__len", "isin", "no"):
    print(f"{text:<14} {matches(c, text)}")

print(c.global_matches("nu"), c.attr_matches("numbers.ex"), c.complete("eng", 1), c.complete("eng", 99))
print(rlcompleter.get_class_members(Engine).count("start"), len(set(matches(c, "english.is"))))
try:
    rlcompleter.Completer(5)
except TypeError as e:
    print(e)
