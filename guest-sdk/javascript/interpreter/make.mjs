// Makes the interpreter `@javascript`, a WebAssembly command:
//
//     node make.mjs QUICKJS_WASM NODE_MODULES_DIR OUT.wasm
//
// QUICKJS_WASM is the file `quickjs.wasm` of the npm package quickjs-wasi 3.7.0 (MIT; in it QuickJS-ng 0.18.0, MIT). It is merged with
// `glue.wat`, started here, and given the prelude; what its memory holds then becomes the data of the module, so that a run starts with all
// of it there. Twice the same bytes come of the same files. NODE_MODULES_DIR holds the packages in PACKAGES, installed by npm.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { lastByte, withMemory } from "./snapshot.mjs";

// What the prelude takes from packages, and of which version and licence they are.
const PACKAGES = {
  "node-inspect-extracted": { version: "3.3.3", licence: "MIT", files: ["dist/inspect.js"] },
  "base64-js": { version: "1.5.1", licence: "MIT", files: ["index.js"] },
  ieee754: { version: "1.2.1", licence: "BSD-3-Clause", files: ["index.js"] },
  buffer: { version: "6.0.3", licence: "MIT", files: ["index.js"] },
  events: { version: "3.3.0", licence: "MIT", files: ["events.js"] },
  "path-browserify": { version: "1.0.1", licence: "MIT", files: ["index.js"] },
  string_decoder: { version: "1.3.0", licence: "MIT", files: ["lib/string_decoder.js"] },
  assert: {
    version: "2.1.0",
    licence: "MIT",
    files: ["build/assert.js", "build/internal/errors.js", "build/internal/assert/assertion_error.js", "build/internal/util/comparisons.js"],
  },
  "readable-stream": { version: "4.8.0", licence: "MIT", files: [], folders: ["lib"] },
  "@noble/hashes": {
    version: "1.8.0",
    licence: "MIT",
    files: ["utils.js", "crypto.js", "_md.js", "_u64.js", "sha2.js", "sha3.js", "legacy.js", "hmac.js", "pbkdf2.js", "scrypt.js", "hkdf.js"],
  },
  "whatwg-url-without-unicode": { version: "8.0.0-3", licence: "MIT", files: ["index.js", "webidl2js-wrapper.js"], folders: ["lib"] },
  "webidl-conversions": { version: "5.0.0", licence: "BSD-2-Clause", files: ["lib/index.js"] },
};
// Packages that only make the module.
const TOOLS = { binaryen: "132.0.0" };

// Rights that QuickJS has to the stack, and room behind them for what it does when they are used up. A page has 64 KiB.
const STACK_BYTES = 4 << 20;
const STACK_PAGES = 80;
const PAGE = 65536;
// Below lies the stack that QuickJS was linked with, which is not used.
const FIRST_DATA = 1 << 20;
// So much a program may allocate before garbage is looked for: looking touches all of the memory.
const GARBAGE_THRESHOLD = 16 << 20;
const EXPORTS = ["memory", "_start", "polymer-interpreter"];
const FEATURES = ["--enable-bulk-memory", "--enable-reference-types", "--enable-multivalue", "--enable-sign-ext",
  "--enable-nontrapping-float-to-int", "--enable-mutable-globals", "--enable-simd", "--enable-bulk-memory-opt"];
// For `qjs_compile`: functions of the prelude show no source, as node's own do not.
const STRIP_SOURCE = 1 << 4;

const [quickjs, modules, out] = process.argv.slice(2).map((given) => path.resolve(given));
if (!out) throw new Error("usage: node make.mjs QUICKJS_WASM NODE_MODULES_DIR OUT.wasm");
const here = path.dirname(fileURLToPath(import.meta.url));
const work = fs.mkdtempSync(path.join(os.tmpdir(), "interpreter-"));
function make() {
  checkVersions();
  const [glue, merged, snapshot] = ["glue.wasm", "merged.wasm", "snapshot.wasm"].map((name) => path.join(work, name));
  tool("wasm-as", path.join(here, "glue.wat"), "-o", glue);
  tool("wasm-merge", quickjs, "quickjs", glue, "env", "-o", merged);
  const engine = new Engine(fs.readFileSync(merged));
  engine.load(nativeNames(fs.readFileSync(path.join(here, "glue.wat"), "utf8")), preludeFiles());
  const { memory, globals } = engine.freeze();
  fs.writeFileSync(snapshot, withMemory(fs.readFileSync(merged), memory, FIRST_DATA, globals, EXPORTS));
  tool("wasm-opt", snapshot, "--remove-unused-module-elements", "-o", out);
  console.error(`${out}: ${fs.statSync(out).size} bytes, ${memory.length / PAGE} pages of memory`);
}

