const kinds = { number: 42, object: { code: 7, nested: [1] }, undef: undefined, symbol: Symbol('s'), fn: () => 1, nothing: null };

for (const [name, value] of Object.entries(kinds)) {
  try {
    throw value;
  } catch (thrown) {
    console.log(name, typeof thrown, thrown === value, thrown instanceof Error, thrown?.code);
  }
}

const pending = setInterval(() => console.log('tick'), 200);

setTimeout(() => {
  console.log('about to throw null');
  throw kinds.nothing;
}, 5);

process.on('exit', (code) => {
  clearInterval(pending);
  console.log('exit code', code);
});
