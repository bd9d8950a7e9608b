// `Intl.NumberFormat`.

// By language or region: the mark of decimals, what stands between groups, and where the sign of a currency stands.
const NARROW = "\u202f";
const SPACE = "\u00a0";
const MARKS = {
  en: [".", ",", "before"], ja: [".", ",", "before"], zh: [".", ",", "before"], ko: [".", ",", "before"], th: [".", ",", "before"],
  "es-MX": [".", ",", "before"], de: [",", ".", "after"], "de-CH": [".", "\u2019", "before "], "de-AT": [",", SPACE, "before "], es: [",", ".", "after"], it: [",", ".", "after"],
  nl: [",", ".", "before "], pt: [",", ".", "before "], "pt-PT": [",", SPACE, "after"], id: [",", ".", "before "], tr: [",", ".", "before"], da: [",", ".", "after"],
  fr: [",", NARROW, "after"], "fr-CH": [",", NARROW, "after"], ru: [",", SPACE, "after"], uk: [",", SPACE, "after"], pl: [",", SPACE, "after"], cs: [",", SPACE, "after"],
  sv: [",", SPACE, "after"], nb: [",", SPACE, "after"], no: [",", SPACE, "after"], fi: [",", SPACE, "after"], hi: [".", ",", "before"],
};
// From here on groups of four digits are parted: 1234 is one group there.
const NO_SHORT_GROUPS = new Set(["es", "pt-PT", "pl"]);
const INDIAN = new Set(["en-IN", "hi", "hi-IN"]);
const SIGNS = { USD: "$", EUR: "€", GBP: "£", JPY: "¥", INR: "₹", CNY: "CN¥", KRW: "₩", BRL: "R$", CAD: "CA$", AUD: "A$", MXN: "MX$", NZD: "NZ$", ILS: "₪", VND: "₫", TWD: "NT$", HKD: "HK$" };
const OWN_SIGNS = { ja: { JPY: "￥" }, zh: { CNY: "¥" }, "en-CA": { CAD: "$" }, "en-AU": { AUD: "$" }, "es-MX": { MXN: "$" } };
const NAMES = { USD: ["US dollar", "US dollars"], EUR: ["euro", "euros"], GBP: ["British pound", "British pounds"], JPY: ["Japanese yen", "Japanese yen"] };
const WITHOUT_CENTS = new Set(["JPY", "KRW", "VND", "CLP", "ISK"]);
const UNITS = {
  kilometer: "km", meter: "m", centimeter: "cm", millimeter: "mm", mile: "mi", foot: "ft", inch: "in", yard: "yd", kilogram: "kg", gram: "g", pound: "lb", ounce: "oz", liter: "L",
  milliliter: "mL", byte: "byte", kilobyte: "kB", megabyte: "MB", gigabyte: "GB", terabyte: "TB", bit: "bit", second: "sec", minute: "min", hour: "hr", day: "day", week: "wk",
  month: "mth", year: "yr", millisecond: "ms", percent: "%", celsius: "°C", fahrenheit: "°F", degree: "deg", "kilometer-per-hour": "km/h", "mile-per-hour": "mph",
};
const COMPACT = [[1e12, "T", "trillion"], [1e9, "B", "billion"], [1e6, "M", "million"], [1e3, "K", "thousand"]];

