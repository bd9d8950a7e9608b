// `node:test`, as far as that tests run one after the other and are told of.
const process = require("./process.js");
const state = require("./process_state.js");

const suites = [{ name: "", before: [], after: [], beforeEach: [], afterEach: [] }];
let queue = Promise.resolve();
let count = 0;
let failed = 0;
let isTold = false;

function named(args) {
  const [name, options, call] = [args.find((arg) => typeof arg === "string"), args.find((arg) => arg && typeof arg === "object"), args.find((arg) => typeof arg === "function")];
  return { name: name ?? call?.name ?? "<anonymous>", options: options ?? {}, call };
}

async function runOne(suite, { name, options, call }, indent) {
  const number = ++count;
  if (options.skip || options.todo || !call) {
    console.log(`${indent}ok ${number} - ${name} # ${options.todo ? "TODO" : "SKIP"}`);
    return;
  }
  const context = {
    name,
    diagnostic: (message) => console.log(`${indent}# ${message}`),
    test: (...args) => runOne(suite, named(args), `${indent}    `),
    skip() {},
    todo() {},
    signal: new AbortController().signal,
    mock,
  };
  try {
    for (const hook of suite.beforeEach) await hook();
    await call.call(context, context);
    for (const hook of suite.afterEach) await hook();
    console.log(`${indent}ok ${number} - ${name}`);
  } catch (error) {
    failed++;
    state.exitCode = 1;
    console.log(`${indent}not ok ${number} - ${name}\n${indent}  ---\n${indent}  error: ${JSON.stringify(error?.message ?? String(error))}\n${indent}  ...`);
  }
}

function test(...args) {
  const suite = suites.at(-1);
  const indent = "    ".repeat(suites.length - 1);
  if (!isTold) {
    isTold = true;
    console.log("TAP version 13");
    process.once("beforeExit", () => console.log(`1..${count}\n# tests ${count}\n# pass ${count - failed}\n# fail ${failed}`));
  }
  return (queue = queue.then(() => runOne(suite, named(args), indent)));
}

function describe(...args) {
  const { call, options } = named(args);
  if (options.skip || !call) return Promise.resolve();
  const suite = { before: [], after: [], beforeEach: [...suites.at(-1).beforeEach], afterEach: [...suites.at(-1).afterEach] };
  suites.push(suite);
  try {
    queue = queue.then(async () => {
      for (const hook of suite.before) await hook();
    });
    call();
    queue = queue.then(async () => {
      for (const hook of suite.after) await hook();
    });
  } finally {
    suites.pop();
  }
  return queue;
}

const mock = {
  fn(original = () => undefined) {
    const calls = [];
    const mocked = function (...args) {
      const record = { arguments: args, this: this, result: undefined, error: undefined };
      calls.push(record);
      try {
        return (record.result = original.apply(this, args));
      } catch (error) {
        record.error = error;
        throw error;
      }
    };
    mocked.mock = { calls, callCount: () => calls.length, resetCalls: () => void (calls.length = 0) };
    return mocked;
  },
  method(object, name, replacement = object[name]) {
    const before = object[name];
    object[name] = mock.fn(replacement);
    object[name].mock.restore = () => void (object[name] = before);
    return object[name];
  },
  reset() {},
  restoreAll() {},
};

for (const [name, how] of [["skip", { skip: true }], ["todo", { todo: true }], ["only", {}]]) {
  test[name] = (...args) => test(...args, how);
  describe[name] = (...args) => describe(...args, how);
}
const hook = (name) => (call) => void suites.at(-1)[name].push(call);
module.exports = Object.assign(test, {
  test, it: test, describe, suite: describe, mock, before: hook("before"), after: hook("after"), beforeEach: hook("beforeEach"), afterEach: hook("afterEach"),
});
