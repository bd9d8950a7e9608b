/**
 * A small matrix class.
 */
class Matrix {
  /** @param {number[][]} rows */
  constructor(rows) {
    if (!rows.every((row) => row.length === rows[0].length)) {
      throw new Error('All rows must have the same length');
    }
    this.rows = rows;
  }

  static identity(n) {
    return new Matrix(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j))));
  }

  get size() {
    return [this.rows.length, this.rows[0].length];
  }

  map(f) {
    return new Matrix(this.rows.map((row, i) => row.map((x, j) => f(x, i, j))));
  }

  add(other) {
    return this.map((x, i, j) => x + other.rows[i][j]);
  }

  multiply(other) {
    if (typeof other === 'number') return this.map((x) => x * other);
    const [, n] = this.size;
    if (n !== other.size[0]) throw new RangeError(`Cannot multiply ${this.size.join('x')} by ${other.size.join('x')}`);
    return new Matrix(this.rows.map((row) => other.transpose().rows.map((col) => row.reduce((sum, x, k) => sum + x * col[k], 0))));
  }

  transpose() {
    return new Matrix(this.rows[0].map((_, j) => this.rows.map((row) => row[j])));
  }

  /** Determinant by expansion along the first row. */
  determinant() {
    const { rows } = this;
    if (rows.length === 1) return rows[0][0];
    return rows[0].reduce((sum, x, j) => {
      const minor = new Matrix(rows.slice(1).map((row) => row.filter((_, k) => k !== j)));
      return sum + (j % 2 ? -1 : 1) * x * minor.determinant();
    }, 0);
  }

  power(n) {
    if (n === 0) return Matrix.identity(this.size[0]);
    const half = this.power(n >> 1);
    return n % 2 ? half.multiply(half).multiply(this) : half.multiply(half);
  }

  toString() {
    const width = Math.max(...this.rows.flat().map((x) => String(x).length));
    return this.rows.map((row) => '[ ' + row.map((x) => String(x).padStart(width)).join(' ') + ' ]').join('\n');
  }
}

const a = new Matrix([[1, 2], [3, 4]]);
const b = new Matrix([[2, 0, 1], [-1, 3, 5]]);
console.log(`${a}\n${b.transpose()}\n${a.multiply(b)}`);
console.log(a.add(a).rows, a.multiply(-0.5).rows, a.determinant(), b.size);
console.log(new Matrix([[2, -3, 1], [2, 0, -1], [1, 4, 5]]).determinant());
console.log('Fibonacci:', new Matrix([[1, 1], [1, 0]]).power(70).rows[0][1]);
try { b.multiply(a); } catch (error) { console.log(error.name + ':', error.message); }
console.log(Matrix.identity(3));
