// `JSON` tells what is wrong as node does: of a text that is none, and of objects in a circle.
const jsonError = require("./json_errors.js");

const { parse, stringify } = JSON;

Object.defineProperty(JSON, "parse", {
  value: { parse(text, reviver) {
    try {
      return parse(text, reviver);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const message = jsonError(String(text));
      if (message !== null) throw new SyntaxError(message);
      throw error;
    }
  } }.parse,
  writable: true,
  configurable: true,
  enumerable: false,
});

/** The way to the object that comes back to one above it. */
function circleOf(value, above, keys) {
  for (const key of Object.keys(value)) {
    const inner = value[key];
    if (inner === null || typeof inner !== "object") continue;
    const at = above.indexOf(inner);
    if (at >= 0) return { objects: above.slice(at), keys: [...keys.slice(at), key] };
    const found = circleOf(inner, [...above, inner], [...keys, key]);
    if (found) return found;
  }
  return null;
}

const nameOf = (object) => `'${object.constructor?.name ?? "Object"}'`;
const keyOf = (object, key) => (Array.isArray(object) ? `index ${key}` : `property '${key}'`);

function circular(value) {
  const { objects, keys } = circleOf(value, [value], []);
  const lines = [`Converting circular structure to JSON`, `    --> starting at object with constructor ${nameOf(objects[0])}`];
  const inner = objects.slice(1).map((object, at) => `    |     ${keyOf(objects[at], keys[at])} -> object with constructor ${nameOf(object)}`);
  if (inner.length > 2) inner.splice(1, inner.length - 2, "    |     ...");
  return [...lines, ...inner, `    --- ${keyOf(objects.at(-1), keys.at(-1))} closes the circle`].join("\n");
}

Object.defineProperty(JSON, "stringify", {
  value: { stringify(value, replacer, space) {
    try {
      return stringify(value, replacer, space);
    } catch (error) {
      if (!(error instanceof TypeError) || error.message !== "Converting circular structure to JSON") throw error;
      try {
        error.message = circular(value);
      } catch {
        // It is not in the values themselves.
      }
      throw error;
    }
  } }.stringify,
  writable: true,
  configurable: true,
  enumerable: false,
});
