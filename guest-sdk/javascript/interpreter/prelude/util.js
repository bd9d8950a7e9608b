// `util`.
const extracted = require("node-inspect-extracted");
const { types } = require("./inspect_details.js");
const { codeError, invalidType, checkFunction } = require("./errors.js");
const text = require("./text.js");

const { inspect, format, formatWithOptions } = extracted;
// A later node shows the parts of an expression in colours of their own.
inspect.styles.regexp = "red";
const kCustom = Symbol.for("nodejs.util.promisify.custom");

function promisify(original) {
  checkFunction(original, "original");
  if (original[kCustom]) return Object.defineProperty(original[kCustom], kCustom, { value: original[kCustom], configurable: true });
  function promised(...args) {
    return new Promise((resolve, reject) => {
      Reflect.apply(original, this, [...args, (error, ...values) => (error ? reject(error) : resolve(values[0]))]);
    });
  }
  Object.setPrototypeOf(promised, Object.getPrototypeOf(original));
  Object.defineProperty(promised, kCustom, { value: promised, configurable: true });
  return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
}
promisify.custom = kCustom;

function callbackify(original) {
  checkFunction(original, "original");
  function called(...args) {
    const callback = args.pop();
    checkFunction(callback, "last argument");
    const { nextTick } = require("./event_loop.js");
    Reflect.apply(original, this, args).then(
      (value) => nextTick(callback, null, value),
      (error) => nextTick(callback, error || codeError("ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value", Error, { reason: error })),
    );
  }
  Object.defineProperty(called, "name", { value: `${original.name}Callbackified` });
  return called;
}

function inherits(constructor, parent) {
  checkFunction(constructor, "ctor");
  checkFunction(parent, "superCtor");
  Object.defineProperty(constructor, "super_", { value: parent, writable: true, configurable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

const told = new Set();
function deprecate(original, message, code) {
  let isTold = false;
  const deprecated = function (...args) {
    if (!isTold && !told.has(code)) {
      isTold = true;
      if (code) told.add(code);
      require("./process.js").emitWarning(message, "DeprecationWarning", code);
    }
    return new.target ? Reflect.construct(original, args, new.target) : Reflect.apply(original, this, args);
  };
  Object.setPrototypeOf(deprecated, original);
  if (original.prototype) deprecated.prototype = original.prototype;
  return deprecated;
}

const ESCAPES = /[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?\u0007)|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-ntqry=><~]))/g;
const stripVTControlCharacters = (given) => {
  if (typeof given !== "string") throw invalidType("str", "string", given);
  return given.replace(ESCAPES, "");
};

function styleText(style, given) {
  return [style].flat().reduceRight((shown, name) => {
    const codes = inspect.colors[name];
    if (!codes) throw codeError("ERR_INVALID_ARG_VALUE", `The argument 'format' must be one of: ${Object.keys(inspect.colors).map((key) => `'${key}'`).join(", ")}. Received '${name}'`, TypeError);
    return `\u001b[${codes[0]}m${shown}\u001b[${codes[1]}m`;
  }, given);
}

const debuglog = () => Object.assign(() => {}, { enabled: false });
const isDeepStrictEqual = (one, other) => require("assert/build/internal/util/comparisons.js").isDeepStrictEqual(one, other);

const util = {
  inspect, format, formatWithOptions, promisify, callbackify, inherits, deprecate, debuglog, debug: debuglog, types, isDeepStrictEqual,
  stripVTControlCharacters, styleText,
  toUSVString: (given) => `${given}`.toWellFormed(),
  TextEncoder: text.TextEncoder,
  TextDecoder: text.TextDecoder,
  parseArgs: (config) => require("./parse_args.js")(config),
  aborted: (signal) => new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true }))),
  getSystemErrorName: (number) => Object.entries(require("./system.js").NUMBERS).find(([, value]) => value === -number)?.[0],
  isArray: Array.isArray,
  isBoolean: (value) => typeof value === "boolean",
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: (value) => typeof value === "number",
  isString: (value) => typeof value === "string",
  isSymbol: (value) => typeof value === "symbol",
  isUndefined: (value) => value === undefined,
  isRegExp: types.isRegExp,
  isObject: (value) => value !== null && typeof value === "object",
  isDate: types.isDate,
  isError: (value) => value instanceof Error,
  isFunction: (value) => typeof value === "function",
  isPrimitive: (value) => value === null || (typeof value !== "object" && typeof value !== "function"),
  _extend: Object.assign,
};

module.exports = util;
