// Tasks for Polymer in JavaScript: what a task is given. `polymer build` puts it where `import ... from "polymer_task"` finds it.

const LEVELS = ["debug", "info", "warn", "error"];
let host = null;

/** For what binds a task to its host: where log lines and progress go. */
export function connect(to) {
  host = to;
}

/** Why a task did not succeed. Thrown by it; whatever else is thrown is told with its name as the code, its message and its stack. */
export class Failure extends Error {
  /**
   * @param {string} message for people
   * @param {{code?: string, retryable?: boolean, retryAfter?: number, badInput?: boolean, cause?: unknown}} [more] a code for programs;
   *   whether another attempt may succeed, and after how many seconds; whether the input is to blame; what it came of
   */
  constructor(message, { code, retryable = false, retryAfter, badInput = false, ...more } = {}) {
    super(message, "cause" in more ? { cause: more.cause } : undefined);
    this.name = "Failure";
    this.code = code === undefined || code === null ? undefined : String(code);
    this.retryable = retryable || retryAfter !== undefined;
    this.retryAfter = retryAfter;
    this.badInput = badInput;
  }
}

/** A value for people. A log line must never be what a task fails of. */
function shown(value) {
  if (typeof value === "string") return value;
  if (value instanceof Error) return traceOf(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A circle, or a BigInt.
    return String(value);
  }
}

function write(level, values) {
  if (host) host.log(level, values.map(shown).join(" "));
}

/** Writes lines to the log of the attempt: `log.info("3 words")`, and likewise debug, warn and error. */
export const log = Object.fromEntries(LEVELS.map((level) => [level, (...values) => write(level, values)]));

/** Tells how far the attempt has come: a hint for a display. */
export function progress(done, total) {
  if (host) host.progress(Number(done), Number(total));
}

/**
 * Starts `Math.random` anew. The engine's own state is that of the build, so every attempt would draw the same numbers. They are no
 * secrets, as they are not elsewhere.
 */
