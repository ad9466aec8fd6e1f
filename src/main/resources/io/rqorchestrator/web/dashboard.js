// Keeps the page in step with the pool: the past once, then every change as it comes.
import { Charts } from "./charts.js";
import { byId, clock, epoch, setText } from "./format.js";
import { kindOf, Marks } from "./marks.js";
import { oldestWait, showHistory, showStatus } from "./views.js";

const MOST_ENTRIES = 1000;
const SILENCE = 5000;
const LOST = 15000; // a peer that vanished without a word is noticed by nobody else
const RETRY = 3000;

const entries = new Map(); // by id, oldest change first
let status = null;
let source = null;
let lastId = null;
let heard = Date.now();
let asked = Date.now();
let drawn = true;

const charts = new Charts(byId("charts"), () => marks?.draw([...entries.values()]));
const marks = new Marks(byId("marks"), charts);

function chosen(name) {
  return document.querySelector(`input[name="${name}"]:checked`).value;
}

/** Draws once before the next frame, however much came in. */
function redraw() {
  if (!drawn) {
    return;
  }
  drawn = false;
  requestAnimationFrame(() => {
    drawn = true;
    if (status) {
      showStatus(status);
      charts.threshold = status.load.threshold;
      charts.bounds = { min: status.size.min, max: status.size.max };
    }
    const all = [...entries.values()];
    showHistory(all, chosen("filter"));
    charts.moments = all.filter(kindOf).map((entry) => ({ at: epoch(entry.since), kind: kindOf(entry) }));
    charts.draw();
  });
}

function addEntry(entry) {
  entries.delete(entry.id); // a changed one moves to the end
  entries.set(entry.id, entry);
  if (entries.size > MOST_ENTRIES) {
    entries.delete(entries.keys().next().value);
  }
}

function sample(at, { live, active, busy }, utilization, queued, wait) {
  return { at, live, active, busy, utilization, queued, wait: wait ?? 0 };
}

async function fetchJson(path) {
  const answer = await fetch(path);
  if (!answer.ok) {
    throw new Error(`${path}: ${answer.status}`);
  }
  return answer.json();
}

/** What was before this connection: the curves of the last quarter of an hour and the history. */
async function loadPast() {
  const [trend, past] = await Promise.all([fetchJson("api/v1/trend"), fetchJson("api/v1/history?n=1000")]);
  charts.samples.begin(
    trend.map((point) => sample(epoch(point.at), point, point.utilization, point.queued, point.oldest_wait)),
  );
  const newer = [...entries.values()].filter((entry) => entry.sequence > (past.at(-1)?.sequence ?? 0));
  entries.clear();
  [...past, ...newer].forEach(addEntry);
  redraw();
}

function takeStatus(next) {
  if (status && status.pool.started_at !== next.pool.started_at) {
    entries.clear(); // another daemon: its sequences begin anew
    loadPast().catch(() => {});
  }
  status = next;
  if (status.redis_up) {
    const queued = status.queues.reduce((sum, queue) => sum + queue.queued, 0);
    const { live, active } = status.size;
    const busy = status.workers.filter((worker) => worker.job || worker.activity === "busy").length;
    charts.samples.add(sample(epoch(status.at), { live, active, busy }, status.load.utilization, queued, oldestWait(status)));
  }
  redraw();
}

function takeEntry(entry) {
  const isNew = !entries.has(entry.id);
  addEntry(entry);
  if (isNew && ["grow", "shrink"].includes(kindOf(entry))) {
    byId("announce").textContent = entry.text;
  }
  redraw();
}

function showLink(link, text, lost) {
  if (byId("link").dataset.link !== link) {
    byId("link").dataset.link = link;
    document.body.classList.toggle("stale", lost !== "");
    byId("lost").hidden = lost === "";
    setText(byId("lost"), lost);
    if (lost) {
      byId("announce").textContent = lost;
    }
  }
  setText(byId("link"), text);
}

function heardFrom(event) {
  heard = Date.now();
  lastId = event.lastEventId;
  showLink("live", "live", "");
}

/** The browser itself reconnects, and says how far it got; only a refusal is left to us. */
function listen() {
  asked = Date.now();
  source?.close();
  source = new EventSource(lastId ? `api/v1/events?after=${lastId}` : "api/v1/events");
  source.addEventListener("open", () => loadPast().catch(() => {}));
  source.addEventListener("status", (event) => {
    heardFrom(event);
    takeStatus(JSON.parse(event.data));
  });
  source.addEventListener("history", (event) => {
    heardFrom(event);
    takeEntry(JSON.parse(event.data));
  });
  source.addEventListener("error", () => {
    showLink("lost", "reconnecting", "The connection to the daemon is gone. What you see is from before; this page reconnects by itself.");
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(listen, RETRY);
    }
  });
}

/** A connection that stands and says nothing: the daemon's loop is stuck, or the network is. */
setInterval(() => {
  if (byId("link").dataset.link === "live" && Date.now() - heard > SILENCE) {
    showLink("silent", "silent", `Nothing was heard from the daemon since ${clock(heard)}.`);
  }
  if (Date.now() - Math.max(heard, asked) > LOST) {
    listen();
  }
}, 1000);

byId("span").addEventListener("change", () => {
  charts.span = Number(chosen("span"));
  redraw();
});
byId("filter").addEventListener("change", redraw);
listen();
