// `TextEncoder` and `TextDecoder`.
const system = require("./system.js");
const { codeError } = require("./errors.js");

class TextEncoder {
  get encoding() {
    return "utf-8";
  }

  encode(text = "") {
    return system.encode(`${text}`);
  }

  encodeInto(text, into) {
    let read = 0;
    let written = 0;
    for (const character of text) {
      const bytes = system.encode(character);
      if (written + bytes.length > into.length) break;
      into.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
}

const NAMES = {
  __proto__: null, "utf-8": "utf-8", utf8: "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-16le": "utf-16le", "utf-16": "utf-16le", ucs2: "utf-16le",
  latin1: "windows-1252", ascii: "windows-1252", "us-ascii": "windows-1252", "iso-8859-1": "windows-1252", "windows-1252": "windows-1252",
};
const HIGH = "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

/** How many bytes at the end begin a character that is not complete. */
function unfinished(bytes) {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

class TextDecoder {
  #encoding;
  #fatal;
  #ignoresMark;
  #rest = new Uint8Array(0);
  #isStarted = false;

  constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
    const encoding = NAMES[`${label}`.trim().toLowerCase()];
    if (!encoding) throw codeError("ERR_ENCODING_NOT_SUPPORTED", `The "${label}" encoding is not supported`, RangeError);
    this.#encoding = encoding;
    this.#fatal = fatal;
    this.#ignoresMark = ignoreBOM;
  }

  get encoding() {
    return this.#encoding;
  }

  get fatal() {
    return this.#fatal;
  }

  get ignoreBOM() {
    return this.#ignoresMark;
  }

  decode(input = new Uint8Array(0), { stream = false } = {}) {
    let bytes = ArrayBuffer.isView(input) ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : new Uint8Array(input);
    if (this.#rest.length) {
      const joined = new Uint8Array(this.#rest.length + bytes.length);
      joined.set(this.#rest);
      joined.set(bytes, this.#rest.length);
      bytes = joined;
    }
    this.#rest = new Uint8Array(0);
    if (stream) {
      const left = this.#encoding === "utf-8" ? unfinished(bytes) : this.#encoding === "utf-16le" ? bytes.length % 2 : 0;
      this.#rest = bytes.slice(bytes.length - left);
      bytes = bytes.subarray(0, bytes.length - left);
    }
    let text = this.#text(bytes);
    if (!this.#isStarted && !this.#ignoresMark && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    this.#isStarted = stream && (this.#isStarted || bytes.length > 0);
    return text;
  }

  #text(bytes) {
    if (this.#encoding === "utf-8") {
      const text = system.decode(bytes);
      if (this.#fatal && text.includes("\ufffd") && !isSame(system.encode(text), bytes)) {
        throw codeError("ERR_ENCODING_INVALID_ENCODED_DATA", "The encoded data was not valid for encoding utf-8", TypeError);
      }
      return text;
    }
    let text = "";
    if (this.#encoding === "utf-16le") {
      for (let at = 0; at + 1 < bytes.length; at += 2) text += String.fromCharCode(bytes[at] | (bytes[at + 1] << 8));
      return text.toWellFormed();
    }
    for (const byte of bytes) text += byte >= 0x80 && byte < 0xa0 ? HIGH[byte - 0x80] : String.fromCharCode(byte);
    return text;
  }
}
const isSame = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
for (const type of [TextEncoder, TextDecoder]) Object.defineProperty(type.prototype, Symbol.toStringTag, { value: type.name, configurable: true });

module.exports = { TextEncoder, TextDecoder };
