// verdict: fuel_exhausted
function divisorSum(n) {
  let sum = 1;
  for (let d = 2; d * d <= n; d++) {
    if (n % d === 0) sum += d + (d * d === n ? 0 : n / d);
  }
  return sum;
}

function* odd() {
  for (let n = 3; ; n += 2) yield n;
}

console.log([6, 28, 496].map((n) => divisorSum(n) === n));
for (const n of odd()) {
  if (divisorSum(n) === n) {
    console.log('found', n);
    break;
  }
}
