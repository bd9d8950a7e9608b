/**
 * Formats rows as a table; numbers to the right, everything else to the left.
 * @param {object[]} rows
 * @param {{columns?: string[], title?: string}} [options]
 */
function formatTable(rows, { columns = Object.keys(rows[0] ?? {}), title } = {}) {
  const text = (value) => (typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : String(value ?? '-'));
  const widths = columns.map((c) => Math.max(c.length, ...rows.map((row) => text(row[c]).length)));
  const line = (left, middle, right) => left + widths.map((w) => '─'.repeat(w + 2)).join(middle) + right;
  const cells = (values, pad) => '│' + values.map((v, i) => ` ${pad(v, widths[i])} `).join('│') + '│';
  return [
    ...(title ? [title] : []),
    line('┌', '┬', '┐'),
    cells(columns.map((c) => c.toUpperCase()), (v, w) => v.padEnd(w)),
    line('├', '┼', '┤'),
    ...rows.map((row) => cells(columns.map((c) => row[c]), (v, w) => (typeof v === 'number' ? text(v).padStart(w) : text(v).padEnd(w)))),
    line('└', '┴', '┘'),
  ].join('\n');
}

const sales = [
  { region: 'North', product: 'Lamp', units: 1200, price: 19.99 },
  { region: 'South', product: 'Table', units: 35, price: 349 },
  { region: 'North', product: 'Chair', units: 410, price: 89.5 },
  { region: 'East', product: 'Lamp', units: 77, price: 21 },
  { region: 'South', product: 'Lamp', units: null, price: 20.255 },
];

/** Sums up a value per group. */
const sumBy = (rows, key, value) => Object.entries(rows.reduce((all, row) => {
  all[row[key]] = (all[row[key]] ?? 0) + value(row);
  return all;
}, {})).map(([name, total]) => ({ [key]: name, total }));

const revenue = ({ units, price }) => units * price;

console.log(formatTable(sales, { title: 'All sales' }));
console.log(formatTable(sumBy(sales, 'region', revenue).sort((a, b) => b.total - a.total)));
console.log(formatTable(sumBy(sales, 'product', (row) => row.units)));
console.log(formatTable([{ a: 1, b: 'x' }], { columns: ['b', 'missing'] }));
console.log(sumBy(sales, 'region', revenue));
console.table(sumBy(sales, 'product', () => 1));

const total = sales.map(revenue).reduce((a, b) => a + b);
console.log(`Total: ${total.toLocaleString('en-US', { style: 'currency', currency: 'USD' })}`);
