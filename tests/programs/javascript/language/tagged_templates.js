const escapes = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

function html(strings, ...values) {
  return strings.reduce((out, text, i) => {
    const value = values[i - 1];
    const shown = Array.isArray(value) ? value.join('') : String(value).replace(/[<>&"]/g, (c) => escapes[c]);
    return out + shown + text;
  });
}

const items = ['plain', '<b>bold</b>', 'a & "b"'];
console.log(html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`);
console.log(html`nothing`, html`${1}${2}`, html``);

const show = (strings, ...values) => ({ strings, raw: strings.raw, values });
console.log(show`a\n${1}\t${'two'}\u0041`);
console.log(show`\unicode and \xerxes`.strings[0], show`\unicode and \xerxes`.raw);

console.log(String.raw`C:\new\table\${0}`, String.raw({ raw: 'abc' }, 1, 2, 3));

// The strings of one place in the program are always the same object.
const same = (s) => s;
const again = () => same`x${0}y`;
console.log(again() === again(), same`x${0}y` === again(), Object.isFrozen(again()));

function dedent(strings, ...values) {
  const text = String.raw({ raw: strings }, ...values);
  const indent = Math.min(...text.match(/^ *(?=\S)/gm).map((s) => s.length));
  return text.replace(new RegExp(`^ {${indent}}`, 'gm'), '').trim();
}
console.log(dedent`
    SELECT *
      FROM ${'table'}
     WHERE id = ${7 * 6}
`);

const plural = (strings, n, word) => `${n}${strings[1]}${word}${n === 1 ? '' : 's'}${strings[2]}`;
for (const n of [0, 1, 2]) console.log(plural`${n} ${'file'} found`);

const chain = (s) => (t) => (u) => [s[0], t[0], u[0]];
console.log(chain`one``two``three`, new (class { tag(s, v) { return this.k + v; } k = 5; })().tag`${10}`);
console.log(`nested ${`inner ${`deep ${1 + 1}`}`} ${[1, [2, 3]]} ${{}} ${null} ${() => 1}`);
console.log(`line one
line two \
continued`, `\u{1F600}`.length, typeof `${Symbol.iterator.description}`);
