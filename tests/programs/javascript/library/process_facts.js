// argv: --name=World -v "two words" "" 42
const os = require('os');

console.log(process.argv.length, process.argv.slice(2));
console.log(typeof process.argv[0], process.argv[1].endsWith('.js'));

function parseArgs(args) {
  const result = { _: [] };
  for (const arg of args) {
    const match = /^--?([a-z]+)(?:=(.*))?$/.exec(arg);
    if (match) result[match[1]] = match[2] ?? true;
    else result._.push(arg);
  }
  return result;
}
console.log(parseArgs(process.argv.slice(2)));

const util = require('util');
const { values, positionals } = util.parseArgs({
  args: process.argv.slice(2),
  options: { name: { type: 'string' }, v: { type: 'boolean', short: 'v' } },
  allowPositionals: true,
});
console.log({ ...values }, positionals);

console.log(process.env.SURELY_NOT_SET, 'SURELY_NOT_SET' in process.env, process.env.SURELY_NOT_SET ?? 'default', process.env.ALSO_NOT || 3000);
process.env.SET_HERE = 5;
process.env.EMPTY = undefined;
console.log(process.env.SET_HERE, typeof process.env.SET_HERE, process.env.EMPTY, delete process.env.SET_HERE, process.env.SET_HERE);

console.log(JSON.stringify(os.EOL), typeof os.cpus, typeof os.tmpdir(), typeof os.hostname());
console.log(typeof process.pid, typeof process.version, /^v\d+\.\d+\.\d+/.test(process.version), typeof process.versions.node, typeof process.platform, typeof process.arch);
console.log(typeof process.hrtime(), process.hrtime().length, typeof process.hrtime.bigint(), typeof process.uptime(), typeof process.memoryUsage().rss);
console.log(typeof process.cwd(), process.cwd() === __dirname, process.exitCode, process.title.length > 0, Array.isArray(process.execArgv), process.release.name);
console.log(process.stdin.fd, process.stdout.fd, process.stderr.fd, Boolean(process.stdout.isTTY), Boolean(process.stdin.isTTY), typeof process.stdout.write);
console.log(Object.prototype.toString.call(process), process instanceof require('events'), process === require('process'), typeof process.nextTick, typeof process.on, process.config !== null);

process.emitWarning('this goes to stderr');
process.on('warning', (w) => console.log('warning:', w.name, w.message));
process.once('custom', (...args) => console.log('custom event', args));
console.log(process.emit('custom', 1, 2), process.emit('custom'), process.listenerCount('warning'));

console.log(require.main === module, module.id, module.children?.length, typeof require.resolve, require('module').builtinModules.includes('fs'), typeof exports, module.exports === exports);
for (const name of ['no-such-package', './no-such-file.js', 'node:nothing']) {
  try { require(name); } catch (e) { console.log(name, e.name, e.code); }
}
console.log(require('fs') === require('node:fs'), typeof __filename, typeof globalThis.window, typeof self, typeof global.setTimeout, this === exports, new.target);
