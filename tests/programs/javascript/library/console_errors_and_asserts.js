// What goes to the standard error is not part of the output.
console.error('an error message', { code: 1 });
console.warn('a warning');
console.trace('where am I');
console.assert(1 === 2, 'one is not %s', 'two');
console.assert(false);
console.assert(true, 'never shown');
console.log('only this', 'and that');

process.stderr.write('written to stderr\n');
process.stdout.write('written to stdout\n');
console.log(process.stdout.write('') === true, process.stdout.fd, process.stderr.fd);

const { Console } = require('console');
const { Writable } = require('stream');

const written = [];
const memory = new Writable({
  write(chunk, encoding, done) {
    written.push(chunk.toString());
    done();
  },
});
const logger = new Console({ stdout: memory, stderr: memory });
logger.log('to memory %d', 5);
logger.error({ also: 'here' });
logger.group('g');
logger.warn('indented');
logger.groupEnd();
logger.table([{ a: 1 }]);
console.log(written);

const original = console.log;
const captured = [];
console.log = (...args) => captured.push(args.length);
console.log('a', 'b');
console.info('info is a method of its own');
console.log = original;
console.log('captured', captured);
process.stderr.write('', () => console.log('callback after the write'));
