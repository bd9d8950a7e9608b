// `assert`: the package, with what node has added and changed since.
const assertPackage = require("assert/build/assert.js");
const { inspect } = require("./util.js");
const { invalidType, invalidValue, codeError, callAt } = require("./errors.js");
const comparisons = require("assert/build/internal/util/comparisons.js");

const { AssertionError } = assertPackage;

function fail(actual, expected, message, operator, start, isGenerated = false) {
  if (message instanceof Error) throw message;
  const error = new AssertionError({ actual, expected, message, operator, stackStartFn: start });
  error.generatedMessage = isGenerated || message === undefined;
  throw error;
}

function checkTruth(start, args) {
  const [value, message] = args;
  if (value) return;
  if (args.length === 0) fail(value, true, "No value argument passed to `assert.ok()`", "==", start, true);
  if (message !== undefined && message !== null) fail(value, true, message, "==", start);
  const code = callAt();
  fail(value, true, `The expression evaluated to a falsy value:\n\n  ${code ?? `${start.name}(${inspect(value)})`}\n`, "==", start, true);
}

class Comparison {
  constructor(object, keys, actual) {
    for (const key of keys) {
      if (!(key in object)) continue;
      const isMatch = actual !== undefined && typeof actual[key] === "string" && object[key] instanceof RegExp && object[key].test(actual[key]);
      this[key] = isMatch ? actual[key] : object[key];
    }
  }
}

function checkMembers(actual, expected, message, start) {
  const keys = Object.keys(expected);
  if (expected instanceof Error) keys.push("name", "message");
  else if (!keys.length) throw invalidValue("error", expected, "may not be an empty object");
  for (const key of keys) {
    if (typeof actual[key] === "string" && expected[key] instanceof RegExp && expected[key].test(actual[key])) continue;
    if (key in actual && comparisons.isDeepStrictEqual(actual[key], expected[key])) continue;
    if (message) fail(actual, expected, message, start.name, start);
    const error = new AssertionError({
      actual: new Comparison(actual, keys), expected: new Comparison(expected, keys, actual), operator: "deepStrictEqual", stackStartFn: start,
    });
    throw Object.assign(error, { actual, expected, operator: start.name });
  }
}

/** Whether what was thrown is what was meant to be. */
function checkThrown(actual, expected, message, start) {
  if (typeof expected !== "function") {
    if (expected instanceof RegExp) {
      if (expected.test(String(actual))) return;
      const why = `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(String(actual))}\n`;
      fail(actual, expected, message ?? why, start.name, start, !message);
    }
    if (typeof actual !== "object" || actual === null) {
      throw Object.assign(new AssertionError({ actual, expected, message, operator: "deepStrictEqual", stackStartFn: start }), { operator: start.name });
    }
    checkMembers(actual, expected, message, start);
    return;
  }
  if (expected.prototype !== undefined && actual instanceof expected) return;
  if (Object.prototype.isPrototypeOf.call(Error, expected)) {
    const what = actual instanceof Error ? actual.name : inspect(actual, { depth: -1 });
    const why = `The error is expected to be an instance of "${expected.name}". Received "${what}"${actual?.message ? `\n\nError message:\n\n${actual.message}` : ""}`;
    fail(actual, expected, message ?? why, start.name, start, !message);
  }
  const result = expected.call({}, actual);
  if (result === true) return;
  const name = expected.name ? `"${expected.name}" ` : "";
  const why = `The ${name}validation function is expected to return "true". Received ${inspect(result)}${actual instanceof Error ? `\n\nCaught error:\n\n${actual}` : ""}`;
  fail(actual, expected, message ?? why, start.name, start, !message);
}

const NOTHING = Symbol("nothing");

function expectThrown(start, actual, expected, message) {
  if (typeof expected === "string") [expected, message] = [undefined, expected];
  else if (expected !== undefined && expected !== null && typeof expected !== "object" && typeof expected !== "function") {
    throw invalidType("error", ["Function", "Error", "RegExp", "Object"], expected);
  }
  if (actual !== NOTHING) {
    if (expected) checkThrown(actual, expected, message, start);
    return;
  }
  const name = expected?.name ? ` (${expected.name})` : "";
  const kind = start.name === "rejects" ? "rejection" : "exception";
  fail(undefined, expected, `Missing expected ${kind}${name}${message ? `: ${message}` : "."}`, start.name, start);
}

function expectNone(start, actual, expected, message) {
  if (actual === NOTHING) return;
  if (typeof expected === "string") [expected, message] = [undefined, expected];
  if (expected && !(typeof expected === "function" ? actual instanceof expected : expected.test(String(actual)))) throw actual;
  const kind = start.name === "doesNotReject" ? "rejection" : "exception";
  fail(actual, expected, `Got unwanted ${kind}${message ? `: ${message}` : "."}\nActual message: "${actual?.message}"`, start.name, start);
}

function thrownBy(call) {
  if (typeof call !== "function") throw invalidType("fn", "function", call);
  try {
    call();
  } catch (error) {
    return error;
  }
  return NOTHING;
}

async function rejectedBy(given) {
  let promise = given;
  if (typeof given === "function") {
    promise = given();
    if (typeof promise?.then !== "function") {
      throw codeError("ERR_INVALID_RETURN_VALUE", `Expected instance of Promise to be returned from the "promiseFn" function but got ${inspect(promise, { depth: -1 })}.`, TypeError);
    }
  } else if (typeof given?.then !== "function") {
    throw invalidType("promiseFn", ["function", "Promise"], given);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return NOTHING;
}

function checkMatch(start, text, pattern, message, wants) {
  if (!(pattern instanceof RegExp)) throw invalidType("regexp", "RegExp", pattern);
  if (typeof text === "string" && pattern.test(text) === wants) return;
  const why = typeof text !== "string"
    ? `The "string" argument must be of type string. Received type ${typeof text} (${inspect(text)})`
    : `${wants ? "The input did not match the regular expression" : "The input was expected to not match the regular expression"} ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`;
  fail(text, pattern, message ?? why, start.name, start, message === undefined);
}

function assert(...args) {
  checkTruth(assert, args);
}
const added = {
  ok: function ok(...args) {
    checkTruth(ok, args);
  },
  throws: function throws(call, ...expected) {
    expectThrown(throws, thrownBy(call), ...expected);
  },
  doesNotThrow: function doesNotThrow(call, ...expected) {
    expectNone(doesNotThrow, thrownBy(call), ...expected);
  },
  rejects: async function rejects(promise, ...expected) {
    expectThrown(rejects, await rejectedBy(promise), ...expected);
  },
  doesNotReject: async function doesNotReject(promise, ...expected) {
    expectNone(doesNotReject, await rejectedBy(promise), ...expected);
  },
  ifError: function ifError(value) {
    if (value === null || value === undefined) return;
    const what = typeof value === "object" && typeof value.message === "string" ? value.message || value.constructor?.name : inspect(value);
    const error = new AssertionError({ actual: value, expected: null, operator: "ifError", message: `ifError got unwanted exception: ${what}`, stackStartFn: ifError });
    error.generatedMessage = false;
    throw error;
  },
  match: function match(text, pattern, message) {
    checkMatch(match, text, pattern, message, true);
  },
  doesNotMatch: function doesNotMatch(text, pattern, message) {
    checkMatch(doesNotMatch, text, pattern, message, false);
  },
};
const { strict: packageStrict, ...packageMembers } = assertPackage;
Object.assign(assert, packageMembers, added);
assert.strict = Object.assign(function strict(...args) {
  checkTruth(strict, args);
}, packageStrict, added);
assert.strict.strict = assert.strict;

module.exports = assert;
