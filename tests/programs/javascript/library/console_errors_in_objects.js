// Errors print their stack; here they have none, so that only name and message are shown.
Error.stackTraceLimit = 0;

function bare(error) {
  error.stack = '';
  return error;
}

class ValidationError extends Error {
  constructor(field, message) {
    super(message);
    this.name = 'ValidationError';
    this.field = field;
    bare(this);
  }
}

console.log(bare(new Error('plain')));
console.log([bare(new TypeError('in a list'))]);
console.log({ error: bare(new RangeError('in an object')), ok: false });
console.log(String(new ValidationError('age', 'must be positive')));
console.log({ result: [{ status: 'rejected', reason: bare(new Error('no')) }] });
console.log(new Map([['e', bare(new Error('in a map'))]]));
console.log([bare(new Error(''))], [bare(new SyntaxError())]);

const errors = [new ValidationError('name', 'is empty'), new ValidationError('age', 'is negative')];
for (const { name, field, message } of errors) console.log('%s: %s %s', name, field, message);
console.table(errors.map(({ field, message }) => ({ field, message })));

console.log('dates', new Date(Date.UTC(1999, 11, 31)), [new Date(NaN)], { at: new Date(Date.UTC(2000, 0, 1, 12, 30)) });
console.log(`${new Date(0).toISOString()}`, JSON.stringify([new Date(0), bare(new Error('lost'))]));

const odd = new Error('custom text');
odd.toString = () => 'own string';
console.log(`${odd}`, odd.message, odd instanceof Error, Object.keys(odd), odd + '');
console.log(Object.prototype.toString.call(odd), typeof odd.stack, 'stack' in odd);
