// Order of texts, plurals, lists and relative times in English.
const { NumberFormat, callable } = require("./number_format.js");

// Classes of characters, in the order in which they stand before each other.
const [SPACES, PUNCTUATION, SYMBOLS, DIGITS, LETTERS] = [1, 2, 3, 4, 5];
// Punctuation and symbols of ASCII in their order.
const ASCII_ORDER = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

function classOf(character) {
  if (/\s/.test(character)) return SPACES;
  if (/\p{L}/u.test(character)) return LETTERS;
  if (/\p{N}/u.test(character)) return DIGITS;
  if (/\p{P}/u.test(character)) return PUNCTUATION;
  return SYMBOLS;
}

const kept = new Map();
/** What an order goes by: its letter without accents and case, its accents, its case. */
function keysOf(character) {
  let keys = kept.get(character);
  if (!keys) {
    const parts = character.normalize("NFD");
    const base = parts.replace(/\p{M}/gu, "") || parts;
    const lower = base.toLowerCase();
    const kind = classOf(base);
    const ascii = ASCII_ORDER.indexOf(base);
    const primary = ascii >= 0 && kind !== LETTERS ? SYMBOLS * 0x200000 - 0x1000 + ascii : kind * 0x200000 + (lower.codePointAt(0) ?? 0);
    keys = { primary: kind === SPACES ? SPACES * 0x200000 + base.codePointAt(0) : primary, accents: parts.slice(base.length), isUpper: base !== lower, isDigit: kind === DIGITS };
    kept.set(character, keys);
  }
  return keys;
}

const ASCII_LETTERS = /^[a-z]*$/;

class Collator {
  #options;

  constructor(locales, options = {}) {
    const isNumeric = options.numeric ?? /-u-(?:.*-)?kn(?:-|$)/.test(`${locales}`);
    this.#options = { sensitivity: "variant", caseFirst: "false", ...options, numeric: isNumeric };
    this.compare = (one, other) => this.#compare(`${one}`, `${other}`);
    Object.defineProperty(this, "compare", { enumerable: false });
  }

  #compare(one, other) {
    if (one === other) return 0;
    // Nothing has to be looked up for most texts.
    if (ASCII_LETTERS.test(one) && ASCII_LETTERS.test(other)) return one < other ? -1 : 1;
    const { sensitivity, numeric, caseFirst, ignorePunctuation } = this.#options;
    const drop = (text) => (ignorePunctuation ? text.replace(/[\s\p{P}]/gu, "") : text);
    const left = Array.from(drop(one.normalize("NFC")));
    const right = Array.from(drop(other.normalize("NFC")));
    let accents = 0;
    let cases = 0;
    let [at, beside] = [0, 0];
    while (at < left.length && beside < right.length) {
      const [first, second] = [keysOf(left[at]), keysOf(right[beside])];
      if (numeric && first.isDigit && second.isDigit) {
        const [number, size] = numberAt(left, at);
        const [than, length] = numberAt(right, beside);
        if (number !== than) return number.length - than.length || (number < than ? -1 : 1) ? Math.sign(number.length - than.length) || (number < than ? -1 : 1) : 0;
        at += size;
        beside += length;
        continue;
      }
      if (first.primary !== second.primary) return first.primary < second.primary ? -1 : 1;
      if (!accents && first.accents !== second.accents) accents = first.accents < second.accents ? -1 : 1;
      if (!cases && first.isUpper !== second.isUpper) cases = first.isUpper === (caseFirst === "upper") ? -1 : 1;
      at++;
      beside++;
    }
    if (at < left.length || beside < right.length) return at < left.length ? 1 : -1;
    if (accents && (sensitivity === "accent" || sensitivity === "variant")) return accents;
    return sensitivity === "case" || sensitivity === "variant" ? cases : 0;
  }

  resolvedOptions() {
    const { sensitivity, numeric, caseFirst } = this.#options;
    return { locale: "en-US", usage: "sort", sensitivity, ignorePunctuation: false, collation: "default", numeric, caseFirst };
  }
}

/** The number that begins there, without zeros before it, and how many characters it has. */
function numberAt(characters, at) {
  let end = at;
  while (end < characters.length && keysOf(characters[end]).isDigit) end++;
  return [characters.slice(at, end).join("").replace(/^0+(?=.)/, ""), end - at];
}

