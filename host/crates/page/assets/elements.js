// Elements and amounts. All text goes into the page as text, never as markup.

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
};

// A number with `digits` digits that count.
const digits = (number, count = 3) => {
  if (number === 0) return "0";
  const whole = Math.max(0, count - 1 - Math.floor(Math.log10(Math.max(Math.abs(number), 1e-9))));
  return number.toFixed(Math.min(whole, count - 1));
};

const scaled = (number, units) => {
  let at = 0;
  while (at + 1 < units.length && number >= units[at + 1][0]) at += 1;
  const [scale, unit] = units[at];
  const value = number / scale;
  return (Number.isInteger(value) ? String(value) : digits(value)) + unit;
};

const format = {
  // Nanoseconds.
  time: number => number === 0 ? "0 s" : number >= 60e9 ? minutes(number / 1e9)
    : scaled(number, [[1, " ns"], [1e3, " µs"], [1e6, " ms"], [1e9, " s"]]),
  fuel: number => scaled(number, [[1, ""], [1e3, " k"], [1e6, " M"], [1e9, " G"], [1e12, " T"]]),
  size: number => scaled(number, [[1, " B"], [1024, " KiB"], [1024 ** 2, " MiB"], [1024 ** 3, " GiB"]]),
  count: number => number.toLocaleString("en"),
  points: number => (number / 1000).toLocaleString("en", { maximumFractionDigits: 3 }),
};

const minutes = seconds => {
  const whole = Math.round(seconds);
  const [hours, rest] = [Math.floor(whole / 3600), whole % 3600];
  const text = `${Math.floor(rest / 60)} min ${rest % 60} s`;
  return hours > 0 ? `${hours} h ${text}` : text;
};

const percent = (part, whole) => whole === 0 ? "0 %" : `${digits(100 * part / whole)} %`;

const plural = (number, noun) => `${format.count(number)} ${noun}${number === 1 ? "" : "s"}`;

// A table whose columns are sorted by a click on their head, at first by the column `by`, if any. A
// column is its title, whether it has numbers, and how a value is shown.
const table = (caption, columns, rows, { by = null } = {}) => {
  const body = element("tbody");
  let order = null;
  const fill = shown => body.replaceChildren(...shown.map(row => element("tr", {}, ...columns.map((column, at) => {
    const value = row[at];
    const text = value === null || value === undefined ? "" : column.show ? column.show(value) : String(value);
    return element(at === 0 ? "th" : "td", { class: column.number ? "number" : null, scope: at === 0 ? "row" : null, text });
  }))));
  const heads = columns.map((column, at) => {
    const head = element("th", { scope: "col", class: column.number ? "number" : null, "aria-sort": "none" });
    const button = element("button", { type: "button", text: column.title });
    button.addEventListener("click", () => {
      // Numbers begin with the largest.
      const down = order && order.at === at ? !order.down : Boolean(column.number);
      order = { at, down };
      const compare = (one, other) => column.number ? one[at] - other[at] : String(one[at]).localeCompare(String(other[at]));
      fill([...rows].sort((one, other) => down ? compare(other, one) : compare(one, other)));
      heads.forEach((other, place) => other.setAttribute("aria-sort", place !== at ? "none" : down ? "descending" : "ascending"));
    });
    head.append(button);
    return head;
  });
  fill(rows);
  if (by !== null) heads[by].firstChild.click();
  const made = element("table", {}, element("caption", { text: caption }), element("thead", {}, element("tr", {}, ...heads)), body);
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, made);
};

const folded = (title, content) => element("details", { class: "table" }, element("summary", { text: title }), content);

const section = (id, title, ...children) =>
  element("section", { id, "aria-labelledby": `${id}-title` }, element("h2", { id: `${id}-title`, text: title }), ...children);

// A command and a button that copies it.
const command = text => {
  const code = element("code", { text });
  const button = element("button", { type: "button", class: "copy", text: "Copy" });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      // Without the right to the clipboard the text is selected, to be copied by hand.
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
  });
  return element("div", { class: "command" }, code, button);
};

// What stands beside the pointer.
const tip = document.getElementById("tip");
const showTip = (lines, x, y) => {
  tip.replaceChildren(...lines.map(line => element("div", { text: line })));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
  tip.style.top = `${y + 18 + height > innerHeight ? Math.max(4, y - height - 12) : y + 18}px`;
};
const hideTip = () => { tip.hidden = true; };