/** The decimal digits of a number that is not negative, and how many of them stand before the mark. */
function digitsOf(value) {
  if (typeof value === "bigint") return { digits: `${value}`, point: `${value}`.length };
  const [mantissa, exponent] = value.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

/** Rounds half away from zero, as decimals are written. */
function roundAt({ digits, point }, at, mode) {
  const cut = point + at;
  if (cut >= digits.length) return { digits, point };
  const next = cut < 0 ? "0" : digits[cut];
  const isUp = mode === "trunc" || mode === "floor" ? false : mode === "ceil" ? /[1-9]/.test(digits.slice(Math.max(0, cut))) : mode === "halfEven"
    ? next > "5" || (next === "5" && (/[1-9]/.test(digits.slice(cut + 1)) || Number(digits[cut - 1] ?? 0) % 2 === 1)) : next >= "5";
  let kept = cut <= 0 ? "" : digits.slice(0, cut);
  if (isUp) {
    const raised = `${BigInt(kept || "0") + 1n}`.padStart(kept.length, "0");
    const grown = raised.length - kept.length;
    return { digits: raised, point: cut <= 0 ? 1 - at : point + grown };
  }
  if (!kept) kept = "0";
  return { digits: kept, point: cut <= 0 ? 1 : point };
}

function inDigits({ digits, point }, least, wholeDigits) {
  let whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  let fraction = point >= digits.length ? "" : point < 0 ? "0".repeat(-point) + digits : digits.slice(point);
  fraction = fraction.replace(/0+$/, "").padEnd(least, "0");
  whole = whole.replace(/^0+(?=\d)/, "").padStart(wholeDigits, "0");
  return [whole, fraction];
}

function grouped(whole, separator, locale) {
  if (INDIAN.has(locale)) {
    const last = whole.slice(-3);
    const rest = whole.slice(0, -3);
    return rest ? `${rest.replace(/\B(?=(\d{2})+$)/g, separator)}${separator}${last}` : last;
  }
  return whole.replace(/\B(?=(\d{3})+$)/g, separator);
}

const digitsOption = (value, name, low, high) => {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!(number >= low && number <= high)) throw new RangeError(`${name} value is out of range.`);
  return Math.floor(number);
};

class NumberFormat {
  #locale;
  #options;