function checkVersions() {
  const wanted = { ...TOOLS, ...Object.fromEntries(Object.entries(PACKAGES).map(([name, { version }]) => [name, version])) };
  for (const [name, version] of Object.entries(wanted)) {
    const found = JSON.parse(fs.readFileSync(path.join(modules, name, "package.json"), "utf8")).version;
    if (found !== version) throw new Error(`${name} is ${found}, and ${version} is needed`);
  }
}

function tool(name, ...args) {
  execFileSync(process.execPath, [path.join(modules, "binaryen", "bin", name), ...FEATURES, ...args], { stdio: ["ignore", "inherit", "inherit"] });
}

/** Names of the functions in the table of the glue. */
function nativeNames(wat) {
  return wat.match(/\(table \$natives funcref \(elem([^)]*)\)/)[1].trim().split(/\s+/).map((name) => name.slice(1));
}

/** All files of the prelude, by the names under which they require each other: packages first. */
function preludeFiles() {
  const files = [];
  for (const [name, { files: named, folders = [] }] of Object.entries(PACKAGES)) {
    const top = path.join(modules, name);
    const found = folders.flatMap((folder) => fs.readdirSync(path.join(top, folder), { recursive: true }).map((file) => path.join(folder, file)));
    for (const file of [...new Set([...named, ...found])].filter((file) => file.endsWith(".js")).sort()) {
      files.push([`${name}/${file}`, patched(`${name}/${file}`, fs.readFileSync(path.join(top, file), "utf8"))]);
    }
  }
  for (const file of fs.readdirSync(path.join(here, "prelude")).sort()) {
    files.push([`./${file}`, fs.readFileSync(path.join(here, "prelude", file), "utf8")]);
  }
  return files;
}

// The package is in one file, made of modules with numbers, and of a later node. `inspect_details.js` takes the place of what it knows of objects;
// symbols as keys, sizes of buffers, and proxies are shown as node 20 shows them.
const INSPECT_PATCHES = [
  ["t[r](i,i.exports,n)", '(require("inspect_details").overrides[r]??t[r])(i,i.exports,n)'],
  ['s=t.stylize(e,"symbol")}', 's=`[${t.stylize(e,"symbol")}]`}'],
  ["!1===i.enumerable&&(s=`[${s}]`)", '!1===i.enumerable&&"symbol"!=typeof r&&(s=`[${r}]`)'],
  ["{ [byteLength]: ${", "{ byteLength: ${"],
  ['E=["byteLength"]}', 'l.unshift("byteLength")}'],
  ['E=["byteLength","byteOffset","buffer"]', 'l.unshift("byteLength","byteOffset","buffer")'],
  ["(i=i||pt(e,r)).value", "(i=i||pt(e,r)||{value:e[r],enumerable:!0}).value"],
  ["c=je(e=c,!1),s+=1", "c=je(e=c,!1)"],
];

const PATCHES = {
  "node-inspect-extracted/dist/inspect.js": INSPECT_PATCHES,
  // Names of hosts: it leaves them as they are.
  "whatwg-url-without-unicode/lib/url-state-machine.js": [["const result = domain;", "const result = punycode.toASCII(domain);"]],
};

function patched(name, text) {
  for (const [from, to] of PATCHES[name] ?? []) {
    if (text.split(from).length !== 2) throw new Error(`${name} does not have ${from} once`);
    text = text.replace(from, () => to);
  }
  return text;
}

/** QuickJS with the glue, running here. */
class Engine {
  constructor(bytes) {
    const nothing = () => 52;
    const wasi = {
      // The same time and the same randomness each time it is made.
      clock_time_get: (clock, precision, at) => (new DataView(this.exports.memory.buffer).setBigUint64(at, 0n, true), 0),
      random_get: (at, length) => (new Uint8Array(this.exports.memory.buffer, at, length).fill(1), 0),
      fd_write: (descriptor, iovs, count, written) => this.print(iovs, count, written),
      proc_exit: (code) => {
        throw new Error(`the prelude exits with ${code}`);
      },
    };
    const module = new WebAssembly.Module(bytes);
    const imports = WebAssembly.Module.imports(module);
    this.exports = new WebAssembly.Instance(module, {
      wasi_snapshot_preview1: Object.fromEntries(imports.map(({ name }) => [name, wasi[name] ?? nothing])),
    }).exports;
    this.globals = WebAssembly.Module.exports(module).filter(({ kind }) => kind === "global").map(({ name }) => name);
    this.exports._initialize();
    if (this.exports.qjs_init() !== 0) throw new Error("QuickJS does not start");
    this.exports.qjs_set_module_loader(1);
    this.exports.qjs_set_promise_rejection_handler(1);
  }

