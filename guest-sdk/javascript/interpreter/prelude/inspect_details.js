// What `node-inspect-extracted` cannot see of an object by itself: its module 499 tells what an object is, 727 what is in it.
const native = require("native");

const { toString } = Object.prototype;
const tagOf = (value) => toString.call(value);
const isObject = (value) => value !== null && typeof value === "object";

const getter = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name).get;

const prototypes = {
  mapIterator: Object.getPrototypeOf(new Map().keys()),
  setIterator: Object.getPrototypeOf(new Set().keys()),
};
// The engine numbers what it makes; a sample of each tells its number.
const { class_of: classOf } = native;
const is = (...samples) => {
  const [first, other] = samples.map((sample) => classOf(sample));
  return other === undefined
    ? (value) => isObject(value) && classOf(value) === first
    : (value) => isObject(value) && (classOf(value) === first || classOf(value) === other);
};
const boxes = [Object(""), Object(0), Object(false), Object(0n), Object(Symbol())];
const classesOfBoxes = new Set(boxes.map((box) => classOf(box)));

const typedArray = getter(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);
const isTypedArray = (value) => isObject(value) && typedArray.call(value) !== undefined;
const isNamed = (name) => (value) => isObject(value) && typedArray.call(value) === name;
const AsyncFunction = (async () => {}).constructor;
const AsyncGeneratorFunction = (async function* () {}).constructor;
const GeneratorFunction = function* () {}.constructor;
const sloppyArguments = new Function("return arguments")();
const strictArguments = new Function('"use strict"; return arguments')();

const types = {
  isAsyncFunction: (value) => typeof value === "function" && (value instanceof AsyncFunction || value instanceof AsyncGeneratorFunction),
  isGeneratorFunction: (value) => typeof value === "function" && (value instanceof GeneratorFunction || value instanceof AsyncGeneratorFunction),
  isAnyArrayBuffer: is(new ArrayBuffer(1), new SharedArrayBuffer(1)),
  isArrayBuffer: is(new ArrayBuffer(1)),
  isSharedArrayBuffer: is(new SharedArrayBuffer(1)),
  isArgumentsObject: is(sloppyArguments, strictArguments),
  isBoxedPrimitive: (value) => isObject(value) && classesOfBoxes.has(classOf(value)),
  isDataView: is(new DataView(new ArrayBuffer(1))),
  isExternal: () => false,
  isMap: is(new Map()),
  isSet: is(new Set()),
  isMapIterator: is(new Map().keys()),
  isSetIterator: is(new Set().keys()),
  isGeneratorObject: is((function* () {})(), (async function* () {})()),
  isModuleNamespaceObject: (value) => isObject(value) && Object.getPrototypeOf(value) === null && value[Symbol.toStringTag] === "Module",
  isNativeError: is(new Error()),
  isPromise: is(Promise.resolve()),
  isProxy: (value) => (isObject(value) || typeof value === "function") && native.is_proxy(value) === 1,
  isRegExp: is(/x/),
  isDate: is(new Date(0)),
  isWeakMap: is(new WeakMap()),
  isWeakSet: is(new WeakSet()),
  isWeakRef: is(new WeakRef({})),
  isTypedArray,
  isArrayBufferView: ArrayBuffer.isView,
  isStringObject: is(boxes[0]),
  isNumberObject: is(boxes[1]),
  isBooleanObject: is(boxes[2]),
  isBigIntObject: is(boxes[3]),
  isSymbolObject: is(boxes[4]),
  isCryptoKey: () => false,
  isKeyObject: () => false,
};
for (const name of ["Int8", "Uint8", "Uint8Clamped", "Int16", "Uint16", "Int32", "Uint32", "Float32", "Float64", "BigInt64", "BigUint64"]) {
  types[`is${name}Array`] = isNamed(`${name}Array`);
}

const KEYS_AND_VALUES = 2;

/** What an iterator has still to give, and whether that is keys with their values; or all of a collection. */
function previewEntries(value, isIterator) {
  const prototype = types.isMapIterator(value) ? prototypes.mapIterator : types.isSetIterator(value) ? prototypes.setIterator : null;
  if (!prototype) return isIterator ? [[], false] : [];
  const items = [];
  const saved = native.iterator_save(value);
  for (let step = prototype.next.call(value); !step.done; step = prototype.next.call(value)) items.push(step.value);
  const hasPairs = native.iterator_restore(value, saved) === KEYS_AND_VALUES;
  return isIterator ? [hasPairs ? items.flat() : items, hasPairs] : items;
}

const constants = { kPending: 0, kFulfilled: 1, kRejected: 2, ALL_PROPERTIES: 0, ONLY_ENUMERABLE: 2 };
const INDEX = /^(?:0|[1-9][0-9]*)$/;

const details = {
  constants,
  getOwnNonIndexProperties(value, filter = constants.ONLY_ENUMERABLE) {
    const isWanted = (key) => filter !== constants.ONLY_ENUMERABLE || Object.prototype.propertyIsEnumerable.call(value, key);
    const isIndex = (key) => typeof key === "string" && INDEX.test(key) && Number(key) < 4294967295;
    return Reflect.ownKeys(value).filter((key) => !isIndex(key) && isWanted(key));
  },
  getPromiseDetails(promise) {
    const state = native.promise_state(promise);
    return state === constants.kPending ? [state] : [state, native.promise_result(promise)];
  },
  getProxyDetails(value, both = true) {
    if (!types.isProxy(value)) return undefined;
    return both ? [native.proxy_target(value), native.proxy_handler(value)] : native.proxy_target(value);
  },
  Proxy,
  previewEntries,
  getConstructorName(value) {
    for (let at = value; at !== null; at = Object.getPrototypeOf(at)) {
      const { value: constructor } = Object.getOwnPropertyDescriptor(at, "constructor") ?? {};
      if (typeof constructor === "function" && constructor.name) return constructor.name;
    }
    return tagOf(value).slice(8, -1);
  },
  getExternalValue: () => 0n,
};

const asModule = (exported) => (module) => {
  module.exports = exported;
};
// Addresses are made of paths of files only for stacks, which have none here.
const url = asModule(class {});
module.exports = { types, overrides: { 499: asModule(types), 727: asModule(details), 878: url } };
