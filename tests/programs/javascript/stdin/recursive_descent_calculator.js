const readline = require('readline');

const variables = { pi: Math.PI };
const functions = { sqrt: Math.sqrt, max: Math.max, min: Math.min, abs: Math.abs, hypot: (a, b) => Math.sqrt(a * a + b * b) };

class Parser {
  #tokens;
  #at = 0;
  constructor(text) {
    this.#tokens = text.match(/\d+(?:\.\d+)?|[a-z]\w*|\S/gi) ?? [];
  }
  #peek() { return this.#tokens[this.#at]; }
  #take(wanted) {
    const token = this.#tokens[this.#at];
    if (wanted !== undefined && token !== wanted) {
      throw new SyntaxError(`expected ${wanted}, found ${token ?? 'the end'}`);
    }
    this.#at++;
    return token;
  }
  statement() {
    let name;
    if (/^[a-z]/i.test(this.#peek()) && this.#tokens[this.#at + 1] === '=') {
      name = this.#take();
      this.#take('=');
    }
    const value = this.sum();
    if (this.#peek() !== undefined) throw new SyntaxError(`left over: ${this.#tokens.slice(this.#at).join(' ')}`);
    if (name) variables[name] = value;
    return value;
  }
  sum() {
    let value = this.product();
    while (this.#peek() === '+' || this.#peek() === '-') {
      value = this.#take() === '+' ? value + this.product() : value - this.product();
    }
    return value;
  }
  product() {
    let value = this.power();
    while (['*', '/', '%'].includes(this.#peek())) {
      const op = this.#take();
      const right = this.power();
      value = op === '*' ? value * right : op === '/' ? value / right : value % right;
    }
    return value;
  }
  power() {
    if (this.#peek() === '-') { this.#take(); return -this.power(); }
    const base = this.atom();
    return this.#peek() === '^' ? (this.#take(), base ** this.power()) : base;
  }
  atom() {
    const token = this.#take();
    if (token === '(') { const value = this.sum(); this.#take(')'); return value; }
    if (/^\d/.test(token)) return parseFloat(token);
    if (this.#peek() === '(' && functions[token]) {
      const args = [];
      do { this.#take(); args.push(this.sum()); } while (this.#peek() === ',');
      this.#take(')');
      return functions[token](...args);
    }
    if (token in variables) return variables[token];
    throw new ReferenceError(`unknown: ${token ?? 'the end'}`);
  }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  try { console.log(line, '=', new Parser(line).statement()); } catch (e) { console.log(`${line} -> ${e.name}: ${e.message}`); }
}).on('close', () => console.log(Object.keys(variables)));
