const temperature = {
  _celsius: 20,
  get celsius() { return this._celsius; },
  set celsius(value) {
    if (value < -273.15) throw new RangeError('below absolute zero');
    this._celsius = value;
  },
  get fahrenheit() { return this._celsius * 9 / 5 + 32; },
  set fahrenheit(value) { this.celsius = (value - 32) * 5 / 9; },
  get kelvin() { return this._celsius + 273.15; },
};

temperature.fahrenheit = 212;
console.log(temperature.celsius, temperature.kelvin);
temperature.kelvin = 0; // no setter: silently ignored
console.log(temperature.kelvin);
try { temperature.fahrenheit = -500; } catch (e) { console.log(`${e}`); }
console.log(temperature);
console.log(Object.entries(temperature));

(function () {
  'use strict';
  try { temperature.kelvin = 1; } catch (e) { console.log('strict:', e.name); }
})();

// A lazy value: the getter replaces itself.
const lazy = {
  computed: 0,
  get value() {
    this.computed++;
    Object.defineProperty(this, 'value', { value: 42, enumerable: true, configurable: false });
    return this.value;
  },
};
console.log(lazy.value, lazy.value, lazy.computed);
console.log(Object.getOwnPropertyDescriptors(lazy));
console.log(delete lazy.value, lazy);

const child = Object.create(temperature, { unit: { value: 'C', writable: false } });
child.celsius = 5;
console.log(Object.keys(child), child.unit, child.fahrenheit, temperature.celsius);
child.unit = 'F';
console.log(child.unit, Object.getOwnPropertyDescriptor(temperature, 'kelvin').set);

const frozen = Object.freeze({ list: [1, 2], n: 1 });
frozen.n = 2;
frozen.list.push(3);
console.log(frozen, Object.isFrozen(frozen), Object.isSealed(frozen), Object.isExtensible(frozen));
