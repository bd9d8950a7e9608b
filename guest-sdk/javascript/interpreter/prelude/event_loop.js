// What runs when: ticks, promises, timers, immediates, in the order in which node has them.
const system = require("./system.js");
const { checkFunction, codeError, invalidType } = require("./errors.js");
const native = require("native");

const MILLISECOND = 1e6;
const LONGEST_DELAY = 2147483647;

const loop = {
  // Told of what nobody caught.
  uncaught: null,
  // Promises that were rejected and not looked after yet, with the reasons.
  rejected: new Map(),
  unhandledRejection: null,
  // Milliseconds at the start of this round; timers are counted from it, however long the code before them took.
  now: 0,
};
let ticks = [];
let timers = [];
let immediates = [];
let polls = [];
let order = 0;
const kActive = Symbol("active");

function guarded(call, args) {
  try {
    call(...args);
  } catch (error) {
    loop.uncaught(error);
  }
}

function nextTick(callback, ...args) {
  checkFunction(callback, "callback");
  ticks.push([callback, args]);
}

function runJobs() {
  for (;;) {
    try {
      native.run_jobs();
      return;
    } catch (error) {
      loop.uncaught(error);
    }
  }
}

/** All that is to happen before anything else can: ticks, then promises, then what is told of rejected ones. */
function settle() {
  do {
    do {
      while (ticks.length) {
        const now = ticks;
        ticks = [];
        for (let at = 0; at < now.length; at++) guarded(now[at][0], now[at][1]);
      }
      runJobs();
    } while (ticks.length);
  } while (tellRejected() || ticks.length);
}

function tellRejected() {
  if (!loop.rejected.size) return false;
  const told = [...loop.rejected];
  loop.rejected.clear();
  for (const [promise, reason] of told) loop.unhandledRejection(reason, promise);
  return true;
}

/** Called by the engine. */
function onRejection(promise, reason, isHandled) {
  if (!isHandled) loop.rejected.set(promise, reason);
  else if (!loop.rejected.delete(promise)) loop.lateHandled?.(promise);
}

/** What the program waits for, unless it says that it need not. */
class Referenced {
  ref() {
    this[kActive].isReferenced = true;
    return this;
  }

  unref() {
    this[kActive].isReferenced = false;
    return this;
  }

  hasRef() {
    return this[kActive].isReferenced;
  }
}

class Timeout extends Referenced {
  constructor(callback, delay, args, isRepeated) {
    super();
    let after = Number(delay);
    if (!(after >= 1 && after <= LONGEST_DELAY)) after = 1;
    this._idleTimeout = Math.trunc(after);
    this._onTimeout = callback;
    this._timerArgs = args;
    this._repeat = isRepeated ? this._idleTimeout : null;
    this._destroyed = false;
    hide(this, { order: order++, due: 0, isReferenced: true, id: 0 });
    schedule(this, loop.now);
  }

  refresh() {
    if (!this._destroyed) {
      unschedule(this);
      schedule(this, loop.now);
    }
    return this;
  }

  close() {
    clearTimeout(this);
    return this;
  }

  [Symbol.toPrimitive]() {
    const state = this[kActive];
    if (!state.id) byId.set((state.id = ++lastId), this);
    return state.id;
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    clearTimeout(this);
  }
}
const byId = new Map();
let lastId = 0;
const hide = (on, state) => Object.defineProperty(on, kActive, { value: state, writable: true, enumerable: false });

function isBefore(one, other) {
  return one.due - other.due || one.order - other.order;
}

function schedule(timer, from) {
  const state = timer[kActive];
  state.due = from + timer._idleTimeout;
  state.order = order++;
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(timers[middle][kActive], state) < 0) low = middle + 1;
    else high = middle;
  }
  if (low === timers.length) timers.push(timer);
  else timers.splice(low, 0, timer);
}

function unschedule(timer) {
  const at = timers.indexOf(timer);
  if (at >= 0) timers.splice(at, 1);
}

function setTimeout(callback, delay, ...args) {
  checkFunction(callback, "callback");
  return new Timeout(callback, delay, args, false);
}

function setInterval(callback, delay, ...args) {
  checkFunction(callback, "callback");
  return new Timeout(callback, delay, args, true);
}

function clearTimeout(timer) {
  if (typeof timer === "number" || typeof timer === "string") timer = byId.get(Number(timer));
  if (!(timer instanceof Timeout) || timer._destroyed) return;
  timer._destroyed = true;
  timer._onTimeout = null;
  unschedule(timer);
}
const clearInterval = (timer) => clearTimeout(timer);

