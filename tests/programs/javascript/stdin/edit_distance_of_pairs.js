function distance(a, b) {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      current[j] = Math.min(
        previous[j] + 1,
        current[j - 1] + 1,
        previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    previous = current;
  }
  return previous[b.length];
}

(async () => {
  const { createInterface } = await import('node:readline');
  const rl = createInterface({ input: process.stdin });
  const iterator = rl[Symbol.asyncIterator]();
  const count = Number((await iterator.next()).value);
  for (let i = 0; i < count; i++) {
    const { value, done } = await iterator.next();
    if (done) {
      console.log('missing lines:', count - i);
      break;
    }
    const [a, b = ''] = value.split('|');
    const d = distance(a, b);
    const alike = 1 - d / Math.max(a.length, b.length, 1);
    console.log(`${JSON.stringify(a)} ${JSON.stringify(b)} ${d} ${(100 * alike).toFixed(0)}%`);
  }
})();
