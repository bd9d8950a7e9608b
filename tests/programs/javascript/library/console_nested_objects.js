const company = {
  name: 'Acme',
  founded: 1947,
  public: true,
  ceo: null,
  site: undefined,
  address: { street: 'Main Road 1', city: 'Springfield', geo: { lat: 12.5, lon: -7.25, precision: { meters: 10 } } },
  departments: [
    { name: 'Engineering', teams: [{ name: 'Core', members: ['Ann', 'Ben'] }, { name: 'Web', members: [] }] },
    { name: 'Sales', teams: [] },
  ],
};
console.log(company);
console.log(company.departments[0]);
console.log(company.departments[0].teams[0]);

// What fits in a line stays in one.
console.log({}, { a: 1 }, { a: { b: {} } }, { a: { b: { c: {} } } }, { a: { b: { c: { d: 1 } } } });
console.log({ a: 1, b: 'two', c: [3], d: { e: 4 }, f: null, g: undefined, h: true });
console.log({ alpha: 'a fairly long string here', beta: 'another fairly long string', c: 1 });
console.log({ alpha: 'a fairly long string here', beta: 'another fairly long string here', gamma: 3 });
console.log({ 'needs-quotes': 1, valid_name: 2, $dollar: 3, 4: 'four', 'with space': 5, "it's": 6, '': 7, ünï: 8, '1a': 9 });
console.log({ text: "it's", both: `it's "x"`, multi: 'line one\nline two', tab: '\t', esc: '\u001b[0m', back: '\\', uni: 'ñ😀' });
console.log('top level strings are plain', "it's", ['but quoted inside']);
console.log({ a: 1n, b: Symbol('s'), c: -0, d: NaN, e: /re/g, f: new Date(0), g: [undefined, null] });

const many = {};
for (let i = 0; i < 30; i++) many[`key${i}`] = i % 3 ? i : `value ${i}`;
console.log(many);

console.log([company.address, [company.address.geo]]);
console.log(Object.create({ inherited: 1 }), Object.create(null), Object.assign(Object.create(null), { x: { y: { z: { w: 1 } } } }));
console.log({ get now() { return 1; }, set now(v) {}, get only() { return 2; }, set alone(v) {}, method() {}, async later() {}, *gen() {}, arrow: () => {} });
console.log();
console.log('', '');
console.log(' ', undefined, null, true, 12, -0, 1e21, 'end');
console.dir(company, { depth: 0 });
console.dir({ a: { b: { c: { d: { e: 1 } } } } }, { depth: null });
console.log({ a: [[[[1]]]], b: { c: [{ d: [1] }] } });
