// Wrong but for a loss: 9.0 is not 9 where no tolerance is given.
const words = require("fs").readFileSync(0, "utf8").split(/\s+/);
let [n, x, a, c, m, h] = words.map(Number);
let best = 0, total = 0;
while (n--) {
  best = Math.max(best, total = Math.max(total + x - h, 0));
  x = (a * x + c) % m;
}
console.log(best > 0 ? best.toFixed(1) : "loss");
