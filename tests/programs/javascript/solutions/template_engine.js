/**
 * Compiles templates with {{ value | filter }}, {% if %}, {% else %} and {% for x in list %}.
 */
const filters = {
  upper: (s) => String(s).toUpperCase(),
  money: (n) => `$${Number(n).toFixed(2)}`,
  join: (list, separator = ', ') => list.join(separator),
  default: (value, other) => value ?? other,
};
const escape = (value) => String(value ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const lookup = (path, scope) => path.split('.').reduce((value, key) => value?.[key], scope);

function parse(source) {
  const root = { type: 'root', children: [] };
  const stack = [root];
  const add = (node) => stack.at(-1).children.push(node);
  for (const part of source.split(/(\{\{.*?\}\}|\{%.*?%\})/)) {
    if (part.startsWith('{{')) {
      const [path, ...steps] = part.slice(2, -2).split('|').map((s) => s.trim());
      add({ type: 'value', path, steps: steps.map((s) => s.match(/"[^"]*"|[^\s:]+/g).map((w) => w.replace(/^"|"$/g, ''))) });
    } else if (part.startsWith('{%')) {
      const [keyword, name, , list] = part.slice(2, -2).trim().split(/\s+/);
      if (keyword === 'if' || keyword === 'for') {
        const node = { type: keyword, name, list, children: [], otherwise: null };
        add(node);
        stack.push(node);
      } else if (keyword === 'else') {
        stack.at(-1).otherwise = stack.at(-1).children;
        stack.at(-1).children = [];
      } else if (keyword === 'end' && stack.length > 1) stack.pop();
      else throw new SyntaxError(`unexpected tag ${part}`);
    } else if (part) add({ type: 'text', text: part });
  }
  if (stack.length > 1) throw new SyntaxError(`{% ${stack.at(-1).type} %} is not closed`);
  return root;
}

function render(node, scope) {
  const all = (children, scope) => children.map((child) => render(child, scope)).join('');
  switch (node.type) {
    case 'text': return node.text;
    case 'value': {
      const value = node.steps.reduce((value, [name, ...args]) => {
        if (!(name in filters)) throw new ReferenceError(`unknown filter ${name}`);
        return filters[name](value, ...args);
      }, lookup(node.path, scope));
      return escape(value);
    }
    case 'if': return (lookup(node.name, scope) ? all(node.otherwise ?? node.children, scope) : node.otherwise ? all(node.children, scope) : '');
    case 'for': return (lookup(node.list, scope) ?? []).map((item, i) => all(node.children, { ...scope, [node.name]: item, index: i + 1 })).join('');
    default: return all(node.children, scope);
  }
}

const data = { user: { name: 'Ann <admin>', vip: true }, items: [{ name: 'Tea', price: 3.5 }, { name: 'Cake & jam', price: 12 }], tags: ['a', 'b'] };
const page = `Hello {{ user.name | upper }}!{% if user.vip %} (VIP){% else %} (guest){% end %}
{% for item in items %}{{ index }}. {{ item.name }}: {{ item.price | money }}
{% end %}Tags: {{ tags | join:" / " }} {{ user.email | default:"no mail" }}{% if nothing %}hidden{% end %}`;
console.log(render(parse(page), data));
console.log(JSON.stringify(parse('a {{ b.c | join:"-" }}').children));
for (const bad of ['{% if x %}open', '{% end %}', '{{ a | shout }}']) {
  console.log(bad, '->', render(parse(bad.replace('open', 'open{% end %}')), data) || 'nothing');
}
