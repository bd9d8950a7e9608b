const big = 2n ** 64n;
console.log(big, -big, big - 1n, big * big, big / 3n, big % 1000n, -7n / 2n, -7n % 2n);
console.log(big << 3n, big >> 60n, -5n >> 1n, 12n & 10n, 12n | 3n, 12n ^ 10n, ~7n);
console.log(typeof big, big === 18446744073709551616n, 2n == 2, 2n === 2, 2n > 1, 1n < 1.5, [3n, 1, 2n, 10].sort((a, b) => (a < b ? -1 : 1)));
console.log(0n ? 'true' : 'false', !0n, 1n && 'yes', 0n ?? 'set', -0n);

console.log(BigInt('0xff'), BigInt('  42  '), BigInt('0b1010'), BigInt(''), BigInt(true), BigInt(Number.MAX_SAFE_INTEGER) + 2n);
console.log(Number(123n), Number(2n ** 70n), parseInt('99n'), Number.MAX_SAFE_INTEGER + 2, +String(5n));
console.log((255n).toString(16), (-255n).toString(2), BigInt.asIntN(8, 200n), BigInt.asUintN(8, -1n), BigInt.asIntN(64, 2n ** 63n));

for (const attempt of [
  () => 1n + 1,
  () => +1n,
  () => BigInt(1.5),
  () => BigInt('1.5'),
  () => 1n / 0n,
  () => 2n ** -1n,
  () => Math.max(1n, 2n),
  () => JSON.stringify({ n: 1n }),
  () => BigInt(undefined),
  () => 1n >>> 0n,
]) {
  try {
    console.log(String(attempt), attempt());
  } catch (error) {
    console.log(String(attempt), '->', error.name);
  }
}

BigInt.prototype.toJSON = function () { return `${this}n`; };
console.log(JSON.stringify({ n: 12345678901234567890n, list: [1n] }));

function sqrt(n) {
  if (n < 2n) return n;
  let x = n, y = (x + 1n) / 2n;
  while (y < x) [x, y] = [y, (y + n / y) / 2n];
  return x;
}
console.log(sqrt(2n * 10n ** 60n));

let [a, b] = [0n, 1n];
for (let i = 0; i < 300; i++) [a, b] = [b, a + b];
console.log(a);
console.log(new BigInt64Array([1n, -1n, 2n ** 63n]), new BigUint64Array([-1n]), [1n, { x: 2n }], new Map([[1n, 'one']]).get(1n), Object(1n));
console.log(`${10n}`, '5' + 5n, 5n * 5n + '', [1n, 2n].includes(2n), new Set([1n, 1, 1n]).size, 1e3.toString(), BigInt(1e21));
