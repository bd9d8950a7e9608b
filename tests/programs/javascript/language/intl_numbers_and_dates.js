// What programs use most of Intl: grouped digits, currency, per cent, and dates in a fixed zone.
const amounts = [0, 999, 1000, 1234567.891, -9876.5, 0.005, 1e9];
console.log(amounts.map((n) => n.toLocaleString('en-US')).join(' | '));

const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
console.log(amounts.map((n) => money.format(n)).join(' | '));

const twoDigits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
console.log(amounts.map((n) => n.toLocaleString('en-US', twoDigits)).join(' | '));

const percent = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 });
console.log([0.5, 0.1234, 1, 12.5].map((n) => percent.format(n)).join(' | '));

console.log((123456789n).toLocaleString('en-US'), (5).toLocaleString('en-US', { minimumIntegerDigits: 2 }), NaN.toLocaleString('en-US'));
console.log((1234.5).toLocaleString('en-US', { useGrouping: false }), (0.1 + 0.2).toLocaleString('en-US'), Infinity.toLocaleString('en-US'));

const date = new Date(Date.UTC(2024, 6, 4, 15, 5, 9));
const zone = { timeZone: 'UTC' };
console.log(date.toLocaleDateString('en-US', zone));
console.log(date.toLocaleDateString('en-US', { ...zone, year: 'numeric', month: 'long', day: 'numeric' }));
console.log(date.toLocaleDateString('en-US', { ...zone, weekday: 'long', year: 'numeric', month: 'short', day: '2-digit' }));
console.log(date.toLocaleDateString('en-US', { ...zone, year: 'numeric', month: '2-digit', day: '2-digit' }));
console.log(new Intl.DateTimeFormat('en-US', { ...zone, month: 'short', year: 'numeric' }).format(date));

for (const [name, value] of [['apples', 1250], ['pears', 98765432]]) {
  console.log(name.padEnd(8) + value.toLocaleString('en-US').padStart(14));
}
