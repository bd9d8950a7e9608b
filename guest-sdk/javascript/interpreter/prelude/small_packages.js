// What packages of packages come down to here.

exports.objectIs = Object.is;
exports.getObjectIs = () => Object.is;
exports.getObjectAssign = () => Object.assign;
exports.isNaN = Number.isNaN;

/** `call-bind/callBound`: a method of a prototype by its name, as a function. */
exports.callBound = (name) => {
  const method = name.split(".").reduce((of, part) => of[part], globalThis);
  return Function.prototype.call.bind(method);
};

/** `punycode`: names of hosts in ASCII, by RFC 3492. */
const [BASE, LEAST, MOST, SKEW, DAMP, START, FIRST] = [36, 1, 26, 38, 700, 72, 128];

function adapt(delta, count, isFirst) {
  let left = isFirst ? Math.floor(delta / DAMP) : delta >> 1;
  left += Math.floor(left / count);
  let factor = 0;
  for (; left > ((BASE - LEAST) * MOST) >> 1; factor += BASE) left = Math.floor(left / (BASE - LEAST));
  return factor + Math.floor(((BASE - LEAST + 1) * left) / (left + SKEW));
}

const digit = (value) => String.fromCharCode(value < 26 ? 97 + value : 22 + value);

function encodeLabel(label) {
  const codes = Array.from(label, (character) => character.codePointAt(0));
  const basic = codes.filter((code) => code < 128);
  let output = basic.map((code) => String.fromCharCode(code)).join("");
  let done = basic.length;
  if (done) output += "-";
  let [current, delta, bias] = [FIRST, 0, START];
  while (done < codes.length) {
    const next = Math.min(...codes.filter((code) => code >= current));
    delta += (next - current) * (done + 1);
    current = next;
    for (const code of codes) {
      if (code < current) delta++;
      if (code !== current) continue;
      let rest = delta;
      for (let at = BASE; ; at += BASE) {
        const threshold = at <= bias ? LEAST : at >= bias + MOST ? MOST : at - bias;
        if (rest < threshold) break;
        output += digit(threshold + ((rest - threshold) % (BASE - threshold)));
        rest = Math.floor((rest - threshold) / (BASE - threshold));
      }
      output += digit(rest);
      bias = adapt(delta, done + 1, done === basic.length);
      delta = 0;
      done++;
    }
    delta++;
    current++;
  }
  return output;
}

exports.punycode = {
  ucs2: { decode: (text) => Array.from(text, (character) => character.codePointAt(0)), encode: (codes) => String.fromCodePoint(...codes) },
  encode: encodeLabel,
  toASCII: (domain) =>
    domain.toLowerCase().normalize("NFC").split(/[.\u3002\uff0e\uff61]/).map((label) => (/[^\0-\x7f]/.test(label) ? `xn--${encodeLabel(label)}` : label)).join("."),
  toUnicode: (domain) => domain,
};
