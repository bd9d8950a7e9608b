function Animal(name) {
  if (!(this instanceof Animal)) return new Animal(name);
  this.name = name;
}
Animal.prototype.speak = function (sound) { return this.name + ' says ' + (sound || '...'); };
Animal.create = function () { return Reflect.construct(this, arguments); };

function Dog(name) { Animal.call(this, name); this.tricks = []; }
Dog.prototype = Object.create(Animal.prototype, { constructor: { value: Dog, writable: true } });
Dog.prototype.speak = function () { return Animal.prototype.speak.call(this, 'woof'); };
Object.setPrototypeOf(Dog, Animal);

var rex = Dog.create('Rex'), cat = Animal('Tom');
console.log(rex, cat, rex.speak(), cat.speak('meow'), rex instanceof Animal, Animal.prototype.isPrototypeOf(rex));
console.log(Object.getPrototypeOf(rex) === Dog.prototype, rex.constructor.name, Object.keys(rex), 'speak' in rex, rex.hasOwnProperty('speak'));

for (var key in rex) console.log('in:', key);

const counter = {
  count: 1,
  normal() { return this?.count; },
  arrow: () => typeof this,
  delayed() { return [1, 2].map(() => this.count++); },
  nested() { return (function () { return this === undefined || this === globalThis; })(); },
};
const { normal } = counter;
console.log(counter.normal(), counter.arrow(), counter.delayed(), counter.nested(), normal.call({ count: 'own' }), (0, counter.normal)());

function strict() { 'use strict'; return this; }
function sloppy() { return this; }
console.log(strict(), sloppy() === globalThis, strict.call(5), typeof sloppy.call(5), strict.apply(null), sloppy.apply(null) === globalThis);

const bound = normal.bind({ count: 'bound' });
console.log(bound(), bound.call({ count: 'ignored' }), bound.name, bound.length, new (function P(a, b) { this.sum = a + b; }.bind(null, 1))(2));

class Button {
  label = 'ok';
  handle = () => this.label;
  method() { return this?.label; }
  static who() { return this.name; }
}
const button = new Button();
const { handle, method } = button;
console.log(handle(), method(), button.method(), Button.who(), (0, Button.who.bind({ name: 'other' }))());

const canWalk = (Base) => class extends Base { walk() { return `${this.name} walks`; } };
const canSwim = (Base) => class Swimmer extends Base { swim() { return `${this.name} swims`; } };
class Duck extends canWalk(canSwim(Animal)) {}
const duck = new Duck('Donald');
console.log(duck.walk(), duck.swim(), duck, Object.getPrototypeOf(Duck.prototype).constructor.name);

const plain = { greet() { return 'plain'; } };
const derived = { __proto__: plain, greet() { return super.greet() + ' and derived'; } };
console.log(derived.greet(), derived, Object.create(null), Object.create(plain), Object.create({ constructor: Dog }));
console.log(Array.prototype.slice.call({ 0: 'a', 1: 'b', length: 2 }), Array.prototype.map.call('abc', (c) => c + c), Math.max.apply(null, [1, 5, 2]));
(function () { arguments[0] = 'changed'; console.log(arguments.length, [...arguments], typeof arguments, arguments); })('a', 2);
String.prototype.shout = function () { return this.toUpperCase() + '!'; };
console.log('hey'.shout(), Object.keys(String.prototype), typeof Object('x').valueOf());
