const { format } = require('util');

console.log('%s %s', 'one', 'two', 'three');
console.log('%s', 'a', { b: 1 }, [2], null, undefined, Symbol('s'), 5n);
console.log('%s|%s|%s|%s|%s|%s', null, undefined, true, 12, 5n, -0);
console.log('%s|%s|%s', { a: { b: { c: 1 } } }, [1, [2, [3]]], Symbol('x'));
console.log('%s|%s|%s', () => 1, class Foo {}, new (class Bar { x = 1; })());
console.log('%s|%s', new (class { toString() { return 'own text'; } })(), new Date(0).toISOString());
console.log('%s', new Error('message only').message, 'x');

console.log('%d|%d|%d|%d|%d|%d', 42, '42.5', 'abc', null, 5n, {});
console.log('%i|%i|%i|%i|%i', 42.9, '42.9px', 'abc', -0.5, 10n);
console.log('%f|%f|%f|%f', 1.5, '2.25abc', 'x', Symbol.iterator.description);
console.log('%j|%j|%j|%j', { a: [1, 'x'] }, 'text', undefined, null);
const circular = {};
circular.self = circular;
console.log('%j', circular);

console.log('%o', { f() {}, list: [1, 2], nested: { deep: { deeper: { deepest: 1 } } } });
console.log('%O', { list: [1, 2], nested: { deep: { deeper: { deepest: { x: 1 } } } } });
console.log('%O|%O', 'text', 5);
console.log('%c hidden style', 'color: blue');
console.log('100%', 5, '50% of', '%%', '%% with an argument');
console.log('%% %s %%', 'x');
console.log('%s %s %s', 'too', 'few');
console.log('%x %y %', 1, 2);
console.log('%', 'a', '%s', 'b');
console.log(1, '%s', 'not a format when the first is no string');
console.log({}, '%d', 2);
console.log('%s');
console.log('%d%s%i', 1);
console.log('%5d|%-5s|%.2f', 1, 'a', 2.345);
console.log('a%sb%sc', 1, 2, 3, 4);

console.log([format('%s=%d', 'x', 1), format('no args'), format(), format(1, 2, '3'), format('%s', ''), format('', 'a'), format(null, { a: 1 })]);
console.log(format('%s', 'a\nb'), format({ a: 'a\nb' }), format('%o', [1]), format('%s', Object.create(null)), format('%d', '0x10'), format('%s', -0), format('%d', -0));
console.log(format('%s %O', 'value:', { a: 1 }, 'rest', ['x']), require('util').formatWithOptions({ compact: false }, '%O', { a: 1 }));
