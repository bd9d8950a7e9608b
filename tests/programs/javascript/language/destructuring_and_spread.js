// differs: a string that is spread into an object is lost
const user = {
  name: 'Iris', address: { city: 'Bonn', zip: '53111' }, tags: ['a', 'b', 'c', 'd'], age: null, extra: undefined,
};

const { name, age = 30, extra = 'default', address: { city, country = 'DE' }, tags: [firstTag, , ...otherTags], ...others } = user;
console.log(name, age, extra, city, country, firstTag, otherTags, others);

const key = 'zip';
const { address: { [key]: code }, missing: { deep = 'none' } = {} } = user;
console.log(code, deep);

let a = 1, b = 2, c = 3;
[a, b, c] = [c, a, b];
console.log(a, b, c);
({ a, b: c = 7 } = { a: 'x' });
console.log(a, c);

const [x = 1, [y, [z]] = [2, [3]]] = [];
console.log(x, y, z);

const calls = [];
const lazy = (label) => { calls.push(label); return label; };
const { p = lazy('p'), q = lazy('q') } = { p: 0 };
console.log(p, q, calls);

function draw({ size: [w, h] = [1, 1], color = 'red', ...rest } = {}) {
  return `${w}x${h} ${color} ${JSON.stringify(rest)}`;
}
console.log(draw(), draw({ color: null, size: [3, 4], fill: true, line: 2 }));
try { draw(null); } catch (e) { console.log(e.name); }
try { const { v } = undefined; } catch (e) { console.log(e.name); }

for (const [index, { id, ...more }] of [{ id: 1, t: 'one' }, { id: 2, u: 'two' }].entries()) console.log(index, id, more);

const base = { one: 1, two: 2, get three() { return this.one + this.two; } };
const merged = { ...base, two: 22, ...null, ...undefined, ...'hi', ...[9], ...(false && { never: 1 }) };
console.log(merged);
console.log([...'né', ...new Set([1, 1, 2]), ...new Map([['k', 'v']])], Math.max(...[3, 9, 4]));

const copy = { ...user, address: { ...user.address, city: 'Ulm' } };
copy.tags.push('e');
console.log(user.address.city, user.tags.length, copy.address);

const swap = ([l, r]) => [r, l];
console.log(swap('ab'), (([h, ...t]) => ({ h, t }))([1, 2, 3]), Object.entries({ m: 1 }).map(([k, v]) => ({ [k + k]: v })));
