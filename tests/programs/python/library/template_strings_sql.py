from string.templatelib import Interpolation, Template, convert
import html


def sql(template: Template) -> tuple[str, list]:
    """A statement with placeholders, and its values."""
    text, values = [], []
    for part in template:
        match part:
            case str():
                text.append(part)
            case Interpolation(value=Template() as inner):
                t, v = sql(inner)
                text.append(t)
                values += v
            case Interpolation(value, _, _, "ident"):
                if not value.isidentifier():
                    raise ValueError(f"bad identifier {value!r}")
                text.append(f'"{value}"')
            case Interpolation(value=list() as many):
                text.append(", ".join("?" * len(many)))
                values += many
            case Interpolation(value):
                text.append("?")
                values.append(value)
    return "".join(text), values


def page(template: Template) -> str:
    return "".join(p if isinstance(p, str) else html.escape(format(convert(p.value, p.conversion), p.format_spec)) for p in template)


name, table, ids = "Robert'); DROP TABLE", "students", [3, 5, 8]
where = t"name = {name} AND id IN ({ids})"
print(sql(t"SELECT * FROM {table:ident} WHERE {where} LIMIT {10}"))
try:
    sql(t"SELECT {name:ident}")
except ValueError as e:
    print("ValueError:", e)

user = "<b>Ada</b>"
width = 9
pi = 3.14159
print(page(t"<p>{user} {user!r:>20} {pi:{width}.2f}|{'q' * 2}</p>"))

x = t"{name!s:>{width}} and {1 + 1=} end"
print(x.strings, x.values)
for i in x.interpolations:
    print(repr(i.expression), i.conversion, repr(i.format_spec), i.value)
y = t"a{1}" + t"{2}b"
print(y.strings, y.values, len(list(y)), t"".strings, list(t""))
print(Template("x", Interpolation(5, "five"), "y", "z").strings, type(t"plain").__name__)
for bad in (lambda: t"a" + "b", lambda: "b" + t"a", lambda: format(t"a", ">5"), lambda: Template(5)):
    try:
        print(bad())
    except TypeError as e:
        print("TypeError")
lazy = t"{(lambda: 6 * 7)}"
print(lazy.values[0](), rt"raw\n{user}".strings, t"{user}" == t"{user}")
