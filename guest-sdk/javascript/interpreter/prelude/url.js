// `url`: addresses as browsers read them, by a package, and node's older `parse`.
const whatwg = require("whatwg-url");
const { invalidType, codeError } = require("./errors.js");
const querystring = require("./querystring.js");

const { URL: PackageURL, URLSearchParams } = whatwg;
const kInspect = Symbol.for("nodejs.util.inspect.custom");

function URL(given, base) {
  if (!new.target) throw new TypeError("Class constructor URL cannot be invoked without 'new'");
  try {
    return Reflect.construct(PackageURL, base === undefined ? [`${given}`] : [`${given}`, `${base}`], new.target);
  } catch {
    throw codeError("ERR_INVALID_URL", "Invalid URL", TypeError, { input: `${given}`, ...(base === undefined ? {} : { base: `${base}` }) });
  }
}
URL.prototype = PackageURL.prototype;
Object.defineProperty(URL.prototype, "constructor", { value: URL, writable: true, configurable: true, enumerable: false });
URL.canParse = (given, base) => {
  try {
    return Boolean(new URL(given, base));
  } catch {
    return false;
  }
};
URL.createObjectURL = () => {
  throw new Error("URL.createObjectURL is not available here");
};
Object.defineProperty(URL.prototype, kInspect, {
  value(depth, options, inspect) {
    if (depth < 0) return options.stylize?.("[URL]", "special") ?? "[URL]";
    const shown = {};
    for (const key of ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "searchParams", "hash"]) shown[key] = this[key];
    return `URL ${inspect(shown, options)}`;
  },
  enumerable: false,
  configurable: true,
});
Object.defineProperty(URLSearchParams.prototype, kInspect, {
  value(depth, options, inspect) {
    const entries = [...this].map(([key, value]) => `${inspect(key, options)} => ${inspect(value, options)}`);
    return entries.length ? `URLSearchParams { ${entries.join(", ")} }` : "URLSearchParams {}";
  },
  enumerable: false,
  configurable: true,
});
if (!("size" in URLSearchParams.prototype)) {
  Object.defineProperty(URLSearchParams.prototype, "size", { get() {
    return [...this].length;
  }, enumerable: true, configurable: true });
}
// A second argument narrows what is meant, which the package does not know.
const { has, delete: remove } = URLSearchParams.prototype;
Object.assign(URLSearchParams.prototype, {
  has(name, value) {
    return value === undefined ? has.call(this, name) : this.getAll(name).includes(`${value}`);
  },
  delete(name, value) {
    if (value === undefined) return remove.call(this, name);
    const left = this.getAll(name).filter((one) => one !== `${value}`);
    remove.call(this, name);
    for (const one of left) this.append(name, one);
  },
});

const SLASHED = new Set(["http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:"]);

class Url {
  constructor() {
    for (const name of ["protocol", "slashes", "auth", "host", "port", "hostname", "hash", "search", "query", "pathname", "path", "href"]) this[name] = null;
  }
}

