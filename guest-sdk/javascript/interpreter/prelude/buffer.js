// `buffer`: the package, with text in UTF-8 made by the engine instead of loops, and what node has besides.
const buffer = require("buffer/");
const system = require("./system.js");
const { codeError, invalidType, outOfRange, received } = require("./errors.js");

const { Buffer } = buffer;
const { prototype } = Buffer;
const isUtf8 = (encoding) => encoding === undefined || encoding === null || /^utf-?8$/i.test(encoding);
const setPrototypeOf = Object.setPrototypeOf;
const asBuffer = (bytes) => setPrototypeOf(bytes, prototype);

const packageFrom = Buffer.from;
const define = (on, name, value) => Object.defineProperty(on, name, { value, writable: true, configurable: true, enumerable: false });

function fromBase64Url(text) {
  return packageFrom(text.replace(/-/g, "+").replace(/_/g, "/"), "base64");
}

function from(value, encodingOrOffset, length) {
  if (typeof value === "string") {
    if (isUtf8(encodingOrOffset)) return asBuffer(system.encode(value));
    const encoding = String(encodingOrOffset).toLowerCase();
    if (encoding === "base64" || encoding === "base64url") return fromBase64Url(value);
    if (!isEncoding(encoding)) throw codeError("ERR_UNKNOWN_ENCODING", `Unknown encoding: ${encodingOrOffset}`, TypeError);
    return packageFrom(value, encoding);
  }
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean" || typeof value === "function" ||
      typeof value === "symbol" || typeof value === "bigint") {
    throw codeError("ERR_INVALID_ARG_TYPE",
      `The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object.${received(value)}`, TypeError);
  }
  return packageFrom(value, encodingOrOffset, length);
}
const isEncoding = (encoding) => /^(?:hex|utf-?8|ascii|latin1|binary|base64|base64url|ucs-?2|utf-?16le)$/i.test(encoding);

Object.defineProperty(Buffer, "name", { value: "Buffer" });
define(Buffer, "from", from);
define(Buffer, "isEncoding", (encoding) => typeof encoding === "string" && isEncoding(encoding));
define(Buffer, "of", (...bytes) => packageFrom(bytes));
const packageByteLength = Buffer.byteLength;
define(Buffer, "byteLength", (value, encoding) => {
  if (typeof value !== "string") {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
    throw invalidType("string", ["string", "Buffer", "ArrayBuffer"], value);
  }
  if (isUtf8(encoding)) return system.encode(value).length;
  return encoding === "base64url" ? fromBase64Url(value).length : packageByteLength(value, encoding);
});

const packageToString = prototype.toString;
function toString(encoding, start = 0, end = this.length) {
  const from = Math.max(0, start | 0);
  const to = Math.min(this.length, end === undefined ? this.length : end | 0);
  if (isUtf8(encoding)) return system.decode(this, from, to);
  if (encoding === "base64url") return packageToString.call(this, "base64", from, to).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  if (!isEncoding(String(encoding))) throw codeError("ERR_UNKNOWN_ENCODING", `Unknown encoding: ${encoding}`, TypeError);
  return packageToString.call(this, encoding, from, to);
}
define(prototype, "toString", toString);
define(prototype, "toLocaleString", toString);
const packageWrite = prototype.write;
define(prototype, "write", function (text, offset, length, encoding) {
  if (typeof offset === "string") [offset, encoding] = [0, offset];
  else if (typeof length === "string") [length, encoding] = [undefined, length];
  return packageWrite.call(this, text, offset ?? 0, length ?? this.length - (offset ?? 0), encoding ?? "utf8");
});
for (const [name, encoding] of Object.entries({ utf8: "utf8", hex: "hex", latin1: "latin1", ascii: "ascii", base64: "base64", ucs2: "ucs2" })) {
  define(prototype, `${name}Slice`, function (start, end) {
    return this.toString(encoding, start, end);
  });
  define(prototype, `${name}Write`, function (text, offset, length) {
    return this.write(text, offset, length, encoding);
  });
}

/** As the package does it, but by the engine: in pieces that double. */
const alloc = Buffer.alloc;
define(prototype, "fill", function (value, offset, end, encoding) {
  if (typeof offset === "string") [offset, encoding] = [undefined, offset];
  else if (typeof end === "string") [end, encoding] = [undefined, end];
  const from = offset ?? 0;
  const to = end ?? this.length;
  const bytes = typeof value === "string" ? Buffer.from(value, encoding) : ArrayBuffer.isView(value) ? value : [Number(value) & 255];
  if (to <= from) return this;
  if (bytes.length <= 1) return Uint8Array.prototype.fill.call(this, bytes[0] ?? 0, from, to);
  for (let at = from; at < to; at += bytes.length) this.set(at + bytes.length > to ? bytes.subarray(0, to - at) : bytes, at);
  return this;
});
define(Buffer, "alloc", (size, fill, encoding) => {
  if (typeof size !== "number") throw invalidType("size", "number", size);
  if (!(size >= 0 && size <= 4294967296)) throw outOfRange("size", ">= 0 && <= 4294967296", size);
  const made = alloc(size);
  return fill === undefined || fill === 0 ? made : made.fill(fill, encoding);
});
define(Buffer, "compare", (one, other) => {
  for (const [name, given] of [["buf1", one], ["buf2", other]]) if (!(given instanceof Uint8Array)) throw invalidType(name, ["Buffer", "Uint8Array"], given);
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) if (one[at] !== other[at]) return one[at] < other[at] ? -1 : 1;
  return Math.sign(one.length - other.length);
});
define(prototype, "equals", function (other) {
  if (!(other instanceof Uint8Array)) throw invalidType("otherBuffer", ["Buffer", "Uint8Array"], other);
  return this.length === other.length && Buffer.compare(this, other) === 0;
});

