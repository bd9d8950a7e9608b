"""Render a small subset of Markdown as plain text."""
import re
import textwrap

SOURCE = """\
# Release *notes*

This is the **second** release of the [parser](https://example.org/parser).
It is a lot `faster` than the first one, and it fixes a number of
problems that our users have reported.

## What is new

- support for *nested* lists
- a better error message, with the line number and a pointer to the place where it went wrong
* no more crashes

1. Download
2. Unpack
3. Run `make install`

> Simple things should be simple,
> complex things should be possible.

```
def f(x):
    return x * 2
```

---

![logo](logo.png) The end.
"""


def inline(text):
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"(image: \1)", text)
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"\1 <\2>", text)
    text = re.sub(r"\*\*(.+?)\*\*", lambda m: m[1].upper(), text)
    text = re.sub(r"\*(.+?)\*", r"_\1_", text)
    return re.sub(r"`([^`]+)`", r"'\1'", text)


def render(source, width=60):
    out = []
    for block in re.split(r"\n{2,}", source.strip()):
        lines = block.split("\n")
        first = lines[0]
        if m := re.match(r"(#+)\s+(.*)", first):
            title = inline(m[2])
            out.append(title + "\n" + "=-~"[len(m[1]) - 1] * len(title))
        elif first.startswith("```"):
            out.append("\n".join("    | " + l for l in lines[1:-1]))
        elif first.startswith(">"):
            quote = inline(" ".join(l.lstrip("> ") for l in lines))
            out.append(textwrap.fill(quote, width, initial_indent="  \u201c", subsequent_indent="   ") + "\u201d")
        elif re.fullmatch(r"-{3,}", first):
            out.append("\u2500" * width)
        elif re.match(r"([-*]|\d+\.)\s", first):
            items = []
            for l in lines:
                mark, text = l.split(None, 1)
                bullet = "  \u2022 " if mark in "-*" else f"{mark:>4} "
                items.append(textwrap.fill(inline(text), width, initial_indent=bullet,
                                           subsequent_indent=" " * len(bullet)))
            out.append("\n".join(items))
        else:
            out.append(textwrap.fill(inline(" ".join(lines)), width))
    return "\n\n".join(out)


print(render(SOURCE))
