// `util.parseArgs`.
const process = require("./process.js");
const { codeError } = require("./errors.js");

const unknown = (name) => codeError("ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${name}'`, TypeError);
const wrongValue = (message) => codeError("ERR_PARSE_ARGS_INVALID_OPTION_VALUE", message, TypeError);

module.exports = function parseArgs({ args = process.argv.slice(2), options = {}, strict = true, allowPositionals = !strict, tokens = false } = {}) {
  const values = { __proto__: null };
  const positionals = [];
  const found = [];
  const set = (name, shown, value, index, inlineValue) => {
    const option = options[name];
    if (strict && !option) throw unknown(shown);
    const isBoolean = (option?.type ?? (value === undefined ? "boolean" : "string")) === "boolean";
    if (strict && isBoolean && value !== undefined) throw wrongValue(`Option '${shown}' does not take an argument`);
    if (strict && !isBoolean && value === undefined) throw wrongValue(`Option '${shown} <value>' argument missing`);
    found.push({ kind: "option", name, rawName: shown, index, value, inlineValue });
    const given = value === undefined ? true : value;
    if (option?.multiple) (values[name] ??= []).push(given);
    else values[name] = given;
  };
  const positional = (value, index) => {
    if (!allowPositionals) {
      throw codeError("ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", `Unexpected argument '${value}'. This command does not take positional arguments`, TypeError);
    }
    positionals.push(value);
    found.push({ kind: "positional", index, value });
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (arg === "--") {
      found.push({ kind: "option-terminator", index: at });
      for (let rest = at + 1; rest < args.length; rest++) positional(args[rest], rest);
      break;
    }
    if (arg.startsWith("--")) {
      const [, name, value] = /^--([^=]*)(?:=([^]*))?$/.exec(arg);
      const takes = options[name]?.type === "string" && value === undefined && at + 1 < args.length && !args[at + 1].startsWith("-");
      set(name, `--${name}`, takes ? args[at + 1] : value, at, value === undefined ? undefined : true);
      if (takes) at++;
    } else if (arg.length > 1 && arg.startsWith("-")) {
      const letters = arg.slice(1);
      for (let letter = 0; letter < letters.length; letter++) {
        const short = letters[letter];
        const name = Object.keys(options).find((key) => options[key].short === short) ?? short;
        if (options[name]?.type === "string") {
          const rest = letters.slice(letter + 1);
          const takes = !rest && at + 1 < args.length && !args[at + 1].startsWith("-");
          set(name, `-${short}`, rest || (takes ? args[at + 1] : undefined), at, rest ? true : undefined);
          if (takes) at++;
          break;
        }
        set(name, `-${short}`, undefined, at);
      }
    } else {
      positional(arg, at);
    }
  }
  for (const [name, option] of Object.entries(options)) if (option.default !== undefined && values[name] === undefined) values[name] = option.default;
  return tokens ? { values, positionals, tokens: found } : { values, positionals };
};