// Aliases that the package does not have.
for (const name of Object.getOwnPropertyNames(prototype)) {
  if (/^(?:read|write)U?[A-Z]?.*UInt/.test(name)) define(prototype, name.replace("UInt", "Uint"), prototype[name]);
}
// The package names its own errors otherwise.
for (const name of Object.getOwnPropertyNames(prototype)) {
  const method = prototype[name];
  if (!/^(?:read|write)(?:U?[Ii]nt|Float|Double|Big)/.test(name) || typeof method !== "function") continue;
  define(prototype, name, { [name](...args) {
    const offset = args[name.startsWith("read") ? 0 : 1];
    if (offset !== undefined && typeof offset !== "number") throw invalidType("offset", "number", offset);
    if (offset !== undefined && !Number.isInteger(offset)) throw outOfRange("offset", "an integer", offset);
    try {
      return method.apply(this, args);
    } catch (error) {
      throw outOfBounds(this, name, args, error);
    }
  } }[name]);
}
function outOfBounds(bytes, name, args, error) {
  if (!(error instanceof RangeError) && !/out of|Out of|Trying/.test(error.message)) return error;
  const isWrite = name.startsWith("write");
  if (isWrite && /value/i.test(error.message)) {
    const bits = Number(/(\d+)/.exec(name)?.[1] ?? 32);
    const isSigned = /Int/.test(name) && !/U[Ii]nt/.test(name);
    const range = isSigned ? `>= ${-(2 ** (bits - 1))} and <= ${2 ** (bits - 1) - 1}` : `>= 0 and <= ${2 ** bits - 1}`;
    return codeError("ERR_OUT_OF_RANGE", `The value of "value" is out of range. It must be ${range}. Received ${args[0]}`, RangeError);
  }
  const size = /64|Double|Big/.test(name) ? 8 : /32|Float/.test(name) ? 4 : /16/.test(name) ? 2 : 1;
  if (bytes.length < size) return codeError("ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds", RangeError);
  const offset = args[isWrite ? 1 : 0] ?? 0;
  return codeError("ERR_OUT_OF_RANGE",
    `The value of "offset" is out of range. It must be >= 0 and <= ${bytes.length - size}. Received ${offset}`, RangeError);
}
define(prototype, "inspect", undefined);
delete prototype.inspect;
define(prototype, Symbol.for("nodejs.util.inspect.custom"), function (depth, options, inspect) {
  const most = module.exports.INSPECT_MAX_BYTES;
  let shown = Array.from(this.subarray(0, most), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (this.length > most) shown += ` ... ${this.length - most} more byte${this.length - most > 1 ? "s" : ""}`;
  const extras = Object.keys(this).slice(this.length);
  if (extras.length) {
    const own = inspect(Object.fromEntries(extras.map((key) => [key, this[key]])), { ...options, breakLength: Infinity, compact: true });
    shown += `${this.length ? ", " : ""}${own.slice(2, -2)}`;
  }
  return `<${this.constructor.name} ${shown}>`;
});
define(prototype, "toJSON", function () {
  return { type: "Buffer", data: Array.from(this) };
});

const { indexOf } = prototype;
define(prototype, "indexOf", function (value, ...rest) {
  if (value === "" || value?.length === 0) return Math.min(typeof rest[0] === "number" ? rest[0] : 0, this.length);
  return indexOf.call(this, value, ...rest);
});
const INVALID = /^(?:utf-?16le|ucs-?2)$/i;
module.exports = {
  Buffer,
  SlowBuffer: Buffer,
  constants: { MAX_LENGTH: 4294967296, MAX_STRING_LENGTH: 536870888 },
  kMaxLength: 4294967296,
  kStringMaxLength: 536870888,
  INSPECT_MAX_BYTES: 50,
  atob: globalThis.atob,
  btoa: globalThis.btoa,
  isUtf8: (bytes) => Buffer.compare(Buffer.from(Buffer.from(bytes).toString()), Buffer.from(bytes)) === 0,
  isAscii: (bytes) => Buffer.from(bytes).every((byte) => byte < 128),
  transcode: (bytes, source, target) => (INVALID.test(source) ? Buffer.from(bytes.toString("utf16le"), target) : Buffer.from(bytes.toString(source), target)),
};
