const { performance } = require('perf_hooks');
const started = performance.now();
const order = [];

setTimeout((...args) => {
  order.push(`timeout with ${args}`);
  setImmediate(() => order.push('immediate'));
  process.nextTick(() => order.push('tick'));
  Promise.resolve().then(() => order.push('microtask'));
  setTimeout(() => order.push('later timeout'), 30);
}, 1, 'a', 'b');

const cancelled = setTimeout(() => order.push('never'), 10);
clearTimeout(cancelled);
clearTimeout(undefined);
clearTimeout(null);

let ticks = 0;
const interval = setInterval(() => {
  order.push(`interval ${++ticks}`);
  if (ticks === 3) clearInterval(interval);
}, 60);

const never = setImmediate(() => order.push('no immediate'));
clearImmediate(never);

// A timer that nobody waits for.
const background = setTimeout(() => order.push('background'), 60000);
background.unref();
console.log(background.hasRef(), typeof background.ref, typeof setTimeout(() => {}, 0).unref);

const sorted = [];
for (const ms of [200, 120, 160, 80]) setTimeout((n) => sorted.push(n), ms, ms);

process.on('exit', (code) => {
  console.log(order.filter((entry) => !entry.startsWith('interval')));
  console.log(order.filter((entry) => entry.startsWith('interval')), ticks);
  console.log(sorted);
  console.log(code, performance.now() - started >= 199, performance.now() - started < 20000);
});
