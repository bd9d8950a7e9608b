/**
 * Sieve of Eratosthenes.
 * @param {number} limit
 * @returns {number[]} all primes up to and including limit
 */
const sieve = (limit) => {
  const isPrime = new Array(limit + 1).fill(true, 2);
  for (let i = 2; i * i <= limit; i++) {
    if (!isPrime[i]) continue;
    for (let j = i * i; j <= limit; j += i) isPrime[j] = false;
  }
  return isPrime.reduce((primes, prime, n) => (prime ? [...primes, n] : primes), []);
};

/**
 * Prime factors with exponents.
 * @param {number} n
 * @returns {Record<number, number>}
 */
const factorize = (n) => {
  const factors = {};
  for (let p = 2; p * p <= n; p++) {
    while (n % p === 0) {
      factors[p] = (factors[p] ?? 0) + 1;
      n /= p;
    }
  }
  if (n > 1) factors[n] = (factors[n] ?? 0) + 1;
  return factors;
};

const format = (factors) => Object.entries(factors).map(([p, e]) => (e > 1 ? `${p}^${e}` : p)).join(' * ');
const gcd = (a, b) => (b ? gcd(b, a % b) : a);
const lcm = (a, b) => (a / gcd(a, b)) * b;
const divisors = (n) => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);

/** Deterministic Miller-Rabin test for numbers below 2^64. */
function isProbablePrime(n) {
  if (n < 2n) return false;
  for (const p of [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n]) {
    if (n % p === 0n) return n === p;
    let d = n - 1n, r = 0, x = 1n, base = p;
    while (d % 2n === 0n) { d /= 2n; r++; }
    for (; d > 0n; d >>= 1n, base = (base * base) % n) if (d & 1n) x = (x * base) % n;
    let composite = x !== 1n && x !== n - 1n;
    while (composite && --r > 0) {
      x = (x * x) % n;
      if (x === n - 1n) composite = false;
    }
    if (composite) return false;
  }
  return true;
}

console.log(sieve(100));
console.log('Primes below 5000:', sieve(5000).length);
for (const n of [12, 97, 360, 1001, 65536, 999999, 600851475143]) console.log(`${n} = ${format(factorize(n))}`);
console.log(gcd(1071, 462), lcm(21, 6), [4, 6, 10].reduce(lcm), divisors(60));
console.log([97n, 561n, 2n ** 61n - 1n, 2n ** 61n + 1n, 18446744073709551557n].map(isProbablePrime));
const twins = sieve(200).filter((p, i, all) => all[i + 1] === p + 2).map((p) => `${p}/${p + 2}`);
console.log('Twin primes:', twins.join(', '));
console.assert(JSON.stringify(factorize(12)) === '{"2":2,"3":1}');
