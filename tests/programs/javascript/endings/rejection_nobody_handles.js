const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function step(n) {
  await wait(1);
  if (n === 3) throw new RangeError(`step ${n} went wrong`);
  console.log('step', n);
  return n;
}

process.on('exit', (code) => console.log('exit', code));

async function main() {
  let sum = 0;
  for (let n = 1; n < 6; n++) {
    sum += await step(n);
  }
  return sum;
}

// Handled in time: nothing happens.
const early = Promise.reject(new Error('handled'));
early.catch((e) => console.log('caught', e.message));

main()
  .then((sum) => console.log('sum', sum))
  .finally(() => console.log('finally runs first'));

setTimeout(() => console.log('never reached'), 300);
console.log('started');
