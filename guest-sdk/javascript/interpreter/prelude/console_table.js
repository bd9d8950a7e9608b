// `console.table`.
const { inspect } = require("./util.js");
const { types } = require("./inspect_details.js");

const [INDEX, ITERATION, KEY, VALUES] = ["(index)", "(iteration index)", "Key", "Values"];

function shown(value) {
  const depth = value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 2 ? -1 : 0;
  return inspect(value, { maxArrayLength: 3, breakLength: Infinity, depth });
}

/** How many columns a text takes: some characters take two, some none. */
function width(text) {
  let columns = 0;
  for (const character of text) {
    if (/[\u0300-\u036f\u200b-\u200f\ufe00-\ufe0f]/.test(character)) continue;
    columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(character) ? 2 : 1;
  }
  return columns;
}

function render(head, columns) {
  const rows = [];
  const widths = head.map(width);
  const longest = Math.max(...columns.map((column) => column.length));
  for (let row = 0; row < longest; row++) {
    rows.push(columns.map((column, at) => {
      const cell = column[row] === undefined ? "" : column[row];
      widths[at] = Math.max(widths[at], width(cell));
      return cell;
    }));
  }
  const line = (cells) => `│${cells.map((cell, at) => ` ${cell}${" ".repeat(widths[at] - width(cell))} `).join("│")}│`;
  const rule = (start, middle, end) => start + widths.map((columns) => "─".repeat(columns + 2)).join(middle) + end;
  return [rule("┌", "┬", "┐"), line(head), rule("├", "┼", "┤"), ...rows.map(line), rule("└", "┴", "┘")].join("\n");
}

function table(data, properties) {
  if (types.isMap(data)) {
    const entries = [...data];
    const indices = entries.map((_, at) => `${at}`);
    return render([ITERATION, KEY, VALUES], [indices, entries.map(([key]) => shown(key)), entries.map(([, value]) => shown(value))]);
  }
  if (types.isSet(data)) {
    const values = [...data];
    return render([ITERATION, VALUES], [values.map((_, at) => `${at}`), values.map(shown)]);
  }
  const keys = Object.keys(data);
  const columns = new Map();
  const values = [];
  let hasPrimitives = false;
  keys.forEach((key, row) => {
    const item = data[key];
    const isPrimitive = item === null || (typeof item !== "function" && typeof item !== "object");
    if (isPrimitive) {
      hasPrimitives = true;
      values[row] = shown(item);
      return;
    }
    for (const name of properties ?? Object.keys(item)) {
      if (!columns.has(name)) columns.set(name, []);
      if (Object.hasOwn(item, name)) columns.get(name)[row] = shown(item[name]);
    }
  });
  const head = [INDEX, ...columns.keys()];
  const cells = [keys, ...columns.values()];
  if (hasPrimitives) {
    head.push(VALUES);
    cells.push(values);
  }
  for (const column of cells) column.length = keys.length;
  return render(head, cells);
}

module.exports = table;
