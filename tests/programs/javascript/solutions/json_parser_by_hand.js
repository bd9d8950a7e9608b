/**
 * A JSON parser that tells line and column of a mistake.
 * @param {string} text
 * @returns {any}
 */
function parseJson(text) {
  let at = 0;

  const fail = (message) => {
    const before = text.slice(0, at).split('\n');
    throw new SyntaxError(`${message} in line ${before.length}, column ${before.at(-1).length + 1}`);
  };
  const skip = () => { while (' \t\n\r'.includes(text[at] ?? 'x')) at++; };
  const expect = (c) => (text[at] === c ? at++ : fail(`expected ${c}, found ${text[at] ?? 'the end'}`));

  const value = () => {
    skip();
    const result = text[at] === '{' ? object() : text[at] === '[' ? array() : text[at] === '"' ? string() : scalar();
    skip();
    return result;
  };
  const sequence = (close, item) => {
    at++;
    skip();
    if (text[at] === close) { at++; return; }
    do item(); while (text[at] === ',' && at++ >= 0);
    expect(close);
  };
  const array = () => { const list = []; sequence(']', () => list.push(value())); return list; };
  const object = () => {
    const result = {};
    sequence('}', () => {
      skip();
      if (text[at] !== '"') fail('expected a key');
      const key = string();
      skip();
      expect(':');
      result[key] = value();
    });
    return result;
  };
  const string = () => {
    const match = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*"/iy;
    match.lastIndex = at;
    const [raw] = match.exec(text) ?? fail('bad string');
    at = match.lastIndex;
    const plain = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
    return raw.slice(1, -1).replace(/\\(?:u(.{4})|(.))/g, (_, hex, c) => (hex ? String.fromCharCode(parseInt(hex, 16)) : plain[c] ?? c));
  };
  const scalar = () => {
    const [found] = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?)/i.exec(text.slice(at)) ?? fail('unexpected ' + (text[at] ?? 'end'));
    at += found.length;
    return { true: true, false: false, null: null }[found] ?? (found === 'null' ? null : Number(found));
  };

  const result = value();
  return at < text.length ? fail(`unexpected ${text[at]}`) : result;
}

(async () => {
  const { isDeepStrictEqual } = await import('util');
  for (const good of ['{"a": [1, -2.5e3, {"b": null}], "c": "x\\n\\u00e9\\"", "d": {}}', ' [] ', '"\\ud83d\\ude00"', '-0', '[[[true]], false]']) {
    console.log(parseJson(good), isDeepStrictEqual(parseJson(good), JSON.parse(good)));
  }
  for (const bad of ['', '[1, 2', '{"a" 1}', '{\n  "a": 1,\n  b: 2\n}', '[1,]', '"open', 'nul', '[1] 2', '01']) {
    try { console.log(parseJson(bad)); } catch ({ name, message }) { console.log(JSON.stringify(bad), name, message); }
  }
})();
