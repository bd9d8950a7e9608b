// Charts. Each is drawn anew when its width or the colours change, and has a table that says the
// same.

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const dense = () => Math.max(1, devicePixelRatio || 1);

const redraws = [];
const chart = (className, label, draw) => {
  const place = element("div", { class: `chart ${className}`, role: "img", "aria-label": label });
  let width = 0;
  const redraw = () => {
    width = place.clientWidth;
    if (width > 0) {
      place.replaceChildren();
      draw(place, width);
    }
  };
  redraws.push(redraw);
  new ResizeObserver(() => { if (place.clientWidth !== width) redraw(); }).observe(place);
  return place;
};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraws.forEach(redraw => redraw()));

const font = () => "12px system-ui, sans-serif";
const axisLook = () => ({
  stroke: colour("text"), font: font(),
  grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line"), width: 1, size: 5 },
});

// Left and right of every chart over time, so that they stand below one another.
const LEFT = 64;
const RIGHT = 14;

// What can be marked: its shape and colour, so that neither is the only sign.
const MARKS = [
  { key: "crashes", title: "worker died", colour: "crash", shape: "cross" },
  { key: "restarts", title: "process replaced", colour: "restart", shape: "square" },
  { key: "retries", title: "retried", colour: "retry", shape: "circle" },
  { key: "escalations", title: "retried after a limit", colour: "limit", shape: "triangle" },
];

const drawMark = (context, shape, x, y, size) => {
  context.beginPath();
  if (shape === "cross") {
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size);
    context.lineTo(x - size, y + size);
    context.stroke();
  } else if (shape === "square") {
    context.rect(x - size, y - size, 2 * size, 2 * size);
    context.stroke();
  } else if (shape === "circle") {
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fill();
  } else {
    context.moveTo(x, y - size);
    context.lineTo(x + size, y + size);
    context.lineTo(x - size, y + size);
    context.closePath();
    context.fill();
  }
};

const clock = milliseconds => new Date(milliseconds).toLocaleTimeString("en-GB");

const timeScale = line => {
  const start = line.start_ms / 1000;
  const width = line.width_ms / 1000;
  return { start, width, end: start + width * line.ok.length };
};

// Since the start of what is shown, in the unit that suits its length.
const sinceStart = (seconds, length) =>
  length < 1 ? `${digits(seconds * 1000)} ms` : length < 120 ? `${digits(seconds)} s` : minutes(seconds);

