// `readline`: lines of a stream, and questions.
const EventEmitter = require("events");
const { StringDecoder } = require("string_decoder/");
const eventLoop = require("./event_loop.js");
const { codeError } = require("./errors.js");

const LINE_END = /\r\n|\n|\r(?!$)|\u2028|\u2029/g;
const closed = () => codeError("ERR_USE_AFTER_CLOSE", "readline was closed");

class Interface extends EventEmitter {
  constructor(input, output) {
    super();
    const options = input?.input !== undefined || (input && typeof input.on !== "function") ? input : { input, output };
    this.input = options.input;
    this.output = options.output;
    this.terminal = Boolean(options.terminal);
    this.line = "";
    this.cursor = 0;
    this.closed = false;
    this.history = [];
    const state = { rest: "", prompt: options.prompt ?? "> ", question: null, isPaused: false, endedInReturn: false, waiting: [] };
    Object.defineProperty(this, "state", { value: state, enumerable: false });
    const decoder = new StringDecoder("utf8");
    const onData = (chunk) => take(this, typeof chunk === "string" ? chunk : decoder.write(chunk));
    const onEnd = () => {
      take(this, decoder.end());
      if (state.rest) {
        const { rest } = state;
        state.rest = "";
        emitLine(this, rest);
      }
      this.close();
    };
    this.input.on("error", (error) => this.emit("error", error));
    this.input.on("data", onData);
    this.input.on("end", onEnd);
    this.once("close", () => {
      this.input.removeListener("data", onData);
      this.input.removeListener("end", onEnd);
    });
    options.signal?.addEventListener("abort", () => this.close(), { once: true });
    this.input.resume();
  }

  getPrompt() {
    return this.state.prompt;
  }

  setPrompt(prompt) {
    this.state.prompt = prompt;
  }

  prompt() {
    if (this.state.isPaused) this.resume();
    this.output?.write(this.state.prompt);
  }

  question(query, options, callback = options) {
    if (this.closed) throw closed();
    if (typeof callback !== "function") return;
    this.output?.write(`${query}`);
    this.state.question = callback;
    const early = this.state.waiting.shift();
    if (early !== undefined) emitLine(this, early);
  }

  pause() {
    if (this.state.isPaused) return this;
    this.input.pause();
    this.state.isPaused = true;
    this.emit("pause");
    return this;
  }

  resume() {
    if (!this.state.isPaused) return this;
    this.input.resume();
    this.state.isPaused = false;
    this.emit("resume");
    return this;
  }

  close() {
    if (this.closed) return;
    this.pause();
    this.closed = true;
    this.emit("close");
  }

  write(text) {
    if (this.closed) throw closed();
    if (this.state.isPaused) this.resume();
    if (text !== null && text !== undefined) take(this, `${text}`);
  }

  getCursorPos() {
    return { rows: 0, cols: 0 };
  }

  [Symbol.asyncIterator]() {
    // Lines that come while one is worked at are kept: closing it must not lose them.
    const lines = [];
    const waiting = [];
    let isDone = this.closed;
    let failure = null;
    this.on("line", (line) => {
      if (waiting.length) waiting.shift().resolve({ value: line, done: false });
      else lines.push(line);
    });
    this.on("error", (error) => {
      failure = error;
      waiting.shift()?.reject(error);
    });
    this.on("close", () => {
      isDone = true;
      for (const { resolve } of waiting.splice(0)) resolve({ value: undefined, done: true });
    });
    return {
      next: () => {
        if (lines.length) return Promise.resolve({ value: lines.shift(), done: false });
        if (failure) return Promise.reject(failure);
        if (isDone) return Promise.resolve({ value: undefined, done: true });
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },
      return: () => {
        this.close();
        return Promise.resolve({ value: undefined, done: true });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.close();
  }
}

/** Cuts what has come into lines. */
function take(self, text) {
  const { state } = self;
  if (!text) return;
  // The second half of an end of a line that came apart.
  const given = state.endedInReturn && text[0] === "\n" ? text.slice(1) : text;
  state.endedInReturn = false;
  let all = state.rest + given;
  if (all.endsWith("\r")) {
    state.endedInReturn = true;
    all = `${all.slice(0, -1)}\n`;
  }
  const lines = all.split(LINE_END);
  state.rest = lines.pop();
  // Lines that came together are told even if one of them closes it, as node tells them.
  for (const line of lines) emitLine(self, line);
}

function emitLine(self, line) {
  const { state } = self;
  if (state.question) {
    const answer = state.question;
    state.question = null;
    answer(line);
  } else if (state.keepsLines && self.listenerCount("line") === 0) {
    state.waiting.push(line);
  } else {
    self.emit("line", line);
  }
}

const createInterface = (...args) => new Interface(...args);

// `readline/promises` asks one question after the other.
class PromisesInterface extends Interface {
  question(query, options = {}) {
    return new Promise((resolve, reject) => {
      if (this.closed) throw closed();
      const { signal } = options;
      if (signal?.aborted) throw eventLoop.abortError(signal);
      signal?.addEventListener("abort", () => {
        this.state.question = null;
        reject(eventLoop.abortError(signal));
      }, { once: true });
      super.question(query, resolve);
    });
  }
}
Object.defineProperty(Interface.prototype.question, Symbol.for("nodejs.util.promisify.custom"), {
  value(query, options) {
    return PromisesInterface.prototype.question.call(this, query, options);
  },
});

const write = (stream, text, callback) => stream?.write(text, callback) ?? true;
const promises = { Interface: PromisesInterface, createInterface: (...args) => new PromisesInterface(...args) };
module.exports = {
  Interface,
  createInterface,
  promises,
  clearLine: (stream, direction, callback) => write(stream, direction < 0 ? "\u001b[1K" : direction > 0 ? "\u001b[0K" : "\u001b[2K", callback),
  clearScreenDown: (stream, callback) => write(stream, "\u001b[0J", callback),
  cursorTo: (stream, x, y, callback) => write(stream, typeof y === "number" ? `\u001b[${y + 1};${x + 1}H` : `\u001b[${x + 1}G`, typeof y === "function" ? y : callback),
  moveCursor: (stream, x, y, callback) => write(stream, `${x ? `\u001b[${Math.abs(x)}${x < 0 ? "D" : "C"}` : ""}${y ? `\u001b[${Math.abs(y)}${y < 0 ? "A" : "B"}` : ""}`, callback),
  emitKeypressEvents() {},
};
