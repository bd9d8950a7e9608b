import sys
from abc import ABC, abstractmethod

class Command(ABC):
    @abstractmethod
    def do(self, doc): ...
    @abstractmethod
    def undo(self, doc): ...

class Insert(Command):
    def __init__(self, pos, text):
        self.pos, self.text = int(pos), text

    def do(self, doc):
        if not 0 <= self.pos <= len(doc.text):
            raise ValueError(f"position {self.pos} is outside of the text")
        doc.text = doc.text[:self.pos] + self.text + doc.text[self.pos:]

    def undo(self, doc):
        doc.text = doc.text[:self.pos] + doc.text[self.pos + len(self.text):]

class Delete(Command):
    def __init__(self, start, end):
        self.start, self.end = int(start), int(end)

    def do(self, doc):
        self.removed = doc.text[self.start:self.end]
        doc.text = doc.text[:self.start] + doc.text[self.end:]

    def undo(self, doc):
        doc.text = doc.text[:self.start] + self.removed + doc.text[self.start:]

class Apply(Command):
    """A change of the whole text, which simply remembers the old one."""

    def __init__(self, method, *args):
        self.method, self.args = method, args

    def do(self, doc):
        self.before = doc.text
        doc.text = getattr(doc.text, self.method)(*self.args)

    def undo(self, doc):
        doc.text = self.before

class Document:
    def __init__(self):
        self.text = ""
        self.done, self.undone = [], []

    def execute(self, command):
        command.do(self)
        self.done.append(command)
        self.undone.clear()

    def undo(self):
        self.done[-1].undo(self)
        self.undone.append(self.done.pop())

    def redo(self):
        self.undone[-1].do(self)
        self.done.append(self.undone.pop())

doc = Document()
for line in sys.stdin:
    word, *args = line.rstrip("\n").split(" ", 2)
    try:
        match word:
            case "i": doc.execute(Insert(*args))
            case "d": doc.execute(Delete(*args))
            case "upper" | "title" | "swapcase" | "replace": doc.execute(Apply(word, *args))
            case "u": doc.undo()
            case "r": doc.redo()
            case _: raise ValueError("what?")
        note = ""
    except IndexError:
        note = f"nothing to {'undo' if word == 'u' else 'redo'}"
    except (ValueError, TypeError) as e:
        note = str(e)
    print(f"{line.rstrip():<18}| {doc.text!r:<34}| {len(doc.done)} {len(doc.undone)} {note}")
