const readline = require('node:readline');

class CommandError extends Error {
  constructor(message, { line, ...rest } = {}) {
    super(message, rest);
    this.name = 'CommandError';
    this.line = line;
  }
}

const accounts = Object.create(null);

const amountOf = (text) => {
  const amount = Number(text);
  if (!Number.isInteger(amount) || amount <= 0) throw new RangeError(`bad amount ${text}`);
  return amount;
};
const account = (name) => {
  if (!(name in accounts)) throw new ReferenceError(`no account ${name}`);
  return name;
};

const commands = {
  open(name) { accounts[name] ??= 0; },
  put(name, amount) { accounts[account(name)] += amountOf(amount); },
  take(name, amount) {
    const left = accounts[account(name)] - amountOf(amount);
    if (left < 0) throw new CommandError(`${name} is short of ${-left}`);
    accounts[name] = left;
  },
  move(from, to, amount) {
    account(to);
    commands.take(from, amount);
    commands.put(to, amount);
  },
};

let number = 0;
const failed = [];
const rl = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
rl.on('line', (line) => {
  number += 1;
  const [name, ...args] = line.split(' ');
  try {
    if (!Object.hasOwn(commands, name)) throw new CommandError(`unknown command ${name}`);
    commands[name](...args);
    console.log(`${number} ok`);
  } catch (cause) {
    const err = new CommandError(`line ${number}: ${cause.message}`, { cause, line: number });
    failed.push(err);
    console.log(`${number} ${cause.name}`);
  }
});
rl.once('close', () => {
  console.log(accounts);
  for (const { message, line, cause } of failed) console.log(line, message, cause instanceof CommandError);
  process.exit(failed.length);
});
