const util = require('util');

function divide(a, b, callback) {
  setTimeout(() => (b === 0 ? callback(new Error('division by zero')) : callback(null, a / b)), 1);
}
const divideLater = util.promisify(divide);

const multi = (callback) => callback(null, 'first', 'second');
multi[util.promisify.custom] = () => Promise.resolve(['first', 'second']);

const legacy = util.callbackify(async (x) => {
  if (x < 0) throw new RangeError('negative');
  return Math.sqrt(x);
});

(async () => {
  console.log(await divideLater(6, 4), await util.promisify(multi)(), divideLater.name);
  await divideLater(1, 0).catch((e) => console.log(e.message));
  await util.promisify(setTimeout)(2).then((v) => console.log('slept', v));
  console.log(await util.promisify(setImmediate)('value'));
  legacy(16, (error, value) => console.log(error, value));
  legacy(-1, (error, value) => console.log(error.name, value));
  try { util.promisify('not a function'); } catch (e) { console.log(e.name, e.code); }
})();

const same = util.isDeepStrictEqual;
const pairs = [
  [1, 1], [1, '1'], [NaN, NaN], [0, -0], [[1, 2], [1, 2]], [[1, 2], [2, 1]], [{ a: 1, b: 2 }, { b: 2, a: 1 }], [{ a: undefined }, {}],
  [new Date(0), new Date(0)], [new Date(0), new Date(1)], [/a/g, /a/g], [/a/g, /a/i], [new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 1]])],
  [new Set([1, 2]), new Set([2, 1])], [new Set([[1]]), new Set([[1]])], [new Set([1]), new Set(['1'])], [[1, , 3], [1, undefined, 3]],
  [new Uint8Array([1]), new Uint8Array([1])], [new Uint8Array([1]), [1]], [new Error('a'), new Error('a')], [new Error('a'), new Error('b')],
  [Object(1), Object(1)], [Object(1), 1], [null, undefined], [{}, []], [{}, Object.create(null)], [Symbol.for('a'), Symbol.for('a')], [{ [Symbol.for('k')]: 1 }, { [Symbol.for('k')]: 2 }],
  [1n, 1n], [1n, 1], [() => 1, () => 1], ['a', new String('a')], [new (class A { x = 1; })(), { x: 1 }], [Buffer.from('a'), Buffer.from('a')],
];
console.log(pairs.map(([a, b]) => (same(a, b) ? 'y' : 'n')).join(''));
const x = { v: 1 }; x.me = x;
const y = { v: 1 }; y.me = y;
console.log(same(x, y), same(x, { v: 1, me: null }));

const { types } = util;
console.log(types.isDate(new Date()), types.isRegExp(/x/), types.isPromise(Promise.resolve()), types.isMap({}), types.isGeneratorFunction(function* () {}), types.isAsyncFunction(async () => {}), types.isTypedArray(new Int8Array()), types.isUint8Array(Buffer.alloc(1)), types.isNativeError(new TypeError()), types.isBoxedPrimitive(Object('')), types.isSymbolObject(Object(Symbol())), types.isProxy(new Proxy({}, {})), types.isArrayBuffer(new ArrayBuffer(1)), types.isSet(new Set()), types.isWeakMap(new WeakMap()), types.isArgumentsObject([]));
console.log(util.stripVTControlCharacters('\u001b[31mred\u001b[0m'), util.toUSVString('\ud800x'), typeof util.TextEncoder);
function Base() { this.base = 1; }
function Derived() { Base.call(this); }
util.inherits(Derived, Base);
console.log(new Derived() instanceof Base, Derived.super_ === Base, new Derived());
