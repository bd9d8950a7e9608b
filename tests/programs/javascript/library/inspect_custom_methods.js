const util = require('util');
const custom = Symbol.for('nodejs.util.inspect.custom');
console.log(custom === util.inspect.custom);

class Money {
  constructor(amount, currency) { this.amount = amount; this.currency = currency; }
  [util.inspect.custom](depth, options, inspect) {
    return `Money<${this.amount.toFixed(2)} ${this.currency}>`;
  }
}
console.log(new Money(5, 'EUR'), [new Money(1, 'USD')], { price: new Money(2.5, 'CHF') });
console.log('%s %o %O %j', new Money(1, 'A'), new Money(2, 'B'), new Money(3, 'C'), new Money(4, 'D'));
console.log(`${new Money(9, 'X')}`, util.inspect(new Money(3, 'Y'), { customInspect: false }));

class Box {
  constructor(content) { this.content = content; }
  [custom](depth, options) {
    if (depth < 0) return options.stylize('[Box]', 'special');
    const inner = util.inspect(this.content, { ...options, depth: options.depth === null ? null : options.depth - 1 });
    return `Box(${inner.replace(/\n/g, '\n    ')})`;
  }
}
console.log(new Box(1), new Box(new Box({ a: [1, 2] })), { x: { y: { z: new Box(1) } } });
console.log(new Box({ one: 'a'.repeat(40), two: 'b'.repeat(40) }));

// A custom method may give any value; a text is shown without quotes.
console.log({ [custom]: () => ({ instead: true }) }, { [custom]: () => 'text' }, { [custom]: () => 42 }, { [custom]: () => null });
console.log([{ [custom]: () => 'two\nlines' }], { inside: { [custom]: () => 'two\nlines' } });

class Secret {
  #value = 'hidden';
  toString() { return '***'; }
  toJSON() { return 'json'; }
  inspect() { return 'old style is not used'; }
}
console.log(new Secret(), `${new Secret()}`, JSON.stringify({ s: new Secret() }), '%s', new Secret());
console.log('%s', new Secret());

class Temperature {
  constructor(c) { this.c = c; }
  get [Symbol.toStringTag]() { return 'Temp'; }
  valueOf() { return this.c; }
}
console.log(new Temperature(20), new Temperature(1) + new Temperature(2), util.inspect(new Temperature(3)), Object.prototype.toString.call(new Temperature(4)));

class Matrix {
  constructor(rows) { this.rows = rows; }
  [custom]() { return '\n' + this.rows.map((row) => row.map((n) => String(n).padStart(4)).join('')).join('\n'); }
}
console.log(new Matrix([[1, 20], [300, 4]]));
console.log({ matrix: new Matrix([[1, 2], [3, 4]]), after: 1 });