function parse(given, parsesQuery = false, slashesDenoteHost = false) {
  if (given instanceof Url) return given;
  if (typeof given !== "string") throw invalidType("url", "string", given);
  const url = new Url();
  let rest = given.trim();
  const hash = rest.indexOf("#");
  if (hash >= 0) {
    url.hash = rest.slice(hash);
    rest = rest.slice(0, hash);
  }
  const query = rest.indexOf("?");
  if (query >= 0) {
    url.search = rest.slice(query);
    url.query = rest.slice(query + 1);
    rest = rest.slice(0, query);
  } else if (parsesQuery) {
    url.search = "";
  }
  if (parsesQuery) url.query = querystring.parse(url.query ?? "");
  const protocol = /^[a-z0-9.+-]+:/i.exec(rest);
  if (protocol) {
    url.protocol = protocol[0].toLowerCase();
    rest = rest.slice(protocol[0].length);
  }
  if (rest.startsWith("//") && (protocol || slashesDenoteHost)) {
    url.slashes = true;
    rest = rest.slice(2);
    const end = rest.search(/[/\\]/);
    let host = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? "" : rest.slice(end);
    const at = host.lastIndexOf("@");
    if (at >= 0) {
      url.auth = decodeURIComponent(host.slice(0, at));
      host = host.slice(at + 1);
    }
    const port = /:([0-9]*)$/.exec(host);
    if (port) {
      if (port[1]) url.port = port[1];
      host = host.slice(0, -port[0].length);
    }
    url.hostname = host.toLowerCase().replace(/^\[|\]$/g, "");
    url.host = host.toLowerCase() + (url.port ? `:${url.port}` : "");
    if (SLASHED.has(url.protocol) && !rest) rest = "/";
  }
  if (rest) url.pathname = rest.replace(/[ "<>\\^`{|}]/g, (character) => (character === "\\" ? "/" : encodeURIComponent(character)));
  if (url.pathname || url.search) url.path = (url.pathname ?? "") + (url.search ?? "");
  url.href = format(url);
  return url;
}

function format(given, options) {
  if (typeof given === "string") return parse(given).href;
  if (given instanceof PackageURL) {
    const copy = new URL(given.href);
    if (options?.fragment === false) copy.hash = "";
    if (options?.search === false) copy.search = "";
    if (options?.auth === false) copy.username = copy.password = "";
    return copy.href;
  }
  const auth = given.auth ? `${encodeURIComponent(given.auth).replace(/%3A/i, ":")}@` : "";
  let protocol = given.protocol ?? "";
  if (protocol && !protocol.endsWith(":")) protocol += ":";
  let host = null;
  if (given.host) host = auth + given.host;
  else if (given.hostname) host = auth + (given.hostname.includes(":") ? `[${given.hostname}]` : given.hostname) + (given.port ? `:${given.port}` : "");
  let pathname = given.pathname ?? "";
  const query = given.query !== null && typeof given.query === "object" ? querystring.stringify(given.query) : "";
  let search = given.search || (query && `?${query}`) || "";
  let hash = given.hash ?? "";
  if (given.slashes || ((!protocol || SLASHED.has(protocol)) && host !== null)) {
    host = `//${host ?? ""}`;
    if (pathname && !pathname.startsWith("/")) pathname = `/${pathname}`;
  }
  if (hash && !hash.startsWith("#")) hash = `#${hash}`;
  if (search && !search.startsWith("?")) search = `?${search}`;
  return protocol + (host ?? "") + pathname.replace(/[?#]/g, encodeURIComponent) + search.replace("#", "%23") + hash;
}

function resolve(from, to) {
  const base = new URL(from, "resolve://");
  const resolved = new URL(to, base);
  if (resolved.protocol !== "resolve:") return resolved.href;
  return resolved.pathname + resolved.search + resolved.hash;
}

function fileURLToPath(given) {
  const url = typeof given === "string" ? new URL(given) : given;
  if (url?.protocol !== "file:") throw codeError("ERR_INVALID_URL_SCHEME", "The URL must be of scheme file", TypeError);
  return decodeURIComponent(url.pathname);
}

function pathToFileURL(given) {
  const url = new URL("file://");
  url.pathname = require("path-browserify").resolve(given).replace(/%/g, "%25").replace(/\\/g, "%5C").replace(/\n/g, "%0A").replace(/\r/g, "%0D").replace(/\t/g, "%09");
  if (given.endsWith("/") && !url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

module.exports = {
  globals: { URL, URLSearchParams },
  url: {
    Url, parse, format, resolve, resolveObject: (from, to) => parse(resolve(from, to)), URL, URLSearchParams, fileURLToPath, pathToFileURL,
    domainToASCII: (domain) => domain.toLowerCase(),
    domainToUnicode: (domain) => domain,
    urlToHttpOptions: (url) => ({ protocol: url.protocol, hostname: url.hostname, hash: url.hash, search: url.search, pathname: url.pathname, path: url.pathname + url.search, href: url.href }),
  },
};
