// `structuredClone`.
const { types } = require("./inspect_details.js");
const { inspect } = require("./util.js");

const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function refuse(value) {
  const shown = typeof value === "symbol" ? value.toString() : typeof value === "function" ? `${value}` : inspect(value);
  return new DOMException(`${shown} could not be cloned.`, "DataCloneError");
}

function clone(value, seen, transferred) {
  if (typeof value === "symbol" || typeof value === "function") throw refuse(value);
  if (value === null || typeof value !== "object") return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (made) => {
    seen.set(value, made);
    return made;
  };
  const inner = (part) => clone(part, seen, transferred);
  if (types.isBoxedPrimitive(value)) {
    if (types.isSymbolObject(value)) throw refuse(value);
    return keep(Object(value.valueOf()));
  }
  if (types.isDate(value)) return keep(new Date(value.getTime()));
  if (types.isRegExp(value)) return keep(new RegExp(value.source, value.flags));
  if (types.isArrayBuffer(value)) return keep(transferred.has(value) ? value.transfer() : value.slice(0));
  if (types.isSharedArrayBuffer(value)) return value;
  if (ArrayBuffer.isView(value)) {
    const buffer = inner(value.buffer);
    const Type = types.isDataView(value) ? DataView : value instanceof Uint8Array ? Uint8Array : value.constructor;
    return keep(new Type(buffer, value.byteOffset, types.isDataView(value) ? value.byteLength : value.length));
  }
  if (types.isMap(value)) {
    const made = keep(new Map());
    for (const [key, item] of [...value]) made.set(inner(key), inner(item));
    return made;
  }
  if (types.isSet(value)) {
    const made = keep(new Set());
    for (const item of [...value]) made.add(inner(item));
    return made;
  }
  if (types.isNativeError(value)) {
    const Type = ERRORS[value.name] ?? Error;
    const error = keep(new Type(value.message));
    Object.defineProperty(error, "stack", { value: value.stack, writable: true, configurable: true, enumerable: false });
    if ("cause" in value) Object.defineProperty(error, "cause", { value: inner(value.cause), writable: true, configurable: true, enumerable: false });
    return error;
  }
  if (types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value) || types.isWeakRef(value) || types.isGeneratorObject(value)) throw refuse(value);
  const made = keep(Array.isArray(value) ? new Array(value.length) : {});
  for (const key of Object.keys(value)) made[key] = inner(value[key]);
  return made;
}

module.exports = function structuredClone(value, options) {
  if (arguments.length === 0) throw new TypeError("The \"value\" argument must be specified");
  return clone(value, new Map(), new Set(options?.transfer));
};