  print(iovs, count, written) {
    const view = new DataView(this.exports.memory.buffer);
    let total = 0;
    for (let at = iovs; at < iovs + 8 * count; at += 8) {
      const length = view.getUint32(at + 4, true);
      process.stderr.write(new Uint8Array(this.exports.memory.buffer, view.getUint32(at, true), length).slice());
      total += length;
    }
    view.setUint32(written, total, true);
    return 0;
  }

  text(text) {
    const bytes = Buffer.from(`${text}\0`);
    const at = this.exports.wasm_malloc(bytes.length);
    new Uint8Array(this.exports.memory.buffer).set(bytes, at);
    return [at, bytes.length - 1];
  }

  run(text, file) {
    const { wasm_malloc, wasm_free, qjs_compile, qjs_eval_bytecode, qjs_is_exception, memory } = this.exports;
    const [code, length] = this.text(text);
    const [name] = this.text(file);
    const size = wasm_malloc(4);
    const bytecode = qjs_compile(code, length, name, 0, STRIP_SOURCE, size);
    wasm_free(code);
    wasm_free(name);
    if (!bytecode) this.fail(file);
    const result = qjs_eval_bytecode(bytecode, new DataView(memory.buffer).getUint32(size, true));
    wasm_free(bytecode);
    wasm_free(size);
    if (qjs_is_exception(result)) this.fail(file);
    return result;
  }

  fail(file) {
    const { qjs_get_exception, qjs_get_prop_string, qjs_get_string, memory } = this.exports;
    const error = qjs_get_exception();
    const shown = (value) => {
      const at = qjs_get_string(value, 0);
      const bytes = Buffer.from(memory.buffer, at);
      return bytes.toString("utf8", 0, bytes.indexOf(0));
    };
    throw new Error(`${file}: ${shown(error)}\n${shown(qjs_get_prop_string(error, this.text("stack")[0]))}`);
  }

  /** Hands the functions of the glue to the prelude, and runs it. */
  load(natives, files) {
    const { qjs_new_object, qjs_new_host_function, qjs_set_prop_string, qjs_get_global } = this.exports;
    const object = qjs_new_object();
    natives.forEach((name, at) => {
      const [place] = this.text(String.fromCharCode(48 + at));
      qjs_set_prop_string(object, this.text(name)[0], qjs_new_host_function(place, 1, 0));
    });
    qjs_set_prop_string(qjs_get_global(), this.text("polymer_native")[0], object);
    this.run("globalThis.polymer_files = { __proto__: null }", "node:internal/files");
    for (const [name, text] of files) {
      const wrapped = `polymer_files[${JSON.stringify(name)}] = function (exports, require, module) {${text}\n}`;
      this.run(wrapped, `node:internal/${name.replace(/^\.\//, "")}`);
    }
    const loader = fs.readFileSync(path.join(here, "loader.js"), "utf8");
    this.run(loader, "node:internal/loader");
  }

  /** Its memory and its globals once all is loaded. */
  freeze() {
    const { exports } = this;
    exports.qjs_run_gc();
    exports.qjs_set_gc_threshold((exports.qjs_get_allocated_size() >>> 0) + GARBAGE_THRESHOLD);
    this.fillHoles();
    exports.memory.grow(STACK_PAGES);
    const top = exports.memory.buffer.byteLength;
    exports.__stack_pointer.value = top;
    exports.JS_UpdateStackTop(exports.qjs_get_runtime_ptr());
    exports.qjs_set_max_stack_size(STACK_BYTES);
    const memory = new Uint8Array(exports.memory.buffer);
    memory.fill(0, 0, FIRST_DATA);
    memory.fill(0, top - STACK_PAGES * PAGE);
    return { memory, globals: this.globals.map((name) => [name, exports[name].value]) };
  }

  /** Takes all free memory between what is in use: what a run allocates then lies together, and fewer pages are touched. */
  fillHoles() {
    const { wasm_malloc, wasm_free, memory } = this.exports;
    const end = lastByte(new Uint8Array(memory.buffer));
    for (let size = 1 << 16; size >= 8; size = size > 256 ? size >> 1 : size - 8) {
      let at = wasm_malloc(size);
      while (at < end) at = wasm_malloc(size);
      wasm_free(at);
    }
  }
}

try {
  make();
} finally {
  fs.rmSync(work, { recursive: true });
}
