const limit = Number(require('fs').readFileSync(0, 'utf8'));

const composite = new Uint8Array(limit + 1);
const primes = [];
for (let i = 2; i <= limit; i++) {
  if (composite[i]) continue;
  primes.push(i);
  for (let j = i * i; j <= limit; j += i) composite[j] = 1;
}

// One large write.
console.log(primes.map((p, i) => `${i + 1}: ${p}`).join('\n'));
console.log('gaps', Math.max(...primes.slice(1, 5000).map((p, i) => p - primes[i])));
console.log(primes.length);
