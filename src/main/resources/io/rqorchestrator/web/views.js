// The text parts of the page: heading, figures, workers, queues, history.
import { arrange, byId, bytes, clock, count, duration, epoch, make, percent, setName, setText } from "./format.js";
import { kindOf } from "./marks.js";

const MOST_LINES = 200;
const GLYPHS = { grow: "▲", shrink: "▼", warning: "!" };

function show(id, text) {
  setText(byId(id), text);
}

function reveal(id, text) {
  byId(id).hidden = !text;
  show(id, text ?? "");
}

export function showStatus(status) {
  const { pool, size, load, jobs, queues } = status;
  document.title = `${size.active} workers · ${pool.name}`;
  show("name", pool.name);
  const state = byId("state");
  state.dataset.state = status.state;
  setText(state, stateText(status));
  show("where", `${pool.host} · queues ${queues.map((queue) => queue.name).join(", ")} · up ${duration(epoch(status.at) - epoch(pool.started_at))}`);
  show("version", `rq-orchestrator ${pool.version}, pid ${pool.pid}`);
  reveal("problem", status.problem);

  show("t-workers", String(size.active));
  const parts = ["busy", "idle", "starting", "draining", "unknown"].filter((part) => size[part] > 0);
  show("t-workers-note", `of ${size.min}–${size.max}` + (parts.length ? ` · ${parts.map((part) => `${size[part]} ${part}`).join(", ")}` : ""));
  show("t-utilization", percent(load.utilization));
  show("t-utilization-note", `load ${load.erlang.toFixed(2)} in ${duration(load.observed)}`);
  const queued = queues.reduce((sum, queue) => sum + queue.queued, 0);
  const due = queues.reduce((sum, queue) => sum + queue.due, 0);
  show("t-queued", count(queued));
  show("t-queued-note", due > 0 ? `and ${count(due)} due` : queues.length > 1 ? `in ${queues.length} queues` : "");
  show("t-wait", duration(oldestWait(status)));
  const target = load.target_wait === undefined ? "" : `target ${duration(load.target_wait)}`;
  show("t-wait-note", [target, quantiles("waited", jobs.wait_time)].filter(Boolean).join(" · "));
  show("t-jobs", count(jobs.ended));
  show("t-jobs-note", quantiles("took", jobs.duration));
  const weighed = status.workers.filter((worker) => worker.memory).length;
  const { daemon = 0, fork_servers: servers = 0 } = status.overhead ?? {};
  show("t-memory", bytes(status.memory == null ? null : status.memory + daemon + servers));
  show("t-memory-note", status.memory && weighed > 0 ? `${bytes(status.memory / weighed)} a worker` : "");

  if (status.decision) {
    show("decision-at", clock(status.decision.at));
    show("decision", status.decision.text);
  }
  showWorkers(status);
  showQueues(queues);
}

function stateText({ state, size }) {
  const text = state.replaceAll("_", " ").replace("redis", "Redis");
  const at = state === "held" ? size.held_at : state === "paused" ? size.paused_at : null;
  return at == null ? text : `${text} at ${at}`;
}

/** The wait of the job that has waited longest in any queue, in seconds; null if none waits. */
export function oldestWait(status) {
  const waits = status.queues.map((queue) => queue.oldest_wait).filter((wait) => wait != null);
  return waits.length ? Math.max(...waits) : null;
}

function quantiles(verb, { p50, p95 }) {
  return p50 == null ? "" : `${verb} ${duration(p50)}, p95 ${duration(p95)}`;
}

function row(...classes) {
  const line = make("tr");
  classes.forEach((name) => line.append(make("td", name)));
  line.firstElementChild.replaceWith(Object.assign(make("th", classes[0]), { scope: "row" }));
  return line;
}

function showWorkers({ workers, vacancies, foreign, orphans }) {
  show("workers-count", workers.length === 1 ? "1 process" : `${count(workers.length)} processes`);
  byId("workers-empty").hidden = workers.length > 0;
  arrange(
    byId("workers"),
    workers,
    (worker) => worker.number,
    () => row("", "", "job", "num", "num", "num", "num wide", "num wide"),
    (line, worker) => {
      const state = line.children[1];
      if (!state.firstElementChild) {
        state.append(make("span", "dot"), make("span"));
      }
      state.firstElementChild.dataset.activity = worker.activity;
      setText(state.lastElementChild, worker.leaving ? `${worker.activity}, ${worker.leaving}` : worker.activity);
      setName(line.children[2], worker.job ?? "");
      setText(line.children[0], `w${worker.number}`);
      line.children[0].title = worker.name ?? "";
      [duration(worker.job_for), bytes(worker.memory), count(worker.jobs), duration(worker.age), String(worker.pid)]
        .forEach((text, i) => setText(line.children[i + 3], text));
    },
  );
  const others = [];
  if (vacancies.length) {
    others.push(`${vacancies.length} to be started again, the next in ${duration(Math.min(...vacancies.map((v) => v.retry_in)))}`);
  }
  if (orphans.length) {
    others.push(`orphans: ${orphans.length}`);
  }
  if (foreign.length) {
    const named = (worker) => (worker.pool ? `${worker.name} (pool ${worker.pool})` : worker.name);
    others.push(`foreign workers on these queues: ${foreign.map(named).join(", ")}`);
  }
  reveal("others", others.join(" · ") || null);
}

function showQueues(queues) {
  arrange(
    byId("queues"),
    queues,
    (queue) => queue.name,
    () => row("", "num", "num", "num"),
    (line, queue) => {
      setName(line.children[0], queue.name);
      [count(queue.queued), duration(queue.oldest_wait), count(queue.due)]
        .forEach((text, i) => setText(line.children[i + 1], text));
    },
  );
}

/** The history, newest first; `filter` is all, size or warning. */
export function showHistory(entries, filter) {
  const wanted = {
    all: () => true,
    size: (entry) => ["grow", "shrink"].includes(kindOf(entry)),
    warning: (entry) => entry.level === "warning",
  }[filter];
  const shown = entries.filter(wanted).slice(-MOST_LINES).reverse();
  byId("history-empty").hidden = shown.length > 0;
  arrange(
    byId("history"),
    shown,
    (entry) => entry.id,
    (entry) => {
      const kind = kindOf(entry);
      const line = make("li", kind ?? "");
      const glyph = make("span", "glyph", GLYPHS[kind] ?? "·");
      glyph.setAttribute("aria-hidden", "true");
      line.append(make("time"), glyph, make("span", "text"), make("span", "times"));
      return line;
    },
    (line, entry) => {
      const [time, , text, times] = line.children;
      time.dateTime = entry.at;
      setText(time, clock(entry.at));
      setText(text, entry.text);
      setText(times, entry.times > 1 ? `${count(entry.times)} times since ${clock(entry.since)}` : "");
    },
  );
}
