"""
Small text helpers with examples in their docstrings.

>>> wrap("the quick brown fox", 9)
['the quick', 'brown fox']
>>> title_case("war and peace")
'War and Peace'
"""
import doctest
import sys

def wrap(text, width):
    """Greedy wrapping.

    >>> wrap("", 5)
    []
    >>> wrap("a bb ccc dddd", 4)
    ['a bb', 'ccc', 'dddd']
    >>> wrap("toolong", 3)
    Traceback (most recent call last):
        ...
    ValueError: 'toolong' does not fit into 3 columns
    """
    lines = []
    for word in text.split():
        if len(word) > width:
            raise ValueError(f"{word!r} does not fit into {width} columns")
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines

def title_case(text, small=("a", "and", "of", "the")):
    """
    >>> title_case("lord OF the rings")
    'Lord of the Rings'
    >>> title_case("of mice")       # the first word is always capital
    'Of Mice'
    >>> [title_case(t) for t in ("", "x")]
    ['', 'X']
    """
    words = text.lower().split()
    return " ".join(w if i and w in small else w.capitalize() for i, w in enumerate(words))

def frequencies(text):
    """Letter counts.

    >>> frequencies("hello")["l"]
    2
    >>> frequencies("abc")  # doctest: +ELLIPSIS
    {'a': 1, ...}
    """
    out = {}
    for c in text:
        out[c] = out.get(c, 0) + 1
    return out

WRONG = """
>>> frequencies("aab")
{'a': 3, 'b': 1}
>>> wrap("a b", 3)
['a  b']
>>> 1 / 0
1
>>> title_case("fine")
'Fine'
"""

if __name__ == "__main__":
    print(doctest.testmod())
    doctest.testmod(verbose=True, exclude_empty=True)

    # examples from a string, most of which do not hold
    test = doctest.DocTestParser().get_doctest(WRONG, globals(), "wrong", "wrong.txt", 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    report = []
    runner.run(test, out=report.append)
    for line in "".join(report).splitlines():
        if "doctest.py" not in line and "^" not in line and "exec(" not in line:
            print(line)
    print(runner.summarize(verbose=False))
    sys.exit(1 if runner.failures else 0)
