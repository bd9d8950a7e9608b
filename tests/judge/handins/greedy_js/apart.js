// Hoards texts.
const pieces = [];
for (let i = 0; ; i++) pieces.push(`${i}`.padEnd(1 << 16, "x"));