const throughput = line => {
  const { start, width } = timeScale(line);
  const length = width * line.ok.length;
  const marks = MARKS.filter(mark => line[mark.key].some(number => number > 0));
  const label = `Tasks per second over ${format.time(length * 1e9)}, ok and failed. The table below has the numbers.`;
  const made = chart("throughput", label, (place, total) => {
    const xs = line.ok.map((_, at) => (at + 0.5) * width);
    const stepped = uPlot.paths.bars({ size: [1, Infinity], gap: 0 });
    const all = line.ok.map((ok, at) => (ok + line.failed[at]) / width);
    const failed = line.failed.map(number => number / width);
    const rowHeight = 16;
    const plot = new uPlot({
      width: total, height: 214 + rowHeight * marks.length, padding: [10 + rowHeight * marks.length, RIGHT, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: false, range: () => [0, length] }, y: { range: (_, __, max) => [0, Math.max(max * 1.05, 1e-9)] } },
      axes: [
        { ...axisLook(), size: 34, values: (_, ticks) => ticks.map(tick => sinceStart(tick, length)), space: 80 },
        { ...axisLook(), size: LEFT, values: (_, ticks) => ticks.map(tick => tick === 0 ? "0" : `${scaled(tick, [[1, ""], [1e3, " k"], [1e6, " M"]])}/s`) },
      ],
      series: [
        {},
        { label: "all", fill: colour("ok"), stroke: colour("ok"), width: 0, paths: stepped, points: { show: false } },
        { label: "failed", fill: colour("failed"), stroke: colour("failed"), width: 0, paths: stepped, points: { show: false } },
      ],
      hooks: {
        draw: [plot => marks.forEach((mark, row) => {
          const context = plot.ctx;
          const scale = dense();
          context.save();
          context.strokeStyle = context.fillStyle = colour(mark.colour);
          context.lineWidth = 1.6 * scale;
          line[mark.key].forEach((number, at) => {
            if (number === 0) return;
            const x = plot.valToPos(xs[at], "x", true);
            drawMark(context, mark.shape, x, plot.bbox.top - scale * (8 + rowHeight * (marks.length - 1 - row)), 3.6 * scale);
          });
          context.restore();
        })],
        setCursor: [plot => {
          const at = plot.cursor.idx;
          if (at === null || at === undefined || plot.cursor.left < 0) return hideTip();
          const { left, top } = plot.over.getBoundingClientRect();
          const words = marks.filter(mark => line[mark.key][at] > 0).map(mark => `${format.count(line[mark.key][at])} × ${mark.title}`);
          showTip([
            `${sinceStart(at * width, length)} after the start (${clock((start + at * width) * 1000)})`,
            `${format.count(line.ok[at])} ok, ${format.count(line.failed[at])} failed`,
            `${digits(all[at])} tasks a second`, ...words,
          ], left + plot.cursor.left, top + plot.cursor.top);
        }],
      },
    }, [xs, all, failed], place);
    plot.over.addEventListener("mouseleave", hideTip);
  });
  const key = element("ul", { class: "key" },
    element("li", {}, element("span", { class: "swatch ok", "aria-hidden": "true" }), "ok (above)"),
    element("li", {}, element("span", { class: "swatch failed", "aria-hidden": "true" }), "failed (at the bottom)"),
    ...marks.map(mark => {
      const icon = element("canvas", { width: 28, height: 28, class: "mark", "aria-hidden": "true" });
      const paint = () => {
        const context = icon.getContext("2d");
        context.clearRect(0, 0, 28, 28);
        context.strokeStyle = context.fillStyle = colour(mark.colour);
        context.lineWidth = 3.5;
        drawMark(context, mark.shape, 14, 14, 8);
      };
      redraws.push(paint);
      paint();
      return element("li", {}, icon, mark.title);
    }));
  const columns = [
    { title: "after the start", show: seconds => sinceStart(seconds, length), number: true },
    ...["ok", "failed", "workers died", "processes replaced", "retries", "retries after a limit"].map(title => ({ title, number: true, show: format.count })),
  ];
  const rows = line.ok.map((ok, at) => [at * width, ok, line.failed[at], line.crashes[at], line.restarts[at], line.retries[at], line.escalations[at]]);
  const busy = rows.filter(row => row.slice(1).some(number => number > 0));
  return [made, key, folded("Table of throughput", table(`Tasks that ended in each ${format.time(width * 1e9)}`, columns, busy))];
};

const laneName = slot => slot === 0 ? "others" : `worker ${slot}`;

