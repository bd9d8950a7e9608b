const { URL: FromModule, URLSearchParams, domainToASCII, format, parse, fileURLToPath, pathToFileURL } = require('url');
console.log(FromModule === URL);

const url = new URL('https://user:pa%20ss@Example.COM:8080/a/b/../c%20d/ü?q=1&r=a+b&q=2&empty=#frag ment');
for (const part of ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']) {
  console.log(part.padEnd(9), url[part]);
}
console.log(String(url) === url.toJSON(), JSON.stringify({ url }).length, url.searchParams.getAll('q'), url.searchParams.get('none'));

url.port = '443';
url.pathname = '/new path';
url.searchParams.append('new', 'ä&=');
url.searchParams.delete('q');
url.hash = '';
url.username = '';
url.password = '';
console.log(url.href, url.port === '');
url.search = '?only=this';
url.protocol = 'http';
url.host = 'localhost:3000';
console.log(url.href, [...url.searchParams]);

for (const [relative, base] of [['../x', 'http://a.b/c/d/e'], ['?q', 'http://a.b/c?z#h'], ['//other/y', 'https://a.b/'], ['#h', 'http://a.b/c'], ['http:rel', 'http://a.b/c/d'], ['/abs', 'file:///x/y']]) {
  console.log(new URL(relative, base).href);
}
for (const text of ['http://[::1]:80/', 'http://1.2.3/', 'http://0x7f.1/', 'HTTP://A%41.com/', 'mailto:a@b.c', 'data:text/plain,hi', 'javascript:1', 'http://ex.com/%zz', 'file:///C:/a', 'http://a.b:65536', 'nonsense', '', 'http://', 'http://a b/', '//x']) {
  try { const u = new URL(text); console.log(text, '->', u.href, u.origin); } catch (e) { console.log(text, '->', e.name, e.code); }
}
console.log(URL.canParse('http://x'), URL.canParse('x'), URL.canParse('x', 'http://y'));

const params = new URLSearchParams('?b=2&a=1&b=%31&c&=d&%20x=+y');
console.log(params.toString(), params.size, params.has('c'), params.has('b', '2'), params.get(''));
params.set('b', 'only');
params.sort();
console.log([...params.keys()].join(), [...params.values()].join('|'));
params.forEach((value, key) => process.stdout.write(`${key}=${value};`));
console.log();
console.log(`${new URLSearchParams({ x: '1', y: 'é €', z: ['p', 'q'] })}`, `${new URLSearchParams([['k', 'v'], ['k', 'w']])}`, Object.fromEntries(new URLSearchParams('m=1&n=2')));
console.log(`${new URLSearchParams({ s: "~!*()'-._ %&" })}`, encodeURIComponent("~!*()'-._ %&"));
console.log(params, new URLSearchParams(), new URL('http://u@h/p?q#f'));

const old = parse('http://host:80/p/a?x=1&y=2#h', true);
console.log(old.pathname, old.query.x, old.host, old.hash, format({ protocol: 'https', hostname: 'h', pathname: '/p', query: { a: 1 } }));
console.log(fileURLToPath('file:///tmp/a%20b.txt'), pathToFileURL('/tmp/ü #?.txt').href, domainToASCII('x.de'));
