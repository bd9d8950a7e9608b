// `require`, `import`, and how the program is run by them.
const path = require("path-browserify");
const errors = require("./errors.js");
const builtins = require("./builtin_modules.js");
const native = require("native");

const PROGRAM = "/program.js";
// Flags of the engine's `JS_Eval`.
const MODULE = 1;
const PARAMETERS = "(function (exports, require, module, __filename, __dirname) { ";

const cache = { __proto__: null };
const fs = () => builtins.get("fs");

function Module(id = "", parent = undefined) {
  this.id = id;
  this.path = path.dirname(id);
  this.exports = {};
  this.filename = null;
  this.loaded = false;
  this.children = [];
  this.paths = [];
  if (parent) Object.defineProperty(this, "parent", { value: parent, enumerable: false, configurable: true });
}

const bare = (name) => (name.startsWith("node:") ? name.slice(5) : name);
const isBuiltin = (name) => builtins.has(bare(name));

function notFound(name, from) {
  const stack = from ? `\nRequire stack:\n- ${from}` : "";
  const error = new Error(`Cannot find module '${name}'${stack}`);
  error.code = "MODULE_NOT_FOUND";
  error.requireStack = from ? [from] : [];
  return error;
}

/** The file that a path names, by the endings that may be left out. */
function fileOf(name, folder) {
  const full = path.resolve(folder, name);
  const kind = (file) => {
    const stat = fs().statSync(file, { throwIfNoEntry: false });
    return !stat ? 0 : stat.isDirectory() ? 2 : 1;
  };
  for (const candidate of [full, `${full}.js`, `${full}.cjs`, `${full}.mjs`, `${full}.json`]) if (kind(candidate) === 1) return candidate;
  if (kind(full) !== 2) return null;
  let main = "index.js";
  try {
    main = JSON.parse(fs().readFileSync(`${full}/package.json`, "utf8")).main ?? main;
  } catch {
    // It has no description, or none that says where it begins.
  }
  return [main, `${main}.js`, `${main}/index.js`, "index.json"].map((file) => path.resolve(full, file)).find((file) => kind(file) === 1) ?? null;
}

function resolve(name, from) {
  if (typeof name !== "string") throw errors.invalidType("id", "string", name);
  if (name === "") throw errors.invalidValue("id", name, "must be a non-empty string");
  if (isBuiltin(name)) return name;
  if (name.startsWith("node:")) throw errors.codeError("ERR_UNKNOWN_BUILTIN_MODULE", `No such built-in module: ${name}`);
  let file = null;
  if (/^(?:\.{0,2}\/|\.{1,2}$)/.test(name)) {
    file = fileOf(name, path.dirname(from));
  } else {
    for (let folder = path.dirname(from); !file; folder = path.dirname(folder)) {
      file = fileOf(name, path.join(folder, "node_modules"));
      if (folder === "/") break;
    }
  }
  if (!file) throw notFound(name, from);
  return file;
}

function makeRequire(module) {
  const from = module.filename ?? PROGRAM;
  function require(name) {
    if (typeof name === "string" && isBuiltin(name)) return builtins.get(bare(name));
    return load(resolve(name, from), module);
  }
  require.resolve = (name) => resolve(name, from);
  require.resolve.paths = () => [];
  require.main = cache[PROGRAM];
  require.extensions = extensions;
  require.cache = cache;
  return require;
}

const extensions = {
  __proto__: null,
  ".js": (module, file) => runFile(module, fs().readFileSync(file, "utf8"), file),
  ".json"(module, file) {
    try {
      module.exports = JSON.parse(fs().readFileSync(file, "utf8").replace(/^\ufeff/, ""));
    } catch (error) {
      error.message = `${file}: ${error.message}`;
      throw error;
    }
  },
};

