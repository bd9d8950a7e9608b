const items = require('fs').readFileSync(0, 'utf8').split(',').map((s) => s.trim()).filter(Boolean);

process.stdout.write(`${items.length} items`);

if (items.length === 0) {
  process.stdout.write(', so nothing to do');
  process.exitCode = 3;
  // A program is a function body: it may return.
  return;
}

console.log();
for (const item of items) console.log(item);
throw new Error('not reached without input');
