const { EventEmitter, once, on } = require('events');

class Room extends EventEmitter {
  #members = new Set();
  join(name) {
    if (this.#members.has(name)) return this.emit('error', new Error(`${name} is already here`));
    this.#members.add(name);
    return this.emit('join', name, this.#members.size);
  }
  say(from, text) { return this.emit('message', { from, text }); }
}

const room = new Room();
const log = (...args) => console.log(...args);

room.on('newListener', (event, listener) => log('listening for', event, typeof listener));
room.on('join', (name, count) => log(`${name} joined, ${count} here`));
room.once('join', (name) => log(`${name} is the first`));
room.prependListener('join', () => log('before all others'));
room.on('error', (error) => log('error:', error.message));

log(room.join('anna'), room.join('ben'), room.join('anna'));
log(room.say('anna', 'nobody listens'));

const onMessage = function ({ from, text }) { log(from, 'says', text, this === room); };
room.on('message', onMessage).on('message', onMessage);
log(room.say('ben', 'heard twice'));
room.off('message', onMessage);
room.say('ben', 'heard once');

log(room.eventNames(), room.listenerCount('message'), room.listeners('message')[0] === onMessage, room.rawListeners('join').length, room.getMaxListeners());

// A listener that takes itself away does not disturb the others.
room.on('leave', function first() { log('first'); room.removeListener('leave', first); });
room.on('leave', () => log('second'));
room.emit('leave');
room.emit('leave');
room.removeAllListeners('leave');
log(room.emit('leave'), EventEmitter.defaultMaxListeners);

const silent = new EventEmitter();
try { silent.emit('error', new TypeError('nobody handles this')); } catch (e) { log(e.name, e.message); }
try { silent.emit('error', 'not an error'); } catch (e) { log(e.name, e.code); }
try { silent.on('x', 'not a function'); } catch (e) { log(e.name, e.code); }

const key = Symbol('private');
silent.on(key, (...args) => log('symbol', args));
silent.emit(key, 1, 2, 3);

(async () => {
  setTimeout(() => silent.emit('ready', 'now', 5), 2);
  log(await once(silent, 'ready'));
  setTimeout(() => silent.emit('error', new Error('while waiting')), 2);
  await once(silent, 'ready').catch((e) => log('rejected:', e.message));

  const source = new EventEmitter();
  setTimeout(() => { for (const n of [1, 2, 3]) source.emit('data', n, n * n); }, 2);
  for await (const [n, square] of on(source, 'data')) {
    log(n, square);
    if (n === 3) break;
  }
  log(source.listenerCount('data'), require('events') === EventEmitter);
})();
