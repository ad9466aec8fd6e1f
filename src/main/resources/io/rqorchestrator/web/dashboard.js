// Keeps the page up to date: loads the past once, then applies every change from the event stream.
import { Charts } from "./charts.js";
import { byId, clock, epoch, setText } from "./format.js";
import { kindOf, Marks } from "./marks.js";
import { oldestWait, showHistory, showStatus } from "./views.js";

const MOST_ENTRIES = 1000;
const SILENCE = 5000;
const LOST = 15000; // no other event reports a peer that vanished
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

/** Draws once before the next frame, even after many changes. */
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
  entries.delete(entry.id); // a changed entry moves to the end
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

/** Loads the past: the curves of the last 15 minutes and the history. */
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
    entries.clear(); // the daemon was restarted, and its sequences with it
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

/** Opens the event stream. The browser reconnects and resumes by itself, except after a refusal. */
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
    showLink("lost", "reconnecting", "The connection to the daemon is gone. The page shows old data and reconnects by itself.");
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(listen, RETRY);
    }
  });
}

/** Detects an open connection without data: the daemon's loop or the network hangs. */
setInterval(() => {
  if (byId("link").dataset.link === "live" && Date.now() - heard > SILENCE) {
    showLink("silent", "silent", `No data from the daemon since ${clock(heard)}.`);
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
