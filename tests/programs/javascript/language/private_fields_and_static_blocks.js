class Account {
  #balance = 0;
  #log = [];
  static #next;
  static limits = {};

  static {
    this.#next = 100;
    for (const kind of ['basic', 'gold']) this.limits[kind] = kind.length * 50;
  }

  constructor(kind) {
    this.kind = kind;
    this.id = Account.#next++;
  }
  get balance() { return this.#balance; }
  set balance(_) { throw new Error('use deposit or withdraw'); }

  #record(what, amount) {
    this.#log.push(`${what} ${amount}`);
    return this;
  }
  deposit(amount) {
    this.#balance += amount;
    return this.#record('deposit', amount);
  }
  withdraw(amount) {
    if (this.#balance - amount < -Account.limits[this.kind]) {
      this.#record('refused', amount);
      return this;
    }
    this.#balance -= amount;
    return this.#record('withdraw', amount);
  }
  equals(other) { return #balance in other && this.#balance === other.#balance; }
  get #secret() { return this.#log.length * 7; }
  reveal() { return this.#secret; }
  get history() { return [...this.#log]; }
}

const a = new Account('basic').deposit(100).withdraw(300).withdraw(30);
const b = new Account('gold').deposit(70);
console.log(a, b);
console.log(a.balance, b.balance, a.equals(b), a.equals({ balance: 70 }));
console.log(a.history, a.reveal());
console.log(Object.keys(a), JSON.stringify(a), 'balance' in a, Object.hasOwn(a, 'balance'));
try { a.balance = 5; } catch (e) { console.log(e.message); }
try { Account.prototype.reveal.call({}); } catch (e) { console.log(e.name); }
console.log(Account.limits, Object.getOwnPropertyNames(Account.prototype));
const copy = { ...a };
console.log(copy, copy instanceof Account, copy.history);
