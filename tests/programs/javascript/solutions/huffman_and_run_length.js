/** Run-length coding: "aaab" becomes "3a1b". */
const rleEncode = (text) => text.replace(/(.)\1*/gsu, (run, c) => `${[...run].length}${c}`);
const rleDecode = (code) => code.replace(/(\d+)(\D)/gsu, (_, n, c) => c.repeat(n));

/** Builds the code table of a text. */
function huffmanTable(text) {
  const counts = {};
  for (const c of text) counts[c] = (counts[c] ?? 0) + 1;
  let nodes = Object.entries(counts).map(([symbol, weight], order) => ({ symbol, weight, order }));
  let order = nodes.length;
  while (nodes.length > 1) {
    nodes.sort((a, b) => a.weight - b.weight || a.order - b.order);
    const [left, right, ...rest] = nodes;
    nodes = [...rest, { weight: left.weight + right.weight, left, right, order: order++ }];
  }
  const table = {};
  const walk = (node, code) => {
    if (node.symbol !== undefined) table[node.symbol] = code || '0';
    else {
      walk(node.left, code + '0');
      walk(node.right, code + '1');
    }
  };
  walk(nodes[0], '');
  return table;
}

const encode = (text, table) => [...text].map((c) => table[c]).join('');

function decode(bits, table) {
  const symbols = Object.fromEntries(Object.entries(table).map(([symbol, code]) => [code, symbol]));
  let text = '', code = '';
  for (const bit of bits) {
    code += bit;
    if (code in symbols) {
      text += symbols[code];
      code = '';
    }
  }
  return text;
}

/** LZW with a growing dictionary. */
function lzw(text) {
  const dictionary = new Map(Array.from({ length: 128 }, (_, i) => [String.fromCharCode(i), i]));
  const out = [];
  let word = '';
  for (const c of text) {
    if (dictionary.has(word + c)) { word += c; continue; }
    out.push(dictionary.get(word));
    dictionary.set(word + c, dictionary.size);
    word = c;
  }
  return [...out, dictionary.get(word)];
}

console.log(rleEncode('WWWWWWWWWWWWBWWWWWBBB'), rleDecode(rleEncode('aaab  ccé')) === 'aaab  ccé', rleEncode('😀😀x'));
for (const text of ['abracadabra', 'mississippi river', 'aaaa', 'the more the merrier']) {
  const table = huffmanTable(text);
  const bits = encode(text, table);
  const ratio = ((100 * bits.length) / (8 * text.length)).toFixed(0);
  console.log(text, table, bits.length, `${ratio}%`, decode(bits, table) === text);
}
console.log(lzw('TOBEORNOTTOBEORTOBEORNOT'));
console.log(huffmanTable(''), 'is what an empty text gives'); // there is no first node
