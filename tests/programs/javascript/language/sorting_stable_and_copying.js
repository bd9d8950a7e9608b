const people = [
  { name: 'eve', age: 35 }, { name: 'bob', age: 25 }, { name: 'amy', age: 35 }, { name: 'dan', age: 25 }, { name: 'cat', age: 30 },
];

const by = (...keys) => (a, b) => {
  for (const key of keys) {
    const [name, sign] = key.startsWith('-') ? [key.slice(1), -1] : [key, 1];
    if (a[name] !== b[name]) return a[name] < b[name] ? -sign : sign;
  }
  return 0;
};

const names = (list) => list.map((p) => p.name).join(' ');
console.log(names(people.toSorted(by('age'))), '|', names(people.toSorted(by('-age', 'name'))), '|', names(people));

// Without a comparison everything is compared as text, undefined last, holes after that.
const mixed = [10, 9, 1, undefined, 'b', , 'B', null, -1, true, 100];
console.log(mixed.toSorted(), mixed.slice().sort());
console.log([3, 20, 100].sort(), [3, 20, 100].sort((a, b) => b - a), ['é', 'z', 'a', 'Z', '😀', '\uffff'].sort());
try { [2, 1].sort('no function'); } catch (e) { console.log(e.name); }
try { [2, 1].sort((a, b) => { throw new Error('in comparison'); }); } catch (e) { console.log(e.message); }

const large = Array.from({ length: 2000 }, (_, i) => ({ key: (i * 7919) % 13, i }));
large.sort((a, b) => a.key - b.key);
console.log('stable:', large.every((x, n) => n === 0 || large[n - 1].key < x.key || large[n - 1].i < x.i));

const base = [1, 2, 3, 4, 5];
console.log(base.toReversed(), base.toSpliced(1, 2, 'x', 'y', 'z'), base.with(-1, 50), base);
console.log(base.splice(1, 2, 'new'), base, base.reverse(), base.copyWithin(0, 2));
try { base.with(9, 0); } catch (e) { console.log(e.name); }
console.log([5, 1, 4].findLast((n) => n > 3), [5, 1, 4].findLastIndex((n) => n > 9), [1, [2, [3, [4]]]].flat(Infinity), ['a b', 'c'].flatMap((s) => s.split(' ')));
console.log([1, 2, 3].at(-2), [NaN].includes(NaN), [NaN].indexOf(NaN), [, 1].findIndex((x) => x === undefined), Array(3).fill().map((_, i) => i * i));
console.log([3, 1, 2].reduceRight((all, x) => [...all, x], []), [1, 2, 3].lastIndexOf(3, -2), [..."ab"].entries().next().value, [].concat(1, [2], [[3]]));
console.log([1, 2, 3, 4].some((n) => n > 3), [].every(() => false), [1, 2, 3].join(), [null, undefined, [1, [2]]].join('-'), String([[], {}]));

const sparse = [1, , 3];
sparse[6] = 7;
const seen = [];
sparse.forEach((x, i) => seen.push(i));
console.log(sparse, sparse.length, seen, 1 in sparse, Object.keys(sparse), sparse.map((x) => x * 2), [...sparse].length);
sparse.length = 2;
console.log(sparse, Array.from({ length: 2, 0: 'zero' }), Array.of(7), new Array('7'), new Array(2, 3));
try { new Array(-1); } catch (e) { console.log(e.name); }

function shuffled(list, seed) {
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  return list.map((x) => [random(), x]).sort(([a], [b]) => a - b).map(([, x]) => x);
}
console.log(shuffled([1, 2, 3, 4, 5, 6, 7, 8], 42), shuffled('letters'.split(''), 7).join(''));
