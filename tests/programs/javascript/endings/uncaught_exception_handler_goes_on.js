const { setTimeout: sleep } = require('timers/promises');

const report = [];
process.on('uncaughtException', (error, origin) => {
  report.push([origin, error instanceof Error ? error.message : error]);
  console.log('handler:', origin);
  if (report.length === 4) {
    console.log(report);
    process.exit(report.length);
  }
});

process.on('unhandledRejection', (reason, promise) => {
  console.log('rejection:', reason.message, promise instanceof Promise);
});

setTimeout(() => { throw new Error('from a timer'); }, 1);
setTimeout(() => { throw 'plain text'; }, 20);
setTimeout(() => Promise.reject(new Error('nobody listens')), 40);

(async () => {
  await sleep(60);
  process.nextTick(() => { throw new TypeError('from a tick'); });
  await sleep(20);
  queueMicrotask(() => { throw new SyntaxError('from a microtask'); });
  await sleep(500);
  console.log('not reached');
})();

console.log('main part ends');