class PluralRules {
  #type;

  constructor(locales, { type = "cardinal" } = {}) {
    this.#type = type;
  }

  select(given) {
    const value = Math.abs(Number(given));
    if (this.#type === "cardinal") return value === 1 ? "one" : "other";
    const [ten, hundred] = [value % 10, value % 100];
    if (ten === 1 && hundred !== 11) return "one";
    if (ten === 2 && hundred !== 12) return "two";
    return ten === 3 && hundred !== 13 ? "few" : "other";
  }

  resolvedOptions() {
    return { locale: "en-US", type: this.#type, pluralCategories: this.#type === "cardinal" ? ["one", "other"] : ["few", "one", "two", "other"] };
  }
}

class ListFormat {
  #style;
  #type;

  constructor(locales, { style = "long", type = "conjunction" } = {}) {
    this.#style = style;
    this.#type = type;
  }

  format(list) {
    const items = [...list];
    const word = this.#type === "unit" ? "" : this.#type === "disjunction" ? "or" : this.#style === "long" ? "and" : this.#style === "short" ? "&" : "";
    const between = this.#type === "unit" && this.#style === "narrow" ? " " : ", ";
    if (items.length < 2) return items.join("");
    if (items.length === 2) return word ? items.join(` ${word} `) : items.join(between);
    return `${items.slice(0, -1).join(between)}${between}${word ? `${word} ` : ""}${items.at(-1)}`;
  }

  formatToParts(list) {
    return [{ type: "literal", value: this.format(list) }];
  }
}

const WORDS = { day: { "-1": "yesterday", 0: "today", 1: "tomorrow" } };
class RelativeTimeFormat {
  #numeric;
  #style;

  constructor(locales, { numeric = "always", style = "long" } = {}) {
    this.#numeric = numeric;
    this.#style = style;
  }

  format(given, unit) {
    const value = Number(given);
    const name = unit.replace(/s$/, "");
    if (this.#numeric === "auto") {
      const word = WORDS[name]?.[value] ?? (name === "day" || name === "hour" || name === "minute" || name === "second" ? (value === 0 ? (name === "second" ? "now" : name === "day" ? "today" : `this ${name}`) : undefined)
        : { "-1": `last ${name}`, 0: `this ${name}`, 1: `next ${name}` }[value]);
      if (word) return word;
    }
    const size = Math.abs(value);
    const shown = new NumberFormat("en-US").format(size);
    const short = { second: "sec.", minute: "min.", hour: "hr.", month: "mo.", year: "yr.", week: "wk.", quarter: "qtr." };
    const noun = this.#style === "long" || !short[name] ? (size === 1 ? name : `${name}s`) : short[name];
    return value < 0 || Object.is(value, -0) ? `${shown} ${noun} ago` : `in ${shown} ${noun}`;
  }
}

class Segmenter {
  #granularity;

  constructor(locales, { granularity = "grapheme" } = {}) {
    this.#granularity = granularity;
  }

  segment(text) {
    const pattern = this.#granularity === "word" ? /[\p{L}\p{N}_']+|\s+|[^\p{L}\p{N}_'\s]/gu : this.#granularity === "sentence" ? /[^.!?]+[.!?]*\s*/gu
      : /\r\n|\p{RI}{2}|\p{Emoji}\uFE0F?\u20E3|(?:\P{M}[\p{M}\uFE0F\u{1F3FB}-\u{1F3FF}]*)(?:\u200D\P{M}[\p{M}\uFE0F\u{1F3FB}-\u{1F3FF}]*)*|\p{M}/gu;
    const isWord = this.#granularity === "word";
    return {
      *[Symbol.iterator]() {
        for (const found of text.matchAll(pattern)) {
          const segment = { segment: found[0], index: found.index, input: text };
          yield isWord ? { ...segment, isWordLike: /[\p{L}\p{N}]/u.test(found[0]) } : segment;
        }
      },
    };
  }
}

class DisplayNames {
  of(code) {
    return code;
  }
}

const exported = { Collator: callable(Collator), PluralRules, ListFormat, RelativeTimeFormat, Segmenter, DisplayNames };
for (const [name, type] of Object.entries(exported)) Object.defineProperty(type.prototype, Symbol.toStringTag, { value: `Intl.${name}`, configurable: true });
module.exports = exported;
