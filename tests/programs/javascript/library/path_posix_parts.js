// differs: path.win32 is that of other systems
const path = require('path');

const samples = ['/home/user/notes.txt', 'relative/dir/', '/', '', '.', '..', 'file', '.hidden', 'archive.tar.gz', '/a//b/../c/./d', 'trailing.', '//double', 'a/b.c/d', '../../up'];
for (const p of samples) {
  console.log(JSON.stringify(p), path.basename(p), path.dirname(p), path.extname(p), path.normalize(p), path.isAbsolute(p));
  console.log(' ', JSON.stringify(path.parse(p)));
}

console.log(path.join('a', 'b', '..', 'c', '', './d'), path.join('/a', '/b'), path.join(), path.join('..', '..', 'x'), path.join('a/', '/', '/b/'));
console.log(path.resolve('/a', 'b', '../c'), path.resolve('/a', '/b', 'c'), path.resolve('/x/..', '.'));
console.log(path.relative('/data/a/b', '/data/c/d'), path.relative('/a', '/a'), path.relative('/a/b', '/a'), path.relative('/a', '/b/c'), path.relative('/foo/bar', '/foo/barbaz'));
console.log(path.basename('/x/page.html', '.html'), path.basename('page.html', 'html'), path.basename('.html', '.html'), path.basename('/x/y///'));
console.log(path.format({ dir: '/home', base: 'x.txt' }), path.format({ root: '/', name: 'n', ext: '.e' }), path.format({ name: 'n', ext: 'e' }), path.format({ base: 'b', name: 'ignored' }));
console.log(path.sep, path.delimiter, path === path.posix, path.win32.join('a', 'b'), path.win32.basename('C:\\x\\y.txt'), path.posix.sep);

const rename = (p, change) => {
  const { dir, name, ext } = path.parse(p);
  return path.join(dir, change(name) + ext);
};
console.log(rename('photos/summer/beach.jpg', (n) => n.toUpperCase()), rename('x', (n) => n + n), rename('/a/b.min.js', (n) => `${n}-copy`));

const extensions = {};
for (const p of samples) (extensions[path.extname(p) || 'none'] ??= []).push(path.basename(p));
console.log(extensions);

for (const bad of [null, undefined, 5, {}]) {
  try { path.join('a', bad); } catch (e) { console.log(e.name, e.code); }
}
console.log(path.basename(__filename).length > 0, path.isAbsolute(__dirname), path.dirname(__filename) === __dirname, path.toNamespacedPath('/x'));

function inside(base, wanted) {
  const full = path.resolve(base, wanted);
  return full === base || full.startsWith(base + path.sep);
}
console.log(inside('/srv/www', 'index.html'), inside('/srv/www', '../secret'), inside('/srv/www', '/etc/passwd'), inside('/srv/www', 'a/../../www/b'), inside('/srv/www', '../www2/x'));
