/**
 * Parses arithmetic with precedence climbing and prints the tree.
 */
const operators = {
  '+': { precedence: 1, apply: (a, b) => a + b },
  '-': { precedence: 1, apply: (a, b) => a - b },
  '*': { precedence: 2, apply: (a, b) => a * b },
  '/': { precedence: 2, apply: (a, b) => a / b },
  '^': { precedence: 3, right: true, apply: (a, b) => a ** b },
};

function parse(source) {
  const tokens = source.match(/\d*\.?\d+|[a-z]+|\S/g) ?? [];
  let position = 0;
  const fail = (message) => { throw new SyntaxError(`${message} at token ${position + 1}`); };

  function primary() {
    const token = tokens[position++];
    if (token === undefined) { position--; fail('Unexpected end'); }
    if (token === '-') return { type: 'negate', operand: primary() };
    if (token === '(') {
      const inner = expression(1);
      if (tokens[position++] !== ')') { position--; fail('Expected )'); }
      return inner;
    }
    if (/^[\d.]/.test(token)) return { type: 'number', value: Number(token) };
    if (/^[a-z]/.test(token)) return { type: 'variable', name: token };
    position--;
    return fail(`Unexpected ${token}`);
  }

  function expression(minimum) {
    let left = primary();
    for (let op; (op = operators[tokens[position]]) && op.precedence >= minimum;) {
      const operator = tokens[position++];
      left = { type: 'binary', operator, left, right: expression(op.precedence + (op.right ? 0 : 1)) };
    }
    return left;
  }

  const tree = expression(1);
  if (position < tokens.length) fail(`Unexpected ${tokens[position]}`);
  return tree;
}

const visit = (node, visitor) => visitor[node.type](node, (child) => visit(child, visitor));

const evaluator = (scope) => ({
  number: ({ value }) => value,
  variable: ({ name }) => scope[name] ?? NaN,
  negate: ({ operand }, walk) => -walk(operand),
  binary: ({ operator, left, right }, walk) => operators[operator].apply(walk(left), walk(right)),
});
const printer = {
  number: ({ value }) => String(value),
  variable: ({ name }) => name,
  negate: ({ operand }, walk) => `(- ${walk(operand)})`,
  binary: ({ operator, left, right }, walk) => `(${operator} ${walk(left)} ${walk(right)})`,
};

for (const source of ['1 + 2 * 3', '(1 + 2) * 3', '2 ^ 3 ^ 2', '8 / 4 / 2', '-x ^ 2 + .5', '10 - 4 - 3', '2 * (3', '1 +', '* 2', '1 2', '']) {
  try {
    const tree = parse(source);
    console.log(source.padEnd(12), visit(tree, printer).padEnd(22), visit(tree, evaluator({ x: 3 })));
  } catch ({ name, message }) {
    console.log(source.padEnd(12), `${name}: ${message}`);
  }
}
console.log(parse('a * (b + 1)'));
