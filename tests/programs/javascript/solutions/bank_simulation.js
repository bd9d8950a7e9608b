/**
 * A bank with accounts, transfers, interest and events.
 */
class InsufficientFundsError extends Error {
  constructor(account, amount) {
    super(`${account.owner} has ${account.balance / 100}, needs ${amount / 100}`);
    this.name = 'InsufficientFundsError';
    this.missing = amount - account.balance;
  }
}

async function main() {
  const { EventEmitter } = await import('node:events');

  class Bank extends EventEmitter {
    #accounts = new Map();

    open(owner, cents = 0) {
      if (this.#accounts.has(owner)) throw new Error(`${owner} has an account already`);
      const account = { owner, balance: cents, log: [] };
      this.#accounts.set(owner, account);
      return account;
    }

    #find(owner) {
      const account = this.#accounts.get(owner);
      if (!account) throw new ReferenceError(`no account of ${owner}`);
      return account;
    }

    transfer(from, to, cents) {
      const source = this.#find(from), target = this.#find(to);
      if (source.balance < cents) throw new InsufficientFundsError(source, cents);
      source.balance -= cents;
      target.balance += cents;
      source.log.push(-cents);
      target.log.push(cents);
      this.emit('transfer', { from, to, cents });
    }

    addInterest(rate) {
      for (const account of this.#accounts.values()) {
        const interest = Math.round(account.balance * rate);
        account.balance += interest;
        account.log.push(interest);
      }
    }

    report() {
      return [...this.#accounts.values()].map(({ owner, balance, log }) => ({ owner, balance: (balance / 100).toFixed(2), moves: log.length }));
    }
  }

  const bank = new Bank();
  bank.on('transfer', ({ from, to, cents }) => console.log(`${from} -> ${to}: ${(cents / 100).toFixed(2)}`));
  for (const [owner, cents] of Object.entries({ Alice: 10000, Bob: 2550, Carol: 0 })) bank.open(owner, cents);

  bank.transfer('Alice', 'Bob', 1999);
  bank.transfer('Bob', 'Carol', 4000);
  bank.addInterest(0.025);
  console.table(bank.report());

  for (const attempt of [() => bank.open('Bob'), () => bank.transfer('Dave', 'Bob', 1)]) {
    try { attempt(); } catch (error) { console.log(error.name, '-', error.message); }
  }
  bank.transfer('Carol', 'Alice', 999999); // more than there is
  console.log('not reached');
}

main();
