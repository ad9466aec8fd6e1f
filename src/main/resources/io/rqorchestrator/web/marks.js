// Decisions and warnings on the time axis: a button each, with its reason on hover and focus.
import { arrange, byId, clock, epoch, make } from "./format.js";

const GLYPHS = { grow: "▲", shrink: "▼", warning: "!" };

/** The kind of mark for an entry of the history; null if it gets none. */
export function kindOf(entry) {
  if (entry.level === "warning") {
    return "warning";
  }
  return entry.kind === "decided" && entry.fields.decision !== "hold" ? entry.fields.decision : null;
}

export class Marks {
  constructor(parent, charts) {
    this.parent = parent;
    this.charts = charts;
    this.tip = byId("tip");
    parent.addEventListener("keydown", (event) => this.#move(event));
    parent.addEventListener("focusin", (event) => this.#show(event.target));
    parent.addEventListener("focusout", () => this.#hide());
    parent.addEventListener("mouseover", (event) => this.#show(event.target));
    parent.addEventListener("mouseout", () => this.#hide());
    addEventListener("keydown", (event) => event.key === "Escape" && this.#hide());
    addEventListener("resize", () => this.#hide());
  }

  /** Draws a mark for each entry that gets one. */
  draw(entries) {
    const [from, to] = this.charts.range();
    const [left, right] = this.charts.extent();
    const shown = entries.filter((entry) => kindOf(entry) && epoch(entry.since) >= from && epoch(entry.since) <= to + 1);
    arrange(
      this.parent,
      shown,
      (entry) => entry.id,
      (entry) => {
        const kind = kindOf(entry);
        const mark = make("button", `marker ${kind}`, GLYPHS[kind]);
        mark.type = "button";
        mark.tabIndex = -1;
        mark.dataset.text = entry.text;
        mark.dataset.time = clock(entry.since);
        mark.setAttribute("aria-label", `${clock(entry.since)} ${entry.text}`);
        return mark;
      },
      (mark, entry) => {
        const share = Math.min(1, (epoch(entry.since) - from) / (to - from));
        mark.style.left = `${left + share * (right - left)}px`;
      },
    );
    if (!this.parent.querySelector('[tabindex="0"]') && this.parent.lastElementChild) {
      this.parent.lastElementChild.tabIndex = 0; // one stop of the Tab key; arrow keys reach the others
    }
  }

  #move(event) {
    const marks = [...this.parent.children];
    const here = marks.indexOf(document.activeElement);
    const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: marks.length - 1 }[event.key];
    if (here >= 0 && next !== undefined && marks[next]) {
      event.preventDefault();
      marks[here].tabIndex = -1;
      marks[next].tabIndex = 0;
      marks[next].focus();
    }
  }

  #show(mark) {
    if (!mark.dataset?.text) {
      return;
    }
    this.tip.replaceChildren(make("b", "", mark.dataset.time), make("span", "", mark.dataset.text));
    this.tip.hidden = false;
    const room = this.parent.clientWidth - this.tip.offsetWidth;
    const middle = parseFloat(mark.style.left) - this.tip.offsetWidth / 2;
    this.tip.style.left = `${this.parent.offsetLeft + Math.max(0, Math.min(room, middle))}px`;
    this.tip.style.top = `${this.parent.offsetTop + this.parent.offsetHeight + 4}px`;
  }

  #hide() {
    this.tip.hidden = true;
  }
}
