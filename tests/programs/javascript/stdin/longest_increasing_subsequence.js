const tokens = require('fs').readFileSync(0, 'utf8').split(/\s+/).filter((t) => t.length);
const cases = +tokens.shift();

for (let c = 1; c <= cases; c++) {
  const n = +tokens.shift();
  const values = tokens.splice(0, n).map((t) => parseInt(t, 10));
  const tails = [];
  const before = new Array(n).fill(-1);

  values.forEach((value, i) => {
    let low = 0, high = tails.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (values[tails[middle]] < value) low = middle + 1; else high = middle;
    }
    if (low > 0) before[i] = tails[low - 1];
    tails[low] = i;
  });

  const found = [];
  for (let i = tails.length ? tails[tails.length - 1] : -1; i >= 0; i = before[i]) found.push(values[i]);
  console.log('Case #%d: %d', c, tails.length);
  console.log(found.reverse());
}
