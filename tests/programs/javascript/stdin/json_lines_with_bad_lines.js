async function main() {
  const { default: readline } = await import('readline');
  const rl = readline.createInterface({ input: process.stdin });
  const levels = { debug: 0, info: 1, warn: 2, error: 3 };
  const seen = [];
  let number = 0;

  for await (const line of rl) {
    number++;
    if (!line.trim()) continue;
    let entry;
    try {
      entry = JSON.parse(line);
    } catch (error) {
      console.log(`line ${number}: ${error.name}, skipped`);
      continue;
    }
    if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) {
      console.log(`line ${number}: not an object but`, entry);
      continue;
    }
    const { level = 'info', msg: message = '(none)', ...extra } = entry;
    seen.push({ level, message, extra, number });
  }

  seen.sort((a, b) => levels[b.level] - levels[a.level]);
  for (const { level, message, extra, number } of seen) {
    console.log(`${level.toUpperCase().padEnd(5)} #${number} ${message}`, extra);
  }
  console.log(JSON.stringify(seen.map((entry) => entry.extra), null, 1));
}

main();
