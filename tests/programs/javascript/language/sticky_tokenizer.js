// A tokenizer with sticky expressions and a small syntax tree on top of it.
const rules = [
  ['space', /\s+/y],
  ['comment', /\/\/[^\n]*|\/\*[\s\S]*?\*\//y],
  ['number', /0x[\da-f]+|\d+(?:_\d+)*(?:\.\d+)?(?:e[+-]?\d+)?/iy],
  ['string', /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y],
  ['word', /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy],
  ['operator', /=>|[=!]==?|&&|\|\||\?\?|\*\*|[-+*/%=<>!?.,:;(){}[\]]/y],
];

function* tokenize(text) {
  let at = 0, row = 1, start = 0;
  next: while (at < text.length) {
    for (const [kind, pattern] of rules) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (!match) continue;
      if (kind !== 'space' && kind !== 'comment') yield { kind, text: match[0], row, column: at - start + 1 };
      for (const newline of match[0].matchAll(/\n/g)) {
        row++;
        start = at + newline.index + 1;
      }
      at = pattern.lastIndex;
      continue next;
    }
    yield { kind: 'bad', text: String.fromCodePoint(text.codePointAt(at)), row, column: at - start + 1 };
    at += text.codePointAt(at) > 0xffff ? 2 : 1;
  }
}

const program = `let größe = 0xFF ** 1_000.5e-3; // hex
/* two
   lines */ if (a !== 'it\\'s' && b?.c ?? "x") { f(() => größe) }
@ 💥 $end`;

const tokens = [...tokenize(program)];
for (const { kind, text, row, column } of tokens) {
  console.log(`${row}:${column}`.padEnd(6) + kind.padEnd(9) + text);
}

const counts = tokens.reduce((all, { kind }) => ({ ...all, [kind]: (all[kind] ?? 0) + 1 }), {});
console.log(counts, tokens[0]);
console.log(tokens.filter((t) => t.kind === 'bad').map((t) => t.text.length));
