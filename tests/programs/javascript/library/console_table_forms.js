const rows = [
  { name: 'apple', price: 1.5, stock: 10 },
  { name: 'banana', price: 0.25, stock: 0 },
  { name: 'cherry', price: 12, organic: true },
];
console.table(rows);
console.table(rows, ['name', 'stock']);
console.table(rows, ['missing']);

console.table([[1, 2], [3, 4, 5]]);
console.table(['a', 'b', 'c']);
console.table([1, [2, 'x'], { y: 3 }]);
console.table({ first: { a: 1, b: 2 }, second: { a: 3, c: 4 } });
console.table({ x: 1, y: 'two', z: null });

console.table(new Map([['k1', 1], ['k2', { v: 2 }]]));
console.table(new Set([10, 'x']));
console.table([{ nested: { deep: 1 }, list: [1, 2], f() {}, d: new Date(0), u: undefined, s: 'it\'s' }]);
console.table([]);
console.table({});
console.table([[]]);
console.table('text');
console.table(42);
console.table(null);
console.table(undefined);
console.table([null, undefined, true]);

class City {
  constructor(name, people) { this.name = name; this.people = people; }
}
console.table([new City('Bonn', 336465), new City('日本', 5), new City('É', 1e21)]);
console.table([{ '': 1, 'a long column title': 2 }, { '': 'x' }]);
console.table(Object.entries({ one: 1, two: 2 }));
console.table([{ id: 1n, on: false }, { id: -0, on: Symbol('s') }], ['id', 'on']);
