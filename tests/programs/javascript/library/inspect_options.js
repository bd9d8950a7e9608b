const { inspect } = require('node:util');

const value = {
  name: 'sample', list: [3, 1, 2], nested: { b: { c: { d: { e: 'deep' } } } },
  map: new Map([['z', 1], ['a', { x: [1] }]]), set: new Set(['q', 'p']), date: new Date(0), fn() {}, text: "it's", big: 123456789n, float: 12345.678,
};

console.log(inspect(value));
console.log(inspect(value, { depth: 0 }));
console.log(inspect(value, { depth: Infinity, compact: 1 }));
console.log(inspect(value, { compact: false, depth: 1 }));
console.log(inspect(value, { breakLength: Infinity }));
console.log(inspect(value, { breakLength: 40, compact: true }));
console.log(inspect(value, { sorted: true, breakLength: 120 }));
console.log(inspect({ b: 1, a: 2, c: 3 }, { sorted: (x, y) => (x < y ? 1 : -1) }));
console.log(inspect(value, { numericSeparator: true, depth: 0 }));
console.log(inspect({ n: 1234567.891, m: -1000, k: 999, z: 0.0001234 }, { numericSeparator: true }));

console.log(inspect([1, 2, 3, 4, 5], { maxArrayLength: 2 }), inspect(new Set([1, 2, 3]), { maxArrayLength: 0 }), inspect([1, 2], { maxArrayLength: null }));
console.log(inspect('long text here', { maxStringLength: 4 }), inspect(['abcdef'], { maxStringLength: 5 }));
console.log(inspect({ a: 1, hidden: 2 }, false, null, false), inspect([1, 'two'], { colors: false }));
console.log(JSON.stringify(inspect({ n: 1, s: 'x', b: true, u: undefined, z: null, y: Symbol('q'), d: new Date(0), r: /x/, f() {} }, { colors: true })));

const hidden = Object.defineProperty({ seen: 1 }, 'unseen', { value: 2 });
console.log(inspect(hidden), inspect(hidden, { showHidden: true }), inspect([1, 2], { showHidden: true }), inspect(new Map([[1, 2]]), { showHidden: true }));

const withGetters = { get a() { return { x: 1 }; }, set a(v) {}, get b() { throw new Error('cannot get'); }, set c(v) {}, get d() { return 5; } };
console.log(inspect(withGetters), inspect(withGetters, { getters: 'set' }), inspect({ get d() { return [1]; }, get e() { return 'e'; } }, { getters: true }));

console.log(inspect('text'), inspect(5), inspect(-0), inspect(null), inspect(undefined), inspect(Symbol('s')), inspect(1n), inspect([]), inspect({}), inspect('it\'s'), inspect('\n'));
console.log(inspect(new Proxy({ a: 1 }, {}), { showProxy: true }), inspect(new Proxy([1], {}), { showProxy: false }));
console.log(inspect(Object.create({ a: 1 })), inspect(new (class A { b = new (class B { c = 1; })(); })(), { depth: 0 }), inspect.defaultOptions.depth);
