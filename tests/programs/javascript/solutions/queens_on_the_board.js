'use strict';

/** Yields every placement of n queens that do not threaten each other, as columns by row. */
function* queens(n, row = 0, columns = 0, left = 0, right = 0, placed = []) {
  if (row === n) {
    yield placed;
    return;
  }
  let free = ~(columns | left | right) & ((1 << n) - 1);
  while (free) {
    const bit = free & -free;
    free ^= bit;
    yield* queens(n, row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1, [...placed, 31 - Math.clz32(bit)]);
  }
}

const count = (iterable) => { let n = 0; for (const _ of iterable) n++; return n; };

for (let n = 1; n <= 7; n++) console.log(`${n} queens: ${count(queens(n))} placements`);

const [first] = queens(8);
console.log(first);
for (const column of first) console.log([...'........'].with(column, 'Q').join(' '));

// Placements that are different even when the board is turned or mirrored.
const turn = (p) => p.reduce((turned, column, row) => { turned[column] = p.length - 1 - row; return turned; }, Array(p.length));
const mirror = (p) => [...p].reverse();
const canonical = (p) => {
  const all = [];
  for (let i = 0; i < 4; i++) {
    all.push(p.join(''), mirror(p).join(''));
    p = turn(p);
  }
  return all.sort()[0];
};

const unique = new Set(Array.from(queens(6), canonical));
console.log('six queens, unique:', unique.size, [...unique]);
console.log('seven queens, unique:', new Set(Array.from(queens(7), canonical)).size);
console.assert(count(queens(3)) === 0, 'no placement for three');
