import unicodedata


def width(s: str) -> int:
    """Columns that a string takes in a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)


def pad(s, n, align):
    space = n - width(s)
    if align == ">":
        return " " * space + s
    if align == "^":
        return " " * (space // 2) + s + " " * (space - space // 2)
    return s + " " * space


STYLES = {
    "box": ("┌┬┐", "├┼┤", "└┴┘", "─", "│"),
    "ascii": ("+++", "+++", "+++", "-", "|"),
    "double": ("╔╦╗", "╠╬╣", "╚╩╝", "═", "║"),
}


def table(rows, header, style="box"):
    columns = list(zip(header, *rows))
    def cell(v):
        if v is None: return ""
        return f"{v:,.2f}" if isinstance(v, float) else str(v)
    text = [[cell(v) for v in col] for col in columns]
    aligns = [">" if all(isinstance(v, (int, float, type(None))) for v in col[1:]) else "<" for col in columns]
    widths = [max(map(width, col)) for col in text]
    top, mid, bottom, line, bar = STYLES[style]
    rule = lambda ends: ends[0] + ends[1].join(line * (w + 2) for w in widths) + ends[2]
    out = [rule(top)]
    for i, row in enumerate(zip(*text)):
        cells = [pad(c, w, "^" if i == 0 else a) for c, w, a in zip(row, widths, aligns)]
        out.append(bar + bar.join(f" {c} " for c in cells) + bar)
        if i == 0:
            out.append(rule(mid))
    return "\n".join(out + [rule(bottom)])


rows = [
    ("Zürich", 434335, 87.88, "limmat"),
    ("東京", 13960000, 2194.07, "隅田川"),
    ("Cafe\u0301town", 12, None, ""),
    ("Río", None, 1200.27, "—"),
]
for style in STYLES:
    print(table(rows, ["City", "People", "km²", "River"], style))
print("| " + " | ".join(["City", "People"]) + " |\n|:--|--:|")
for r in rows:
    print("| {0} | {1} |".format(*r))
print(table([], ["empty"]))
for n in (0, 7, -1234.5, 1e9):
    print(f"[{n:>12,}] [{n:<+10.1f}] [{n:^12.3e}] [{n:010.2f}] [{n:*^9g}]")
