const lorem = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. ';

console.log(lorem.repeat(3).length);
console.log([lorem]);
console.log({ lorem });
console.log({ text: lorem, n: 1 });
console.log([lorem.repeat(2), 'short']);
console.log({ multi: 'first line\nsecond line\nthird line is quite a lot longer than the others are', n: 1 });
console.log(['a\nb', 'c']);
console.log([['a\nb\n' + 'x'.repeat(80)]]);
console.log({ s: 'x'.repeat(60) }, { s: 'x'.repeat(76) });
console.log({ aaaaaaaaaa: 'x'.repeat(20), bbbbbbbbbb: 'y'.repeat(20), c: 'z' }, 'tail');
console.log(['x'.repeat(15000)].toString().length, require('util').inspect(['x'.repeat(15000)]).length, require('util').inspect('y'.repeat(12000)).length);
console.log(require('util').inspect('y'.repeat(50), { maxStringLength: 20 }));

console.log(['single \' quote', "double \" quote", 'back ` tick', `all ' " \` three`, 'line\u2028sep', '\0\x01\x7f\x9f', '\ud800', '\\n']);
console.log({ emoji: '👩‍👩‍👧', wide: '漢字', combining: 'e\u0301', rtl: 'שלום' });
console.log(['👍', '漢字', 'abc', 'é', '👍👍', 'x', 'yy', 'zzz']);
console.log(Array(8).fill('漢字'), Array(7).fill('ab'));

// Widths around the limit of 72 and 80 columns.
for (const n of [10, 12, 14, 16, 18, 20]) {
  console.log({ one: 'a'.repeat(n), two: 'b'.repeat(n), three: 'c'.repeat(n), four: 1 });
}
for (const n of [60, 66, 70, 71, 72, 73]) console.log({ k: 'v'.repeat(n) });
for (const n of [5, 20, 25, 30]) console.log([{ id: 1, name: 'n'.repeat(n) }, { id: 2, name: 'm'.repeat(n) }]);
console.log({ level: { inner: 'i'.repeat(58), other: { x: 'y'.repeat(10) } } });
console.log(['a'.repeat(16), 'b'.repeat(16), 'c'.repeat(17), 'd'.repeat(16), 'e', 'f', 'g']);
