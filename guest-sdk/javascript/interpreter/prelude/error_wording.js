// Says what is wrong in the words of V8, which programs print and compare, where the engine has words of its own. What V8 quotes of the source
// is found at the place that the engine tells.

const ENGINE_ERRORS = new Set([TypeError, ReferenceError, RangeError, SyntaxError, URIError].map((type) => type.prototype));
const { getPrototypeOf, defineProperty } = Object;

const isEngineError = (error) => ENGINE_ERRORS.has(getPrototypeOf(error));

const lineOf = (place) => (place ? place.text?.split("\n", place.line)[place.line - 1] : undefined);

/** The source from the place on. */
function sourceAt(place) {
  const line = lineOf(place);
  return line === undefined || place.column < 0 ? "" : line.slice(place.column);
}

/** What stands before the last part of an expression, up to its dot. */
function objectBefore(place) {
  const before = (lineOf(place) ?? "").slice(0, Math.max(0, place.column));
  const chain = /(?:[\w$#]+(?:\[[^[\]]*\])*(?:\?\.|\.))+$/.exec(before)?.[0];
  if (chain) return chain.replace(/\?\.$/, ".");
  return /[)\]}'"`]\s*\??\.$/.test(before) ? "(intermediate value)." : "";
}

// A name, and indices behind it.
const CALLED = /^[\w$#]+(?:\??\.[\w$#]+)*(?:\[[^[\]]*\])*/;

/** The expression that is called or constructed, as V8 shows it. */
function expression(place) {
  if (!place) return null;
  const found = CALLED.exec(sourceAt(place))?.[0];
  if (!found) return /^\(void 0\)/.test(sourceAt(place)) ? "(void 0)" : null;
  return (objectBefore(place) + found).replace(/\[(["'`])([\w$]+)\1\]/g, ".$2");
}

/** The first argument of a call, if it can be told without running it. */
function argument(place) {
  const found = /^[\w$]+\s*\(\s*([^,()]*)/.exec(sourceAt(place))?.[1]?.trim();
  if (found === undefined) return "object";
  if (found === "" || /^[\w$]*[a-zA-Z_$][\w$.]*$/.test(found)) return "undefined";
  return found.startsWith("{") ? "#<Object>" : found;
}

/** What is gone through; the engine does not always tell where that stands. */
function iterated(place) {
  const before = (lineOf(place) ?? "").slice(0, Math.max(0, place?.column ?? 0));
  if (/(?:\bof|\.\.\.|\byield\s*\*)\s*$/.test(before)) return /^[\w$]+(?:\.[\w$]+)*/.exec(sourceAt(place))?.[0];
  return /(?:\bof\s+|\]\s*=\s*|\.\.\.)([\w$]+(?:\.[\w$]+)*)/.exec(sourceAt(place))?.[1];
}

/** A pattern that takes an object apart, from the place on. */
function destructured(place) {
  const found = /\{\s*([\w$]+)[^{}]*\}\s*=\s*([\w$]+(?:\.[\w$]+)*)|\(\s*\{\s*([\w$]+)/.exec(sourceAt(place));
  if (!found) return "Cannot convert undefined or null to object";
  const [, key, from = "undefined", parameter] = found;
  return `Cannot destructure property '${key ?? parameter}' of '${from}' as it is ${from === "null" ? "null" : "undefined"}.`;
}

// What is wrong with a pattern, in words of the engine and of V8.
const PATTERN_ERRORS = {
  "expecting ')'": "Unterminated group", "expecting ']'": "Unterminated character class", "nothing to repeat": "Nothing to repeat", "unexpected end": "\\ at end of pattern",
  "invalid class range": "Range out of order in character class", "extraneous characters at the end": "Unmatched ')'", "invalid group name": "Invalid capture group name",
  "invalid escape sequence in regular expression": "Invalid escape", "invalid repetition count": "numbers out of order in {} quantifier",
};

const mixed = "Cannot mix BigInt and other types, use explicit conversions";
const notObject = {
  defineProperty: "Object.defineProperty called on non-object",
  defineProperties: "Object.defineProperties called on non-object",
  ownKeys: "Reflect.ownKeys called on non-object",
  Proxy: "Cannot create proxy with a non-object as target or handler",
};

function notCallable(place, native) {
  if (native === "Promise") return `Promise resolver ${argument(place)} is not a function`;
  if (native === "sort" || native === "toSorted") return "The comparison function must be either a function or undefined";
  if (native) return `${argument(place)} is not a function`;
  const isNew = /\bnew\s+$/.test((lineOf(place) ?? "").slice(0, Math.max(0, place?.column ?? 0)));
  return `${expression(place) ?? "object"} is not a ${isNew ? "constructor" : "function"}`;
}

// By the engine's words.
const FIXED = new Map(Object.entries({
  "not a function": notCallable,
  "not a constructor": (place) => `${/^\(/.test(sourceAt(place)) ? "(intermediate value)" : (expression(place) ?? "object")} is not a constructor`,
  "Cannot convert undefined or null to object": (place, native) => (native ? "Cannot convert undefined or null to object" : destructured(place)),
  "value is not iterable": (place, native) => {
    if (native) return `${/^\d/.test(argument(place)) ? `number ${argument(place)}` : "object"} is not iterable (cannot read property Symbol(Symbol.iterator))`;
    return `${iterated(place) ?? "object"} is not iterable`;
  },
  "not an object": (place, native) => notObject[native] ?? (/^(?:Map|WeakMap|fromEntries)$/.test(native) ? `Iterator value ${/\[\s*([^\],]+)/.exec(sourceAt(place))?.[1] ?? "x"} is not an entry object` : "Object expected"),
  "class constructors must be invoked with 'new'": (place) => `Class constructor ${expression(place)?.split(".").at(-1) ?? ""} cannot be invoked without 'new'`,
  "must be called with new": (place) => (expression(place) === "Promise" ? "Promise constructor cannot be invoked without 'new'" : `Constructor ${expression(place) ?? ""} requires 'new'`),
  "cannot convert BigInt to number": (place, native) => (native ? "Cannot convert a BigInt value to a number" : mixed),
  "cannot convert to BigInt": () => mixed,
  "cannot convert to BigInt: not an integer": (place) => `The number ${argument(place)} cannot be converted to a BigInt because it is not an integer`,
  "invalid BigInt literal": (place) => `Cannot convert ${argument(place).replace(/^(["'`])(.*)\1$/, "$2")} to a BigInt`,
  "this is not initialized": () => "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
  "cannot convert symbol to string": () => "Cannot convert a Symbol value to a string",
  "cannot convert symbol to number": () => "Cannot convert a Symbol value to a number",
  "BigInt division by zero": () => "Division by zero",
  "division by zero": () => "Division by zero",
  "invalid array length": () => "Invalid array length",
  "invalid array index": (place) => `Invalid typed array length: ${argument(place)}`,
  "invalid array buffer length": () => "Array buffer allocation failed",
  "invalid repeat count": (place) => `Invalid count value: ${argument(place)}`,
  "invalid string length": () => "Invalid string length",
  "invalid number of digits": (place, native) => `${native}() ${native === "toPrecision" ? "argument must be between 1" : native === "toFixed" ? "digits argument must be between 0" : "argument must be between 0"} and 100`,
  "radix must be between 2 and 36": () => "toString() radix must be between 2 and 36",
  "Date value is NaN": () => "Invalid time value",
  "object is not extensible": (place, native) => {
    const name = /^[\w$.]*?\.?([\w$]+)\s*=/.exec(sourceAt(place))?.[1];
    if (native === "defineProperty") return `Cannot define property ${/["'`](\w+)["'`]/.exec(sourceAt(place))?.[1] ?? ""}, object is not extensible`;
    return `Cannot add property ${name ?? 0}, object is not extensible`;
  },
  "could not delete property": (place) => `Cannot delete property '${/^[\w$.]*?\.([\w$]+)/.exec(sourceAt(place))?.[1] ?? ""}' of #<Object>`,
  "no setter for property": (place) => `Cannot set property ${/([\w$]+)\s*=/.exec(sourceAt(place))?.[1] ?? ""} of #<Object> which has only a getter`,
  "invalid 'in' operand": (place) => {
    const [, key, target] = /(["'`]?[\w$]+["'`]?)\s+in\s+["'`]?([\w$]+)/.exec(lineOf(place) ?? "") ?? [];
    return `Cannot use 'in' operator to search for '${key?.replace(/["'`]/g, "") ?? ""}' in ${target ?? ""}`;
  },
  "invalid 'instanceof' right operand": (place) => `Right-hand side of 'instanceof' is not ${/^(?:\d|["'`]|undefined|null)/.test(sourceAt(place)) ? "an object" : "callable"}`,
  "empty array": () => "Reduce of empty array with no initial value",
  "circular reference": () => "Converting circular structure to JSON",
  "invalid code point": (place) => `Invalid code point ${argument(place)}`,
  "bad normalization form": () => "The normalization form should be one of NFC, NFD, NFKC, NFKD.",
  "invalid value used as WeakMap key": () => "Invalid value used as weak map key",
  "invalid value used as WeakSet key": () => "Invalid value used in weak set",
  "regexp must have the 'g' flag": (place, native) => `String.prototype.${native} called with a non-global RegExp argument`,
  "invalid regular expression flags": (place) => `Invalid flags supplied to RegExp constructor '${/,\s*["'`](\w*)/.exec(sourceAt(place))?.[1] ?? ""}'`,
  "expecting %": () => "URI malformed",
  "expecting hex digit": () => "URI malformed",
  "expecting surrogate pair": () => "URI malformed",
  "invalid character": (place, native) => (/^(?:de|en)codeURI/.test(native) ? "URI malformed" : "Invalid character"),
  "malformed UTF-8": () => "URI malformed",
  "BigInt are forbidden in JSON.stringify": () => "Do not know how to serialize a BigInt",
}));

const VARYING = /^(?:cannot (read|set) property '([^]*)' of (undefined|null)|'([^]*)' is read-only|([^]*) is not initialized|private class field '([^]*)' does not exist)$/;

function varying(found, place, native) {
  const [, access, key, what, constant, early, hidden] = found;
  if (access === "set") return `Cannot set properties of ${what} (setting '${key}')`;
  if (access === "read" && key === "Symbol.iterator") {
    const shown = native ? undefined : iterated(place);
    if (native) return `${what === "null" ? "object null" : what} is not iterable (cannot read property Symbol(Symbol.iterator))`;
    return `${shown ?? what} is not iterable${shown && shown !== what ? "" : " (cannot read property Symbol(Symbol.iterator))"}`;
  }
  if (access) return `Cannot read properties of ${what} (reading '${key}')`;
  if (hidden) return `Cannot read private member ${hidden} from an object whose class did not declare it`;
  if (early !== undefined) return `Cannot access '${early}' before initialization`;
  // A constant is assigned to where its name stands; a member where its object does.
  const source = sourceAt(place).replace(/^(?:\+\+|--)/, "");
  const isConstant = source.startsWith(constant) && !/^[\w$.[]/.test(source.slice(constant.length));
  if (isConstant) return "Assignment to constant variable.";
  return `Cannot assign to read only property '${constant}' of object '${/^\d+$/.test(constant) ? "[object Array]" : "#<Object>"}'`;
}

/** Gives an error of the engine the words that V8 has for it. The place is asked for only then. */
function reword(error, placeOf, native) {
  const { message } = error;
  if (typeof message !== "string") return;
  const fixed = FIXED.get(message);
  let said;
  if (fixed) {
    said = fixed(placeOf(), native);
  } else if (native === "RegExp" && PATTERN_ERRORS[message]) {
    said = `Invalid regular expression: /${argument(placeOf()).replace(/^(["'`])(.*)\1$/, "$2")}/: ${PATTERN_ERRORS[message]}`;
  } else {
    const found = VARYING.exec(message);
    if (!found) return;
    said = varying(found, placeOf(), native);
  }
  defineProperty(error, "message", { value: said, writable: true, configurable: true });
}

module.exports = { isEngineError, reword };
