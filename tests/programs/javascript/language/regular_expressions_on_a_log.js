const log = `
2024-02-29T08:15:00Z [INFO]  web-1: GET /index.html 200 15ms
2024-02-29T08:15:02Z [ERROR] db: timeout after 3000ms (retry=2)
2024-03-01T00:00:00Z [WARN]  web-2: GET /api/items?id=7&x=%20 404 3ms
not a log line
2024-03-01T12:30:45Z [INFO]  web-1: POST /api/items 201 120ms
`;

const line = /^(?<date>(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d))T(?<time>[\d:]+)Z \[(?<level>[A-Z]+)\]\s+(?<source>[\w-]+): (?<rest>.*)$/gm;
for (const match of log.matchAll(line)) {
  const { day, month, level, source, rest } = match.groups;
  console.log(match.index, `${day}.${month}.`, level, source, rest.match(/\d+(?=ms)/)[0]);
}

console.log(log.replace(/(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)/g, '$<d>/$<m>/$<y>').match(/\S+/)[0]);
console.log('price: $12, €30, 45$'.match(/(?<=[$€])\d+/g), 'price: $12, €30, 45$'.match(/(?<![$€\d])\d+/g));

const first = /(\w+)-(\d)(x)?/d.exec('see web-1 and web-2');
console.log(first, first.indices[1], first.indices[3]);

console.log('aBc'.replace(/b/i, (m, at, all) => `[${m}${at}${all}]`), 'a.b.c'.replaceAll('.', '$&$&'), 'abc'.replace('b', "$`|$'"));
console.log('2+2=4'.split(/([+=])/), 'a1b22c'.split(/\d+/), 'abc'.split(''), 'one  two'.split(' '), ''.split(/x*/));

const global = /o/g;
console.log(global.test('foo'), global.lastIndex, global.test('foo'), global.lastIndex, global.test('foo'), global.lastIndex);

console.log(/^.$/.test('💡'), /^.$/u.test('💡'), /^.$/s.test('\n'), /\bfoo\b/.test('a foo b'), /[^]/.test('\n'));
console.log('aaa'.match(/a{2}?/)[0], '<a><b>'.match(/<.+>/)[0], '<a><b>'.match(/<.+?>/)[0]);
console.log('abab'.match(/(?:ab)+/)[0], 'noon'.match(/^(.)(.)\2\1$/)?.slice(1), 'x'.match(/y/), /(?<q>['"]).*?\k<q>/.exec(`say "it's"`)[0]);
console.log('Ünïcode wörds'.match(/\p{L}+/gu), '\u0130'.toLowerCase().length, /\u{61}/u.test('a'));
console.log(/a/gimsuy.flags, new RegExp('/', 'g').source, String(new RegExp('')), RegExp('\\d+').toString(), /[/]\//.source);
try { new RegExp('(['); } catch (e) { console.log(e.name); }
try { new RegExp('a', 'gg'); } catch (e) { console.log(e.name); }
console.log('The Quick'.search(/[A-Z]u/), /(z)((a+)?(b+)?(c))*/.exec('zaacbbbcac'));
console.log([...'k1=v1;k2=;k3'.matchAll(/(\w+)(?:=(\w*))?/g)].map(([, k, v]) => [k, v]));
