const text = 'The quick brown fox';
console.log(text.slice(-3), text.slice(4, -4), text.substring(9, 4), text.substr(-9, 5), text.at(-1), text.at(99), text[4], text.charAt(99));
console.log(text.indexOf('o'), text.lastIndexOf('o'), text.indexOf('o', 13), text.indexOf(''), text.includes('Quick'), text.startsWith('quick', 4), text.endsWith('brown', 15));
console.log(text.split(' ', 2), text.split('o'), text.toUpperCase(), text.concat('!', 1, null), text.replace('quick', 'slow'), text.search('brown'));
console.log('ab'.repeat(3), 'x'.padStart(5, 'abc'), 'x'.padEnd(5, 'abc'), 'long'.padStart(2), '[' + ' \t\n\u00a0\ufeffx '.trim() + ']', '[' + '  x  '.trimStart() + ']', '[' + '  x  '.trimEnd() + ']');
console.log('a-b-c'.replaceAll('-', '+'), 'aaa'.replaceAll('a', (m, i) => i), 'x'.replaceAll('', '.'), 'abcabc'.replace(/b(c)/g, '<$1$$>'));
try { 'a'.replaceAll(/a/, 'b'); } catch (e) { console.log(e.name); }

console.log('a'.charCodeAt(0), '😀'.charCodeAt(0), '😀'.codePointAt(0), '😀'.codePointAt(1), 'a'.codePointAt(1), String.fromCharCode(72, 105), String.fromCodePoint(128512, 65));
console.log('😀'.length, [...'😀a'].length, '😀'.split(''), 'é'.normalize('NFD').length, 'ﬁ'.normalize('NFKC'), '\ud83d'.isWellFormed(), '\ud83dx'.toWellFormed());
console.log('ß'.toUpperCase(), 'İ'.toLowerCase().length, 'ΑΣ'.toLowerCase(), 'ǆ'.toUpperCase(), 'ŉ'.toUpperCase().length);
console.log('a' < 'b', 'a' < 'B', '10' < '9', 'a' < 'aa', 'Z' < 'a', 'é' > 'z', 'a'.localeCompare('b'), 'b'.localeCompare('a'), 'a'.localeCompare('a'));

console.log(encodeURIComponent('a b&c/é😀'), encodeURI('http://x.y/a b?q=é#h'), decodeURIComponent('%F0%9F%98%80%20'), escape('ä b'), unescape('%u20AC%E4'));
console.log('tab\there', JSON.stringify('tab\there\u0001'), 'nul\0'.length, '\x41\u{42}\103', 'it\'s "quoted" `all`', ['it\'s "quoted"', `it's "all" \`three\``, "it's", 'new\nline']);

const camel = (s) => s.replace(/[-_\s]+(.)?/g, (_, c) => (c ? c.toUpperCase() : ''));
const kebab = (s) => s.replace(/([a-z\d])([A-Z])/g, '$1-$2').replace(/[\s_]+/g, '-').toLowerCase();
const title = (s) => s.toLowerCase().split(' ').map((w) => w[0].toUpperCase() + w.slice(1)).join(' ');
console.log(camel('background-color test_case'), kebab('backgroundColor HTMLTest some_name'), title('the lord OF the rings'));

const wrap = (s, width) => s.match(new RegExp(`.{1,${width}}(?:\\s|$)`, 'g')).map((line) => line.trim());
console.log(wrap('In a hole in the ground there lived a hobbit, not a nasty dirty wet hole.', 20));

const isPalindrome = (s) => ((t) => t === [...t].reverse().join(''))(s.toLowerCase().replace(/[^\p{L}]/gu, ''));
console.log(['A man, a plan, a canal: Panama', 'Füf', 'nope'].map(isPalindrome));

const counts = [...'mississippi'].reduce((all, c) => ({ ...all, [c]: (all[c] || 0) + 1 }), {});
console.log(counts, Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([c, n]) => c + n).join(''));

const object = new String('boxed');
console.log(object, typeof object, object == 'boxed', object === 'boxed', Object.keys(object), object.length, [...object].pop());
'use strict'.length = 3;
console.log('abc'.length, 'abc'.anchor ? 'has anchor' : '', 'x'.link('u'), `${[1, 2]}`, `${{ toString: () => 'custom' }}`, 'a,b'.split(',', 1), '' + -0, String(Symbol('s')), `${null} ${undefined}`);
console.log('%s is %d years and %i, %f, %j %o %O %%', 'Bob', 42.5, 42.9, '1.5', { a: 1 }, [1], { b: { c: {} } }, 'extra', { z: 1 });