class Immediate extends Referenced {
  constructor(callback, args) {
    super();
    this._onImmediate = callback;
    this._argv = args;
    hide(this, { isReferenced: true });
    immediates.push(this);
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    clearImmediate(this);
  }
}

function setImmediate(callback, ...args) {
  checkFunction(callback, "callback");
  return new Immediate(callback, args);
}

function clearImmediate(immediate) {
  if (immediate instanceof Immediate) immediate._onImmediate = null;
}

/** Has something called where node would learn that it is done: input and output. */
function poll(callback, ...args) {
  polls.push([callback, args]);
}

const realNow = () => system.monotonic() / MILLISECOND;

function runTimers() {
  // A timer is not missed by less than the shortest delay: which of a timer and an immediate comes first is not left to chance. What is
  // started in the meantime has its turn in the next round.
  const until = loop.now + 1;
  const last = order;
  while (timers.length && timers[0][kActive].due <= until && timers[0][kActive].order < last) {
    const timer = timers.shift();
    const { due } = timer[kActive];
    if (loop.now < due) loop.now = due;
    const { _onTimeout: callback } = timer;
    if (timer._repeat === null) timer._destroyed = true;
    try {
      callback.apply(timer, timer._timerArgs);
    } catch (error) {
      loop.uncaught(error);
    }
    if (timer._repeat !== null && !timer._destroyed) {
      loop.now = Math.max(loop.now, realNow());
      schedule(timer, loop.now);
    }
    settle();
  }
}

function runAll(list, run) {
  for (const one of list) {
    run(one);
    settle();
  }
}

/** Runs until nothing is left that could happen. */
function run() {
  loop.now = Math.max(loop.now, realNow());
  settle();
  for (;;) {
    runTimers();
    const done = polls;
    polls = [];
    runAll(done, ([callback, args]) => guarded(callback, args));
    const now = immediates;
    immediates = [];
    runAll(now, (immediate) => {
      if (immediate._onImmediate) guarded(immediate._onImmediate.bind(immediate), immediate._argv);
    });
    if (polls.length) {
      loop.now = Math.max(loop.now, realNow());
      continue;
    }
    if (immediates.some((immediate) => immediate[kActive].isReferenced)) {
      loop.now = Math.max(loop.now, realNow());
      continue;
    }
    if (!timers.some((timer) => timer[kActive].isReferenced)) return;
    waitForTimer();
  }
}

function waitForTimer() {
  const at = realNow();
  const { due } = timers[0][kActive];
  if (due - 1 > at) system.sleep((due - at) * MILLISECOND);
  loop.now = Math.max(loop.now, realNow());
}

const isIdle = () => !polls.length && !timers.some((timer) => timer[kActive].isReferenced) && !immediates.some((one) => one[kActive].isReferenced);

/** Forgets all that was to happen. */
function clear() {
  ticks = [];
  timers = [];
  immediates = [];
  polls = [];
  loop.rejected.clear();
}

const abortError = (signal) => {
  const error = codeError("ABORT_ERR", "The operation was aborted", Error, signal?.reason !== undefined ? { cause: signal.reason } : undefined);
  Object.defineProperty(error, "name", { value: "AbortError", writable: true, configurable: true });
  return error;
};

/** A promise of `timers/promises`. */
function promised(start, stop, value, signal) {
  if (signal !== undefined && (signal === null || typeof signal !== "object" || !("aborted" in signal))) {
    return Promise.reject(invalidType("options.signal", "AbortSignal", signal));
  }
  if (signal?.aborted) return Promise.reject(abortError(signal));
  return new Promise((resolve, reject) => {
    const timer = start(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve(value);
    });
    const onAbort = () => {
      stop(timer);
      reject(abortError(signal));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

const promises = {
  setTimeout: (delay, value, { signal, ref = true } = {}) =>
    promised((done) => (ref ? setTimeout(done, delay) : setTimeout(done, delay).unref()), clearTimeout, value, signal),
  setImmediate: (value, { signal } = {}) => promised((done) => setImmediate(done), clearImmediate, value, signal),
  async *setInterval(delay, value, { signal } = {}) {
    for (;;) {
      await promises.setTimeout(delay, undefined, { signal });
      yield value;
    }
  },
  scheduler: {
    wait: (delay, options) => promises.setTimeout(delay, undefined, options),
    yield: () => promises.setImmediate(),
  },
};
const kPromisify = Symbol.for("nodejs.util.promisify.custom");
Object.defineProperty(setTimeout, kPromisify, { value: promises.setTimeout, enumerable: false });
Object.defineProperty(setImmediate, kPromisify, { value: promises.setImmediate, enumerable: false });

module.exports = {
  loop, nextTick, settle, onRejection, poll, run, isIdle, clear, realNow, abortError,
  timers: { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, promises },
};
