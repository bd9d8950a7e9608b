// Makes the globals that a program finds, and runs it.
const system = require("./system.js");
const errors = require("./errors.js");

errors.install();
require("./atomics.js");
Object.assign(globalThis, require("./text.js"));
require("./globals.js");
const process = require("./process.js");
const eventLoop = require("./event_loop.js");
const streams = require("./standard_streams.js");
const { createConsole } = require("./console.js");
const { inspect } = require("./util.js");
const modules = require("./modules.js");
require("./builtins.js");
const native = require("native");

// What the host hands over, among the variables: the program, and what is to run behind it.
const PROGRAM = "POLYMER_PROGRAM";
const TEST = "POLYMER_TEST";
const SECRET = "POLYMER_TEST_SECRET";
const TEST_FILE = "/test.js";
const UNSETTLED = 13;
// The process is aborted.
const OUT_OF_MEMORY = 134;

const state = require("./process_state.js");

state.streams = streams;
const { stdout } = streams;
process.stdout = stdout;
process.stderr = streams.stderr;
const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
define("console", createConsole(stdout, streams.stderr));
define("process", process);

const evaluateText = globalThis.eval;
let hasTest = false;
let isTesting = false;
let evaluateInScope = null;
// A module that waits, if the program is one.
let main = null;

function start() {
  state.started = system.monotonic();
  eventLoop.loop.now = state.started / 1e6;
  const given = variables();
  process.argv = ["node", modules.PROGRAM, ...system.args().slice(1)];
  hasTest = given.test !== undefined;
  let capture = "";
  if (hasTest) {
    define("polymer_scope", (evaluate) => {
      delete globalThis.polymer_scope;
      evaluateInScope = evaluate;
    });
    capture = "polymer_scope((polymer_text) => eval(polymer_text));";
  }
  guarded(() => {
    main = modules.runProgram(given.program, capture) ?? null;
  });
  finish();
}

// Variables are texts, whatever is put into them.
const TEXTS = {
  set(env, name, value) {
    env[name] = `${value}`;
    return true;
  },
  defineProperty: (env, name, { value }) => Reflect.defineProperty(env, name, { value: `${value}`, writable: true, enumerable: true, configurable: true }),
};

/** The variables that the program sees become `process.env`; the others are told. */
function variables() {
  const env = {};
  let program = "";
  let test;
  for (const one of system.variables()) {
    const at = one.indexOf("=");
    const name = one.slice(0, at);
    if (name === PROGRAM) program = one.slice(at + 1);
    else if (name === TEST) test = true;
    else if (name !== SECRET) env[name] = one.slice(at + 1);
  }
  process.env = new Proxy(env, TEXTS);
  return { program, test };
}

function guarded(call) {
  try {
    call();
  } catch (error) {
    uncaught(error);
  }
}

/** Runs what is still to happen, then ends. */
function finish() {
  eventLoop.run();
  while (process.listenerCount("beforeExit")) {
    guarded(() => process.emit("beforeExit", state.exitCode ?? 0));
    eventLoop.settle();
    if (eventLoop.isIdle()) break;
    eventLoop.run();
  }
  if (main && native.promise_state(main) === 0) {
    streams.stderr.write(`Warning: Detected unsettled top-level await at ${modules.PROGRAM}\n`);
    state.exitCode ??= UNSETTLED;
  }
  end();
}

/** Ends the program: at its end, by `process.exit`, or by an error. Never comes back. */
function end(atOnce = false) {
  if (!state.isExiting && !atOnce) {
    state.isExiting = true;
    try {
      process.emit("exit", state.exitCode ?? 0);
    } catch (error) {
      fatal(error, false);
    }
  }
  const code = (state.exitCode ?? 0) & 255;
  if (code === 0 && hasTest && !isTesting && !atOnce) examine();
  if (code === 0 && isTesting && !atOnce) stdout.write(valueOf(SECRET) ?? "");
  stdout.flushCollected();
  native.proc_exit(code);
}
state.end = end;

/** Runs the test behind the program: it sees the program's variables. Only now is it asked for. */
function examine() {
  isTesting = true;
  main = null;
  state.isExiting = false;
  state.exitCode = undefined;
  eventLoop.clear();
  process.removeAllListeners();
  // What the program has put in its place would be what runs the test.
  define("eval", evaluateText);
  const text = valueOf(TEST);
  errors.keepSource(TEST_FILE, text);
  errors.setEvaluated(TEST_FILE);
  guarded(() => (evaluateInScope ?? ((code) => native.evaluate(code, TEST_FILE, 0)))(text));
  finish();
}

function valueOf(name) {
  return system.variables().find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** What nobody caught: for the program, if it wants it; otherwise its end. */
function uncaught(error, origin = "uncaughtException") {
  if (state.capture) return state.capture(error);
  try {
    if (process.listenerCount("uncaughtExceptionMonitor")) process.emit("uncaughtExceptionMonitor", error, origin);
    if (process.listenerCount("uncaughtException")) return void process.emit("uncaughtException", error, origin);
  } catch (other) {
    return fatal(other, true, 7);
  }
  return fatal(error);
}
eventLoop.loop.uncaught = uncaught;

function fatal(error, tellsExit = true, code = 1) {
  stdout.flushCollected();
  system.writeText(2, described(error));
  state.exitCode = code;
  if (tellsExit && !state.isExiting) {
    state.isExiting = true;
    try {
      process.emit("exit", code);
    } catch (other) {
      system.writeText(2, described(other));
    }
  }
  stdout.flushCollected();
  native.proc_exit((state.exitCode ?? code) & 255);
}

function described(error) {
  try {
    const isError = error instanceof Error;
    const shown = isError ? inspect(error) : `Uncaught:\n${inspect(error)}`;
    return `${isError ? errors.excerpt(error) : ""}${shown}\n\nNode.js ${process.version}\n`;
  } catch {
    return "Uncaught error\n";
  }
}

function unhandledRejection(reason, promise) {
  if (process.listenerCount("unhandledRejection")) {
    guarded(() => process.emit("unhandledRejection", reason, promise));
    return;
  }
  uncaught(reason instanceof Error ? reason : rejectedWith(reason), "unhandledRejection");
}
eventLoop.loop.unhandledRejection = unhandledRejection;
eventLoop.loop.lateHandled = (promise) => {
  if (process.listenerCount("rejectionHandled")) eventLoop.nextTick(() => process.emit("rejectionHandled", promise));
};

function rejectedWith(reason) {
  const shown = inspect(reason);
  const error = new Error("This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise " +
    `which was not handled with .catch(). The promise rejected with the reason "${shown}".`);
  error.name = "UnhandledPromiseRejection";
  error.code = "ERR_UNHANDLED_REJECTION";
  return error;
}

/** The end of a program that has no more memory: what it has said is still told. */
function failed(error) {
  stdout.flushCollected();
  const isLength = error.message === "string too long";
  system.writeText(2, isLength ? "RangeError: Invalid string length\n" : "FATAL ERROR: JavaScript heap out of memory\n");
  native.proc_exit(isLength ? 1 : OUT_OF_MEMORY);
}

native.hook_start(start);
native.hook_failed(failed);
native.hook_rejection(eventLoop.onRejection);
native.hook_module_path(modules.modulePath);
native.hook_module_source(modules.moduleSource);
errors.hideInternal();
