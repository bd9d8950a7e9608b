"""A regular expression engine: parsed to an NFA, then simulated (Thompson)."""
import re


class State:
    def __init__(self, test=None, out=()):
        self.test = test        # None for an empty move
        self.out = list(out)


class Regex:
    def __init__(self, pattern):
        self.pattern, self.pos = pattern, 0
        self.final = State()
        start, ends = self.alternation()
        if self.pos < len(pattern):
            raise ValueError(f"unexpected {pattern[self.pos]!r} at {self.pos}")
        for e in ends:
            e.out.append(self.final)
        self.start = start

    def peek(self):
        return self.pattern[self.pos:self.pos + 1]

    def take(self):
        self.pos += 1
        if self.pos > len(self.pattern):
            raise ValueError("pattern ends too early")
        return self.pattern[self.pos - 1]

    def alternation(self):
        start, ends = self.sequence()
        while self.peek() == "|":
            self.take()
            s2, e2 = self.sequence()
            start, ends = State(out=[start, s2]), ends + e2
        return start, ends

    def sequence(self):
        start = State()
        ends = [start]
        while self.peek() not in ("", "|", ")"):
            s, e = self.repeat()
            for x in ends:
                x.out.append(s)
            ends = e
        return start, ends

    def repeat(self):
        start, ends = self.atom()
        while self.peek() in ("*", "+", "?"):
            op = self.take()
            split = State(out=[start])
            if op == "?":
                start, ends = split, ends + [split]
                continue
            for e in ends:
                e.out.append(split)
            start, ends = (split if op == "*" else start), [split]
        return start, ends

    def atom(self):
        c = self.take()
        if c == "(":
            result = self.alternation()
            if self.take() != ")":
                raise ValueError("missing )")
            return result
        if c == "[":
            negate = self.peek() == "^" and bool(self.take())
            ranges = []
            while (a := self.take()) != "]":
                if self.peek() == "-" and self.pattern[self.pos + 1:self.pos + 2] != "]":
                    self.take()
                    ranges.append((a, self.take()))
                else:
                    ranges.append((a, a))
            test = lambda ch: any(lo <= ch <= hi for lo, hi in ranges) != negate
        elif c == ".":
            test = lambda ch: ch != "\n"
        elif c == "\\":
            e = self.take()
            test = {"d": str.isdigit, "w": lambda ch: ch.isalnum() or ch == "_", "s": str.isspace}.get(e, e.__eq__)
        elif c in "*+?":
            raise ValueError("nothing to repeat")
        else:
            test = c.__eq__
        s = State(test)
        return s, [s]

    def fullmatch(self, text):
        current = self.closure([self.start])
        for ch in text:
            current = self.closure([n for s in current if s.test and s.test(ch) is True for n in s.out])
        return self.final in current

    @staticmethod
    def closure(states):
        seen, stack = set(), list(states)
        while stack:
            s = stack.pop()
            if s not in seen:
                seen.add(s)
                if s.test is None:
                    stack.extend(s.out)
        return seen


CASES = {
    "a*b": ["b", "aaab", "aba", ""],
    "(ab|c)+d?": ["ab", "abcabd", "d", "cc", "abdd"],
    r"[a-c_]+\d\d": ["abc12", "_99", "d12", "a1"],
    r"[^x]*": ["hello", "axb", ""],
    r"h.llo\.?": ["hello", "hallo.", "hllo", "hello!"],
    "(a?)*": ["", "aaa", "b"],
    r"\w+@\w+(\.\w+)+": ["me@example.org", "me@host", "a_b@c.d.e"],
    "a||b": ["", "a", "b", "ab"],
}
for pattern, texts in CASES.items():
    mine = [Regex(pattern).fullmatch(t) for t in texts]
    assert mine == [bool(re.fullmatch(pattern, t)) for t in texts], pattern
    print(f"{pattern:<20}", {t: m for t, m in zip(texts, mine)})
n = 25
print("no blow-up:", Regex("a?" * n + "a" * n).fullmatch("a" * n))
for bad in ("(a", "a)", "*a", "[ab", "a\\"):
    try:
        Regex(bad)
        print(bad, "is fine")
    except ValueError as e:
        print(f"{bad:<5}", e)
