// The page: its data become elements, in the order in which people look.

const data = JSON.parse(document.getElementById("data").textContent);
document.title = `${data.folder}: ${data.failed === 0 ? "ok" : `${format.count(data.failed)} failed`}`;

const head = () => {
  document.getElementById("head").append(
    element("h1", {}, "Run ", element("span", { class: "folder", text: data.folder })),
    element("p", { class: data.is_running ? "state running" : "state", text: [data.state, data.times].filter(Boolean).join(", ") }));
};

const strip = () => {
  const shares = data.verdicts.map(([name, count]) => element("span", {
    class: `share ${name === "ok" ? "ok" : "failed"}`, title: `${name}: ${format.count(count)}`,
  }));
  // A style of its own for each, set as a property: the policy allows no style in markup.
  shares.forEach((share, at) => { share.style.flexGrow = String(data.verdicts[at][1]); });
  const list = data.verdicts.map(([name, count]) => element("li", { class: name === "ok" ? "ok" : "failed" },
    element("strong", { text: format.count(count) }), ` ${name} `, element("small", { text: percent(count, data.total) })));
  return element("section", { id: "verdicts", "aria-label": "Verdicts" },
    element("p", { class: "sentence", text: data.sentence }),
    element("div", { class: "strip", "aria-hidden": "true" }, ...shares),
    element("ul", { class: "verdicts" }, ...list));
};

const part = (title, text, note) => text === null || text === "" ? null
  : element("div", { class: "part" }, element("h4", { text: title }), note ? element("small", { text: note }) : null, element("pre", { tabindex: "0", text }));

const cause = (shown, most) => {
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  bar.style.width = `${Math.max(2, 100 * shown.count / most)}%`;
  const [firstLine, firstName] = shown.first;
  const [lastLine, lastName] = shown.last;
  const named = (line, name) => name === String(line) || name === "" ? `line ${format.count(line)}` : `line ${format.count(line)} (${name})`;
  const where = shown.count === 1 ? named(firstLine, firstName) : `first ${named(firstLine, firstName)}, last ${named(lastLine, lastName)}`;
  return element("details", { class: "cause" },
    element("summary", {},
      element("span", { class: "count" }, `${shown.is_exact ? "" : "≥ "}${format.count(shown.count)}`, bar),
      element("span", { class: "what" }, element("span", { text: shown.text }),
        shown.frame ? element("span", { class: "frame", text: `at ${shown.frame}` }) : null,
        element("span", { class: "where", text: where }))),
    element("div", { class: "example" },
      shown.module ? element("p", { class: "module", text: `module ${shown.module}` }) : null,
      part("Error", shown.message), part("Difference", shown.diff), part("Input", shown.input),
      // Where the error only says that the guest gave itself up, the log says why.
      part("Log", shown.log, "the end of it"), part("Trace", shown.trace),
      element("h4", { text: "Run this task again" }), command(data.rerun + shown.one),
      element("small", { text: "After a module was changed, add --force." }),
      ...(shown.count === 1 ? [] : [
        element("h4", { text: `Run all ${format.count(shown.count)} of this cause again` }), command(data.rerun + shown.all),
        element("h4", { text: "List them" }), command(data.list + shown.all),
      ]),
      ...(shown.more === null ? [] : [
        element("h4", { text: "Run again with twice as much of the limit" }), command(`${data.rerun}${shown.all} ${shown.more}`),
      ])));
};

const causes = () => {
  if (data.failed === 0) return section("causes", "Causes of failures", element("p", { text: "Nothing failed." }));
  const most = Math.max(...data.causes.map(shown => shown.count));
  const note = data.other_failures === 0 ? null : element("p", { text: `${plural(data.other_failures, "failure")} of other causes, each of them rarer.` });
  return section("causes", "Causes of failures",
    element("p", { class: "hint", text: "Open a cause to see one failure of it and the command that runs it again." }),
    ...data.causes.map(shown => cause(shown, most)), note);
};

const taskColumns = (unit, title) => [
  { title: "task" }, { title, number: true, show: format[unit] }, { title: "line", number: true, show: format.count }, { title: "verdict" },
];
const tasks = (list, title) => table(list.title, taskColumns(list.unit, title), list.rows.map(([value, seq, name, verdict]) => [name, value, seq, verdict]));

const near = list => {
  const title = `${list.title}: ${format.count(list.count)}`;
  const columns = [{ title: "task" }, { title: "used %", number: true, show: format.count }, { title: "line", number: true, show: format.count }, { title: "verdict" }];
  return table(`${title} (the limit is ${format[list.unit](list.limit)})`, columns, list.rows.map(([value, seq, name, verdict]) => [name, value, seq, verdict]));
};

