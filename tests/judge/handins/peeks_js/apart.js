const fs = require("fs");
console.log(fs.readFileSync("/proc/self/environ", "utf8"));
