// The file comes from a spreadsheet: CRLF line ends, quoted fields, a byte order mark.
const fs = require('fs');
let text = fs.readFileSync(0, 'utf8');
if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);

function parseCsv(text) {
  const rows = [[]];
  const pattern = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/y;
  let match;
  while (pattern.lastIndex < text.length && (match = pattern.exec(text))) {
    const [, field, end] = match;
    rows.at(-1).push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end === '') break;
    if (end !== ',') rows.push([]);
  }
  if (rows.at(-1).length === 0) rows.pop();
  return rows;
}

const [header, ...rows] = parseCsv(text);
const records = rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
console.log(records);

const totals = {};
for (const { region, price, units } of records) {
  const sum = Number(price) * Number(units);
  if (Number.isNaN(sum)) {
    console.log('bad row:', JSON.stringify({ region, price, units }));
    continue;
  }
  totals[region] = (totals[region] || 0) + sum;
}
for (const region of Object.keys(totals).sort()) {
  console.log(region.padEnd(8), totals[region].toFixed(2).padStart(10));
}
