"""t-strings (PEP 750): an HTML renderer, a query builder and a logger built on templates."""
from html import escape
from string.templatelib import Template, Interpolation, convert


def html(template: Template) -> str:
    parts = []
    for item in template:
        match item:
            case str(s):
                parts.append(s)
            case Interpolation(value=Template() as inner):
                parts.append(html(inner))
            case Interpolation(value=list() as items):
                parts.extend(html(i) if isinstance(i, Template) else escape(str(i)) for i in items)
            case Interpolation(value=dict() as attrs):
                parts.append(" ".join(f'{k}="{escape(str(v))}"' for k, v in attrs.items() if v is not None))
            case Interpolation(value=v, conversion=c, format_spec=spec):
                parts.append(escape(format(convert(v, c), spec)))
    return "".join(parts)


def sql(template: Template):
    """Return the statement with placeholders and the parameters, never mixing the two."""
    text, params = "", []
    for literal, interp in zip(template.strings, (*template.interpolations, None)):
        text += literal
        if interp is not None:
            if interp.format_spec == "name":
                if not str(interp.value).isidentifier():
                    raise ValueError(f"{interp.expression} is not a valid name: {interp.value!r}")
                text += f'"{interp.value}"'
            else:
                text += "?"
                params.append(interp.value)
    return text, params


def f(template):
    return "".join(i if isinstance(i, str) else format(convert(i.value, i.conversion), i.format_spec) for i in template)


evil = "<script>alert('x')</script>"
users = [("Ann", 31), ("Bob & Co", 7)]
rows = [t"<tr><td>{name}</td><td>{age:>4}</td></tr>" for name, age in users]
attrs = {"class": "big \"one\"", "id": None, "title": "a<b"}
print(html(t"<h1 {attrs}>{evil}</h1><table>{rows}</table>{['x', 1, '&']}{t'<i>{1 + 1}</i>'}"))

table, limit = "users", 10
print(sql(t"SELECT * FROM {table:name} WHERE name = {evil} AND age < {limit * 2}"))
table = "users; DROP"
try:
    sql(t"DELETE FROM {table:name}")
except ValueError as e:
    print("ValueError:", e)

x, w = 3.14159, 9
t1 = t"a{x!r:>{w}}b{x:.2f}{x=}"
print(f(t1) == f"a{x!r:>{w}}b{x:.2f}{x=}", f(t1))
print(t1.strings, t1.values)
for i in t1.interpolations:
    print(repr(i.expression), i.conversion, repr(i.format_spec))
print(t1)
print(type(t1).__name__, list(t""), t"".strings, list(t"plain"), len(list(t"{x}{w}")), t"{x}{w}".strings)
both = t"one {x}" + t" two {w}"
print(both.strings, both.values)
print(rt"\d{x}\n".strings, t"{{}}".strings)
try:
    t"a" + "b"
except TypeError as e:
    print("TypeError:", e)
try:
    print(t"{undefined}")
except NameError as e:
    print("NameError:", e)
manual = Template("hi ", Interpolation("Zoe", "name", None, ""), "!")
print(f(manual), manual.interpolations[0].expression, str(manual) == f(manual))
