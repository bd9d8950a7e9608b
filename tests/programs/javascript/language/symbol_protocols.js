class Money {
  constructor(amount, unit) { this.amount = amount; this.unit = unit; }
  [Symbol.toPrimitive](hint) {
    if (hint === 'number') return this.amount;
    if (hint === 'string') return `${this.amount} ${this.unit}`;
    return `${hint}:${this.amount}`;
  }
  get [Symbol.toStringTag]() { return 'Money'; }
  *[Symbol.iterator]() { yield this.amount; yield this.unit; }
}

const m = new Money(12.5, 'EUR');
console.log(+m, `${m}`, m + '', m * 2, m > 12, m == 'default:12.5');
console.log(Object.prototype.toString.call(m), [...m]);
console.log(m);

const hidden = Symbol('hidden');
const shared = Symbol.for('app.shared');
const object = { [hidden]: 1, [shared]: 2, plain: 3, [Symbol.iterator]: null };
console.log(Object.keys(object), JSON.stringify(object), Object.getOwnPropertySymbols(object).length);
console.log(object);
console.log(hidden.toString(), hidden.description, Symbol().description, Symbol.keyFor(shared), Symbol.keyFor(hidden));
console.log(Symbol.for('app.shared') === shared, Symbol('x') === Symbol('x'), typeof hidden);
try { hidden + ''; } catch (e) { console.log(e.name); }
try { new Symbol(); } catch (e) { console.log(e.name); }

class List extends Array {
  static get [Symbol.species]() { return Array; }
}
const list = List.from([1, 2, 3]);
console.log(list, list.map((x) => x) instanceof List, list.length, List.isArray(list));

const even = { [Symbol.hasInstance]: (n) => n % 2 === 0 };
console.log(2 instanceof Object, Object.assign(() => {}, {}) instanceof Function);
console.log([1, 2, 3, 4].filter((n) => even[Symbol.hasInstance](n)));

const spreadable = { length: 2, 0: 'a', 1: 'b', [Symbol.isConcatSpreadable]: true };
console.log(['z'].concat(spreadable, ['c']));

const splitter = { [Symbol.split]: (text) => text.split('').filter((c) => c !== '-') };
console.log('a-b-c'.split(splitter));
console.log({ [Symbol.toStringTag]: 'Tagged', a: 1 }, Array.prototype[Symbol.unscopables].flat);
