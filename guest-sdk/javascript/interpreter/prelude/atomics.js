// `Atomics`, which the engine is built without: with one thread, all is atomic.
const system = require("./system.js");

/** An operation that changes one element and tells what it was. */
const changing = (change) => (array, index, ...values) => {
  const before = array[index];
  array[index] = change(before, ...values);
  return before;
};

const operations = {
  add: changing((before, value) => before + value),
  sub: changing((before, value) => before - value),
  and: changing((before, value) => before & value),
  or: changing((before, value) => before | value),
  xor: changing((before, value) => before ^ value),
  exchange: changing((before, value) => value),
  compareExchange: changing((before, expected, value) => (before === expected ? value : before)),
  load: (array, index) => array[index],
  store: (array, index, value) => (array[index] = value),
  isLockFree: (size) => [1, 2, 4, 8].includes(size),
  /** Nobody can wake it; programs use it to sleep. */
  wait(array, index, value, timeout = Infinity) {
    if (array[index] !== value) return "not-equal";
    if (timeout === Infinity) throw new Error("Atomics.wait would never end: there are no other threads here");
    if (timeout > 0) system.sleep(timeout * 1e6);
    return "timed-out";
  },
  notify: () => 0,
};

const Atomics = {};
for (const [name, value] of Object.entries(operations)) {
  Object.defineProperty(value, "name", { value: name });
  Object.defineProperty(Atomics, name, { value, writable: true, configurable: true, enumerable: false });
}
Object.defineProperty(Atomics, Symbol.toStringTag, { value: "Atomics", configurable: true });
Object.defineProperty(globalThis, "Atomics", { value: Atomics, writable: true, configurable: true, enumerable: false });
