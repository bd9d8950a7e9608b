// What V8 says of a text that is no JSON.

// So much of a longer text is shown around the place.
const CONTEXT = 10;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;

class Failure {
  constructor(message, at) {
    this.message = at === undefined ? message : `${message} in JSON at position ${at}`;
  }
}

function unexpected(text, at) {
  if (at >= text.length) return new Failure("Unexpected end of JSON input");
  const token = text[at];
  if (token === '"') return new Failure("Unexpected string", at);
  if (/[\d-]/.test(token)) return new Failure("Unexpected number", at);
  if (text === "undefined" || text === "[object Object]") return new Failure(`"${text}" is not valid JSON`);
  let shown = `"${text}"`;
  if (text.length > 2 * CONTEXT) {
    const [start, end] = [at < CONTEXT ? 0 : at - CONTEXT, at >= text.length - CONTEXT ? text.length : at + CONTEXT];
    shown = `${start ? "..." : ""}"${text.slice(start, end)}"${end < text.length ? "..." : ""}`;
  }
  return new Failure(`Unexpected token '${token}', ${shown} is not valid JSON`);
}

/** Reads a text as JSON to the place where it is none. */
class Scanner {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  skip(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at += found[0].length;
    return Boolean(found);
  }

  next() {
    this.skip(SPACE);
    return this.text[this.at];
  }

  value() {
    const first = this.next();
    if (first === "{") return this.object();
    if (first === "[") return this.array();
    if (first === '"') return this.string();
    for (const word of ["true", "false", "null"]) if (first === word[0]) return this.word(word);
    if (first !== undefined && /[\d-]/.test(first)) return this.number();
    throw unexpected(this.text, this.at);
  }

  word(word) {
    for (const letter of word) {
      if (this.text[this.at] !== letter) throw unexpected(this.text, this.at);
      this.at++;
    }
  }

  number() {
    const start = this.at;
    if (!this.skip(NUMBER)) throw new Failure("No number after minus sign", this.at + 1);
    const next = this.text[this.at];
    if (next === ".") throw new Failure("Unterminated fractional number", this.at + 1);
    if (next === "e" || next === "E") throw new Failure("Exponent part is missing a number", this.at + (/[+-]/.test(this.text[this.at + 1]) ? 2 : 1));
    if (next !== undefined && /\d/.test(next)) throw new Failure("Unexpected number", start + 1);
  }

  string() {
    for (this.at++; ; this.at++) {
      const character = this.text[this.at];
      if (character === undefined) throw new Failure("Unterminated string", this.at);
      if (character === '"') break;
      if (character < " ") throw new Failure("Bad control character in string literal", this.at);
      if (character !== "\\") continue;
      const escaped = this.text[++this.at];
      if (escaped === undefined) throw new Failure("Unterminated string", this.at);
      if (escaped === "u") {
        for (let left = 4; left; left--) if (!/[\da-fA-F]/.test(this.text[++this.at] ?? "")) throw new Failure("Bad Unicode escape", this.at);
      } else if (!'"\\/bfnrt'.includes(escaped)) {
        throw new Failure("Bad escaped character", this.at);
      }
    }
    this.at++;
  }

  array() {
    this.at++;
    if (this.next() === "]") return void this.at++;
    for (;;) {
      this.value();
      const next = this.next();
      this.at++;
      if (next === "]") return;
      if (next === ",") continue;
      this.at--;
      throw next === undefined ? unexpected(this.text, this.at) : new Failure("Expected ',' or ']' after array element", this.at);
    }
  }

  object() {
    this.at++;
    if (this.next() === "}") return void this.at++;
    for (let isFirst = true; ; isFirst = false) {
      if (this.next() !== '"') throw new Failure(isFirst ? "Expected property name or '}'" : "Expected double-quoted property name", this.at);
      this.string();
      if (this.next() !== ":") throw new Failure("Expected ':' after property name", this.at);
      this.at++;
      this.value();
      const next = this.next();
      if (next !== "," && next !== "}") throw new Failure("Expected ',' or '}' after property value", this.at);
      this.at++;
      if (next === "}") return;
    }
  }
}

/** The message for a text that the engine did not take; none if it is JSON after all. */
module.exports = function jsonError(text) {
  const scanner = new Scanner(text);
  try {
    scanner.value();
    if (scanner.next() !== undefined) throw new Failure(`Unexpected non-whitespace character after JSON at position ${scanner.at}`);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return failure.message;
  }
  return null;
};
