// `Intl.DateTimeFormat`: in UTC and in zones that are a fixed number of hours away, in English and with the numbers of some other languages.
const { callable } = require("./number_format.js");

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const [FIELDS_OF_DATE, FIELDS_OF_TIME] = [["weekday", "year", "month", "day"], ["hour", "minute", "second", "fractionalSecondDigits", "dayPeriod"]];
const STYLES = {
  date: {
    full: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
    long: { year: "numeric", month: "long", day: "numeric" },
    medium: { year: "numeric", month: "short", day: "numeric" },
    short: { year: "2-digit", month: "numeric", day: "numeric" },
  },
  time: {
    full: { hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "long" },
    long: { hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short" },
    medium: { hour: "numeric", minute: "2-digit", second: "2-digit" },
    short: { hour: "numeric", minute: "2-digit" },
  },
};
// How dates in numbers are written: the order of their parts, what stands between them, and whether months and days have two digits.
const NUMERIC = {
  "en-US": ["mdy", "/", false], en: ["mdy", "/", false], "en-GB": ["dmy", "/", true], "en-AU": ["dmy", "/", true], "en-NZ": ["dmy", "/", true], "en-IN": ["dmy", "/", false], "en-CA": ["ymd", "-", true],
  "sv-SE": ["ymd", "-", true], sv: ["ymd", "-", true], de: ["dmy", ".", false], fr: ["dmy", "/", true], es: ["dmy", "/", false], it: ["dmy", "/", false], pt: ["dmy", "/", true], nl: ["dmy", "-", false],
  ru: ["dmy", ".", true], ja: ["ymd", "/", false], zh: ["ymd", "/", false], pl: ["dmy", ".", true],
};

// What halves of a day are called.
const HALVES = { en: ["AM", "PM"], "en-AU": ["am", "pm"], "en-NZ": ["am", "pm"], "en-IN": ["am", "pm"], "en-CA": ["a.m.", "p.m."] };

/** Options with what is shown if nothing is asked for. */
function defaults(options, kind) {
  const given = { ...options };
  if (given.dateStyle || given.timeStyle) return given;
  const wanted = { date: FIELDS_OF_DATE, time: FIELDS_OF_TIME, any: [...FIELDS_OF_DATE, ...FIELDS_OF_TIME] }[kind];
  if (wanted.some((field) => given[field] !== undefined)) return given;
  if (kind !== "time") Object.assign(given, { year: "numeric", month: "numeric", day: "numeric" });
  if (kind !== "date") Object.assign(given, { hour: "numeric", minute: "2-digit", second: "2-digit" });
  return given;
}

/** Minutes that a zone is ahead of UTC, if that is always the same. */
function offsetOf(zone) {
  const found = /^(?:UTC|GMT|Etc\/GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone);
  if (!found) {
    if (/^(?:UTC|GMT|Etc\/(?:UTC|GMT|UCT|Zulu)|Zulu|Universal|Africa\/Abidjan)$/i.test(zone)) return 0;
    if (zone === "Asia/Tokyo" || zone === "Asia/Seoul") return 540;
    if (zone === "Asia/Shanghai" || zone === "Asia/Singapore") return 480;
    if (zone === "Asia/Kolkata" || zone === "Asia/Calcutta") return 330;
    if (zone === "Asia/Dubai") return 240;
    if (/^[A-Za-z_]+(?:\/[A-Za-z_+-]+)+$|^[A-Z]{3,4}(?:\d[A-Z]{3})?$/.test(zone)) throw new RangeError(`Time zone ${zone} is not available here: there are UTC and zones without summer time`);
    throw new RangeError(`Invalid time zone specified: ${zone}`);
  }
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0);
  return (found[1] === "-" ? -minutes : minutes) * (zone.startsWith("Etc/") ? -1 : 1);
}

class DateTimeFormat {
  #locale;
  #options;
  #zone;
  #offset;