  constructor(locales, options = {}) {
    if (!new.target) return new NumberFormat(locales, options);
    const locale = `${[locales ?? "en-US"].flat()[0] ?? "en-US"}`;
    if (!/^[a-zA-Z]{2,8}(?:-|$)/.test(locale)) throw new RangeError(`Incorrect locale information provided`);
    this.#locale = locale.split("-u-")[0];
    const { style = "decimal", currency, notation = "standard" } = options;
    if (!["decimal", "percent", "currency", "unit"].includes(style)) throw new RangeError(`Value ${style} out of range for Intl.NumberFormat options property style`);
    if (style === "currency" && currency === undefined) throw new TypeError("Currency code is required with currency style.");
    if (currency !== undefined && !/^[a-zA-Z]{3}$/.test(currency)) throw new RangeError(`Invalid currency code : ${currency}`);
    if (style === "unit" && options.unit === undefined) throw new TypeError("Unit is required with unit style.");
    const least = digitsOption(options.minimumFractionDigits, "minimumFractionDigits", 0, 100);
    const most = digitsOption(options.maximumFractionDigits, "maximumFractionDigits", 0, 100);
    const cents = style === "currency" ? (WITHOUT_CENTS.has(currency.toUpperCase()) ? 0 : 2) : 0;
    const usual = style === "currency" ? cents : style === "percent" ? 0 : 3;
    const isCompact = notation === "compact";
    const minimum = least ?? Math.min(style === "currency" && !isCompact ? cents : 0, most ?? Infinity);
    const maximum = most ?? Math.max(isCompact ? 0 : usual, minimum);
    if (minimum > maximum) throw new RangeError("maximumFractionDigits value is out of range.");
    const significant = options.minimumSignificantDigits !== undefined || options.maximumSignificantDigits !== undefined;
    this.#options = {
      ...options, style, currency: currency?.toUpperCase(), notation, minimum, maximum,
      isCompactRounding: isCompact && least === undefined && most === undefined && !significant,
      minimumIntegerDigits: digitsOption(options.minimumIntegerDigits, "minimumIntegerDigits", 1, 21) ?? 1,
      leastSignificant: significant ? (digitsOption(options.minimumSignificantDigits, "minimumSignificantDigits", 1, 21) ?? 1) : undefined,
      mostSignificant: significant ? (digitsOption(options.maximumSignificantDigits, "maximumSignificantDigits", 1, 21) ?? 21) : undefined,
    };
    this.format = (value) => this.formatToParts(value).map((part) => part.value).join("");
    Object.defineProperty(this, "format", { enumerable: false });
  }

  formatToParts(given) {
    let value = typeof given === "bigint" ? given : Number(given);
    const isNegative = value < 0 || Object.is(value, -0);
    if (isNegative) value = -value;
    const body = this.#body(value);
    const isZero = !/[1-9∞]/.test(body.filter((part) => part.type === "integer" || part.type === "fraction" || part.type === "infinity").map((part) => part.value).join(""));
    const { signDisplay = "auto" } = this.#options;
    const showsMinus = isNegative && signDisplay !== "never" && !(isZero && ["negative", "exceptZero"].includes(signDisplay)) && !Number.isNaN(value);
    const showsPlus = !isNegative && (signDisplay === "always" || (signDisplay === "exceptZero" && !isZero));
    return this.#signed(body, showsMinus ? "-" : showsPlus ? "+" : "");
  }

  #body(value) {
    if (Number.isNaN(value)) return [{ type: "nan", value: "NaN" }];
    if (value === Infinity) return [{ type: "infinity", value: "∞" }];
    const options = this.#options;
    let suffix = "";
    let number = value;
    let exponent = null;
    if (options.notation === "compact") {
      const step = COMPACT.find(([size]) => Number(value) >= size * 0.9995) ?? COMPACT.find(([size]) => Number(value) >= size);
      if (step && Number(value) >= 999.5) {
        number = Number(value) / step[0];
        suffix = options.compactDisplay === "long" ? ` ${step[2]}` : step[1];
      }
    } else if (options.notation === "scientific" || options.notation === "engineering") {
      exponent = Number(value) === 0 ? 0 : Math.floor(Math.log10(Number(value)));
      if (options.notation === "engineering") exponent = Math.floor(exponent / 3) * 3;
      number = Number(value) / 10 ** exponent;
    }
    let [whole, fraction] = this.#rounded(number);
    if (exponent !== null && whole === "10" && options.notation === "scientific") {
      exponent++;
      [whole, fraction] = this.#rounded(number / 10);
    }
    const [mark, separator] = this.#marks();
    const { useGrouping = true } = options;
    const shortest = NO_SHORT_GROUPS.has(this.#locale) || NO_SHORT_GROUPS.has(this.#locale.split("-")[0]) || useGrouping === "min2" || options.notation === "compact" ? 5 : 4;
    const groups = useGrouping !== false && useGrouping !== "false" && whole.length >= shortest ? grouped(whole, separator, this.#locale) : whole;
    const parts = [];
    groups.split(separator).forEach((group, at) => {
      if (at) parts.push({ type: "group", value: separator });
      parts.push({ type: "integer", value: group });
    });
    if (fraction) parts.push({ type: "decimal", value: mark }, { type: "fraction", value: fraction });
    if (suffix.startsWith(" ")) parts.push({ type: "literal", value: " " }, { type: "compact", value: suffix.slice(1) });
    else if (suffix) parts.push({ type: "compact", value: suffix });
    if (exponent !== null) {
      parts.push({ type: "exponentSeparator", value: "E" });
      if (exponent < 0) parts.push({ type: "exponentMinusSign", value: "-" });
      parts.push({ type: "exponentInteger", value: `${Math.abs(exponent)}` });
    }
    return parts;
  }

  #rounded(value) {
    const options = this.#options;
    const decimal = value === 0 || value === 0n ? { digits: "0", point: 1 } : digitsOf(value);
    // Hundredths: as decimals, so that nothing is lost.
    if (options.style === "percent" && value) decimal.point += 2;
    const { roundingMode } = options;
    if (options.mostSignificant !== undefined) {
      const made = roundAt(decimal, options.mostSignificant - decimal.point, roundingMode);
      const [whole] = inDigits(made, 0, 1);
      const significant = whole === "0" && value ? 0 : whole.length;
      const zeros = value !== 0 && made.point < 0 ? -made.point : 0;
      return inDigits(made, Math.max(0, options.leastSignificant - significant + zeros), options.minimumIntegerDigits);
    }
    // A compact number has two digits, or all before the mark.
    if (options.isCompactRounding) return inDigits(roundAt(decimal, Math.max(0, 2 - decimal.point), roundingMode), 0, options.minimumIntegerDigits);
    return inDigits(roundAt(decimal, options.maximum, roundingMode), options.minimum, options.minimumIntegerDigits);
  }

  #marks() {
    return MARKS[this.#locale] ?? MARKS[this.#locale.split("-")[0]] ?? MARKS.en;
  }

  /** With its sign, and with that of its currency, percent or unit. */
  #signed(body, sign) {
    const options = this.#options;
    const signs = sign ? [{ type: sign === "-" ? "minusSign" : "plusSign", value: sign }] : [];
    const place = this.#marks()[2];
    if (options.style === "percent") {
      const gap = place === "after" ? [{ type: "literal", value: SPACE }] : [];
      return [...signs, ...body, ...gap, { type: "percentSign", value: "%" }];
    }
    if (options.style === "unit") return [...signs, ...body, ...this.#unit(body)];
    if (options.style !== "currency") return [...signs, ...body];
    const { currency, currencyDisplay = "symbol", currencySign } = options;
    if (currencyDisplay === "name") {
      const isOne = body.length === 1 && body[0].value === "1";
      return [...signs, ...body, { type: "literal", value: " " }, { type: "currency", value: NAMES[currency]?.[isOne ? 0 : 1] ?? currency }];
    }
    const language = this.#locale.split("-")[0];
    const symbol = currencyDisplay === "code" ? currency : currencyDisplay === "narrowSymbol" ? (SIGNS[currency] ?? currency).replace(/^[A-Z]+(?=[^A-Z])/, "")
      : (OWN_SIGNS[this.#locale]?.[currency] ?? OWN_SIGNS[language]?.[currency] ?? SIGNS[currency] ?? currency);
    const mark = { type: "currency", value: symbol };
    const gap = { type: "literal", value: SPACE };
    if (place === "after") return [...signs, ...body, gap, mark];
    const isApart = place === "before " || /[A-Z]$/.test(symbol);
    const all = [mark, ...(isApart ? [gap] : []), ...body];
    if (currencySign === "accounting" && sign === "-") return [{ type: "literal", value: "(" }, ...all, { type: "literal", value: ")" }];
    return [...signs, ...all];
  }

  #unit(body) {
    const { unit, unitDisplay = "short" } = this.#options;
    const isOne = body.length === 1 && body[0].value === "1";
    if (unitDisplay === "long") {
      const name = unit.replace(/-per-/, " per ").replace(/^\w+/, (word) => (isOne ? word : word === "foot" ? "feet" : word === "inch" ? "inches" : `${word}s`));
      return [{ type: "literal", value: " " }, { type: "unit", value: name }];
    }
    let short = UNITS[unit] ?? unit;
    if (["byte", "day", "bit"].includes(short) && unitDisplay === "short" && !isOne && short === "day") short = "days";
    if (["wk", "mth", "yr"].includes(short) && !isOne) short += "s";
    const isTight = unitDisplay === "narrow" || short.startsWith("°") || short === "%";
    return [...(isTight ? [] : [{ type: "literal", value: " " }]), { type: "unit", value: short }];
  }

  formatRange(from, to) {
    return `${this.format(from)} – ${this.format(to)}`;
  }

  resolvedOptions() {
    const { style, currency, notation, minimum, maximum, minimumIntegerDigits } = this.#options;
    return {
      locale: this.#locale, numberingSystem: "latn", style, ...(currency ? { currency, currencyDisplay: "symbol", currencySign: "standard" } : {}), minimumIntegerDigits,
      minimumFractionDigits: minimum, maximumFractionDigits: maximum, useGrouping: "auto", notation, signDisplay: "auto", roundingIncrement: 1, roundingMode: "halfExpand",
      roundingPriority: "auto", trailingZeroDisplay: "auto",
    };
  }
}
Object.defineProperty(NumberFormat.prototype, Symbol.toStringTag, { value: "Intl.NumberFormat", configurable: true });

// It may be called without `new`.
function callable(Type) {
  const called = function (...args) {
    return Reflect.construct(Type, args, new.target ?? called);
  };
  Object.defineProperty(called, "name", { value: Type.name });
  called.prototype = Type.prototype;
  Object.defineProperty(Type.prototype, "constructor", { value: called, writable: true, configurable: true, enumerable: false });
  return called;
}

module.exports = { NumberFormat: callable(NumberFormat), callable };
