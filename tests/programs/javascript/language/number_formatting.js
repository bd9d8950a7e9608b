const numbers = [0, -0, 1, -1.5, 0.1 + 0.2, 1 / 3, 123456789.123, 1e21, 1e-7, 123e-20, 2 ** 53, 5e-324, Number.MAX_VALUE, NaN, -Infinity];
for (const n of numbers) {
  console.log(String(n), '|', Number.isFinite(n) && Math.abs(n) < 1e21 ? n.toFixed(2) : '-', '|', n.toExponential(3), '|', n.toPrecision(4), '|', n.toString(2).slice(0, 24), '|', JSON.stringify(n));
}
console.log(numbers);

console.log((1.005).toFixed(2), (1.45).toFixed(1), (8.345).toFixed(2), (0.5).toFixed(0), (1.5).toFixed(0), (2.5).toFixed(0), (-1.5).toFixed(0), (1e-10).toFixed(2), (123.456).toFixed(10));
console.log((255).toString(16), (-255).toString(36), (0.1).toString(3).slice(0, 20), (3.75).toString(2), (1e21).toString(7).slice(0, 10), 35..toString(36));
console.log((1234.5678).toExponential(), (0).toExponential(2), (1e-7).toPrecision(2), (123456).toPrecision(2), (0.00001).toPrecision(1), (1e21).toPrecision(3));

const texts = ['12', ' 12 ', '12px', '', '0x1F', '0b11', '0o17', '1e3', '.5', '5.', '-', 'Infinity', '-0', '1_000', '१', null, undefined, true, [], [7], [1, 2], {}];
for (const t of texts) console.log(JSON.stringify(t) ?? 'undefined', Number(t), parseInt(t), parseFloat(t), isNaN(t));

console.log(parseInt('101', 2), parseInt('zz', 36), parseInt('9', 8), parseInt('0x10'), parseInt('-0'), parseInt(1e-7), parseInt('123', 37), ['1', '2', '3'].map(parseInt));
console.log(Number.isInteger(5.0), Number.isSafeInteger(2 ** 53), Number.EPSILON > 0, 0.1 * 3 === 0.3, Math.abs(0.1 * 3 - 0.3) < Number.EPSILON, Object.is(-0, 0), Object.is(NaN, NaN));
console.log(Math.round(-0.5), Math.round(2.5), Math.round(-2.5), Math.trunc(-4.7), Math.floor(-4.2), Math.ceil(-4.7), Math.sign(-3), Math.cbrt(27), Math.hypot(3, 4), Math.fround(5.5));
console.log(Math.max(), Math.min(), Math.max(1, 'x'), Math.max(-0, 0), Math.clz32(1), Math.imul(0xffffffff, 5), Math.log2(8), Math.log10(1000), Math.sqrt(2), 7 / 2 | 0, 2 ** 31 | 0, 1 << 31);
console.log(9007199254740993, 0.1 + 0.7, 4.35 * 100, 1.1 + 2.2, 100 * 1.1, 3 * 1.1, 1e16 + 1, 123456789 * 987654321, 5 / 9, 1e300 * 1e10);
console.log(0xff, 0b101, 0o17, 1_000_000, .5, 5., 1e3, 0.1e-2, 017 === 15, 089);

const group = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
const bytes = (n) => { const i = n && Math.floor(Math.log2(n) / 10); return `${+(n / 1024 ** i).toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB'][i]}`; };
const ordinal = (n) => n + (['th', 'st', 'nd', 'rd'][(n % 100 >> 3) ^ 1 && n % 10] || 'th');
console.log(group(1234567890), group(999), [0, 1023, 1536, 5e6, 3 * 2 ** 30].map(bytes), [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal).join(' '));
console.log(new Number(5), typeof new Number(5), new Number(5) + 1, [1.0, 2.50, -0, 1e100], Number('12').constructor.name, 5..toString().length);