function load(file, parent) {
  if (cache[file]) return cache[file].exports;
  const module = new Module(file, parent);
  module.filename = file;
  cache[file] = module;
  try {
    (extensions[path.extname(file)] ?? extensions[".js"])(module, file);
  } catch (error) {
    delete cache[file];
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

/** The text as the engine is to see it, with all lines where they were. */
function cleaned(text) {
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (text.startsWith("#!", start)) return `//${text.slice(start + 2)}`;
  return start ? text.slice(1) : text;
}

const DIRECTIVE = /^(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/)*(["'])use strict\1/;

/** The function that the text of a module is; with something before it that is to see its variables. */
function compile(text, file, before = "") {
  const start = PARAMETERS + (before && DIRECTIVE.test(text) ? '"use strict";' : "") + before;
  errors.keepSource(file, text, start.length);
  return native.evaluate(`${start}${text}\n})`, file, 0);
}

function runFile(module, given, file) {
  const text = cleaned(given);
  const wrapper = compile(text, file);
  wrapper.call(module.exports, module.exports, makeRequire(module), module, file, path.dirname(file));
}

const looksLikeModule = (text) => /^\s*(?:import|export)\b|\bawait\b|\bimport\.meta\b/m.test(text);

/** Runs the program. What it returns is the promise of a module, or nothing. */
function runProgram(given, capture = "") {
  const text = cleaned(given);
  const module = new Module(".");
  module.filename = PROGRAM;
  module.path = "/";
  cache[PROGRAM] = module;
  let wrapper;
  try {
    wrapper = compile(text, PROGRAM, capture);
  } catch (error) {
    if (!(error instanceof SyntaxError) || !looksLikeModule(text)) throw error;
    return runAsModule(text, error, capture);
  }
  errors.setProgramFunction(wrapper);
  wrapper.call(module.exports, module.exports, makeRequire(module), module, PROGRAM, "/");
  module.loaded = true;
  return undefined;
}

function runAsModule(text, scriptError, capture) {
  const before = metaOf(PROGRAM, text) + capture;
  errors.keepSource(PROGRAM, text, before.length);
  try {
    return native.evaluate(before + text, PROGRAM, MODULE);
  } catch (error) {
    // What it is, if neither, is told as the more telling of both.
    throw error instanceof SyntaxError && !/^\s*(?:import|export)\b/m.test(text) ? scriptError : error;
  }
}

/** `import.meta` has nothing in it of itself. */
function metaOf(file, text) {
  if (!text.includes("import.meta")) return "";
  const members = { url: `file://${file}`, filename: file, dirname: path.dirname(file) };
  const set = Object.entries(members).map(([name, value]) => `import.meta.${name}=${JSON.stringify(value)};`).join("");
  return `${set}import.meta.resolve=(name)=>/^[.\\/]/.test(name)?new URL(name,import.meta.url).href:"node:"+name.replace(/^node:/,"");`;
}

/** Called by the engine: the name under which it keeps a module. */
function modulePath(base, name) {
  if (isBuiltin(name)) return `node:${bare(name)}`;
  const given = name.startsWith("file://") ? name.slice(7) : name;
  try {
    return resolve(given, base.startsWith("/") ? base : PROGRAM);
  } catch {
    const error = new Error(/^[./]/.test(given)
      ? `Cannot find module '${path.resolve(path.dirname(base), given)}' imported from ${base}`
      : `Cannot find package '${name}' imported from ${base}`);
    error.code = "ERR_MODULE_NOT_FOUND";
    throw error;
  }
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const RESERVED = new Set(("arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
  "finally for function if implements import in instanceof interface let new null package private protected public return static super switch " +
  "this throw true try typeof var void while with yield").split(" "));

/** Called by the engine: the text of a module. What is no module of the language becomes one that hands it on. */
function moduleSource(name) {
  const handOn = (value, expression) => {
    const names = value !== null && (typeof value === "object" || typeof value === "function")
      ? Object.keys(value).filter((key) => IDENTIFIER.test(key) && !RESERVED.has(key)) : [];
    return `const polymer_module=globalThis[Symbol.for("polymer.import")](${JSON.stringify(expression)});export default polymer_module;` +
      names.map((key) => `export const ${key}=polymer_module.${key};`).join("");
  };
  if (name.startsWith("node:")) return handOn(builtins.get(bare(name)), name);
  const text = cleaned(fs().readFileSync(name, "utf8"));
  if (name.endsWith(".json")) return `export default ${text};`;
  if (!name.endsWith(".mjs") && !/^\s*(?:import|export)\b/m.test(text)) return handOn(load(name), name);
  const meta = metaOf(name, text);
  errors.keepSource(name, text, meta.length);
  return meta + text;
}

Object.defineProperty(globalThis, Symbol.for("polymer.import"), {
  value: (name) => (name.startsWith("node:") ? builtins.get(bare(name)) : load(name)),
  enumerable: false,
});

const members = {
  Module,
  get builtinModules() {
    return builtins.names();
  },
  isBuiltin,
  createRequire(from) {
    const name = String(from?.href ?? from);
    const module = new Module();
    module.filename = name.startsWith("file://") ? decodeURIComponent(name.slice(7)) : name;
    return makeRequire(module);
  },
  _cache: cache,
  _extensions: extensions,
  _load: (name, parent) => makeRequire(parent ?? new Module(PROGRAM))(name),
  _resolveFilename: (name, parent) => resolve(name, parent?.filename ?? PROGRAM),
  wrap: (text) => `${PARAMETERS}${text}\n});`,
};
Object.defineProperties(Module, Object.getOwnPropertyDescriptors(members));
Module.prototype.require = function (name) {
  return makeRequire(this)(name);
};
Module.prototype._compile = function (text, file) {
  runFile(this, text, file);
};
builtins.add("module", Module);

module.exports = { runProgram, modulePath, moduleSource, PROGRAM };
