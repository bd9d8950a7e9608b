// `console`, as node formats and groups it.
const { formatWithOptions, inspect } = require("./util.js");
const { codeError } = require("./errors.js");

const INDENT = 2;
const kGroup = Symbol("group");

/** One text of what is logged: the usual ones at once, all else as `util.format` does it. */
function formatted(args) {
  switch (args.length) {
    case 0:
      return "";
    case 1: {
      const [value] = args;
      if (typeof value === "string") return value;
      if (typeof value === "number" && !Object.is(value, -0)) return `${value}`;
      break;
    }
    default:
      if (args.every(isPlain) && !(typeof args[0] === "string" && args[0].includes("%"))) return args.join(" ");
  }
  return formatWithOptions({}, ...args);
}
const isPlain = (value) => typeof value === "string" || (typeof value === "number" && !Object.is(value, -0)) || typeof value === "boolean";

class Console {
  constructor(options, stderr) {
    const given = options?.stdout ? options : { stdout: options, stderr };
    if (typeof given.stdout?.write !== "function") throw codeError("ERR_CONSOLE_WRITABLE_STREAM", "Console expects a writable stream instance for stdout", TypeError);
    bind(this, { stdout: given.stdout, stderr: given.stderr ?? given.stdout, inspectOptions: given.inspectOptions });
  }
}

/** Gives an object the methods of a console, each of its own: they are used without the object, too. */
function bind(on, { stdout, stderr, inspectOptions }) {
  const state = { indent: "", counts: new Map(), times: new Map() };
  const write = (stream, args) => {
    let text = inspectOptions ? formatWithOptions(inspectOptions, ...args) : formatted(args);
    if (state.indent) text = state.indent + (text.includes("\n") ? text.replace(/\n/g, `\n${state.indent}`) : text);
    stream.write(`${text}\n`);
  };
  const label = (given) => (given === undefined ? "default" : `${given}`);
  const methods = {
    log: (...args) => write(stdout, args),
    warn: (...args) => write(stderr, args),
    dir: (value, options) => write(stdout, [inspect(value, { customInspect: false, ...options })]),
    time(name) {
      if (!state.times.has(label(name))) state.times.set(label(name), performance.now());
    },
    timeEnd(name) {
      if (methods.timeLog(name) !== false) state.times.delete(label(name));
    },
    timeLog(name, ...args) {
      const start = state.times.get(label(name));
      if (start === undefined) return false;
      write(stdout, [`${label(name)}: ${duration(performance.now() - start)}`, ...args]);
    },
    trace(...args) {
      const error = { name: "Trace", message: args.length ? formatWithOptions({}, ...args) : "" };
      Error.captureStackTrace(error, methods.trace);
      write(stderr, [error.stack]);
    },
    assert(isTrue, ...args) {
      if (isTrue) return;
      if (typeof args[0] === "string") args[0] = `Assertion failed: ${args[0]}`;
      else args.unshift("Assertion failed");
      on.warn(...args);
    },
    clear() {},
    count(name = "default") {
      const count = (state.counts.get(`${name}`) ?? 0) + 1;
      state.counts.set(`${name}`, count);
      on.log(`${name}: ${count}`);
    },
    countReset(name = "default") {
      state.counts.delete(`${name}`);
    },
    group(...args) {
      if (args.length) on.log(...args);
      state.indent += " ".repeat(INDENT);
    },
    groupEnd() {
      state.indent = state.indent.slice(INDENT);
    },
    table(data, columns) {
      if (data === null || typeof data !== "object") on.log(data);
      else on.log(require("./console_table.js")(data, columns));
    },
  };
  methods.debug = (...args) => write(stdout, args);
  methods.info = (...args) => write(stdout, args);
  methods.dirxml = (...args) => write(stdout, args);
  methods.error = (...args) => write(stderr, args);
  methods.groupCollapsed = methods.group;
  for (const name of ["log", "warn", "dir", "time", "timeEnd", "timeLog", "trace", "assert", "clear", "count", "countReset", "group", "groupEnd",
    "table", "debug", "info", "dirxml", "error", "groupCollapsed"]) {
    const method = methods[name];
    Object.defineProperty(method, "name", { value: name });
    on[name] = method;
  }
  Object.defineProperty(on, kGroup, { value: state, enumerable: false });
  return on;
}

function duration(milliseconds) {
  if (milliseconds >= 1000) {
    const seconds = milliseconds / 1000;
    return seconds >= 60 ? `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(3).padStart(6, "0")} (m:ss.mmm)` : `${seconds.toFixed(3)}s`;
  }
  return `${Number(milliseconds.toFixed(3))}ms`;
}

function createConsole(stdout, stderr) {
  const made = bind({}, { stdout, stderr });
  made.Console = Console;
  for (const name of ["profile", "profileEnd", "timeStamp"]) made[name] = () => {};
  Object.defineProperty(made, Symbol.toStringTag, { value: "console", configurable: true });
  return made;
}

module.exports = { createConsole, Console };
