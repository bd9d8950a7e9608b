// `Intl`, and all methods that speak a language: English of the United States, UTC, and the numbers of some other languages.
const { NumberFormat } = require("./number_format.js");
const { DateTimeFormat, defaults } = require("./date_format.js");
const { Collator, PluralRules, ListFormat, RelativeTimeFormat, Segmenter, DisplayNames } = require("./language.js");

const canonical = (locales) => [locales ?? []].flat().map((locale) => new Intl.Locale(locale).toString());

class Locale {
  #tag;

  constructor(tag) {
    if (!/^[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*$/.test(`${tag}`)) throw new RangeError(`Incorrect locale information provided`);
    const [language, ...rest] = `${tag}`.split("-");
    const cased = rest.map((part) => (part.length === 2 ? part.toUpperCase() : part.length === 4 ? part[0].toUpperCase() + part.slice(1).toLowerCase() : part));
    this.#tag = [language.toLowerCase(), ...cased].join("-");
  }

  get language() {
    return this.#tag.split("-")[0];
  }

  get region() {
    return this.#tag.split("-").find((part) => /^[A-Z]{2}$/.test(part));
  }

  get baseName() {
    return this.#tag;
  }

  toString() {
    return this.#tag;
  }
}

const Intl = { NumberFormat, DateTimeFormat, Collator, PluralRules, ListFormat, RelativeTimeFormat, Segmenter, DisplayNames, Locale };
Intl.getCanonicalLocales = canonical;
Intl.supportedValuesOf = (key) => (key === "timeZone" ? ["UTC"] : key === "currency" ? ["EUR", "GBP", "JPY", "USD"] : []);
for (const type of Object.values(Intl)) if (type.prototype && type !== Locale) type.supportedLocalesOf = canonical;
for (const [name, value] of Object.entries(Intl)) Object.defineProperty(Intl, name, { value, writable: true, configurable: true, enumerable: false });
Object.defineProperty(Intl, Symbol.toStringTag, { value: "Intl", configurable: true });
Object.defineProperty(globalThis, "Intl", { value: Intl, writable: true, configurable: true, enumerable: false });

const method = (on, name, length, call) => {
  Object.defineProperty(call, "name", { value: name });
  Object.defineProperty(call, "length", { value: length });
  Object.defineProperty(on, name, { value: call, writable: true, configurable: true, enumerable: false });
};
// Making a format takes longer than using it, and most programs use one.
const kept = new Map();
const formatFor = (Type, locales, options) => {
  if (options !== undefined || (locales !== undefined && typeof locales !== "string")) return new Type(locales, options);
  const key = `${Type.name} ${locales}`;
  if (!kept.has(key)) kept.set(key, new Type(locales));
  return kept.get(key);
};

for (const type of [Number, BigInt]) {
  const { valueOf } = type.prototype;
  method(type.prototype, "toLocaleString", 0, function (locales, options) {
    return formatFor(NumberFormat, locales, options).format(valueOf.call(this));
  });
}
const { getTime } = Date.prototype;
for (const [name, kind] of [["toLocaleString", "any"], ["toLocaleDateString", "date"], ["toLocaleTimeString", "time"]]) {
  method(Date.prototype, name, 0, function (locales, options) {
    const time = getTime.call(this);
    if (Number.isNaN(time)) return "Invalid Date";
    return new DateTimeFormat(locales, defaults(options, kind)).format(time);
  });
}
method(String.prototype, "localeCompare", 1, function (that, locales, options) {
  return formatFor(Collator, locales, options).compare(`${this}`, `${that}`);
});
method(Array.prototype, "toLocaleString", 0, function (locales, options) {
  return Array.from(this, (item) => (item === null || item === undefined ? "" : item.toLocaleString(locales, options))).join(",");
});
