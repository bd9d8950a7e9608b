// All modules of node that are here, by name.
const process = require("./process.js");
const builtins = require("./builtin_modules.js");
const { notHere } = require("./errors.js");
const eventLoop = require("./event_loop.js");
const util = require("./util.js");
const EventEmitter = require("events");
const stream = require("readable-stream");
const path = require("path-browserify");
const assert = require("./assert.js");
const url = require("./url.js");
const buffer = require("./buffer.js");
const crypto = require("./crypto.js");
const readline = require("./readline.js");
const { fs, promises: fsPromises } = require("./fs_promises.js");

path.posix = path;
path.win32 ??= path;
const { format } = path;
path.format = (parts) => format(parts?.ext && !parts.ext.startsWith(".") ? { ...parts, ext: `.${parts.ext}` } : parts);
path.toNamespacedPath = (given) => given;

const os = {
  EOL: "\n",
  devNull: "/dev/null",
  arch: () => "x64",
  platform: () => "linux",
  type: () => "Linux",
  release: () => "6.1.0",
  version: () => "#1 SMP",
  machine: () => "x86_64",
  hostname: () => "localhost",
  homedir: () => "/",
  tmpdir: () => "/tmp",
  endianness: () => "LE",
  cpus: () => [{ model: "cpu", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }],
  availableParallelism: () => 1,
  totalmem: () => 4294967296,
  freemem: () => 2147483648,
  loadavg: () => [0, 0, 0],
  uptime: () => process.uptime(),
  networkInterfaces: () => ({}),
  userInfo: () => ({ uid: 0, gid: 0, username: "root", homedir: "/", shell: null }),
  getPriority: () => 0,
  setPriority() {},
  constants: { signals: { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }, errno: {}, priority: {} },
};

/** A module that is there to be required, and tells whoever uses it that it cannot work. */
function missing(module, names, more = {}) {
  const made = { ...more };
  for (const name of names) {
    made[name] = function () {
      throw notHere(`${module}.${name}`);
    };
  }
  return made;
}

const { promises, ...timers } = eventLoop.timers;
const performanceHooks = {
  get performance() {
    return performance;
  },
  PerformanceObserver: class PerformanceObserver {
    observe() {}

    disconnect() {}
  },
  monitorEventLoopDelay: () => ({ enable() {}, disable() {}, min: 0, max: 0, mean: 0, stddev: 0, percentile: () => 0 }),
  constants: {},
};

class AsyncLocalStorage {
  #store = undefined;

  run(store, call, ...args) {
    const before = this.#store;
    this.#store = store;
    try {
      return call(...args);
    } finally {
      this.#store = before;
    }
  }

  exit(call, ...args) {
    return this.run(undefined, call, ...args);
  }

  getStore() {
    return this.#store;
  }

  enterWith(store) {
    this.#store = store;
  }

  disable() {
    this.#store = undefined;
  }
}

/** `vm`, as far as one global object goes. */
const vm = {
  runInThisContext: (code) => (0, eval)(code),
  runInNewContext: (code, context = {}) => new Function(...Object.keys(context), `return eval(${JSON.stringify(code)})`)(...Object.values(context)),
  runInContext: (code, context) => vm.runInNewContext(code, context),
  createContext: (context = {}) => context,
  isContext: () => true,
  Script: class Script {
    constructor(code) {
      this.code = code;
      new Function(code);
    }

    runInThisContext() {
      return vm.runInThisContext(this.code);
    }

    runInNewContext(context) {
      return vm.runInNewContext(this.code, context);
    }

    runInContext(context) {
      return vm.runInNewContext(this.code, context);
    }
  },
};

const diagnostics = { channel: (name) => ({ name, hasSubscribers: false, publish() {}, subscribe() {}, unsubscribe() {} }) };
const server = ["createServer", "connect", "createConnection", "request", "get"];
const modules = {
  assert,
  "assert/strict": assert.strict,
  async_hooks: { AsyncLocalStorage, AsyncResource: class AsyncResource {
    runInAsyncScope(call, receiver, ...args) {
      return call.apply(receiver, args);
    }
  }, createHook: () => ({ enable() {}, disable() {} }), executionAsyncId: () => 1, triggerAsyncId: () => 0 },
  buffer: { ...buffer, Blob: undefined },
  child_process: missing("child_process", ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"]),
  cluster: missing("cluster", ["fork", "setupPrimary"], { isMaster: true, isPrimary: true, isWorker: false, workers: {} }),
  constants: fs.constants,
  crypto,
  dgram: missing("dgram", ["createSocket"]),
  diagnostics_channel: diagnostics,
  dns: missing("dns", ["lookup", "resolve", "resolve4", "reverse"], { promises: missing("dns.promises", ["lookup", "resolve"]) }),
  events: EventEmitter,
  fs,
  "fs/promises": fsPromises,
  http: missing("http", server, { STATUS_CODES: { 200: "OK", 404: "Not Found", 500: "Internal Server Error" }, METHODS: ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"] }),
  http2: missing("http2", server),
  https: missing("https", server),
  net: missing("net", server, { isIP: (text) => (/^\d+(?:\.\d+){3}$/.test(text) ? 4 : text.includes(":") ? 6 : 0) }),
  os,
  path,
  "path/posix": path,
  perf_hooks: performanceHooks,
  process,
  punycode: require("punycode"),
  querystring: require("./querystring.js"),
  readline,
  "readline/promises": readline.promises,
  stream,
  "stream/promises": stream.promises,
  "stream/consumers": require("./stream_consumers.js"),
  string_decoder: require("./string_decoder.js"),
  timers: { ...timers, promises },
  "timers/promises": promises,
  tls: missing("tls", server),
  tty: { isatty: () => false, ReadStream: class ReadStream {}, WriteStream: class WriteStream {} },
  url: url.url,
  util,
  "util/types": util.types,
  v8: { getHeapStatistics: () => ({ total_heap_size: process.memoryUsage().heapTotal, used_heap_size: process.memoryUsage().heapUsed, heap_size_limit: 4294967296 }),
    serialize: (value) => buffer.Buffer.from(JSON.stringify(value)), deserialize: (bytes) => JSON.parse(bytes.toString()), setFlagsFromString() {} },
  vm,
  worker_threads: missing("worker_threads", ["Worker", "MessageChannel"], { isMainThread: true, parentPort: null, workerData: null, threadId: 0 }),
  zlib: missing("zlib", ["gzipSync", "gunzipSync", "deflateSync", "inflateSync", "gzip", "gunzip", "deflate", "inflate", "createGzip", "createGunzip", "brotliCompressSync", "brotliDecompressSync"]),
  inspector: missing("inspector", ["open"]),
  repl: missing("repl", ["start"]),
};
modules.sys = util;

for (const [name, value] of Object.entries(modules)) builtins.add(name, value);
builtins.addLazily("console", () => globalThis.console);
builtins.addLazily("test", () => require("./test_runner.js"));
