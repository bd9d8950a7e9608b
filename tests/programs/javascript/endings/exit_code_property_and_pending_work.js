'use strict';
const checks = [
  ['two and two', () => 2 + 2 === 4],
  ['float sum', () => 0.1 + 0.2 === 0.3],
  ['sorted numbers', () => [10, 9, 1].sort().join() === '1,9,10'],
  ['later', async () => false],
];

async function run() {
  for (const [name, check] of checks) {
    const passed = await check();
    console.log(passed ? 'pass' : 'FAIL', name);
    if (!passed) process.exitCode = (process.exitCode ?? 0) + 1;
  }
}

run().then(() => {
  console.log('exit code so far', process.exitCode);
  setTimeout(() => {
    // The process still ends by itself, when nothing is left to do.
    console.log('timers run, too');
    process.exitCode += 10;
  }, 5);
});
console.log('end of the main part, exit code', process.exitCode);
