const range = (n, f = (i) => i) => Array.from({ length: n }, (_, i) => f(i));

for (const n of [0, 1, 6, 7, 10, 26, 27, 100, 101, 120]) console.log(range(n));

console.log(range(12, (i) => 'x'.repeat(i)));
console.log(range(20, (i) => `item ${i * i * i}`));
console.log(range(8, (i) => i / 3));
console.log(range(9, (i) => i % 2 === 0));
console.log(range(7, (i) => ({ i })));
console.log(range(7, (i) => [i, i * i]));
console.log(range(30, (i) => (i % 4 ? i ** 5 : -i)));
console.log(range(7, (i) => 'a long piece of text number ' + i));
console.log(range(3, (i) => 'an even longer piece of text, the number of which is ' + i));
console.log(range(10, (i) => BigInt(i) ** 20n));
console.log(range(8, (i) => (i % 2 ? 'é' : '日本')));

console.log([1, , 3], [, ,], [, 'a', , , 'b'], new Array(5), [undefined, , null]);
const sparse = [];
sparse[3] = 'three';
sparse[200] = 'far';
sparse.name = 'named';
sparse[-1] = 'negative';
console.log(sparse, sparse.length);

console.log([[]], [[[]]], [[[[]]]], [[[[1]]]], [{}], [[1, [2, [3, [4, [5]]]]]]);
console.log([['name', 'qty'], ['apple', 3], ['fig', 12]]);
console.log([undefined, null, NaN, -0, 'a', true, 1n, () => {}, class X {}, Symbol('q'), /r/, new Date(0)]);
console.log(['a', 'b'].entries(), [1, 2].keys(), Object.entries({ x: 1, y: [2] }));
console.log({ list: range(150), short: range(3) });
console.log([range(7), range(3), 'abc'.split('')], 'the quick brown fox jumps over the lazy dog'.split(' '));
