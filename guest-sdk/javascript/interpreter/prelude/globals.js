// Globals that the language itself does not have, and `Math.random` of each run's own.
const system = require("./system.js");
const eventLoop = require("./event_loop.js");
const { notHere, invalidType } = require("./errors.js");
const state = require("./process_state.js");

const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

define("global", globalThis);
define("Buffer", require("./buffer.js").Buffer);
for (const [name, value] of Object.entries(require("./text.js"))) define(name, value);
for (const [name, value] of Object.entries(require("./events_web.js"))) define(name, value);
for (const [name, value] of Object.entries(require("./url.js").globals)) define(name, value);
const timers = { ...eventLoop.timers };
delete timers.promises;
// Node shows these when it shows the global object.
for (const [name, value] of Object.entries(timers)) Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
define("structuredClone", require("./structured_clone.js"));

const queue = globalThis.queueMicrotask;
define("queueMicrotask", function queueMicrotask(callback) {
  if (typeof callback !== "function") throw invalidType("callback", "function", callback);
  queue(callback);
});

define("fetch", async () => {
  throw Object.assign(new TypeError("fetch failed"), { cause: notHere("The network") });
});

const performance = {
  now: () => (system.monotonic() - state.started) / 1e6,
  get timeOrigin() {
    return Date.now() - performance.now();
  },
  mark: (name) => measure(name, performance.now(), 0),
  measure(name, start, end) {
    const at = (mark, otherwise) => (mark === undefined ? otherwise : typeof mark === "number" ? mark : marks.findLast((one) => one.name === mark)?.startTime ?? otherwise);
    const from = typeof start === "object" ? at(start?.start, 0) : at(start, 0);
    const to = typeof start === "object" ? at(start?.end, performance.now()) : at(end, performance.now());
    return measure(name, from, to - from);
  },
  clearMarks: () => void (marks.length = 0),
  clearMeasures: () => void (marks.length = 0),
  getEntries: () => [...marks],
  getEntriesByName: (name) => marks.filter((mark) => mark.name === name),
  getEntriesByType: (type) => marks.filter((mark) => mark.entryType === type),
  timerify: (call) => call,
  eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
  toJSON: () => ({ timeOrigin: performance.timeOrigin }),
};
const marks = [];
function measure(name, startTime, duration) {
  const entry = { name, entryType: duration ? "measure" : "mark", startTime, duration, detail: null };
  marks.push(entry);
  return entry;
}
define("performance", performance);
define("navigator", { hardwareConcurrency: 1, language: "en-US", languages: ["en-US"], platform: "linux", userAgent: "Node.js/20" });

// Random numbers by xorshift128+, as V8 draws them, seeded when the first one is asked for: the engine's own state is that of the build.
const seed = new Uint32Array(4);
let isSeeded = false;
function random() {
  if (!isSeeded) {
    isSeeded = true;
    system.fillRandom(seed);
    if (seed.every((word) => word === 0)) seed[0] = 1;
  }
  let [low, high] = [seed[0], seed[1]];
  const [otherLow, otherHigh] = [seed[2], seed[3]];
  seed[0] = otherLow;
  seed[1] = otherHigh;
  // The state is shifted left by 23, right by 17 and 26, each over 64 bits.
  high ^= (high << 23) | (low >>> 9);
  low ^= low << 23;
  low ^= (low >>> 17) | (high << 15);
  high ^= high >>> 17;
  low ^= otherLow ^ ((otherLow >>> 26) | (otherHigh << 6));
  high ^= otherHigh ^ (otherHigh >>> 26);
  seed[2] = low;
  seed[3] = high;
  return ((high >>> 0) * 0x200000 + (low >>> 11)) / 0x20000000000000;
}
Object.defineProperty(Math, "random", { value: random, writable: true, configurable: true, enumerable: false });

// Characters outside of Latin-1 are no base64.
const { atob } = globalThis;
define("atob", (text) => {
  try {
    return atob(`${text}`);
  } catch {
    throw new DOMException("Invalid character", "InvalidCharacterError");
  }
});
define("crypto", require("./crypto.js").webcrypto);
require("./locale.js");
require("./json.js");
