const words = require("fs").readFileSync(0, "utf8").split(/\s+/);
let [n, x, a, c, m, h] = words.map(Number);
let best = 0, total = 0;
while (n--) {
  total = Math.max(total + x - h, 0);
  best = Math.max(best, total);
  x = (a * x + c) % m;
}
console.log(best > 0 ? best : "loss");
