// Three charts over one time axis: workers, utilization with its thresholds, waiting jobs and wait.
import { count, duration, make, percent } from "./format.js";

/** Seconds without a sample after which a curve has a gap; more if samples are rare. */
const GAP = 5;
const MOST_SECONDS = 900;
const ROWS = ["at", "live", "active", "busy", "utilization", "queued", "wait"];

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const timeOfDay = (seconds) => new Date(seconds * 1000).toLocaleTimeString("en-GB").slice(0, seconds % 60 ? 8 : 5);

/** Samples in columns, as the charts need them. */
class Samples {
  constructor() {
    this.begin([]);
  }

  /** Starts again with the past. The distance of its samples decides how long a gap is. */
  begin(past) {
    ROWS.forEach((row) => (this[row] = []));
    const steps = past.slice(1).map((point, i) => point.at - past[i].at);
    const median = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
    this.gap = Math.max(GAP, 3 * median);
    past.forEach((point) => this.add(point));
  }

  add(point) {
    if (point.at < this.at.at(-1) - 1) {
      // The clock was set back: samples of this time come a second time and replace the first ones.
      const kept = this.at.findIndex((at) => at >= point.at);
      ROWS.forEach((row) => this[row].splice(kept));
    }
    const last = this.at.at(-1);
    if (last !== undefined && point.at - last < 0.9) {
      return; // a turn of the loop without a new sample
    }
    if (last !== undefined && point.at - last > this.gap) {
      ROWS.forEach((row) => this[row].push(row === "at" ? last + 1 : null));
    }
    ROWS.forEach((row) => this[row].push(point[row]));
    while (this.at[0] < point.at - MOST_SECONDS) {
      ROWS.forEach((row) => this[row].shift());
    }
  }
}

export class Charts {
  constructor(parent, onLayout) {
    this.parent = parent;
    this.onLayout = onLayout;
    this.samples = new Samples();
    this.span = MOST_SECONDS;
    this.threshold = undefined; // undefined if a target wait decides
    this.bounds = { min: 0, max: 0 };
    this.moments = [];
    this.sync = uPlot.sync("pool");
    this.plots = [
      this.#plot("Workers", this.#workers()),
      this.#plot("Utilization", this.#utilization()),
      this.#plot("Waiting", this.#waiting(), true),
    ];
    new ResizeObserver(() => this.#resize()).observe(parent);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  /** The time shown: from and to, in seconds since 1970. */
  range() {
    const at = this.samples.at;
    const to = at.at(-1) ?? Date.now() / 1000;
    const from = Math.max(to - this.span, Math.min(at[0] ?? to, to - 60));
    return [from, to];
  }

  /** Start and end of the time axis, in pixels from the left of the charts. */
  extent() {
    const plot = this.plots[0].plot;
    const left = plot.bbox.left / devicePixelRatio;
    return [left, left + plot.bbox.width / devicePixelRatio];
  }

  draw() {
    const s = this.samples;
    const data = [
      [s.at, s.live, s.active, s.busy],
      [s.at, s.utilization],
      [s.at, s.queued, s.wait],
    ];
    this.plots.forEach(({ plot }, i) => plot.setData(data[i]));
    this.plots.forEach(({ label }) => label());
    this.onLayout();
  }

  #resize() {
    const width = this.parent.clientWidth;
    this.plots.forEach(({ plot }, i) => plot.setSize({ width, height: this.#height(i === this.plots.length - 1) }));
    this.draw();
  }

  /** The last chart is higher because it has the labels of the time axis. */
  #height(last) {
    return (this.parent.clientWidth < 560 ? 110 : 138) + (last ? 18 : 0);
  }

  #plot(title, { series, scales, axes, hooks, keys }, last = false) {
    const narrow = this.parent.clientWidth < 560;
    const figure = make("figure", "chart");
    const caption = make("figcaption", "", "");
    caption.append(make("strong", "", title));
    const values = keys.map((key) => {
      const item = make("span", "key");
      item.append(make("i", `swatch ${key.swatch}`), make("span", "", key.name), make("b", "", "–"));
      caption.append(item);
      return item.lastElementChild;
    });
    const canvas = make("div", "canvas");
    canvas.setAttribute("role", "img");
    figure.append(caption, canvas);
    this.parent.append(figure);

    const label = () => {
      const idx = plot.cursor.idx ?? plot.data[0].length - 1;
      keys.forEach((key, i) => {
        const value = plot.data[i + 1][idx];
        values[i].textContent = value == null ? "–" : key.show(value);
      });
      canvas.setAttribute(
        "aria-label",
        `${title}: ${keys.map((key, i) => `${key.name} ${values[i].textContent}`).join(", ")}`,
      );
    };
    const grid = { stroke: () => css("--line"), width: 1 };
    const axis = {
      stroke: () => css("--muted"),
      font: "11px system-ui, sans-serif",
      grid,
      ticks: { show: false },
      size: narrow ? 34 : 44,
      gap: 6,
    };
    const plot = new uPlot(
      {
        width: this.parent.clientWidth,
        height: this.#height(last),
        padding: [8, axes.length > 1 ? 0 : axis.size, 0, 0],
        legend: { show: false },
        cursor: {
          sync: { key: "pool" },
          drag: { x: false, y: false },
          points: { size: 6 },
          y: false,
        },
        scales: { x: { time: true, range: () => this.range() }, ...scales },
        series: [{}, ...series],
        axes: [
          {
            ...axis,
            size: last ? 24 : 6,
            values: (u, ticks) => ticks.map((tick) => (last ? timeOfDay(tick) : "")),
            space: narrow ? 70 : 90,
          },
          ...axes.map((extra) => ({ ...axis, ...extra })),
        ],
        hooks: {
          drawClear: [(u) => hooks.below?.(u), (u) => this.#moments(u)],
          draw: [(u) => hooks.above?.(u)],
          setCursor: [label],
        },
      },
      [[], ...series.map(() => [])],
      canvas,
    );
    this.sync.sub(plot);
    return { plot, label };
  }

  #workers() {
    const area = (name) => ({
      stroke: () => css(`--${name}`),
      fill: () => css(`--${name}-fill`),
      width: 1.5,
      paths: uPlot.paths.stepped({ align: 1 }),
      points: { show: false },
    });
    const whole = (value) => count(value);
    return {
      series: [area("draining"), area("idle"), area("busy")],
      scales: { y: { range: (u, low, high) => [0, Math.max(2, Math.ceil((high ?? 0) * 1.15 + 0.4))] } },
      axes: [{ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500], space: 28 }],
      hooks: {
        above: (u) => {
          this.#line(u, this.bounds.max, `max ${this.bounds.max}`, "--muted");
          this.#line(u, this.bounds.min, `min ${this.bounds.min}`, "--muted");
        },
      },
      keys: [
        { name: "live", swatch: "draining", show: whole },
        { name: "active", swatch: "idle", show: whole },
        { name: "busy", swatch: "busy", show: whole },
      ],
    };
  }

  #utilization() {
    return {
      series: [
        {
          stroke: () => css("--busy"),
          fill: () => css("--utilization-fill"),
          width: 2,
          points: { show: false },
        },
      ],
      scales: { y: { range: (u, low, high) => [0, Math.max(1, high ?? 0)] } },
      axes: [{ values: (u, ticks) => ticks.map(percent), incrs: [0.25, 0.5, 1], space: 24 }],
      hooks: {
        below: (u) => {
          if (this.threshold) {
            this.#band(u, this.threshold / 2, this.threshold);
          }
        },
        above: (u) => {
          if (!this.threshold) {
            return;
          }
          this.#line(u, this.threshold, `grows above ${percent(this.threshold)}`, "--grow");
          this.#line(u, this.threshold / 2, `shrinks below ${percent(this.threshold / 2)}`, "--shrink");
        },
      },
      keys: [{ name: "busy share", swatch: "busy", show: percent }],
    };
  }

