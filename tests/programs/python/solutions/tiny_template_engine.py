"""A tiny template engine: {{ expr | filter }}, {% for %}, {% if %} / {% else %}."""
import html
import re


class TemplateError(Exception):
    pass


FILTERS = {
    "upper": str.upper,
    "title": str.title,
    "escape": html.escape,
    "money": lambda v: f"{v:,.2f}",
    "length": len,
}


def lookup(name, context):
    if re.fullmatch(r"-?\d+", name):
        return int(name)
    value = context
    for part in name.split("."):
        try:
            value = value[part]
        except (KeyError, TypeError):
            try:
                value = getattr(value, part)
            except AttributeError:
                raise TemplateError(f"unknown name {name!r}") from None
    return value


def evaluate(expr, context):
    name, *filters = [p.strip() for p in expr.split("|")]
    value = lookup(name, context)
    for f in filters:
        if f not in FILTERS:
            raise TemplateError(f"unknown filter {f!r}")
        value = FILTERS[f](value)
    return value


class Template:
    def __init__(self, text):
        self.tokens = re.split(r"({{.*?}}|{%.*?%}\n?)", text)
        self.tree, end, _ = self.parse(0, ())
        if end < len(self.tokens):
            raise TemplateError("unexpected " + self.tokens[end].strip())

    def parse(self, pos, stops):
        nodes = []
        while pos < len(self.tokens):
            tok = self.tokens[pos]
            if tok.startswith("{{"):
                nodes.append(("expr", tok[2:-2].strip()))
            elif tok.startswith("{%"):
                words = tok.strip()[2:-2].split()
                if words[0] in stops:
                    return nodes, pos, words[0]
                if words[0] == "for":
                    body, pos, _ = self.parse(pos + 1, ("endfor",))
                    nodes.append(("for", words[1], words[3], body))
                elif words[0] == "if":
                    body, pos, stop = self.parse(pos + 1, ("else", "endif"))
                    other = []
                    if stop == "else":
                        other, pos, _ = self.parse(pos + 1, ("endif",))
                    nodes.append(("if", words[1], body, other))
                else:
                    raise TemplateError(f"unknown tag {words[0]!r}")
            elif tok:
                nodes.append(("text", tok))
            pos += 1
        if stops:
            raise TemplateError(f"missing {stops[-1]}")
        return nodes, pos, None

    def render(self, context):
        return "".join(self._render(self.tree, context))

    def _render(self, nodes, ctx):
        for node in nodes:
            match node:
                case ("text", s):
                    yield s
                case ("expr", e):
                    yield str(evaluate(e, ctx))
                case ("for", var, seq, body):
                    for i, item in enumerate(lookup(seq, ctx), 1):
                        yield from self._render(body, {**ctx, var: item, "index": i})
                case ("if", cond, body, other):
                    yield from self._render(body if lookup(cond, ctx) else other, ctx)


page = Template("""\
Dear {{ user.name | title }},
{% if items %}
you ordered {{ items | length }} things:
{% for item in items %}
  {{ index }}. {{ item.title | escape }} - {{ item.price | money }}{% if item.gift %} (gift){% else %}{% endif %}

{% endfor %}
{% else %}
your basket is empty.
{% endif %}
Bye {{ user.name.__class__.__name__ | upper }}
""")
print(page.render({"user": {"name": "ada lovelace"}, "items": [
    {"title": "Cup & saucer", "price": 12.5, "gift": True},
    {"title": "<Bold> book", "price": 1234, "gift": False}]}))
print(page.render({"user": {"name": "bob"}, "items": []}))
for bad in ("{{ nobody }}", "{% for x in y %}", "{% spam %}", "{{ a | shout }}", "x {% endif %}"):
    try:
        print(Template(bad).render({"a": 1}))
    except TemplateError as e:
        print("error:", e)
