/**
 * Event bus: "user.*" matches one part, "user.**" any number of parts.
 */
class EventBus {
  #handlers = [];
  #queue = [];

  /** @returns {() => void} a function that takes the handler away again */
  on(pattern, handler, { once = false, priority = 0 } = {}) {
    const source = pattern.split('.').map((part) => (part === '**' ? '.+' : part === '*' ? '[^.]+' : part.replace(/[^\w]/g, '\\$&'))).join('\\.');
    const entry = { regex: new RegExp(`^${source}$`), handler, once, priority };
    this.#handlers.push(entry);
    this.#handlers.sort((a, b) => b.priority - a.priority);
    return () => { this.#handlers = this.#handlers.filter((e) => e !== entry); };
  }

  once(pattern, handler) { return this.on(pattern, handler, { once: true }); }

  emit(name, data) {
    const errors = [];
    let called = 0;
    for (const entry of [...this.#handlers]) {
      if (!entry.regex.test(name)) continue;
      if (entry.once) this.#handlers.splice(this.#handlers.indexOf(entry), 1);
      called++;
      try {
        if (entry.handler(data, name) === false) break;
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length) throw new AggregateError(errors, `${errors.length} of ${called} handlers failed`);
    return called;
  }

  later(name, data) {
    if (this.#queue.push([name, data]) === 1) queueMicrotask(() => this.#queue.splice(0).forEach((args) => this.emit(...args)));
  }

  waitFor(pattern) { return new Promise((resolve) => this.once(pattern, (data, name) => resolve({ name, data }))); }
}

const bus = new EventBus();
const off = bus.on('user.*', (data, name) => console.log('one part:', name, data));
bus.on('user.**', (_, name) => console.log('any parts:', name), { priority: 5 });
bus.once('user.login', () => console.log('only once'));
bus.on('stop', () => false, { priority: 1 });
bus.on('stop', () => console.log('never reached'));
bus.on('bad', () => { throw new TypeError('first problem'); });
bus.on('bad', () => { throw new RangeError('second problem'); });

console.log(bus.emit('user.login', { id: 1 }), bus.emit('user.login', { id: 2 }), bus.emit('user.login.failed'), bus.emit('nothing'), bus.emit('stop'));
off();
console.log(bus.emit('user.logout'));
try {
  bus.emit('bad');
} catch (e) {
  console.log(e.name, e.message, e.errors.map(({ name, message }) => `${name}: ${message}`));
}

bus.waitFor('job.*').then(console.log);
bus.later('job.done', [1, 2]);
bus.later('user.later');
console.log('queued', bus);
