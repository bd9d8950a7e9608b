const a = { name: 'a' };
const b = { name: 'b', friend: a };
a.friend = b;
console.log(a);
console.log(b);
console.log([a, b]);
console.log({ a, b, again: a });

const list = [1, 2];
list.push(list);
console.log(list, [list]);

const tree = { value: 1, children: [{ value: 2, children: [] }, { value: 3, children: [] }] };
for (const child of tree.children) child.parent = tree;
console.log(tree);

class Node {
  constructor(value, next = null) { this.value = value; this.next = next; }
}
const ring = new Node(1, new Node(2, new Node(3)));
ring.next.next.next = ring;
console.log(ring);

let chain = null;
for (let i = 8; i > 0; i--) chain = new Node(i, chain);
console.log(chain);
console.dir(chain, { depth: 4 });
console.log(JSON.stringify(chain));

const deep = [[[[[['bottom']]]]]];
console.log(deep, { deep });
console.log({ l1: { l2: { l3: { l4: {} }, list: [[], [1]], map: new Map([[1, 2]]), f() {}, d: new Date(0), s: 'text' } } });

const shared = { shared: true };
console.log({ one: shared, two: shared, list: [shared, shared] });

function fn() {}
fn.self = fn;
console.log(fn);
const map = new Map([['x', { y: 1 }]]);
map.get('x').map = map;
console.log(map, { map });
const promise = Promise.resolve(a);
console.log(promise);
