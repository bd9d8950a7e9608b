// `querystring`.
const HEX = /%[0-9a-f]{2}/i;

function unescape(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    // Bytes that are no UTF-8 become what stands for them.
    const { Buffer } = require("./buffer.js");
    const bytes = [];
    for (let at = 0; at < text.length; at++) {
      if (HEX.test(text.slice(at, at + 3))) {
        bytes.push(parseInt(text.slice(at + 1, at + 3), 16));
        at += 2;
      } else {
        bytes.push(...Buffer.from(text[at]));
      }
    }
    return Buffer.from(bytes).toString();
  }
}

const escape = (text) => encodeURIComponent(typeof text === "object" ? String(text) : text).replace(/%21|%27|%28|%29|%2A/g, (code) => decodeURIComponent(code));

function shown(value, encode) {
  if (typeof value === "string") return encode(value);
  if ((typeof value === "number" && Number.isFinite(value)) || typeof value === "bigint" || typeof value === "boolean") return encode(`${value}`);
  return "";
}

function stringify(object, separator = "&", equals = "=", options = undefined) {
  if (object === null || typeof object !== "object") return "";
  const encode = options?.encodeURIComponent ?? exports.escape;
  return Object.keys(object)
    .flatMap((key) => [object[key]].flat().map((value) => `${shown(key, encode)}${equals || "="}${shown(value, encode)}`))
    .join(separator || "&");
}

function parse(text, separator = "&", equals = "=", { maxKeys = 1000, decodeURIComponent: decode = exports.unescape } = {}) {
  const found = { __proto__: null };
  if (typeof text !== "string" || !text) return found;
  let parts = text.split(separator || "&");
  if (maxKeys > 0) parts = parts.slice(0, maxKeys);
  for (const part of parts) {
    if (!part) continue;
    const plain = part.replace(/\+/g, " ");
    const at = plain.indexOf(equals || "=");
    const key = decode(at < 0 ? plain : plain.slice(0, at));
    const value = at < 0 ? "" : decode(plain.slice(at + (equals || "=").length));
    if (!(key in found)) found[key] = value;
    else if (Array.isArray(found[key])) found[key].push(value);
    else found[key] = [found[key], value];
  }
  return found;
}

Object.assign(exports, { escape, unescape, stringify, parse, encode: stringify, decode: parse });
