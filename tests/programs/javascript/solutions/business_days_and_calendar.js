/**
 * Date arithmetic in UTC, without any library.
 */
const DAY = 86_400_000;
const utc = (y, m, d) => new Date(Date.UTC(y, m - 1, d));
const iso = (date) => date.toISOString().slice(0, 10);
const addDays = (date, days) => new Date(date.getTime() + days * DAY);

/** Adds months and stays inside the month: 31 January + 1 month is the last of February. */
function addMonths(date, months) {
  const target = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  target.setUTCDate(Math.min(date.getUTCDate(), last));
  return target;
}

const isWeekend = (date) => [0, 6].includes(date.getUTCDay());

/** @param {Date} from @param {number} days @param {Set<string>} holidays */
function addBusinessDays(from, days, holidays = new Set()) {
  let date = from;
  for (const step = Math.sign(days); days !== 0;) {
    date = addDays(date, step);
    if (!isWeekend(date) && !holidays.has(iso(date))) days -= step;
  }
  return date;
}

/** Easter Sunday by the anonymous Gregorian rule. */
function easter(y) {
  const a = y % 19, b = Math.floor(y / 100), c = y % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  return utc(y, Math.floor((h + l - 7 * m + 114) / 31), ((h + l - 7 * m + 114) % 31) + 1);
}

function calendar(year, month) {
  const first = utc(year, month, 1);
  const days = Math.round((addMonths(first, 1) - first) / DAY);
  const cells = [...Array((first.getUTCDay() + 6) % 7).fill('  '), ...Array.from({ length: days }, (_, i) => String(i + 1).padStart(2))];
  const lines = ['Mo Tu We Th Fr Sa Su'];
  while (cells.length) lines.push(cells.splice(0, 7).join(' '));
  return lines.join('\n');
}

/** Years, months and days from one date to another. */
function age(from, to) {
  let months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  if (to.getUTCDate() < from.getUTCDate()) months--;
  return { years: Math.floor(months / 12), months: months % 12, days: (to - addMonths(from, months)) / DAY };
}

console.log(calendar(2024, 2));
console.log(['2024-01-31', '2023-01-31', '2024-02-29'].map((d) => iso(addMonths(new Date(d), 1))), iso(addMonths(utc(2024, 2, 29), 12)));
console.log([2000, 2024, 2025, 2038].map((y) => iso(easter(y))).join(' '));
const holidays = new Set([iso(addDays(easter(2024), 1)), iso(addDays(easter(2024), -2))]);
console.log(holidays, iso(addBusinessDays(utc(2024, 3, 27), 3, holidays)), iso(addBusinessDays(utc(2024, 4, 2), -2, holidays)));
console.log(age(utc(1990, 7, 31), utc(2024, 3, 1)), age(utc(2024, 2, 29), utc(2024, 2, 29)));
console.assert(iso(addDays(utc(1999, 12, 31), 1)) === '2000-01-01');
