const map = new Map([
  ['string', 'value'],
  [1, { nested: true }],
  [{ key: 'object' }, [1, 2, 3]],
  [null, undefined],
  [NaN, new Map([['inner', new Map([['deeper', new Map([['deepest', 1]])]])]])],
]);
console.log(map);
console.log(new Map(), new Set(), new Map([[1, 2]]), new Set([1, 'a', [2], { b: 3 }]));
console.log({ map: new Map([['a', { b: { c: 1 } }]]), set: new Set([[1, [2, [3]]]]) });
console.log([new Map([['k', 'v']]), new Set(['x'])]);

console.log(new Set(Array.from({ length: 120 }, (_, i) => i)));
console.log(new Map(Array.from({ length: 105 }, (_, i) => [i, i * i])));
console.log(new Set('the quick brown fox jumps over the lazy dog'.split(' ')));
console.log(new Map([['first key that is long', 'first value that is long'], ['second key that is long', 'second value']]));

console.log(map.keys(), map.values(), new Set([1, 2]).entries(), new Map([['a', 1]]).entries(), new Map([['a', 1]])[Symbol.iterator]());
console.log(new WeakMap(), new WeakSet(), new WeakMap([[{}, 1]]));

class Registry extends Map {
  constructor(entries, label) { super(entries); this.label = label; }
}
class Tags extends Set {}
console.log(new Registry([['x', 1]], 'labelled'), new Tags(['p', 'q']), new Tags());

const extra = new Map([['a', 1]]);
extra.note = 'a property';
extra[Symbol('tag')] = true;
console.log(extra);

const graph = new Map();
graph.set('self', graph);
console.log(graph);
const both = new Set();
both.add({ both });
console.log(both);
console.log(Object.fromEntries(map.entries().next().value ? [['entry', map.entries().next().value]] : []));
