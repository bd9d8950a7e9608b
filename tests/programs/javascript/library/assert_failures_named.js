const assert = require('assert');
const strict = require('node:assert/strict');

function attempt(label, check) {
  try {
    check();
    console.log(label.padEnd(22), 'ok');
  } catch (error) {
    const { name, code, generatedMessage, operator } = error;
    console.log(label.padEnd(22), name, code, generatedMessage, operator, error instanceof assert.AssertionError, error instanceof Error);
  }
}

attempt('plain true', () => assert(true));
attempt('plain false', () => assert(false, 'message'));
attempt('ok empty string', () => assert.ok(''));
attempt('equal loose', () => assert.equal(1, '1'));
attempt('strictEqual', () => assert.strictEqual(1, '1'));
attempt('strict.equal', () => strict.equal(1, '1', 'given'));
attempt('NaN', () => assert.strictEqual(NaN, NaN));
attempt('zeros', () => assert.strictEqual(0, -0));
attempt('notStrictEqual', () => assert.notStrictEqual(1, 1));
attempt('deepEqual loose', () => assert.deepEqual({ a: 1, b: [2] }, { a: '1', b: ['2'] }));
attempt('deepStrictEqual', () => assert.deepStrictEqual({ a: 1, b: [2] }, { a: 1, b: [3] }));
attempt('deep order', () => assert.deepStrictEqual({ a: 1, b: 2 }, { b: 2, a: 1 }));
attempt('deep maps', () => assert.deepStrictEqual(new Map([['k', { v: 1 }]]), new Map([['k', { v: 1 }]])));
attempt('notDeepStrictEqual', () => assert.notDeepStrictEqual([1], [1]));
attempt('throws', () => assert.throws(() => { throw new TypeError('bad value'); }, TypeError));
attempt('throws pattern', () => assert.throws(() => { throw new Error('bad value'); }, /value$/));
attempt('throws object', () => assert.throws(() => { throw Object.assign(new Error('m'), { code: 'X' }); }, { name: 'Error', message: 'm', code: 'X' }));
attempt('throws function', () => assert.throws(() => { throw new Error('z'); }, (e) => e.message === 'z'));
attempt('throws missing', () => assert.throws(() => {}));
attempt('throws other', () => assert.throws(() => { throw new Error('a'); }, /b/));
attempt('doesNotThrow', () => assert.doesNotThrow(() => { throw new Error('inside'); }));
attempt('match', () => assert.match('abc', /x/));
attempt('doesNotMatch', () => assert.doesNotMatch('abc', /x/));
attempt('fail', () => assert.fail('told to'));
attempt('ifError null', () => assert.ifError(null));
attempt('ifError error', () => assert.ifError(new Error('passed on')));
attempt('own error', () => assert.strictEqual(1, 2, new RangeError('own')));

try { assert.strictEqual(3, 4, 'three is not four'); } catch (e) {
  console.log(e.message.split('\n')[0], e.actual, e.expected, e.operator);
}
try { assert(0, 'zero is not enough'); } catch (e) { console.log(`${e}`, e.actual, e.expected); }

(async () => {
  await assert.rejects(Promise.reject(new RangeError('late')), RangeError);
  await assert.rejects(async () => { throw new Error('x'); }, { message: 'x' });
  await assert.rejects(Promise.resolve(1)).catch((e) => console.log('rejects:', e.name, e.code));
  await assert.doesNotReject(Promise.resolve(1));
  const error = new assert.AssertionError({ actual: 1, expected: 2, operator: 'strictEqual', message: 'made by hand' });
  console.log(error.name, error.code, error.message.split('\n')[0], error.generatedMessage);
  assert.strict.deepEqual([1, [2]], [1, [2]]);
  console.log('end', assert.strict === strict, assert.strict.equal === assert.strictEqual);
})();
