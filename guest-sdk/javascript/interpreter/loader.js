// Loads the prelude: each of its files, and of the packages that it takes from, is a function in `polymer_files`. Only while the module is made.
{
  const files = globalThis.polymer_files;
  const loaded = { __proto__: null, native: { exports: globalThis.polymer_native } };
  delete globalThis.polymer_files;
  delete globalThis.polymer_native;

  // What packages require of each other, and of what is ours.
  const NAMES = {
    __proto__: null,
    "node-inspect-extracted": "node-inspect-extracted/dist/inspect.js",
    inspect_details: "./inspect_details.js",
    "base64-js": "base64-js/index.js",
    ieee754: "ieee754/index.js",
    events: "./events.js",
    "path-browserify": "path-browserify/index.js",
    "string_decoder/": "string_decoder/lib/string_decoder.js",
    buffer: "./buffer.js",
    "buffer/": "buffer/index.js",
    "safe-buffer": "./buffer.js",
    "util/": "./util.js",
    "process/": "./process.js",
    "readable-stream": "readable-stream/lib/stream.js",
    "abort-controller": "./events_web.js",
    "webidl-conversions": "webidl-conversions/lib/index.js",
    "whatwg-url": "whatwg-url-without-unicode/index.js",
    "object-is": "./small_packages.js#objectIs",
    "object-is/polyfill": "./small_packages.js#getObjectIs",
    "object.assign/polyfill": "./small_packages.js#getObjectAssign",
    "is-nan": "./small_packages.js#isNaN",
    "call-bind/callBound": "./small_packages.js#callBound",
    punycode: "./small_packages.js#punycode",
  };

  const join = (folder, name) => {
    const parts = folder.split("/");
    for (const part of name.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== ".") parts.push(part);
    }
    return parts.join("/");
  };

  const load = (name) => {
    const [file, part] = name.split("#");
    if (part) return load(file)[part];
    if (loaded[file]) return loaded[file].exports;
    const run = files[file];
    if (!run) throw new Error(`the prelude has no ${file}`);
    const module = (loaded[file] = { exports: {} });
    const folder = file.slice(0, file.lastIndexOf("/"));
    const require = (wanted) => {
      if (NAMES[wanted]) return load(NAMES[wanted]);
      if (wanted === "native") return load(wanted);
      const path = wanted.startsWith(".") ? join(folder, wanted) : wanted;
      const found = [path, `${path}.js`, `${path}/index.js`].find((candidate) => files[candidate] || loaded[candidate]);
      if (!found) throw new Error(`${file} requires ${wanted}, which is not there`);
      return load(found);
    };
    run.call(module.exports, module.exports, require, module);
    return module.exports;
  };

  load("./start.js");
}