const lanes = line => {
  const { width } = timeScale(line);
  const length = width * line.ok.length;
  const count = line.lanes.length;
  const height = count > 24 ? 9 : 18;
  const made = chart("lanes", `How busy each of ${plural(count, "worker")} was over time. The table below has the numbers.`, (place, total) => {
    const canvas = element("canvas");
    const scale = dense();
    const [w, h] = [total, count * height + 4];
    canvas.width = w * scale;
    canvas.height = h * scale;
    canvas.style.width = `${w}px`;
    canvas.style.height = `${h}px`;
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    context.font = font();
    context.textBaseline = "middle";
    context.textAlign = "right";
    const inner = w - LEFT - RIGHT;
    const step = inner / line.ok.length;
    line.lanes.forEach(([slot, busy], row) => {
      const y = row * height;
      if (height > 12 || row % 4 === 0) {
        context.fillStyle = colour("text");
        context.fillText(slot === 0 ? "others" : String(slot), LEFT - 8, y + height / 2);
      }
      context.fillStyle = colour("line");
      context.fillRect(LEFT, y + height - 2, inner, 1);
      context.fillStyle = colour("busy");
      busy.forEach((percent, at) => {
        // The height says it, not the colour alone.
        const tall = (height - 3) * percent / 100;
        if (percent > 0) context.fillRect(LEFT + at * step, y + height - 2 - tall, Math.max(step, 0.7), Math.max(tall, 0.7));
      });
    });
    const find = event => {
      const box = canvas.getBoundingClientRect();
      const row = Math.floor((event.clientY - box.top) / height);
      const at = Math.floor((event.clientX - box.left - LEFT) / step);
      return line.lanes[row] && at >= 0 && at < line.ok.length ? { lane: line.lanes[row], at } : null;
    };
    canvas.addEventListener("mousemove", event => {
      const found = find(event);
      if (!found) return hideTip();
      const { lane: [slot, busy], at } = found;
      showTip([laneName(slot), `${sinceStart(at * width, length)} after the start`, `busy ${busy[at]} % of ${format.time(width * 1e9)}`], event.clientX, event.clientY);
    });
    canvas.addEventListener("mouseleave", hideTip);
    place.append(canvas);
  });
  const mean = busy => busy.reduce((sum, percent) => sum + percent, 0) / busy.length;
  const rows = line.lanes.map(([slot, busy]) => [slot, Math.round(mean(busy)), busy.filter(percent => percent === 0).length]);
  const columns = [
    { title: "worker", number: true, show: slot => slot === 0 ? "others" : String(slot) },
    { title: "busy, mean %", number: true },
    { title: `of ${format.count(line.ok.length)} intervals idle`, number: true },
  ];
  return [made, folded("Table of workers", table("How busy each worker was", columns, rows))];
};

// The smallest value of a bucket: four a power of two, and one for each value up to 3.
const lowerOf = bucket => bucket < 4 ? bucket : (4 + bucket % 4) * 2 ** (Math.floor(bucket / 4) - 1);

