const { performance, PerformanceObserver } = require('perf_hooks');

async function main() {
  const timers = await import('node:timers/promises');
  const start = performance.now();
  const bigStart = process.hrtime.bigint();
  const pairStart = process.hrtime();

  console.log(await timers.setTimeout(20, 'slept'));
  console.log(await timers.setImmediate('at once'));

  const elapsed = performance.now() - start;
  const bigElapsed = process.hrtime.bigint() - bigStart;
  const [seconds, nanoseconds] = process.hrtime(pairStart);
  console.log(elapsed >= 19, elapsed < 10000, bigElapsed >= 19000000n, seconds * 1e9 + nanoseconds >= 19e6);
  console.log(typeof performance.now(), typeof performance.timeOrigin, performance.timeOrigin > 1.6e12, globalThis.performance === performance);
  console.log(Date.now() - (performance.timeOrigin + performance.now()) < 1000, typeof PerformanceObserver);

  let rounds = 0;
  for await (const value of timers.setInterval(2, 'tick')) {
    rounds++;
    console.log(value, rounds);
    if (rounds === 3) break;
  }

  const controller = new AbortController();
  const waiting = timers.setTimeout(60000, 'never', { signal: controller.signal });
  setTimeout(() => controller.abort(), 5);
  await waiting.catch((e) => console.log(e.name, e.code, controller.signal.aborted));
  await timers.setTimeout(1, null, { signal: AbortSignal.abort() }).catch((e) => console.log(e.name));

  performance.mark('a');
  await timers.setTimeout(5);
  performance.mark('b');
  const { name, entryType, duration } = performance.measure('a to b', 'a', 'b');
  console.log(name, entryType, duration >= 4, performance.getEntriesByName('a').length);

  // Several at once take as long as the longest.
  const before = performance.now();
  const names = await Promise.all([30, 10, 20].map(async (ms) => { await timers.setTimeout(ms); return ms; }));
  console.log(names, performance.now() - before < 1000);

  const { scheduler } = timers;
  await scheduler.wait(2);
  console.log(process.uptime() > 0, Number.isInteger(process.hrtime()[1]), typeof process.memoryUsage().heapUsed);
}

main();
