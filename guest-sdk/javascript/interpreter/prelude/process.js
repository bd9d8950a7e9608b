// `process`.
const EventEmitter = require("events");
const system = require("./system.js");
const eventLoop = require("./event_loop.js");
const { codeError, invalidType } = require("./errors.js");
const native = require("native");

const VERSION = "v20.20.2";

class process extends EventEmitter {}
const self = new process();
const state = require("./process_state.js");

/** The number that an exit code is, if it is one. */
function exitCodeOf(value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" && value !== "" && Number.isInteger(Number(value))) return Number(value);
  if (typeof value !== "number") throw invalidType("code", "integer", value);
  if (!Number.isInteger(value)) throw codeError("ERR_OUT_OF_RANGE", `The value of "code" is out of range. It must be an integer. Received ${value}`, RangeError);
  return value;
}

function hrtime(before) {
  const now = system.monotonic();
  const [seconds, nanoseconds] = [Math.floor(now / 1e9), now % 1e9];
  if (before === undefined) return [seconds, nanoseconds];
  if (!Array.isArray(before)) throw invalidType("time", "Array", before);
  const passed = nanoseconds - before[1];
  return passed < 0 ? [seconds - before[0] - 1, passed + 1e9] : [seconds - before[0], passed];
}
hrtime.bigint = () => system.monotonicBigInt();

const members = {
  version: VERSION,
  versions: { node: VERSION.slice(1), v8: "11.3.244.8-node.33", uv: "1.46.0", modules: "115" },
  arch: "x64",
  platform: "linux",
  release: { name: "node", lts: "Iron" },
  title: "node",
  pid: 1,
  ppid: 0,
  execPath: "/usr/local/bin/node",
  execArgv: [],
  argv0: "node",
  debugPort: 9229,
  argv: [],
  env: {},
  features: {},
  config: { target_defaults: {}, variables: {} },
  exit(code) {
    const given = exitCodeOf(code);
    if (given !== undefined) state.exitCode = given;
    state.end();
  },
  reallyExit(code) {
    state.exitCode = code;
    state.end();
  },
  abort() {
    state.exitCode = 134;
    state.end(true);
  },
  kill(pid, signal) {
    if (pid !== self.pid) throw system.systemError(44, "kill");
    if (signal === 0) return true;
    state.exitCode = 143;
    return state.end(true);
  },
  nextTick: eventLoop.nextTick,
  hrtime,
  uptime: () => (system.monotonic() - state.started) / 1e9,
  memoryUsage: Object.assign(
    () => ({
      rss: native.memory_size(), heapTotal: native.memory_size(), heapUsed: native.memory_in_use(), external: 0, arrayBuffers: 0,
    }),
    { rss: () => native.memory_size() },
  ),
  resourceUsage: () => ({ userCPUTime: Math.round(system.monotonic() / 1000), systemCPUTime: 0, maxRSS: native.memory_size() / 1024 }),
  cpuUsage(before) {
    const user = Math.round((system.monotonic() - state.started) / 1000);
    return { user: user - (before?.user ?? 0), system: 0 - (before?.system ?? 0) };
  },
  cwd: () => state.folder,
  chdir(folder) {
    state.folder = require("path-browserify").resolve(state.folder, folder);
  },
  umask: () => 18,
  getuid: () => 0,
  geteuid: () => 0,
  getgid: () => 0,
  getegid: () => 0,
  getgroups: () => [0],
  emitWarning(warning, options, code) {
    const type = typeof options === "string" ? options : options?.type;
    const given = typeof warning === "object" ? warning : Object.assign(new Error(warning), { name: type ?? "Warning" });
    const shown = code ?? options?.code;
    if (shown) given.code = shown;
    eventLoop.nextTick(() => self.emit("warning", given));
  },
  binding(name) {
    throw new Error(`No such module: ${name}`);
  },
  setUncaughtExceptionCaptureCallback(callback) {
    state.capture = callback;
  },
  hasUncaughtExceptionCaptureCallback: () => Boolean(state.capture),
  setSourceMapsEnabled() {},
  allowedNodeEnvironmentFlags: new Set(),
};
Object.assign(self, members);
self.on("warning", ({ name, message, code }) => self.stderr.write(`(node:1) ${code ? `[${code}] ` : ""}${name}: ${message}\n`));
Object.defineProperty(self, "exitCode", {
  get: () => state.exitCode,
  set(value) {
    state.exitCode = exitCodeOf(value);
  },
  enumerable: true,
  configurable: true,
});
Object.defineProperty(self, Symbol.toStringTag, { value: "process", configurable: true });
// What is to be there only where it is asked for.
for (const [name, make] of Object.entries({
  stdin: () => require("./standard_streams.js").createStdin(),
})) {
  Object.defineProperty(self, name, {
    get() {
      const value = make();
      Object.defineProperty(self, name, { value, writable: true, configurable: true, enumerable: true });
      return value;
    },
    set(value) {
      Object.defineProperty(self, name, { value, writable: true, configurable: true, enumerable: true });
    },
    configurable: true,
    enumerable: true,
  });
}

module.exports = self;