export function seed(text) {
  const state = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1].map((start) => {
    let hash = start;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return hash | 0;
  });
  const next = () => {
    const sum = (state[0] + state[1] + state[3]) | 0;
    state[3] = (state[3] + 1) | 0;
    state[0] = state[1] ^ (state[1] >>> 9);
    state[1] = (state[2] + (state[2] << 3)) | 0;
    state[2] = (((state[2] << 21) | (state[2] >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // The first numbers still look like the text.
  for (let round = 0; round < 16; round++) next();
  Math.random = () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 0x20000000000000;
}

globalThis.console ??= {};
Object.assign(globalThis.console, { debug: log.debug, log: log.info, info: log.info, warn: log.warn, error: log.error });

// QuickJS has neither of the next two.
globalThis.TextEncoder ??= class {
  get encoding() {
    return "utf-8";
  }

  encode(text = "") {
    const bytes = new Uint8Array(text.length * 3);
    let at = 0;
    for (let index = 0; index < text.length; index++) {
      let unit = text.charCodeAt(index);
      if (unit >= 0xd800 && unit < 0xe000) {
        const next = text.charCodeAt(index + 1);
        if (unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
          unit = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
          index++;
        } else {
          unit = 0xfffd;
        }
      }
      if (unit < 0x80) {
        bytes[at++] = unit;
      } else if (unit < 0x800) {
        bytes[at++] = 0xc0 | (unit >> 6);
        bytes[at++] = 0x80 | (unit & 63);
      } else if (unit < 0x10000) {
        bytes[at++] = 0xe0 | (unit >> 12);
        bytes[at++] = 0x80 | ((unit >> 6) & 63);
        bytes[at++] = 0x80 | (unit & 63);
      } else {
        bytes[at++] = 0xf0 | (unit >> 18);
        bytes[at++] = 0x80 | ((unit >> 12) & 63);
        bytes[at++] = 0x80 | ((unit >> 6) & 63);
        bytes[at++] = 0x80 | (unit & 63);
      }
    }
    return bytes.slice(0, at);
  }
};

globalThis.TextDecoder ??= class {
  constructor(label = "utf-8", { fatal = false } = {}) {
    if (!/^utf-?8$/i.test(label)) throw new RangeError(`only UTF-8 is decoded here, not ${label}`);
    this.fatal = fatal;
  }

  get encoding() {
    return "utf-8";
  }

  decode(input = new Uint8Array()) {
    const bytes = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input);
    const parts = [];
    let units = [];
    for (let at = 0; at < bytes.length; ) {
      const [code, length] = character(bytes, at);
      if (code < 0 && this.fatal) throw new TypeError(`no UTF-8 at byte ${at}`);
      const shown = code < 0 ? 0xfffd : code;
      if (shown < 0x10000) units.push(shown);
      else units.push(0xd800 + ((shown - 0x10000) >> 10), 0xdc00 + ((shown - 0x10000) & 0x3ff));
      at += length;
      if (units.length > 4096) {
        parts.push(String.fromCharCode.apply(null, units));
        units = [];
      }
    }
    parts.push(String.fromCharCode.apply(null, units));
    return parts.join("");
  }
};

/** The character at a place and its length; -1 for what is no UTF-8, with the length that is passed over. */
function character(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return [first, 1];
  const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  if (first < 0xc2 || first > 0xf4) return [-1, 1];
  let code = first & (0x3f >> more);
  for (let step = 1; step <= more; step++) {
    const next = bytes[at + step];
    const low = step > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = step > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (!(next >= low && next <= high)) return [-1, step];
    code = (code << 6) | (next & 0x3f);
  }
  return [code, more + 1];
}

const ENCODINGS = ["json", "raw", "message-pack"];

/** The tasks of a module: those in its `tasks`, else its function `run`, as a task of this name. */
export function tasksOf(module, name) {
  const found = module.tasks ?? (module.run && { [name]: { run: module.run } });
  if (!found) throw new Error("there is no task: the module exports a function `run`, or an object `tasks` of several");
  return new Map(
    Object.entries(found).map(([name, task]) => {
      const made = typeof task === "function" ? { run: task } : task;
      const encoding = made.encoding ?? "json";
      if (typeof made.run !== "function") throw new Error(`the task ${name} has no function \`run\``);
      if (!ENCODINGS.includes(encoding)) throw new Error(`the encoding of ${name} is json, raw or message-pack, not ${encoding}`);
      return [name, { ...made, name, encoding }];
    }),
  );
}

const asText = (schema) => (schema === undefined || typeof schema === "string" ? schema : JSON.stringify(schema));

/** What a task says about itself, in the words of the contract. */
export function infoOf({ name, version = "", summary = "", encoding, inputSchema, outputSchema, wishes = [] }) {
  return {
    name,
    version,
    summary,
    encoding,
    inputSchema: asText(inputSchema),
    outputSchema: asText(outputSchema),
    wishes: wishes.map(([tag, val]) => ({ tag, val })),
  };
}

/** One attempt: bytes in, bytes out. A message-pack task decodes by itself, with a package of its choice. */
export function attemptAt(task, attempt, input) {
  if (task.encoding !== "json") {
    const output = task.run(input, attempt);
    if (!(output instanceof Uint8Array)) throw new TypeError(`${task.name} returns bytes, as a Uint8Array`);
    return output;
  }
  let value;
  try {
    value = JSON.parse(new TextDecoder().decode(input));
  } catch (error) {
    throw new Failure(`the input is no JSON: ${error.message}`, { code: "not_json", badInput: true });
  }
  const output = task.run(value, attempt);
  if (typeof output?.then === "function") throw new TypeError(`${task.name} is async: nothing here would wait for it`);
  const text = JSON.stringify(output === undefined ? null : output);
  if (text === undefined) throw new TypeError(`${task.name} returned what JSON has no form for`);
  return new TextEncoder().encode(text);
}

/** Whatever was thrown, as a failure in the words of the contract. */
export function told(thrown) {
  if (!(thrown instanceof Failure)) {
    return { message: wellFormed(messageOf(thrown)), code: nameOf(thrown), retryable: false, badInput: false };
  }
  const { message, code, retryable, retryAfter, badInput } = thrown;
  const after = retryAfter === undefined ? undefined : Math.max(0, Math.round(retryAfter * 1000));
  return { message: wellFormed(message), code: code && wellFormed(code), retryable, retryAfterMs: after, badInput };
}

/** Half of a character is no text to the host. */
const wellFormed = (text) => text.toWellFormed?.() ?? text;

/** What of a thrown value runs code of the program's, which may fail itself. */
function tried(get, otherwise) {
  try {
    return get();
  } catch {
    return otherwise;
  }
}

/** The name of an error: its own, or that of its class. */
function nameOf(thrown) {
  if (!(thrown instanceof Error)) return undefined;
  const name = tried(() => String(thrown.name), "Error");
  const made = name === "Error" ? tried(() => thrown.constructor.name, "") : "";
  return wellFormed(made || name || "Error");
}

/** What a thrown value says for people. */
export function messageOf(thrown) {
  if (!(thrown instanceof Error)) return tried(() => shown(thrown), "a value that cannot be shown");
  return tried(() => String(thrown.message), "") || nameOf(thrown);
}

/** Frames of ours: a stack is told without them. */
const OURS = /\bpolymer_(app|command|task)\.js\b/;

/** Where a value was thrown: its stack, and what it came of; empty for what has none. */
export function traceOf(thrown, seen = new Set()) {
  if (!(thrown instanceof Error) || seen.has(thrown)) return "";
  seen.add(thrown);
  const stack = tried(() => String(thrown.stack ?? ""), "");
  const frames = stack.split("\n").filter((frame) => frame.trim() && !OURS.test(frame));
  const message = tried(() => String(thrown.message), "");
  const parts = [[message ? `${nameOf(thrown)}: ${message}` : nameOf(thrown), ...frames].join("\n")];
  const add = (what, other) => parts.push(`${what}: ${traceOf(other, seen) || messageOf(other)}`);
  for (const other of tried(() => [...(thrown.errors ?? [])], [])) add("Error of several", other);
  if (tried(() => thrown.cause, undefined) !== undefined) add("Caused by", thrown.cause);
  return wellFormed(parts.join("\n"));
}

/** Whether a trace says more than the failure: one that was thrown on purpose does not, unless it came of something. */
export function needsTrace(thrown) {
  return !(thrown instanceof Failure) || thrown.cause !== undefined;
}
