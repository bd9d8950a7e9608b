// Errors as node has them: stacks that begin with the message, node's words for what the engine finds wrong, and codes.
const wording = require("./error_wording.js");

// Stacks show files of the program. The prelude's own begin with `node:`, as node's do.
const INTERNAL = "node:";
let hidesInternal = false;
const sources = new Map();
let programFunction = null;
// So many columns stand before the first line of a file that is wrapped.
const wrapped = new Map();

/** Keeps the text of a file for what is told of errors in it. */
function keepSource(file, text, prefix = 0) {
  sources.set(file, text);
  wrapped.set(file, prefix);
}

function setProgramFunction(called) {
  programFunction = called;
}

function sourceLine(file, line) {
  const text = sources.get(file);
  return text === undefined ? undefined : text.split("\n", line)[line - 1];
}

function column(file, line, found) {
  return line === 1 ? Math.max(1, found - (wrapped.get(file) ?? 0)) : found;
}

// What the engine calls a text that `eval` runs; the test behind the program is one.
const EVALUATED = "<input>";
let evaluated = "<anonymous>";
function setEvaluated(file) {
  evaluated = file;
}

/** Whether a frame is of a file of the program, and not of what stands before its first line. */
const isOwn = (frame) => {
  const file = frame?.getFileName();
  if (typeof file !== "string" || (hidesInternal && file.startsWith(INTERNAL))) return false;
  return frame.getLineNumber() !== 1 || frame.getFunction() === programFunction || frame.getColumnNumber() > (wrapped.get(file) ?? 0);
};

/** The line of a stack for a frame; none for what is internal, and for what that calls. */
function frameText(frame, caller) {
  const name = frame.getFunctionName();
  if (frame.isNative()) return name && isOwn(caller) ? `\n    at ${name} (<anonymous>)` : "";
  if (!isOwn(frame)) return "";
  const file = frame.getFileName() === EVALUATED ? evaluated : frame.getFileName();
  const line = frame.getLineNumber();
  const place = `${file}:${line}:${column(file, line, frame.getColumnNumber())}`;
  const isMain = programFunction !== null && frame.getFunction() === programFunction;
  const shown = isMain ? "Object.<anonymous>" : name === "<anonymous>" || name === "<eval>" ? "" : name;
  if (!shown) return `\n    at ${place}`;
  return `\n    at ${frame.isConstructor() ? "new " : ""}${shown} (${place})`;
}

const errorName = (error) => {
  const { name } = error;
  return name === undefined ? "Error" : String(name);
};

function header(error) {
  try {
    const name = errorName(error);
    const message = error.message === undefined ? "" : String(error.message);
    return !name ? message : !message ? name : `${name}: ${message}`;
  } catch {
    return "<error>";
  }
}

/** Where in the program an error comes from, for what is quoted there. */
function placeIn(frames, error) {
  // A class that is called tells of itself first.
  const own = frames.filter((frame) => !frame.isNative());
  const frame = own[/^class constructors/.test(error.message) ? 1 : 0];
  const file = frame?.getFileName();
  if (typeof file !== "string" || file.startsWith(INTERNAL)) return null;
  const line = frame.getLineNumber();
  return { text: sources.get(file), line, column: frame.getColumnNumber() - 1 - (line === 1 ? (wrapped.get(file) ?? 0) : 0) };
}

/** Frames of an error, until its stack is asked for. */
class Frames {
  constructor(list) {
    this.list = list;
  }
}
// The engine keeps what is returned for the stack in the error.
const { get: keptStack } = Object.getOwnPropertyDescriptor(Error.prototype, "stack");

function keepStack(error, value) {
  Object.defineProperty(error, "stack", { value, writable: true, configurable: true, enumerable: false });
  return value;
}

// A function of the program that makes stacks, if it has set one.
let ownFormat;

/** What the engine calls for the stack of each error that is made. Its text is made when it is asked for, as in V8: the name may come later. */
function prepareStackTrace(error, frames) {
  if (wording.isEngineError(error)) wording.reword(error, () => placeIn(frames, error), frames[0]?.isNative() ? frames[0].getFunctionName() : undefined);
  if (ownFormat) return ownFormat(error, frames.filter(isOwn).map(callSite));
  return Error.isError(error) ? new Frames(frames) : stackText(error, frames);
}

/** A frame with all that programs ask of one. */
function callSite(frame, at, frames) {
  const [file, line] = [frame.getFileName(), frame.getLineNumber()];
  return {
    getFileName: () => file,
    getLineNumber: () => line,
    getColumnNumber: () => column(file, line, frame.getColumnNumber()),
    getFunctionName: () => (frame.getFunctionName() === "<anonymous>" ? null : frame.getFunctionName()),
    getFunction: () => frame.getFunction(),
    isConstructor: () => frame.isConstructor(),
    isNative: () => frame.isNative(),
    getThis: () => undefined,
    getTypeName: () => "Object",
    getMethodName: () => null,
    getEvalOrigin: () => undefined,
    getScriptNameOrSourceURL: () => file,
    isToplevel: () => true,
    isEval: () => false,
    isAsync: () => false,
    toString: () => frameText(frame, frames[at + 1]).replace(/^\n {4}at /, ""),
  };
}

function stackText(error, frames) {
  let stack = header(error);
  // What makes an error of a class of the program is not where it comes from.
  let first = 0;
  while (frames[first]?.isConstructor() && frames[first].getFunction()?.prototype instanceof Error) first++;
  for (let at = first; at < frames.length; at++) stack += frameText(frames[at], frames[at + 1]);
  return stack;
}

/** From now on: while the module is made, its own files are what is looked for. */
function hideInternal() {
  hidesInternal = true;
}

