let rounds = 0;

process.on('beforeExit', (code) => {
  rounds++;
  console.log('beforeExit', rounds, code);
  if (rounds === 1) setTimeout(() => console.log('one more timer'), 1);
  if (rounds === 2) Promise.resolve().then(() => console.log('one more microtask'));
});

process.on('exit', (code) => {
  console.log('exit handler one', code, process.exitCode);
  process.exitCode = 9;
  setTimeout(() => console.log('too late'), 0);
  Promise.resolve().then(() => console.log('too late as well'));
});

process.on('exit', (code) => {
  console.log('exit handler two', code);
  process.nextTick(() => console.log('never'));
});

process.once('exit', () => {
  console.log('exit handler three calls exit again');
  process.exit(5);
  console.log('not reached');
});

process.on('exit', () => console.log('exit handler four'));

console.log('main part done');
