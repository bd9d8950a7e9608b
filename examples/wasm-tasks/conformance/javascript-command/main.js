// The conformance task in JavaScript, as a program: stdin in, stdout out.

class Left extends Error {
  constructor(code) {
    super();
    this.code = code;
  }
}

function leave(message, code) {
  console.error(message);
  throw new Left(code);
}

const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));

function conformance(text, number) {
  const space = text.indexOf(" ");
  const what = space < 0 ? text : text.slice(0, space);
  const rest = space < 0 ? "" : text.slice(space + 1);
  switch (what) {
    case "words":
      return {
        bytes: new TextEncoder().encode(rest).length,
        words: rest.split(/[ \t\n\r]+/).filter((word) => word).length,
        lines: rest.split("\n").length - 1,
      };
    case "fib":
      return fib(Number(rest));
    case "fail":
      return leave("asked to fail", 1);
    case "retry":
      return number === 1 ? leave("not yet", 1) : `attempt ${number}`;
    case "panic":
      throw new Error("asked to panic");
    case "spin":
      for (;;);
    case "log":
      for (let line = 1; line <= Number(rest); line++) console.error(`line ${line}`);
      return Number(rest);
    case "big":
      return "x".repeat(Number(rest));
  }
  return leave(`what is ${what}?`, 2);
}

export function main({ args, env, read, readText, write }) {
  if (args[0] === "bytes") {
    write(read().toReversed());
    return 0;
  }
  try {
    write(JSON.stringify(conformance(readText(), Number(env.POLYMER_ATTEMPT))));
    return 0;
  } catch (error) {
    if (error instanceof Left) return error.code;
    throw error;
  }
}
