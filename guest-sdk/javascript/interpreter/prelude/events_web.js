// `Event`, `EventTarget`, `AbortController` and their like.
const process = require("./process.js");
const { loop } = require("./event_loop.js");
const { codeError, invalidType } = require("./errors.js");

class Event {
  #type;
  #options;
  #isStopped = false;
  #isPrevented = false;
  #target = null;
  #stamp = Date.now();

  constructor(type, options = {}) {
    this.#type = `${type}`;
    this.#options = options ?? {};
  }

  get type() {
    return this.#type;
  }

  get target() {
    return this.#target;
  }

  get currentTarget() {
    return this.#target;
  }

  get srcElement() {
    return this.#target;
  }

  get bubbles() {
    return Boolean(this.#options.bubbles);
  }

  get cancelable() {
    return Boolean(this.#options.cancelable);
  }

  get composed() {
    return Boolean(this.#options.composed);
  }

  get defaultPrevented() {
    return this.#isPrevented;
  }

  get returnValue() {
    return !this.#isPrevented;
  }

  get timeStamp() {
    return this.#stamp;
  }

  get eventPhase() {
    return this.#target ? 2 : 0;
  }

  get isTrusted() {
    return false;
  }

  preventDefault() {
    if (this.cancelable) this.#isPrevented = true;
  }

  stopPropagation() {}

  stopImmediatePropagation() {
    this.#isStopped = true;
  }

  composedPath() {
    return this.#target ? [this.#target] : [];
  }

  static dispatch(event, target, listeners) {
    event.#target = target;
    for (const listener of listeners) {
      if (listener.isRemoved) continue;
      if (listener.once) target.removeEventListener(event.type, listener.callback);
      try {
        const { callback } = listener;
        if (typeof callback === "function") callback.call(target, event);
        else callback.handleEvent(event);
      } catch (error) {
        process.nextTick(() => loop.uncaught(error));
      }
      if (event.#isStopped) break;
    }
    event.#target = null;
    return !event.#isPrevented;
  }
}
const { dispatch } = Event;
delete Event.dispatch;

class CustomEvent extends Event {
  #detail;

  constructor(type, options) {
    super(type, options);
    this.#detail = options?.detail ?? null;
  }

  get detail() {
    return this.#detail;
  }
}

class EventTarget {
  #listeners = new Map();

  addEventListener(type, callback, options) {
    if (callback === null || callback === undefined) return;
    if (typeof callback !== "function" && typeof callback !== "object") throw invalidType("listener", "EventListener", callback);
    const { once = false, signal } = typeof options === "object" && options !== null ? options : {};
    if (signal?.aborted) return;
    const listeners = this.#listeners.get(`${type}`) ?? [];
    if (listeners.some((listener) => listener.callback === callback)) return;
    this.#listeners.set(`${type}`, [...listeners, { callback, once, isRemoved: false }]);
    signal?.addEventListener("abort", () => this.removeEventListener(type, callback), { once: true });
  }

  removeEventListener(type, callback) {
    const listeners = this.#listeners.get(`${type}`) ?? [];
    for (const listener of listeners) if (listener.callback === callback) listener.isRemoved = true;
    this.#listeners.set(`${type}`, listeners.filter((listener) => !listener.isRemoved));
  }

  dispatchEvent(event) {
    if (!(event instanceof Event)) throw invalidType("event", "Event", event);
    return dispatch(event, this, this.#listeners.get(event.type) ?? []);
  }
}

/** A property `onNAME` that is a listener. */
function handler(on, name) {
  const kHandler = Symbol(name);
  Object.defineProperty(on.prototype, `on${name}`, {
    get() {
      return this[kHandler] ?? null;
    },
    set(callback) {
      if (this[kHandler]) this.removeEventListener(name, this[kHandler]);
      Object.defineProperty(this, kHandler, { value: callback, writable: true, configurable: true, enumerable: false });
      if (callback) this.addEventListener(name, callback);
    },
    enumerable: true,
    configurable: true,
  });
}

const kMake = Symbol("make");
class AbortSignal extends EventTarget {
  #isAborted = false;
  #reason = undefined;

  constructor(key) {
    if (key !== kMake) throw codeError("ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor", TypeError);
    super();
  }

  get aborted() {
    return this.#isAborted;
  }

  get reason() {
    return this.#reason;
  }

  throwIfAborted() {
    if (this.#isAborted) throw this.#reason;
  }

  static fire(signal, reason) {
    if (signal.#isAborted) return;
    signal.#isAborted = true;
    signal.#reason = reason;
    signal.dispatchEvent(new Event("abort"));
  }

  static abort(reason = new DOMException("This operation was aborted", "AbortError")) {
    const signal = new AbortSignal(kMake);
    fire(signal, reason);
    return signal;
  }

  static timeout(delay) {
    const signal = new AbortSignal(kMake);
    setTimeout(() => fire(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError")), delay).unref();
    return signal;
  }

  static any(signals) {
    const signal = new AbortSignal(kMake);
    for (const one of signals) {
      if (one.aborted) fire(signal, one.reason);
      else one.addEventListener("abort", () => fire(signal, one.reason), { once: true });
    }
    return signal;
  }

  [Symbol.for("nodejs.util.inspect.custom")]() {
    return `AbortSignal { aborted: ${this.#isAborted} }`;
  }
}
const { fire } = AbortSignal;
delete AbortSignal.fire;
handler(AbortSignal, "abort");

class AbortController {
  #signal = new AbortSignal(kMake);

  get signal() {
    return this.#signal;
  }

  abort(reason = new DOMException("This operation was aborted", "AbortError")) {
    fire(this.#signal, reason);
  }

  [Symbol.for("nodejs.util.inspect.custom")](depth, options, inspect) {
    return `AbortController { signal: ${inspect(this.#signal, options)} }`;
  }
}
const exported = { Event, CustomEvent, EventTarget, AbortSignal, AbortController };
for (const [name, type] of Object.entries(exported)) Object.defineProperty(type.prototype, Symbol.toStringTag, { value: name, configurable: true });

module.exports = exported;