const deaths = ({ count, rows }) => {
  if (rows.length === 0) return null;
  const columns = [
    { title: "after the start", number: true, show: format.time }, { title: "worker", number: true, show: format.count },
    { title: "task it was at" }, { title: "how" },
  ];
  const shown = count === rows.length ? "" : `, the first ${rows.length}`;
  return section("deaths", "Workers that died", table(`${plural(count, "worker")}${shown}`, columns, rows));
};

const sums = (id, title, groups, noun) => {
  if (groups.rows.length === 0) return null;
  const all = groups.others ? [...groups.rows, groups.others] : groups.rows;
  const scored = all.some(group => group.max_points > 0);
  const columns = [
    { title: noun }, { title: "tasks", number: true, show: format.count }, { title: "failed", number: true, show: format.count },
    ...(scored ? [{ title: "points", number: true, show: format.points }, { title: "of", number: true, show: format.points }] : []),
    { title: "p50", number: true, show: format.time }, { title: "p99", number: true, show: format.time },
    { title: "time", number: true, show: format.time }, { title: "fuel", number: true, show: format.fuel },
  ];
  const rows = all.map(group => [group.name, group.tasks, group.failed, ...(scored ? [group.points, group.max_points] : []), group.p50, group.p99, group.time, group.fuel]);
  const name = id === "groups" && scored ? "Groups and scores" : title;
  // What is slow stands first; persons stand by name.
  return section(id, name, table(`Sums and times of last attempts`, columns, rows, { by: id === "modules" ? columns.findIndex(column => column.title === "p50") : null }));
};

const comparison = () => {
  const { folder, sentences, verdicts, failed_now, mended, more_fuel, less_fuel } = data.comparison;
  const task = [{ title: "task" }, { title: "line", number: true, show: format.count }];
  const fuel = [...task, { title: "before", number: true, show: format.fuel }, { title: "now", number: true, show: format.fuel }, { title: "times", number: true, show: digits }];
  const ends = [...task, { title: "before" }, { title: "now" }];
  const byVerdict = (title, list) => list.length === 0 ? null : table(title, ends, list.map(([name, line, before, now]) => [name, line, before, now]));
  const byFuel = (title, list) => list.length === 0 ? null
    : table(title, fuel, list.map(([name, line, , , before, now]) => [name, line, before, now, before === 0 ? 0 : now / before]));
  const changes = verdicts.length === 0 ? null : table("Verdicts that changed",
    [{ title: "before" }, { title: "now" }, { title: "tasks", number: true, show: format.count }], verdicts);
  return section("comparison", `Compared with ${folder}`, ...sentences.map(text => element("p", { text })),
    element("div", { class: "grid" }, changes, byVerdict("Failed now and not before: the first ones", failed_now),
      byVerdict("Failed before and not now: the first ones", mended),
      byFuel("More fuel: what changed most", more_fuel), byFuel("Less fuel: what changed most", less_fuel)));
};

const facts = () => section("facts", "About this run", element("div", { class: "facts" }, ...data.sections.map(([title, list]) =>
  element("div", {}, element("h3", { text: title }), element("dl", {}, ...list.flatMap(([name, value]) =>
    [element("dt", { text: name }), element("dd", { text: value })]))))));

head();
const line = data.timeline;
document.getElementById("main").replaceChildren(...[
  strip(),
  data.comparison ? comparison() : null,
  causes(),
  line ? section("throughput", "Throughput over time", ...throughput(line)) : null,
  line && line.lanes.length > 0 ? section("lanes", "Workers over time",
    element("p", { class: "hint", text: "How busy each worker was with last attempts of tasks: the higher, the busier." }), ...lanes(line)) : null,
  deaths(data.deaths),
  data.histograms.length > 0 ? section("usage", "What tasks used", element("div", { class: "grid" }, ...data.histograms.map(histogram))) : null,
  sums("modules", "Modules", data.modules, "module"),
  data.extremes.length > 0 ? section("extremes", "Slowest and hungriest", element("div", { class: "grid" }, ...data.extremes.map(list =>
    tasks(list, { time: "time", fuel: "fuel", size: "memory" }[list.unit])))) : null,
  data.near.length > 0 ? section("near", "Near a limit", element("div", { class: "grid" }, ...data.near.map(near))) : null,
  sums("groups", "Groups", data.groups, "group"),
  facts(),
].filter(Boolean));
