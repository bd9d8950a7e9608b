const date = new Date(Date.UTC(2020, 1, 29, 12));
console.log(JSON.stringify({ a: undefined, f() {}, s: Symbol('x'), n: null, nan: NaN, inf: -Infinity, z: -0, d: date }));
console.log(JSON.stringify([undefined, () => 1, Symbol('y'), NaN, , new Date(NaN)]));
console.log(JSON.stringify(undefined), JSON.stringify(() => {}), JSON.stringify(null), JSON.stringify('a"\\\u2028\u0007\ud800'));
console.log(JSON.stringify({ map: new Map([[1, 2]]), set: new Set([1]), re: /x/g, err: new Error('e'), typed: new Uint8Array(2) }));
console.log(JSON.stringify([new Number(1), new String('s'), new Boolean(false), Object('x')]), JSON.stringify('é😀'));

console.log(JSON.stringify({ b: 1, a: [1, { c: 2 }], e: {}, l: [] }, null, 2));
console.log(JSON.stringify({ b: 1, a: { b: 2, c: 3 } }, ['b', 'a']), JSON.stringify([[1], { x: [] }], null, '--').replaceAll('\n', '~'));
console.log(JSON.stringify({ x: 1 }, null, 20).length, JSON.stringify([1], null, 'more than ten letters'), JSON.stringify({ x: 1 }, null, ''));

const replaced = JSON.stringify({ user: 'u', password: 'p', list: [1, 2, 3], nested: { password: 'q' } }, function (key, value) {
  if (key === 'password') return undefined;
  if (Array.isArray(this) && value > 2) return 'many';
  return value;
});
console.log(replaced);

class Temperature {
  constructor(degrees) { this.degrees = degrees; }
  toJSON(key) { return `${this.degrees} C as ${key || 'root'}`; }
}
console.log(JSON.stringify(new Temperature(3)), JSON.stringify({ now: new Temperature(4), list: [new Temperature(5)] }));

const circular = { name: 'c' };
circular.self = circular;
try { JSON.stringify(circular); } catch (e) { console.log(e.name); }

const revived = JSON.parse('{"when":"2020-02-29T12:00:00.000Z","n":[1,2,{"k":"v"}],"drop":1}', function (key, value) {
  if (key === 'drop') return undefined;
  if (key === 'when') return new Date(value);
  return typeof value === 'number' ? value * 10 : value;
});
console.log(revived, revived.when.getTime() === date.getTime());

for (const text of ['', '{', "{'a':1}", '[1,]', '01', '1.', '.5', '+1', 'NaN', '"\t"', '{"a":1 "b":2}', 'tru', '[1] x', '"\\x41"', '\u00a01']) {
  try { console.log(JSON.stringify(text), JSON.parse(text)); } catch (e) { console.log(JSON.stringify(text), e.name, e instanceof SyntaxError); }
}
for (const text of [' [1 , 2 ]\n', '-0', '1e400', '1E-2', '"\\u00e9\\n\\/"', '{"a":1,"a":2}', '{"__proto__":{"x":1}}', 'null', '123456789012345678901']) {
  console.log(JSON.parse(text));
}
const polluted = JSON.parse('{"__proto__":{"admin":true}}');
console.log(polluted.admin, Object.keys(polluted), Object.assign({}, polluted).admin, { ...polluted }.admin);
