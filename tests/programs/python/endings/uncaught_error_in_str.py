class Label:
    def __init__(self, text):
        self.text = text

    def __str__(self):
        if not self.text:
            raise ValueError("label without text")
        return f"<{self.text}>"


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("cannot be shown")

    __repr__ = __str__


labels = [Label("one"), Label("two"), Label(""), Label("four")]
for label in labels[:2]:
    print(label)

try:
    print("joined", " ".join(str(label) for label in labels))
except ValueError as e:
    print("joining failed:", e)

try:
    "%s" % Mute()
except RuntimeError as e:
    print("formatting failed:", e)

try:
    raise Mute
except Mute as e:
    print("caught one that cannot be shown,", len(e.args), "args")

class Odd:
    def __str__(self):
        return 42

try:
    print(Odd())
except TypeError as e:
    print(e)

print("part of the line:", end=" ")
raise Mute("the traceback has to do without text")