function install() {
  Error.prepareStackTrace = prepareStackTrace;
  Object.defineProperty(Error, "prepareStackTrace", {
    get: () => ownFormat,
    set(format) {
      ownFormat = typeof format === "function" ? format : undefined;
    },
    configurable: true,
    enumerable: false,
  });
  Object.defineProperty(Error.prototype, "stack", {
    get() {
      const kept = keptStack.call(this);
      return kept instanceof Frames ? keepStack(this, stackText(this, kept.list)) : (kept ?? header(this));
    },
    set(value) {
      keepStack(this, value);
    },
    configurable: true,
    enumerable: false,
  });
  const capture = Error.captureStackTrace;
  Object.defineProperty(Error, "captureStackTrace", {
    value: function captureStackTrace(object, above) {
      capture(object, above ?? captureStackTrace);
      const { value } = Object.getOwnPropertyDescriptor(object, "stack") ?? {};
      if (!(value instanceof Frames)) return;
      Object.defineProperty(object, "stack", {
        get: () => keepStack(object, stackText(object, value.list)),
        set: (stack) => void keepStack(object, stack),
        configurable: true,
        enumerable: false,
      });
    },
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

/** An error with a code, as node's own are. */
function codeError(code, message, Base = Error, more = undefined) {
  const error = new Base(message);
  error.code = code;
  // Its stack names the code; its name does not.
  const { stack } = error;
  if (typeof stack === "string" && stack.startsWith(`${error.name}: `)) {
    Object.defineProperty(error, "stack", { value: stack.replace(error.name, `${error.name} [${code}]`), writable: true, configurable: true });
  }
  return more ? Object.assign(error, more) : error;
}

/** Node's words for what an argument was instead. */
function received(value) {
  const { inspect } = require("./util.js");
  if (value === null || value === undefined) return ` Received ${value}`;
  if (typeof value === "function") return ` Received function ${value.name}`;
  if (typeof value === "object") {
    if (value.constructor?.name) return ` Received an instance of ${value.constructor.name}`;
    return ` Received ${inspect(value, { depth: -1 })}`;
  }
  let shown = inspect(value, { colors: false });
  if (shown.length > 28) shown = `${shown.slice(0, 25)}...`;
  return ` Received type ${typeof value} (${shown})`;
}

function invalidType(name, expected, value) {
  const subject = name.includes(".") ? "property" : "argument";
  const kinds = Array.isArray(expected) ? expected : [expected];
  const types = kinds.filter((kind) => /^[a-z]/.test(kind) && kind !== "object").map((kind) => kind.toLowerCase());
  const classes = kinds.filter((kind) => /^[A-Z]/.test(kind));
  const list = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")}${words.length > 2 ? "," : ""} or ${words.at(-1)}`);
  const parts = [];
  if (types.length) parts.push(types.length > 1 ? `one of type ${list(types)}` : `of type ${types[0]}`);
  if (classes.length) parts.push(`an instance of ${list(classes)}`);
  if (kinds.includes("object")) parts.push("of type object");
  const message = `The "${name}" ${subject} must be ${parts.join(" or ")}.${received(value)}`;
  return codeError("ERR_INVALID_ARG_TYPE", message, TypeError);
}

function invalidValue(name, value, reason = "is invalid") {
  const { inspect } = require("./util.js");
  const subject = name.includes(".") ? "property" : "argument";
  return codeError("ERR_INVALID_ARG_VALUE", `The ${subject} '${name}' ${reason}. Received ${inspect(value)}`, TypeError);
}

function outOfRange(name, range, value) {
  const { inspect } = require("./util.js");
  return codeError("ERR_OUT_OF_RANGE", `The value of "${name}" is out of range. It must be ${range}. Received ${inspect(value)}`, RangeError);
}

function notHere(what) {
  return codeError("ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", `${what} is not available here: a program runs by itself, without threads, processes and network`);
}

function checkFunction(value, name) {
  if (typeof value !== "function") throw invalidType(name, "function", value);
}

/** Where an error was thrown: file, line and column of the first frame of its stack that is of the program. */
function placeOf(error) {
  const found = typeof error?.stack === "string" && /\n {4}at (?:.*? \()?(\/[^\n]*?):(\d+):(\d+)\)?(?:\n|$)/.exec(error.stack);
  return found ? { file: found[1], line: Number(found[2]), column: Number(found[3]) } : null;
}

/** The source line of an error with a caret below, as node shows it. */
function excerpt(error) {
  const place = placeOf(error);
  const text = place && sourceLine(place.file, place.line);
  if (text === undefined || text === null) return "";
  return `${place.file}:${place.line}\n${text}\n${text.slice(0, place.column - 1).replace(/[^\t]/g, " ")}^\n\n`;
}

/** The text of the call that the program is in: of an assertion that failed. */
function callAt() {
  const place = placeOf(new Error());
  const text = place && sources.get(place.file);
  if (typeof text !== "string") return null;
  const lines = text.split("\n");
  const before = /[\w$.]*$/.exec(lines[place.line - 1].slice(0, place.column - 1))[0];
  const rest = [lines[place.line - 1].slice(place.column - 1), ...lines.slice(place.line)].join("\n");
  const TOKENS = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`|\/\/[^\n]*|\/\*[^]*?\*\/|[()[\]{}]/g;
  let depth = 0;
  for (const { 0: token, index } of rest.matchAll(TOKENS)) {
    if ("([{".includes(token)) depth++;
    else if (")]}".includes(token) && --depth === 0) return before + rest.slice(0, index + 1);
  }
  return null;
}

module.exports = {
  callAt, setEvaluated, install, hideInternal, keepSource, setProgramFunction, codeError, invalidType, invalidValue, outOfRange, notHere, checkFunction, excerpt, header, received, sources,
};
