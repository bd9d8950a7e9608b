// The conformance task in JavaScript, typed.
import { Failure, log } from "polymer_task";

const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));

function conformance(text, { number }) {
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
      throw new Failure("asked to fail", { code: "asked" });
    case "retry":
      if (number === 1) throw new Failure("not yet", { code: "early", retryable: true });
      return `attempt ${number}`;
    case "panic":
      throw new Error("asked to panic");
    case "spin":
      for (;;);
    case "log":
      for (let line = 1; line <= Number(rest); line++) log.info(`line ${line}`);
      return Number(rest);
    case "big":
      return "x".repeat(Number(rest));
  }
  throw new Failure(`what is ${what}?`, { code: "unknown", badInput: true });
}

export const tasks = {
  conformance: {
    summary: "The same in every language.",
    inputSchema: { type: "string" },
    run: conformance,
  },
  bytes: {
    summary: "Bytes in reverse order.",
    encoding: "raw",
    run: (data) => data.toReversed(),
  },
};
