const log = [];
const say = (text) => log.push(text);

say('script start');

setTimeout(() => say('timeout'), 0);

Promise.resolve()
  .then(() => say('then 1'))
  .then(() => say('then 2'))
  .then(() => say('then 3'));

process.nextTick(() => {
  say('tick');
  Promise.resolve().then(() => say('microtask from tick'));
  process.nextTick(() => say('tick from tick'));
});

queueMicrotask(() => {
  say('queued');
  process.nextTick((a, b) => say(`tick from microtask ${a} ${b}`), 1, 2);
});

new Promise((resolve) => {
  say('executor');
  resolve('value');
  resolve('ignored');
  say('after resolve');
}).then(say);

async function first() {
  say('first start');
  await second();
  say('first end');
}
async function second() {
  say('second');
}
first().then(() => say('first done'));

(async () => {
  // A returned promise takes more turns than a returned value.
  say(await (async () => Promise.resolve('returned promise'))());
})();
(async () => { say(await 'plain value'); })();

const thenable = { then(resolve) { say('thenable called'); resolve('from thenable'); } };
Promise.resolve(thenable).then(say);

Promise.reject(new Error('x')).catch(() => say('caught')).finally(() => say('finally'));

say('script end');

process.on('exit', () => console.log(log.join('\n')));
