class Shape {
  static count = 0;
  static #registry = new Map();

  constructor(name) {
    if (new.target === Shape) throw new TypeError('Shape is abstract');
    this.name = name;
    Shape.count++;
    Shape.#registry.set(name, new.target);
  }
  get area() { throw new Error(`${this.constructor.name} has no area`); }
  describe() { return `${this.name}: area ${this.area.toFixed(2)}`; }
  static known() { return [...this.#registry.keys()]; }
  static [Symbol.hasInstance](value) {
    return typeof value === 'object' && value !== null && 'area' in value;
  }
}

class Circle extends Shape {
  constructor(radius, name = 'circle') {
    super(name);
    this.radius = radius;
  }
  get area() { return Math.PI * this.radius ** 2; }
}

class Rectangle extends Shape {
  constructor(width, height, name = 'rectangle') {
    super(name);
    Object.assign(this, { width, height });
  }
  get area() { return this.width * this.height; }
  describe() { return super.describe() + ` (${this.width} x ${this.height})`; }
}

class Square extends Rectangle {
  constructor(side) { super(side, side, 'square'); }
  static unit() { return new this(1); }
}

class Line extends Shape {}

const shapes = [new Circle(1.5), new Rectangle(2, 3.5), Square.unit(), new Square(4)];
for (const shape of shapes) console.log(shape.describe());
console.log(shapes);
console.log(Shape.count, Shape.known());

try { new Shape('x'); } catch (e) { console.log(e.name, e.message); }
try { new Line('line').describe(); } catch (e) { console.log(e.name, e.message); }
try { Square(2); } catch (e) { console.log(e.name); }

console.log({ area: 3 } instanceof Shape, [] instanceof Shape, shapes[3] instanceof Rectangle);
console.log(Object.getPrototypeOf(Square) === Rectangle, Square.name, Square.length, Rectangle.length);
console.log(typeof Shape, Shape, Square, class {}, new (class extends Circle {})(2));
