/**
 * Token bucket and sliding window, with a clock that is given, so that tests need not wait.
 */
class TokenBucket {
  constructor({ capacity, perSecond, now }) {
    Object.assign(this, { capacity, perSecond, now, tokens: capacity, last: now() });
  }

  take(count = 1) {
    const time = this.now();
    this.tokens = Math.min(this.capacity, this.tokens + ((time - this.last) / 1000) * this.perSecond);
    this.last = time;
    if (this.tokens < count) return { ok: false, wait: Math.ceil(((count - this.tokens) / this.perSecond) * 1000) };
    this.tokens -= count;
    return { ok: true, left: Math.floor(this.tokens) };
  }
}

class SlidingWindow {
  #times = [];
  constructor(limit, ms, now) { this.limit = limit; this.ms = ms; this.now = now; }
  allow() {
    const start = this.now() - this.ms;
    this.#times = this.#times.filter((t) => t > start);
    if (this.#times.length >= this.limit) return false;
    return this.#times.push(this.now()) > 0;
  }
}

/** Runs at most `limit` tasks at a time. */
function limitConcurrency(limit) {
  let running = 0;
  const waiting = [];
  const next = () => {
    if (running >= limit || waiting.length === 0) return;
    running++;
    const { task, resolve, reject } = waiting.shift();
    task().then(resolve, reject).finally(() => { running--; next(); });
  };
  return (task) => new Promise((resolve, reject) => { waiting.push({ task, resolve, reject }); next(); });
}

let time = 0;
const now = () => time;
const bucket = new TokenBucket({ capacity: 3, perSecond: 2, now });
for (const at of [0, 0, 0, 0, 250, 500, 2000, 2000]) {
  time = at;
  console.log(String(at).padStart(5), bucket.take());
}
console.log(bucket.take(3), bucket.tokens);

time = 0;
const sliding = new SlidingWindow(2, 1000, now);
console.log([0, 100, 200, 1000, 1001, 1101].map((at) => { time = at; return sliding.allow(); }));

const { setTimeout: sleep } = await import('node:timers/promises');
const run = limitConcurrency(2);
let active = 0, most = 0;
const results = await Promise.all([1, 2, 3, 4, 5].map((n) => run(async () => {
  most = Math.max(most, ++active);
  await sleep(3);
  active--;
  return n * n;
})));
console.log(results, 'at most', most, 'left', active);
await run(() => Promise.reject(new Error('task failed'))).catch((e) => console.log(e.message));
