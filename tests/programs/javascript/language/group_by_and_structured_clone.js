// Object.groupBy is not in every version: bring our own where it is missing.
const groupBy = Object.groupBy ?? ((items, keyOf) => {
  const groups = Object.create(null);
  let i = 0;
  for (const item of items) (groups[keyOf(item, i++)] ??= []).push(item);
  return groups;
});

const pets = [
  { name: 'Rex', kind: 'dog', age: 3 }, { name: 'Tom', kind: 'cat', age: 5 },
  { name: 'Ida', kind: 'dog', age: 9 }, { name: 'Pip', kind: 'bird', age: 1 },
];
const groups = groupBy(pets, ({ kind }) => kind);
console.log(Object.keys(groups), groups.dog.map((p) => p.name), Object.getPrototypeOf(groups));
console.log(groupBy([1, 2, 3, 4, 5], (n, i) => (i % 2 ? 'odd place' : 'even place')));

const original = {
  date: new Date(0), map: new Map([['k', { deep: [1] }]]), set: new Set([1, 'two']), re: /ab+/gi, big: 5n,
  typed: new Float32Array([1.5, 2]), list: [1, , 3], nothing: undefined, nan: NaN, boxed: Object('str'), buffer: new ArrayBuffer(3),
};
original.self = original;
original.alias = original.map;
const clone = structuredClone(original);
console.log(clone);
console.log(clone !== original, clone.self === clone, clone.alias === clone.map, clone.map.get('k') !== original.map.get('k'), clone.date instanceof Date, 1 in clone.list);

clone.map.get('k').deep.push(2);
clone.set.add('three');
console.log(original.map.get('k').deep, original.set.size, clone.set.size);

class Point {
  #secret = 1;
  constructor(x, y) { this.x = x; this.y = y; }
  get sum() { return this.x + this.y; }
}
const point = structuredClone(new Point(1, 2));
console.log(point, point instanceof Point, point.sum, point.constructor === Object);

const error = structuredClone(new RangeError('range', { cause: 'why' }));
console.log(error instanceof RangeError, error.name, error.message, Object.keys(structuredClone({ get now() { return 'value'; } })));

for (const [label, value] of Object.entries({ fn: () => 1, symbol: Symbol('s'), method: { m() {} }, weak: new WeakMap() })) {
  try {
    structuredClone(value);
    console.log(label, 'cloned');
  } catch (e) {
    console.log(label, e.name, e instanceof Error, e.code);
  }
}

const deepFreeze = (o) => { Object.values(o).forEach((v) => typeof v === 'object' && v !== null && deepFreeze(v)); return Object.freeze(o); };
const frozen = deepFreeze({ a: { b: [1, { c: 2 }] } });
const thawed = structuredClone(frozen);
thawed.a.b[1].c = 'changed';
console.log(frozen, thawed, Object.isFrozen(frozen.a.b), Object.isFrozen(thawed.a));
console.log(structuredClone(null), structuredClone('text'), structuredClone([[]]), structuredClone(Object.create({ inherited: 1 }, { own: { value: 1 }, seen: { value: 2, enumerable: true } })));
