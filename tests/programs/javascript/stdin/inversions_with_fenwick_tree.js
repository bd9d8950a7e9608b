const data = require('fs').readFileSync(0);

// Parse the integers by hand: quicker than splitting a large text.
let at = 0;
function nextInt() {
  while (data[at] < 48 || data[at] > 57) at++;
  let value = 0;
  while (at < data.length && data[at] >= 48 && data[at] <= 57) {
    value = value * 10 + data[at++] - 48;
  }
  return value;
}

const n = nextInt();
const values = new Int32Array(n);
for (let i = 0; i < n; i++) values[i] = nextInt();

const sorted = Int32Array.from(new Set(values)).sort();
const rank = new Map();
sorted.forEach((value, i) => rank.set(value, i + 1));

const tree = new Int32Array(sorted.length + 1);
const add = (i) => { for (; i < tree.length; i += i & -i) tree[i]++; };
const sum = (i) => { let s = 0; for (; i > 0; i -= i & -i) s += tree[i]; return s; };

let inversions = 0n;
for (let i = n - 1; i >= 0; i--) {
  const r = rank.get(values[i]);
  inversions += BigInt(sum(r - 1));
  add(r);
}

console.log(`numbers: ${n}, different: ${sorted.length}`);
console.log(`smallest ${sorted[0]}, largest ${sorted.at(-1)}`);
console.log(`inversions: ${inversions}`);
console.log(`at most: ${BigInt(n) * BigInt(n - 1) / 2n}`);