const histogram = data => {
  const show = format[data.unit];
  const place = value => Math.log2(Math.max(value, 0.5));
  const bounds = data.counts.map((_, at) => [lowerOf(data.first + at), lowerOf(data.first + at + 1)]);
  const lines = [["p50", data.p50], ["p95", data.p95], ["p99", data.p99]];
  const hasLimit = data.limit !== null;
  const label = `Histogram of ${data.title.toLowerCase()} on a logarithmic scale: ${lines.map(([name, value]) => `${name} ${show(value)}`).join(", ")}` +
    (hasLimit ? `, limit ${show(data.limit)}` : "") + ". The table below has the numbers.";
  const from = place(bounds[0][0]) - 0.4;
  const to = Math.max(place(bounds.at(-1)[1]), hasLimit ? place(data.limit) : -Infinity) + 0.6;
  const made = chart("histogram", label, (target, total) => {
    const xs = bounds.map(([lower, upper]) => (place(lower) + place(upper)) / 2);
    const plot = new uPlot({
      width: total, height: 204, padding: [42, RIGHT, 0, 0], legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: false, range: () => [from, to] }, y: { range: (_, __, max) => [0, Math.max(max * 1.05, 1)] } },
      axes: [
        {
          ...axisLook(), size: 34, grid: { show: false },
          splits: (_, __, min, max) => {
            // One tick for each unit that people count in, as many as there is room for.
            const base = data.unit === "size" ? 2 : 10;
            const per = Math.log2(base);
            const every = Math.max(1, Math.ceil((max - min) / per / Math.max(2, total / 90)));
            const ticks = [];
            for (let at = Math.ceil(min / per); at * per <= max; at += 1) if (at % every === 0) ticks.push(at * per);
            return ticks;
          },
          values: (_, ticks) => ticks.map(tick => show(data.unit === "size" ? 2 ** tick : Number((2 ** tick).toPrecision(2)))),
        },
        { ...axisLook(), size: LEFT, values: (_, ticks) => ticks.map(tick => Number.isInteger(tick) ? scaled(tick, [[1, ""], [1e3, " k"], [1e6, " M"]]) : "") },
      ],
      series: [{}, { label: "tasks", paths: () => null, points: { show: false } }],
      hooks: {
        draw: [plot => {
          const { ctx: context, bbox } = plot;
          const scale = dense();
          context.save();
          context.fillStyle = colour("bar");
          bounds.forEach(([lower, upper], at) => {
            if (data.counts[at] === 0) return;
            const [left, right] = [plot.valToPos(place(lower), "x", true), plot.valToPos(place(upper), "x", true)];
            const top = plot.valToPos(data.counts[at], "y", true);
            const bottom = bbox.top + bbox.height;
            // Few among many are to be seen too.
            const height = Math.max(bottom - top, 3 * scale);
            context.fillRect(left, bottom - height, Math.max(right - left - scale, scale), height);
          });
          context.font = `${12 * scale}px system-ui, sans-serif`;
          context.textBaseline = "bottom";
          const vertical = (name, value, paint, dash, row) => {
            const x = plot.valToPos(place(value), "x", true);
            context.strokeStyle = context.fillStyle = colour(paint);
            context.lineWidth = 1.5 * scale;
            context.setLineDash(dash.map(length => length * scale));
            context.beginPath();
            context.moveTo(x, bbox.top - (2 + 13 * row) * scale);
            context.lineTo(x, bbox.top + bbox.height);
            context.stroke();
            context.setLineDash([]);
            const isLeft = x > bbox.left + bbox.width * 0.75;
            context.textAlign = isLeft ? "right" : "left";
            context.fillText(name, x + (isLeft ? -3 : 3) * scale, bbox.top - (1 + 13 * row) * scale + 1);
          };
          lines.forEach(([name, value], at) => vertical(name, value, "text", [4, 3 + 2 * at], at));
          if (hasLimit) vertical(`limit ${show(data.limit)}`, data.limit, "limit", [], 0);
          context.restore();
        }],
        setCursor: [plot => {
          if (plot.cursor.left < 0) return hideTip();
          const value = plot.posToVal(plot.cursor.left, "x");
          const at = bounds.findIndex(([lower, upper]) => place(lower) <= value && value < place(upper));
          if (at < 0) return hideTip();
          const { left, top } = plot.over.getBoundingClientRect();
          const below = data.counts.slice(0, at + 1).reduce((sum, count) => sum + count, 0);
          showTip([
            `${show(bounds[at][0])} to ${show(bounds[at][1])}`, plural(data.counts[at], "task"),
            `${percent(below, data.count)} up to here`,
          ], left + plot.cursor.left, top + plot.cursor.top);
        }],
      },
    }, [xs, data.counts], target);
    plot.over.addEventListener("mouseleave", hideTip);
  });
  const figures = [["p50", data.p50], ["p95", data.p95], ["p99", data.p99], ["largest", data.max], ["mean", data.mean]];
  const sums = element("dl", { class: "figures" }, ...[...figures, ...(hasLimit ? [["limit", data.limit]] : [])].map(([name, value]) =>
    element("div", { class: name === "limit" ? "limit" : null }, element("dt", { text: name }), element("dd", { text: show(value) }))));
  const rows = bounds.map(([lower, upper], at) => [lower, upper, data.counts[at]]).filter(row => row[2] > 0);
  const columns = [{ title: "from", number: true, show }, { title: "below", number: true, show }, { title: "tasks", number: true, show: format.count }];
  return element("figure", {}, element("figcaption", { text: data.title }), sums, made, folded("Table", table(`${data.title} of ${plural(data.count, "task")}`, columns, rows)));
};
