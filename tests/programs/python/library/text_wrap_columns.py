# argv: --width 34 --gap 3
"""Set paragraphs from standard input in two columns."""
import argparse
import itertools
import sys
import textwrap


def justify(line: str, width: int) -> str:
    words = line.split()
    if len(words) < 2:
        return line.ljust(width)
    spaces = width - sum(map(len, words))
    each, extra = divmod(spaces, len(words) - 1)
    out = ""
    for i, word in enumerate(words[:-1]):
        out += word + " " * (each + (i < extra))
    return out + words[-1]


def main() -> None:
    p = argparse.ArgumentParser()
    p.add_argument("--width", type=int, default=30)
    p.add_argument("--gap", type=int, default=2)
    opts = p.parse_args()

    lines = []
    for paragraph in sys.stdin.read().split("\n\n"):
        wrapped = textwrap.wrap(paragraph, opts.width, break_long_words=True, break_on_hyphens=True)
        lines += [justify(l, opts.width) for l in wrapped[:-1]] + [w.ljust(opts.width) for w in wrapped[-1:]]
        lines.append(" " * opts.width)
    half = (len(lines) + 1) // 2
    for left, right in itertools.zip_longest(lines[:half], lines[half:], fillvalue=""):
        print((left + " " * opts.gap + "|" + " " * opts.gap + right).rstrip())

    print(textwrap.shorten("  A sentence   that is too long for its place ", 25, placeholder=" [..]"))
    print(textwrap.indent("one\n\n  two\nthree\n", "> ", lambda l: l.strip() != "two"), end="")
    print(textwrap.wrap("tab\there and a-hyphenated-word", 12, expand_tabs=True, tabsize=4))
    print(textwrap.wrap("one two three four five six", 10, max_lines=2))
    print(textwrap.wrap("x" * 25, 10), textwrap.wrap("x" * 25, 10, break_long_words=False), textwrap.wrap(""))


main()
