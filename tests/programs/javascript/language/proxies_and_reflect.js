const log = [];
const traced = (target) => new Proxy(target, {
  get(object, key, receiver) { log.push(`get ${String(key)}`); return Reflect.get(object, key, receiver); },
  set(object, key, value, receiver) { log.push(`set ${String(key)}`); return Reflect.set(object, key, value, receiver); },
  has(object, key) { log.push(`has ${String(key)}`); return key in object; },
  deleteProperty(object, key) { log.push(`delete ${String(key)}`); return delete object[key]; },
  ownKeys(object) { log.push('keys'); return Reflect.ownKeys(object); },
  getOwnPropertyDescriptor(object, key) { log.push(`describe ${String(key)}`); return Reflect.getOwnPropertyDescriptor(object, key); },
  defineProperty(object, key, descriptor) { log.push(`define ${String(key)}`); return Reflect.defineProperty(object, key, descriptor); },
  getPrototypeOf(object) { log.push('prototype'); return Reflect.getPrototypeOf(object); },
});

const person = traced({ name: 'Ada', get shout() { return this.name.toUpperCase(); } });
person.age = 36;
person.shout;
'age' in person;
delete person.age;
const copy = { ...person };
Object.keys(person);
person instanceof Array;
JSON.stringify(person);
console.log(log.join('\n'));
console.log(copy);

const validated = new Proxy({}, {
  set(object, key, value) {
    if (key === 'age' && !Number.isInteger(value)) throw new TypeError(`age must be whole, not ${value}`);
    object[key] = value;
    return key !== 'refused';
  },
});
validated.age = 5;
validated.refused = true; // false from the trap matters only in strict code
try { validated.age = 5.5; } catch (e) { console.log(e.message); }
(function () { 'use strict'; try { validated.refused = 1; } catch (e) { console.log('strict', e.name); } })();
console.log(validated);

const negative = (list) => new Proxy(list, {
  get: (target, key, receiver) => Reflect.get(target, typeof key === 'string' && /^-\d+$/.test(key) ? target.length + Number(key) : key, receiver),
});
const list = negative([10, 20, 30]);
list.push(40);
console.log(list[-1], list[-4], list.length, Array.isArray(list), list.map((n) => n / 10), list.slice(-2));

const call = new Proxy(function add(a, b) { return a + b; }, {
  apply: (target, self, args) => `${target.name}(${args}) = ${target(...args)}`,
  construct: (target, args) => ({ made: args.length }),
});
console.log(call(1, 2), call.call(null, 3, 4), new call(1, 2, 3), typeof call, call.length);

const path = (parts = []) => new Proxy(() => parts.join('/'), { get: (_, key) => path([...parts, key]) });
console.log(path().users.list.active(), path()());

const { proxy, revoke } = Proxy.revocable({ x: 1 }, {});
console.log(proxy.x);
revoke();
try { proxy.x; } catch (e) { console.log(e.name); }
try { Object.keys(new Proxy({}, { ownKeys: () => ['a', 'a'] })); } catch (e) { console.log(e.name); }
console.log(Reflect.ownKeys({ b: 1, 2: 1, a: 1, 1: 1, [Symbol.iterator]: 1 }), Reflect.has([1], 0), Reflect.apply(Math.max, null, [1, 3]));
console.log(Reflect.construct(Date, [0]).getTime(), Reflect.construct(function () { this.t = new.target === Array; }, [], Array).t);
