const map = new Map([[NaN, 'not a number'], [0, 'zero'], ['0', 'text']]);
map.set(-0, 'negative zero').set(NaN, 'again').set(null, 1).set(undefined, 2).set({}, 3);
console.log(map.size, map.get(0), map.get(NaN), map.get({}), [...map.keys()]);

const object = {};
map.set(object, 'found');
console.log(map.get(object), map.delete(object), map.delete(object), map.has(null));

// Entries added while it is walked are visited too, removed ones are not.
const growing = new Map([['a', 1], ['b', 2], ['c', 3]]);
const visited = [];
for (const [key, value] of growing) {
  visited.push(key);
  if (key === 'a') growing.delete('b');
  if (value < 6) growing.set(key + key, value * 2);
}
console.log(visited, growing);
growing.forEach(function (value, key, whole) { if (this.min <= value) console.log(key, value, whole === growing); }, { min: 6 });

const union = (a, b) => new Set([...a, ...b]);
const intersection = (a, b) => new Set([...a].filter((x) => b.has(x)));
const difference = (a, b) => new Set([...a].filter((x) => !b.has(x)));
const a = new Set('hello'), b = new Set('world');
console.log(a, b.size, union(a, b), intersection(a, b), difference(a, b));
console.log(a.add('h') === a, a.has('e'), [...a.entries()][0], a.keys === a.values, new Set([[1], [1]]).size);

const data = new WeakMap();
class Node {
  constructor(value) { data.set(this, { value, seen: 0 }); }
  get value() { const own = data.get(this); own.seen++; return own.value; }
  get seen() { return data.get(this).seen; }
}
const node = new Node('v');
console.log(node.value, node.value, node.seen, node, Object.keys(node));
for (const bad of ['text', 1, null, undefined]) {
  try { data.set(bad, 1); } catch (e) { console.log(typeof bad, e.name); }
}
console.log(data.get('text'), data.has(1), data.delete({}), Object.prototype.toString.call(data));

const visitedNodes = new WeakSet();
function depth(value) {
  if (typeof value !== 'object' || value === null || visitedNodes.has(value)) return 0;
  visitedNodes.add(value);
  return 1 + Math.max(0, ...Object.values(value).map(depth));
}
const circle = { inner: { list: [{}] } };
circle.inner.back = circle;
console.log(depth(circle), new WeakRef(circle).deref() === circle);

const inventory = Object.fromEntries([...new Map(Object.entries({ pear: 3, fig: 7 }))].map(([k, v]) => [k.toUpperCase(), v]));
console.log(inventory, new Map(Object.entries(inventory)), new Map([[{ k: 1 }, new Map([['x', new Set([1])]])]]));
console.log(Map.prototype.entries === Map.prototype[Symbol.iterator], map[Symbol.toStringTag], map.entries(), a.values());
