const n = Number(require("fs").readFileSync(0, "utf8"));
const order = [];
if (n === 2 || n === 3) order.push("impossible");
else {
  for (let i = 2; i <= n; i += 2) order.push(i);
  for (let i = 1; i <= n; i += 2) order.push(i);
}
console.log(order.join(" ");
