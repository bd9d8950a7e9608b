const depth = (n) => {
  try {
    return depth(n + 1);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return n;
  }
};
console.log('deep enough:', depth(0) > 500);

// Deep, but not too deep.
const sum = (n) => (n === 0 ? 0 : n + sum(n - 1));
console.log(sum(1000), sum(3000));

const nested = JSON.parse('['.repeat(500) + ']'.repeat(500));
let levels = 0;
for (let at = nested; at; at = at[0]) levels++;
console.log(levels, JSON.stringify(nested).length);

const isEven = (n) => (n === 0 ? true : isOdd(n - 1));
const isOdd = (n) => (n === 0 ? false : isEven(n - 1));
console.log(isEven(2000), isOdd(999));

class Tree {
  get parent() { return this.parent; }
  toString() { return `${this}`; }
}
try { new Tree().parent; } catch (e) { console.log(e.name); }
try { String(new Tree()); } catch (e) { console.log(e.name); }

console.log('now without a net');
isEven(-1);
console.log('never printed');
