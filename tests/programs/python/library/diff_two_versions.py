import difflib

OLD = """\
Preheat the oven to 180 degrees.
Mix flour and sugar.
Add two eggs.
Stir for five minutes.
Bake for 30 minutes.
Let it cool.
Serve with cream.
""".splitlines(keepends=True)
NEW = """\
Preheat the oven to 200 degrees.
Mix flour, butter and sugar.
Stir for five minutes.
Add a pinch of salt.
Bake for 25 minutes.
Let it cool.
Serve with cream.
Enjoy.""".splitlines(keepends=True)

print("".join(difflib.unified_diff(OLD, NEW, "recipe.old", "recipe.new", n=1)))
print("-" * 20)
print("".join(difflib.context_diff(OLD, NEW, "recipe.old", "recipe.new", "monday", "friday", n=0)))
print("-" * 20)
delta = list(difflib.ndiff(OLD, NEW))
print("".join(delta))
print("".join(difflib.restore(delta, 1)) == "".join(OLD), "".join(difflib.restore(delta, 2)) == "".join(NEW))

s = difflib.SequenceMatcher(None, "private Thread currentThread;", "private volatile Thread currentThread;")
print(round(s.ratio(), 4), round(s.quick_ratio(), 4), s.real_quick_ratio() >= s.ratio(), s.find_longest_match())
for tag, i1, i2, j1, j2 in s.get_opcodes():
    print(f"{tag:8} a[{i1}:{i2}] b[{j1}:{j2}] {s.a[i1:i2]!r} -> {s.b[j1:j2]!r}")
print([tuple(m) for m in difflib.SequenceMatcher(lambda c: c == " ", " abcd", "abcd abcd").get_matching_blocks()])
print([[op[0] for op in group] for group in difflib.SequenceMatcher(None, list(range(40)), [x for x in range(40) if x not in (5, 30)]).get_grouped_opcodes(2)])
table = difflib.HtmlDiff(wrapcolumn=30).make_table(OLD, NEW, context=True, numlines=1)
print(table.count("diff_add"), table.count("diff_sub"), table.count("diff_chg"))
print(difflib.IS_LINE_JUNK("  # \n"), difflib.IS_CHARACTER_JUNK("\t"))
print(list(difflib.diff_bytes(difflib.unified_diff, [b"a\xff\n"], [b"a\xfe\n"], b"x", b"y")))
