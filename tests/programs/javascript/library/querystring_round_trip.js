const querystring = require('querystring');

const texts = ['a=1&b=2', 'a=1&a=2&a=3', 'name=J%C3%BCrgen+M&x=%20', 'empty=&novalue&=nokey', 'bad=%zz&half=%E4', '', '&&', 'a=b=c', 'a[]=1&a[]=2', 'x=%F0%9F%98%80'];
for (const text of texts) {
  const parsed = querystring.parse(text);
  console.log(JSON.stringify(text), parsed);
  console.log('  back:', querystring.stringify(parsed));
}

console.log(querystring.stringify({ s: 'text', n: 1.5, b: true, nan: NaN, nul: null, und: undefined, o: {}, list: [1, 'two', null], big: 10n, inf: Infinity }));
console.log(querystring.stringify({ a: 1, b: [2, 3] }, ';', ':'), querystring.parse('a:1;b:2;b:3', ';', ':'));
console.log(querystring.parse('a=1&b=2&c=3', null, null, { maxKeys: 2 }), querystring.stringify('text'), querystring.stringify(null), querystring.stringify([]));
console.log(querystring.escape('a b&c=ü/?'), querystring.unescape('a%20b+%C3%BC'), querystring.escape("-_.!~*'()"));
console.log(querystring.stringify({ q: 'ä b' }, null, null, { encodeURIComponent: (s) => `<${s}>` }));
console.log(querystring.decode === querystring.parse, querystring.encode === querystring.stringify);

// The same by hand, and by the other interface.
const byHand = (text) => text.split('&').filter(Boolean).reduce((all, pair) => {
  const [key, ...rest] = pair.split('=');
  const clean = (s) => decodeURIComponent(s.replace(/\+/g, ' '));
  all[clean(key)] = clean(rest.join('='));
  return all;
}, {});
console.log(byHand('a=1&b=x+y&c=%C3%A9'), [...new URLSearchParams('a=1&b=x+y&c=%C3%A9')]);

const query = querystring.parse('toString=1&hasOwnProperty=2&__proto__=3');
console.log(Object.keys(query), Object.getPrototypeOf(query), query.toString);