  constructor(locales, options) {
    this.#locale = `${[locales ?? "en-US"].flat()[0] ?? "en-US"}`.split("-u-")[0];
    if (!/^[a-zA-Z]{2,8}(?:-|$)/.test(this.#locale)) throw new RangeError("Incorrect locale information provided");
    let given = defaults(options, options && FIELDS_OF_TIME.some((field) => options[field] !== undefined) ? "any" : options && FIELDS_OF_DATE.some((field) => options[field] !== undefined) ? "any" : "date");
    if (given.dateStyle || given.timeStyle) {
      for (const [name, value] of [["dateStyle", given.dateStyle], ["timeStyle", given.timeStyle]]) {
        if (value !== undefined && !STYLES.date[value]) throw new RangeError(`Value ${value} out of range for Intl.DateTimeFormat options property ${name}`);
      }
      given = { ...given, ...(given.dateStyle ? STYLES.date[given.dateStyle] : {}), ...(given.timeStyle ? STYLES.time[given.timeStyle] : {}) };
    }
    this.#options = given;
    this.#zone = given.timeZone ?? "UTC";
    this.#offset = offsetOf(this.#zone);
    this.format = (value) => this.formatToParts(value).map((part) => part.value).join("");
    Object.defineProperty(this, "format", { enumerable: false });
  }

  formatToParts(value) {
    const time = value === undefined ? Date.now() : Number(value);
    if (!(Math.abs(time) <= 8.64e15)) throw new RangeError("Invalid time value");
    const date = new Date(time + this.#offset * 60000);
    const options = this.#options;
    const dateParts = FIELDS_OF_DATE.some((field) => options[field] !== undefined) ? this.#date(date) : [];
    const timeParts = FIELDS_OF_TIME.some((field) => options[field] !== undefined) ? this.#time(date) : [];
    if (options.timeZoneName) timeParts.push(...(timeParts.length ? [literal(" ")] : []), { type: "timeZoneName", value: this.#zoneName() });
    if (!dateParts.length || !timeParts.length) return [...dateParts, ...timeParts];
    const isLong = options.dateStyle ? ["full", "long"].includes(options.dateStyle) : options.month === "long" && this.#isEnglish();
    if (dateParts.length === 1 && dateParts[0].type === "weekday" && this.#locale.startsWith("en-US")) return [...dateParts, literal(" "), ...timeParts];
    return [...dateParts, literal(isLong && options.hour !== undefined ? " at " : this.#isEnglish() || /^(?:de|es|it|pt|ru|pl)/.test(this.#locale) ? ", " : " "), ...timeParts];
  }

  #isEnglish() {
    return this.#locale.startsWith("en");
  }

  #zoneName() {
    if (this.#offset === 0) return this.#options.timeZoneName === "long" ? "Coordinated Universal Time" : "UTC";
    const [hours, minutes] = [Math.floor(Math.abs(this.#offset) / 60), Math.abs(this.#offset) % 60];
    return `GMT${this.#offset < 0 ? "-" : "+"}${hours}${minutes ? `:${`${minutes}`.padStart(2, "0")}` : ""}`;
  }

  #date(date) {
    const { weekday, year, month, day, dateStyle } = this.#options;
    const full = date.getUTCFullYear();
    const parts = {
      year: year && { type: "year", value: year === "2-digit" && !(dateStyle && this.#locale === "en-GB") ? `${full % 100}`.padStart(2, "0") : `${full}` },
      day: day && { type: "day", value: `${date.getUTCDate()}`.padStart(day === "2-digit" ? 2 : 1, "0") },
    };
    const name = weekday && { type: "weekday", value: cut(DAYS[date.getUTCDay()], weekday) };
    const isNumber = month === "numeric" || month === "2-digit" || month === undefined;
    if (!isNumber) return this.#dateInWords({ ...parts, month: { type: "month", value: cut(MONTHS[date.getUTCMonth()], month) } }, name);
    const [order, between, hasTwoDigits] = NUMERIC[this.#locale] ?? NUMERIC[this.#locale.split("-")[0]] ?? NUMERIC.en;
    const isPadded = hasTwoDigits && (day || year) && month;
    parts.month = month && { type: "month", value: `${date.getUTCMonth() + 1}`.padStart(month === "2-digit" || isPadded ? 2 : 1, "0") };
    if (parts.day && isPadded) parts.day.value = parts.day.value.padStart(2, "0");
    const named = { m: parts.month, d: parts.day, y: parts.year };
    const numbers = [...order].map((letter) => named[letter]).filter(Boolean).flatMap((part, at) => (at ? [literal(between), part] : [part]));
    if (!name) return numbers;
    return numbers.length ? [name, literal(numbers.length === 1 && day && !month ? " " : ", "), ...numbers] : [name];
  }

  #dateInWords({ year, month, day }, name) {
    const isDayFirst = this.#locale.startsWith("en-") && !["en-US", "en-CA"].includes(this.#locale);
    const parts = [];
    if (isDayFirst) {
      if (name) parts.push(name, ...(day || year ? [literal(year || this.#options.weekday === "long" ? ", " : " ")] : []));
      if (day) parts.push(day, literal(" "));
      parts.push(month);
      if (year) parts.push(literal(" "), year);
      return parts;
    }
    if (name) parts.push(name, literal(", "));
    parts.push(month);
    if (day) parts.push(literal(" "), day);
    if (year) parts.push(literal(day ? ", " : " "), year);
    return parts;
  }

  #time(date) {
    const { hour, minute, second, hour12, hourCycle, fractionalSecondDigits } = this.#options;
    const isTwelve = hour12 ?? (hourCycle ? hourCycle === "h12" || hourCycle === "h11" : /^en(?!-GB)|^hi|^ko/.test(this.#locale));
    const parts = [];
    const hours = date.getUTCHours();
    if (hour !== undefined) {
      const shown = isTwelve ? hours % 12 || 12 : hour12 === false && this.#isEnglish() && hourCycle === undefined && hours === 0 && !minute ? 24 : hours;
      const isWide = hour === "2-digit" || !isTwelve;
      const value = hour12 === false && this.#locale === "en-US" && hourCycle === undefined && hours === 0 ? "24" : `${shown}`.padStart(isWide ? 2 : 1, "0");
      parts.push({ type: "hour", value });
    }
    const pair = (number) => `${number}`.padStart(2, "0");
    if (minute !== undefined) {
      const isAlone = hour === undefined && second === undefined;
      parts.push(...(parts.length ? [literal(":")] : []), { type: "minute", value: isAlone ? `${date.getUTCMinutes()}` : pair(date.getUTCMinutes()) });
    }
    if (second !== undefined) {
      const isAlone = minute === undefined;
      parts.push(...(parts.length ? [literal(":")] : []), { type: "second", value: isAlone ? `${date.getUTCSeconds()}` : pair(date.getUTCSeconds()) });
    }
    if (fractionalSecondDigits) {
      parts.push(literal("."), { type: "fractionalSecond", value: `${date.getUTCMilliseconds()}`.padStart(3, "0").slice(0, fractionalSecondDigits) });
    }
    if (hour !== undefined && isTwelve) parts.push(literal(" "), { type: "dayPeriod", value: (HALVES[this.#locale] ?? HALVES.en)[hours < 12 ? 0 : 1] });
    return parts;
  }

  formatRange(from, to) {
    return `${this.format(from)} – ${this.format(to)}`;
  }

  resolvedOptions() {
    const shown = {};
    for (const field of [...FIELDS_OF_DATE, ...FIELDS_OF_TIME, "dateStyle", "timeStyle"]) if (this.#options[field] !== undefined) shown[field] = this.#options[field];
    return { locale: this.#locale, calendar: "gregory", numberingSystem: "latn", timeZone: this.#zone, ...shown };
  }
}
const literal = (value) => ({ type: "literal", value });
const cut = (word, length) => (length === "short" ? word.slice(0, 3) : length === "narrow" ? word[0] : word);
Object.defineProperty(DateTimeFormat.prototype, Symbol.toStringTag, { value: "Intl.DateTimeFormat", configurable: true });

module.exports = { DateTimeFormat: callable(DateTimeFormat), defaults };