  #waiting() {
    return {
      series: [
        {
          stroke: () => css("--queue"),
          fill: () => css("--queue-fill"),
          width: 1.5,
          paths: uPlot.paths.stepped({ align: 1 }),
          points: { show: false },
        },
        { scale: "seconds", stroke: () => css("--wait"), width: 2, points: { show: false } },
      ],
      scales: {
        y: { range: (u, low, high) => [0, Math.max(4, Math.ceil((high ?? 0) * 1.1))] },
        seconds: { range: (u, low, high) => [0, Math.max(2, (high ?? 0) * 1.1)] },
      },
      axes: [
        { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000, 100000], space: 28 },
        {
          scale: "seconds",
          side: 1,
          space: 28,
          grid: { show: false },
          values: (u, ticks) => ticks.map((tick) => duration(tick)),
        },
      ],
      hooks: {},
      keys: [
        { name: "jobs", swatch: "queue", show: count },
        { name: "oldest wait", swatch: "wait", show: (seconds) => (seconds > 0 ? duration(seconds) : "–") },
      ],
    };
  }

  /** Draws a dashed line with a label across a chart, if the value is within its range. */
  #line(u, value, text, color) {
    if (!(value > 0) || value > u.scales.y.max) {
      return;
    }
    const { ctx, bbox } = u;
    const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = css(color);
    ctx.fillStyle = css(color);
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = "left";
    ctx.textBaseline = y - bbox.top < 16 * devicePixelRatio ? "top" : "bottom";
    const place = [bbox.left + 6 * devicePixelRatio, y + (ctx.textBaseline === "top" ? 3 : -3) * devicePixelRatio];
    ctx.setLineDash([]);
    ctx.lineJoin = "round";
    ctx.lineWidth = 3 * devicePixelRatio;
    ctx.strokeStyle = css("--card"); // an outline, so that the label is readable on a curve
    ctx.strokeText(text, ...place);
    ctx.fillText(text, ...place);
    ctx.restore();
  }

  /** Draws a vertical line at each marked moment. */
  #moments(u) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.lineWidth = devicePixelRatio;
    ctx.globalAlpha = 0.35;
    for (const { at, kind } of this.moments) {
      const x = Math.round(u.valToPos(at, "x", true)) + 0.5;
      if (x >= bbox.left && x <= bbox.left + bbox.width) {
        ctx.strokeStyle = css(`--${kind}`);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
    }
    ctx.restore();
  }

  /** Draws the dead band, in which the size stays. */
  #band(u, low, high) {
    const { ctx, bbox } = u;
    const top = u.valToPos(high, "y", true);
    ctx.save();
    ctx.fillStyle = css("--band");
    ctx.fillRect(bbox.left, top, bbox.width, u.valToPos(low, "y", true) - top);
    ctx.restore();
  }
}
