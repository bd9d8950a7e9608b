class AppError extends Error {
  constructor(message, { code = 'UNKNOWN', ...options } = {}) {
    super(message, options);
    this.name = this.constructor.name;
    this.code = code;
  }
}
class NotFound extends AppError {
  constructor(what, options) { super(`${what} not found`, { code: 'NOT_FOUND', ...options }); }
}

function readConfig() { throw new NotFound('config.json', { cause: 'disk' }); }
function start() {
  try {
    readConfig();
  } catch (cause) {
    throw new AppError('cannot start', { cause, code: 'START' });
  }
}

try {
  start();
} catch (error) {
  for (let at = error, depth = 0; at; at = at.cause, depth++) {
    console.log(' '.repeat(depth * 2) + (at instanceof Error ? `${at.name} [${at.code}]: ${at.message}` : `raw: ${at}`));
  }
  console.log(Object.keys(error), 'cause' in error, Object.getOwnPropertyDescriptor(error, 'cause').enumerable, JSON.stringify(error));
}

const many = new AggregateError([new RangeError('first'), 'second', new TypeError('third')], 'several things');
console.log(many.name, many.message, many.errors.length, many.errors.map(String), many instanceof Error);
console.log('cause' in new Error('x'), 'cause' in new Error('x', { cause: undefined }), new Error('x', { cause: 0 }).cause);

for (const Kind of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
  const error = Kind('without new');
  console.log(String(error), error instanceof Kind, Object.prototype.toString.call(error), Kind.prototype.name, Object.getPrototypeOf(Kind) === Error);
}
console.log(String(new Error()), String(new Error('')), `${Object.assign(new Error('m'), { name: '' })}`, new Error(undefined).hasOwnProperty('message'), new Error(42).message);

const trials = {
  property: () => null.x, call: () => undefined(), constant: () => { const c = 1; c = 2; }, unknown: () => nowhere,
  length: () => [].length = -1, repeat: () => 'x'.repeat(-1), digits: () => (1).toFixed(101), radix: () => (1).toString(1), uri: () => decodeURIComponent('%'),
  eval: () => eval('1 +'), instance: () => 1 instanceof 1, has: () => 'x' in 'xyz', spread: () => Math.max(...5), construct: () => new (() => {})(),
  normalize: () => 'a'.normalize('X'), deep: () => { const f = () => f() + 1; f(); },
};
for (const [label, trial] of Object.entries(trials)) {
  try { console.log(label, trial()); } catch (e) { console.log(label.padEnd(10), e.name, e instanceof Error, typeof e.message, typeof e.stack); }
}

const order = [];
function nested() {
  try {
    try { throw 1; } catch (e) { order.push(`a${e}`); throw 2; } finally { order.push('b'); }
  } catch { order.push('c'); return 'from catch'; } finally { order.push('d'); }
}
console.log(nested(), order.join(' '));
