class Point {
  constructor(x, y) { this.x = x; this.y = y; }
  length() { return Math.hypot(this.x, this.y); }
  get double() { return this.x * 2; }
  static origin = new Point(0, 0);
}
class Point3 extends Point { z = 3; #hidden = 4; }
class Empty {}
class Tagged { get [Symbol.toStringTag]() { return 'Label'; } }
class Named { constructor() { this.name = 'n'; this.constructor = 'shadowed'; } }
function Old(a) { this.a = a; }

console.log(new Point(1, 2), new Point3(1, 2), new Empty(), new Tagged(), new Old([1]), new (class {})(), new (class { a = 1; })());
console.log(Point, Point3, Empty, Old, class {}, class extends Point {}, Tagged, [Point, Old]);
console.log({ point: new Point(1, { deep: { deeper: {} } }), klass: Empty, list: [new Point3(7, 8)] });
console.log(Object.create(Point.prototype), Object.setPrototypeOf({ q: 1 }, Empty.prototype), Object.setPrototypeOf({ q: 1 }, null));

function plain() {}
const arrow = () => {};
async function later() {}
function* gen() {}
async function* agen() {}
const withProps = Object.assign(function named() {}, { version: 1, nested: { a: 1 } });
console.log(plain, arrow, later, gen, agen, withProps, function () {}, () => {}, plain.bind(null), Math.max, Array, Symbol);
console.log([plain, arrow], { plain, arrow, method() {}, f: function () {}, ['computed' + 1]: () => {} });
console.log(Object.defineProperty(() => {}, 'name', { value: 'renamed' }), Object.defineProperty(function x() {}, 'name', { value: '' }));

const sym = Symbol('description');
console.log(sym, Symbol(), Symbol.for('global'), Symbol.iterator, [sym], { [sym]: sym, [Symbol()]: 1, [Symbol('with space')]: { a: 1 } });
console.log(String(sym), sym.toString(), Object(sym));

console.log(new Number(3), new String('abc'), new Boolean(false), Object(1n), [new Number(-0)], Object.assign(new String('ab'), { x: 1 }));
console.log(gen(), agen(), Math, JSON, globalThis === global, Reflect, Atomics, new Proxy({ p: 1 }, {}), new Proxy(() => {}, {}));
console.log(Promise.resolve({ a: 1 }), Promise.resolve(), new Promise(() => {}), (async () => 'x')(), [Promise.resolve([1])]);
console.log((function () { return arguments; })(1, 'a'), new Date(0), [new Date(86400000)], /a\/b/gi, Object.assign(/x/, { y: 1 }));
console.log({ __proto__: { inherited: true }, own: 1 }, { ['__proto__']: 1 }, Object.create({ constructor: undefined }), Object.create(class A {}.prototype));
const hidden = Object.defineProperties({}, { no: { value: 1 }, yes: { value: 2, enumerable: true } });
console.log(hidden, Object.freeze({ f: 1 }), new Named(), Point.prototype, Point3.prototype, Empty.prototype, Old.prototype, Object.prototype);
