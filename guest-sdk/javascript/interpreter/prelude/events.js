// `events`: the package, and what node has besides.
const EventEmitter = require("events/events.js");
const { invalidType } = require("./errors.js");


// The package does not warn as node does, and it warns by `console`.
EventEmitter.captureRejectionSymbol = Symbol.for("nodejs.rejection");
EventEmitter.errorMonitor = Symbol("events.errorMonitor");
EventEmitter.captureRejections = false;
EventEmitter.usingDomains = false;

const emit = EventEmitter.prototype.emit;
/** As the package does it; but what is thrown for an error that nobody listens to is node's. */
EventEmitter.prototype.emit = function (type, ...args) {
  if (type === "error") {
    if (this._events?.[EventEmitter.errorMonitor]) emit.call(this, EventEmitter.errorMonitor, ...args);
    if (!this._events?.error) throw unhandled(args[0]);
  }
  return emit.call(this, type, ...args);
};

for (const name of ["on", "addListener", "prependListener", "once", "prependOnceListener", "removeListener", "off"]) {
  const method = EventEmitter.prototype[name];
  Object.defineProperty(EventEmitter.prototype, name, {
    value: { [name](type, listener) {
      if (typeof listener !== "function") throw invalidType("listener", "function", listener);
      return method.call(this, type, listener);
    } }[name],
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

function unhandled(error) {
  if (error instanceof Error) return error;
  const { inspect } = require("./util.js");
  let shown;
  try {
    shown = typeof error === "object" || typeof error === "string" ? inspect(error) : String(error);
  } catch {
    shown = String(error);
  }
  const made = new Error(`Unhandled error. (${shown})`);
  made.code = "ERR_UNHANDLED_ERROR";
  made.context = error;
  return made;
}

/** An iterator over what an emitter emits. */
EventEmitter.on = function on(emitter, event, { signal } = {}) {
  const values = [];
  const waiting = [];
  let failure = null;
  let isDone = false;
  const handle = (...args) => {
    if (waiting.length) waiting.shift().resolve({ value: args, done: false });
    else values.push(args);
  };
  const fail = (error) => {
    if (waiting.length) waiting.shift().reject(error);
    else failure = error;
    iterator.return();
  };
  const iterator = {
    next() {
      if (values.length) return Promise.resolve({ value: values.shift(), done: false });
      if (failure) {
        const error = failure;
        failure = null;
        return Promise.reject(error);
      }
      if (isDone) return Promise.resolve({ value: undefined, done: true });
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return() {
      emitter.removeListener(event, handle);
      emitter.removeListener("error", fail);
      isDone = true;
      for (const { resolve } of waiting.splice(0)) resolve({ value: undefined, done: true });
      return Promise.resolve({ value: undefined, done: true });
    },
    throw(error) {
      fail(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  emitter.on(event, handle);
  if (event !== "error") emitter.on("error", fail);
  signal?.addEventListener("abort", () => fail(signal.reason), { once: true });
  return iterator;
};

const once = EventEmitter.once;
EventEmitter.once = function (emitter, name, options) {
  if (typeof emitter?.addEventListener === "function" && typeof emitter.on !== "function") {
    return new Promise((resolve) => emitter.addEventListener(name, (...args) => resolve(args), { once: true }));
  }
  const { signal } = options ?? {};
  if (!signal) return once(emitter, name);
  if (signal.aborted) return Promise.reject(signal.reason);
  return Promise.race([once(emitter, name), new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }))]);
};

EventEmitter.getEventListeners = (emitter, name) => emitter.listeners?.(name) ?? [];
EventEmitter.setMaxListeners = (count, ...emitters) => emitters.forEach((emitter) => emitter.setMaxListeners?.(count));
EventEmitter.addAbortListener = (signal, listener) => {
  if (signal.aborted) queueMicrotask(() => listener());
  else signal.addEventListener("abort", listener, { once: true });
  return { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]: () => signal.removeEventListener("abort", listener) };
};

module.exports = EventEmitter;
