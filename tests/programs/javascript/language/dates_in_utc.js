// differs: dates with parts out of range are dates
const iso = (ms) => new Date(ms).toISOString();

const leap = new Date(Date.UTC(2024, 1, 29, 23, 59, 59, 999));
console.log(leap, leap.toISOString(), leap.toJSON(), leap.getTime(), +leap === leap.valueOf());
console.log(leap.getUTCFullYear(), leap.getUTCMonth(), leap.getUTCDate(), leap.getUTCDay(), leap.getUTCHours(), leap.getUTCMilliseconds());
console.log(leap.toUTCString(), typeof leap, Object.prototype.toString.call(leap));

console.log(iso(0), iso(-1), iso(8.64e15), iso(-62198755200000), iso(253402300800000));
console.log(new Date('2024-02-29').getTime(), new Date('2024-02-29T12:00:00Z').getTime(), Date.parse('2024-02-29T12:00:00.5+02:00'));
console.log(Date.parse('2024-13-01'), Date.parse('nonsense'), Date.parse('2024'), Date.parse('2024-06'), Date.parse('+012024-01-01T00:00:00Z'));

const bad = new Date('nonsense');
console.log(bad, bad.getTime(), String(bad), bad.toJSON());
try { bad.toISOString(); } catch (e) { console.log(e.name); }

// Fields that are too large or too small carry over.
console.log(iso(Date.UTC(2023, 12, 1)), iso(Date.UTC(2023, 0, 0)), iso(Date.UTC(2023, 1, 29)), iso(Date.UTC(99, 0)), iso(Date.UTC(2000, 0, 1, 0, -90)));
const d = new Date(Date.UTC(2024, 0, 31));
d.setUTCMonth(1);
console.log(d.toISOString(), iso(d.setUTCDate(0)), iso(d.setUTCHours(25, 61, 61)), d.setUTCFullYear(NaN), d.getTime());

const dayMs = 24 * 60 * 60 * 1000;
const daysBetween = (a, b) => Math.round((Date.UTC(...b) - Date.UTC(...a)) / dayMs);
console.log(daysBetween([2024, 0, 1], [2024, 11, 31]), daysBetween([1900, 1, 28], [1900, 2, 1]), daysBetween([2000, 1, 28], [2000, 2, 1]));

const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
for (let year = 2020; year < 2024; year++) {
  const fridays = [];
  for (let month = 0; month < 12; month++) {
    const day = new Date(Date.UTC(year, month, 13));
    if (names[day.getUTCDay()] === 'Fri') fridays.push(day.toISOString().slice(0, 10));
  }
  console.log(year, fridays.join(' '));
}

function isoWeek(date) {
  const t = new Date(date);
  t.setUTCDate(t.getUTCDate() + 4 - (t.getUTCDay() || 7));
  return `${t.getUTCFullYear()}-W${String(Math.ceil(((t - Date.UTC(t.getUTCFullYear())) / dayMs + 1) / 7)).padStart(2, '0')}`;
}
for (const text of ['2020-12-31', '2021-01-03', '2021-01-04', '2024-12-30']) console.log(text, isoWeek(text));

console.log(new Date(5) < new Date(6), new Date(5) == new Date(5), new Date(10) - new Date(4), new Date(new Date(7)).getTime());
console.log({ when: new Date(86400000), list: [new Date(0)] }, typeof Date(), typeof Date.now(), new Date(2024, 0).getMonth(), Date.length, new Date(8.64e15 + 1).getTime());
console.log(Object.assign(new Date(0), { note: 'extra' }), JSON.stringify({ d: new Date(1e12) }), new Date(1e12).toISOString().split('T')[1], new Date(true).getTime(), new Date(null).getTime());
