const fs = require("fs");
const readline = require("readline");
const lines = readline.createInterface({ input: process.stdin });
let low = 1, high, guess;

lines.on("line", (line) => {
  if (line === "right") return lines.close();
  if (line === "higher") low = guess + 1;
  else if (line === "lower") high = guess - 1;
  else high = Number(line);
  guess = Math.floor((low + high) / 2);
  fs.writeSync(1, `${guess}\n`); // sends it at once
});
