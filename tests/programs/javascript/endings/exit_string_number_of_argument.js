// argv: 7 --verbose
const [code, ...flags] = process.argv.slice(2);

console.log('asked for', JSON.stringify(code), flags);
process.on('exit', (c) => console.log('leaving with', Number(c), Number(process.exitCode)));

for (const bad of ['many', 1.5, {}, true]) {
  try {
    process.exitCode = bad;
    console.log(bad, 'taken');
  } catch (error) {
    console.log(bad, error.name, error.code);
  }
}
process.exit(code);
