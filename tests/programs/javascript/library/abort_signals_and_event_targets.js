const target = new EventTarget();

const seen = [];
const listener = (event) => seen.push(`${event.type}:${event.detail ?? '-'}`);
target.addEventListener('ping', listener);
target.addEventListener('ping', listener); // the same one is added only once
target.addEventListener('ping', { handleEvent(event) { seen.push(`object ${event.type}`); } });
target.addEventListener('ping', () => seen.push('once'), { once: true });
target.dispatchEvent(new Event('ping'));
target.dispatchEvent(new Event('ping'));
target.removeEventListener('ping', listener);
target.dispatchEvent(new Event('ping'));
console.log(seen);

class Progress extends Event {
  constructor(done) { super('progress', { cancelable: true }); this.done = done; }
}
target.addEventListener('progress', (event) => {
  console.log(event.done, event.target === target, event.defaultPrevented, event instanceof Event);
  if (event.done > 50) event.preventDefault();
});
console.log(target.dispatchEvent(new Progress(10)), target.dispatchEvent(new Progress(60)));
target.addEventListener('stop', (event) => { event.stopImmediatePropagation(); console.log('first only'); });
target.addEventListener('stop', () => console.log('never'));
target.dispatchEvent(new Event('stop'));

const controller = new AbortController();
const { signal } = controller;
signal.addEventListener('abort', () => console.log('aborted', signal.reason.name));
signal.onabort = (event) => console.log('onabort', event.type);
console.log(signal.aborted, signal.reason);
controller.abort();
controller.abort('a second time has no effect');
console.log(signal.aborted, signal.reason instanceof Error, signal.reason.code);
try { signal.throwIfAborted(); } catch (e) { console.log(e.name); }

const withReason = new AbortController();
withReason.abort(new RangeError('given reason'));
console.log(withReason.signal.reason.message, AbortSignal.abort('x').reason);

function work(steps, { signal }) {
  return new Promise((resolve, reject) => {
    let n = 0;
    const timer = setInterval(() => { if (++n === steps) { clearInterval(timer); resolve(n); } }, 2);
    signal.addEventListener('abort', () => { clearInterval(timer); reject(signal.reason); }, { once: true });
  });
}
(async () => {
  console.log(await work(3, new AbortController()));
  const stopper = new AbortController();
  setTimeout(() => stopper.abort(new Error('took too long')), 10);
  await work(1e6, stopper).catch((e) => console.log(e.message));
  await work(1e6, { signal: AbortSignal.timeout(10) }).catch((e) => console.log(e.name));
  const error = new DOMException('made by hand', 'AbortError');
  console.log(error.name, error.message, error.code, error instanceof Error);
})();
