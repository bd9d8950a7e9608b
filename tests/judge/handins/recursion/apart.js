// Calls itself without an end.
const place = (n) => 1 + place(n);
console.log(place(Number(require("fs").readFileSync(0, "utf8"))));
