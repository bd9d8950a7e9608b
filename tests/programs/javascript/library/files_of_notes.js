const fs = require('fs');
const { EOL } = require('os');

fs.mkdirSync('notes');
fs.writeFileSync('notes/one.txt', 'first line\nsecond line\n');
fs.writeFileSync('notes/two.txt', Buffer.from('ünï\n'));
fs.appendFileSync('notes/one.txt', 'third line' + EOL);
fs.writeFileSync('notes/empty', '');

console.log(fs.readFileSync('notes/one.txt', 'utf8').split('\n'));
console.log(fs.readFileSync('notes/two.txt'), fs.readFileSync('notes/two.txt', { encoding: 'latin1' }), fs.readFileSync('notes/two.txt').toString());
console.log(fs.readdirSync('notes').sort(), fs.existsSync('notes/one.txt'), fs.existsSync('notes/none'), fs.existsSync('notes'));

const info = fs.statSync('notes/one.txt');
console.log(info.size, info.isFile(), info.isDirectory(), fs.statSync('notes').isDirectory(), info.mtime instanceof Date, typeof info.mtimeMs);
console.log(fs.statSync('nowhere', { throwIfNoEntry: false }));

for (const [label, call] of Object.entries({
  read: () => fs.readFileSync('missing.txt'),
  folder: () => fs.readFileSync('notes'),
  again: () => fs.mkdirSync('notes'),
  unlink: () => fs.unlinkSync('missing.txt'),
  write: () => fs.writeFileSync('no/such/folder.txt', 'x'),
  full: () => fs.rmdirSync('notes'),
  stat: () => fs.statSync('missing.txt'),
  exclusive: () => fs.writeFileSync('notes/one.txt', 'x', { flag: 'wx' }),
  kind: () => fs.writeFileSync('notes/one.txt', { not: 'text' }),
  list: () => fs.readdirSync('missing'),
})) {
  try { call(); console.log(label, 'worked'); } catch (e) { console.log(label, e.name, e.code, e.syscall, e.path); }
}

fs.renameSync('notes/two.txt', 'notes/zwei.txt');
fs.copyFileSync('notes/one.txt', 'notes/copy.txt');
fs.writeFileSync('notes/copy.txt', 'short');
console.log(fs.readFileSync('notes/copy.txt', 'utf-8'), fs.statSync('notes/one.txt').size, fs.readdirSync('notes', { withFileTypes: true }).map((e) => [e.name, e.isFile()]));

const fd = fs.openSync('notes/log', 'w+');
console.log(typeof fd, fs.writeSync(fd, 'hello '), fs.writeSync(fd, Buffer.from('world')));
const part = Buffer.alloc(5);
console.log(fs.readSync(fd, part, 0, 5, 6), part.toString(), fs.fstatSync(fd).size);
fs.ftruncateSync(fd, 3);
fs.closeSync(fd);
console.log(fs.readFileSync('notes/log', 'utf8'));
fs.truncateSync('notes/log');
console.log(fs.statSync('notes/log').size, fs.accessSync('notes/log'), fs.constants.F_OK);

for (const name of fs.readdirSync('notes')) fs.unlinkSync(`notes/${name}`);
fs.rmdirSync('notes');
console.log(fs.existsSync('notes'));
fs.readFile('nothing', 'utf8', (error, data) => console.log('callback', error.code, data));
