/**
 * A shopping cart with discounts. Prices are in cents.
 */
const catalog = Object.freeze({
  book: { price: 1299, category: 'media' },
  pen: { price: 149, category: 'office' },
  lamp: { price: 4900, category: 'home' },
});

class Cart {
  constructor() {
    this.lines = new Map();
  }

  add(name, quantity = 1) {
    if (!Object.hasOwn(catalog, name)) throw new Error(`unknown article: ${name}`);
    this.lines.set(name, (this.lines.get(name) ?? 0) + quantity);
    return this;
  }

  remove(name) {
    return this.lines.delete(name);
  }

  get subtotal() {
    return [...this.lines].reduce((sum, [name, quantity]) => sum + catalog[name].price * quantity, 0);
  }
}

const discounts = [
  { name: 'ten pens', applies: (cart) => (cart.lines.get('pen') ?? 0) >= 10, amount: (cart) => cart.lines.get('pen') * 20 },
  { name: 'over 100', applies: (cart) => cart.subtotal > 10000, amount: (cart) => Math.floor(cart.subtotal * 0.05) },
];

const euros = (cents) => `${(cents / 100).toFixed(2).replace('.', ',')} €`;

/** Prints the receipt and returns the total. */
function checkout(cart) {
  const total = cart.subtotal;
  for (const [name, quantity] of cart.lines) {
    console.log(`${String(quantity).padStart(3)} x ${name.padEnd(6)} ${euros(catalog[name].price * quantity).padStart(10)}`);
  }
  for (const { name, applies, amount } of discounts) {
    if (!applies(cart)) continue;
    console.log(`      ${name.padEnd(8)} -${euros(amount(cart)).padStart(9)}`);
    total -= amount(cart); // total should not be a const
  }
  console.log('Total:'.padEnd(12), euros(total).padStart(10));
  return total;
}

const small = new Cart().add('book').add('pen', 3);
console.log(small, small.subtotal);
checkout(small);

try { small.add('rocket'); } catch (error) { console.log(error.message); }
console.log(small.remove('pen'), small.remove('pen'), euros(small.subtotal));

const large = new Cart().add('lamp', 2).add('pen', 12).add('book', 3).add('lamp');
console.log(Object.fromEntries(large.lines));
checkout(large);
console.log('Thank you!');
