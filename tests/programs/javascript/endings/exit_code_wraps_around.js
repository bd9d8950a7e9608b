// An exit code has eight bits: all others are lost.
const batches = [
  { name: 'imports', failed: 120 },
  { name: 'exports', failed: 36 },
  { name: 'reports', failed: 100 },
];

let failures = 0;
for (const { name, failed } of batches) {
  failures += failed;
  console.log(`${name}: ${failed} failed, ${failures} so far`);
}

console.log('exit with', failures);
process.exit(failures);
