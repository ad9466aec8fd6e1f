"""Shows a pool live, from its history file, until the load is over and the pool is back at min.

    demo_watch.py HISTORY PID REDIS_URL SECONDS RUNS

The load is two jobs a second for SECONDS. Each job writes its number to the file RUNS. On a
terminal one screen is refreshed in place; elsewhere lines are appended. The exit code is 0 if the
pool went from 2 to 4 or 5 workers and back to 2, no job failed, and every job was run and finished
exactly once.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections import Counter
from typing import Any, Dict, Iterator, List, Optional

from redis import Redis

BAR = 30  # characters for a utilization of 1
RECENT = 7  # number of decisions on the screen
PATIENCE = 120  # seconds to wait after the end of the load


class Pool:
    """The state of the pool, from the events of the history so far."""

    def __init__(self) -> None:
        self.start: Dict[str, Any] = {}
        self.now: Dict[str, Any] = {}
        self.sizes: List[int] = []
        self.workers: Dict[str, List[str]] = {}
        self.decisions: List[str] = []
        self.has_settled = False

    def take(self, event: Dict[str, Any]) -> None:
        """Apply one event of the history."""
        kind = event["event"]
        if kind == "pool_started":
            self.start = event
        elif kind == "measured":
            self.now = event
            if self.is_up():
                self.sizes.append(event["active"])
        elif kind == "decided":
            self.decide(event)
        elif kind == "worker_gone":
            self.workers.pop(event["worker"], None)
        elif kind in ("worker_started", "worker_ready", "worker_draining"):
            phase = {"worker_started": "starting", "worker_ready": "", "worker_draining": "drains"}
            self.workers[event["worker"]] = [str(event["pid"]), phase[kind]]

    def decide(self, event: Dict[str, Any]) -> None:
        """Add a decision, unless it repeats the previous one, with the text of the log."""
        decision = event["decision"]
        way = f"at {event['from']}" if decision == "hold" else f"{event['from']} -> {event['to']}"
        if not event["repeated"]:
            self.decisions.append(f"{event['time'][11:19]}  {decision} {way}: {event['text']}")
        self.has_settled = self.is_back() and event["code"] == "at_min"

    def is_up(self) -> bool:
        """Return whether the pool has had its first min workers."""
        return bool(self.sizes) or self.now.get("active", 0) >= self.start["min"]

    def is_back(self) -> bool:
        """Return whether the pool grew and has come back to its first size."""
        return bool(self.sizes) and max(self.sizes) > self.sizes[-1] == self.sizes[0]


def states(redis: Redis, pool: Pool) -> List[str]:
    """Return a row for each worker: its name, its pid, its state in RQ, and its phase."""
    pids = {pid: worker for worker, (pid, _) in pool.workers.items()}
    of_rq = {}
    for key in redis.smembers("rq:workers"):
        pid, state = redis.hmget(key, "pid", "state")
        if pid and pid.decode() in pids:
            of_rq[pids[pid.decode()]] = (state or b"").decode()
    rows = []
    for worker in sorted(pool.workers, key=lambda name: int(name[1:])):
        pid, phase = pool.workers[worker]
        rows.append(f"  {worker:<6} {pid:>8}   {of_rq.get(worker, '')} {phase}".rstrip())
    return rows


def bar(utilization: float, threshold: float) -> str:
    """Return the utilization as a bar with marks at the two thresholds."""
    filled = min(BAR, round(utilization * BAR))
    cells = list("#" * filled + "." * (BAR - filled))
    for mark in (threshold, threshold / 2):
        cells[round(mark * BAR)] = "|"
    return f"[{''.join(cells)}]"


def screen(pool: Pool, redis: Redis, seconds: float) -> List[str]:
    """Return the lines of the screen, for a terminal."""
    now, threshold = pool.now, pool.start["threshold"]
    return [
        f"pool {pool.start['name']}, {pool.start['min']}..{pool.start['max']} workers,"
        f" {seconds:.0f} s",
        "",
        f"workers      {now['active']} active of {now['live']} live, {now['busy']} busy",
        f"utilization  {bar(now['utilization'], threshold)} {now['utilization']:.2f}"
        f"   | shrink < {threshold / 2:g}   | grow > {threshold:g}",
        f"queue        {now['queued']} waiting",
        "",
        "  worker      pid   state",
        *states(redis, pool),
        "",
        *pool.decisions[-RECENT:],
    ]


def line(pool: Pool, seconds: float) -> str:
    """Return one line with the state of the pool, for a log."""
    now = pool.now
    return (
        f"{seconds:4.0f} s  {now['active']} active of {now['live']}, {now['busy']} busy"
        f"  {bar(now['utilization'], pool.start['threshold'])} {now['utilization']:.2f}"
        f"  {now['queued']} waiting"
    )


class Display:
    """Prints the state of the pool to a terminal or a log."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.shown = 0
        self.begun = time.monotonic()
        if sys.stdout.isatty():
            print("\033[2J", end="")

    def show(self, pool: Pool) -> None:
        """Refresh the screen, or append new lines to the log."""
        seconds = time.monotonic() - self.begun
        if sys.stdout.isatty():
            width = shutil.get_terminal_size().columns
            rows = [row[:width] + "\033[K" for row in screen(pool, self.redis, seconds)]
            print("\033[H" + "\n".join(rows) + "\n\033[J", end="", flush=True)
            return
        print(line(pool, seconds))
        for decision in pool.decisions[self.shown :]:
            print(" " * 8 + decision[10:])
        self.shown = len(pool.decisions)
        sys.stdout.flush()


def events(path: str) -> Iterator[Optional[Dict[str, Any]]]:
    """Yield each event when its line is complete; yield None while there is no new event."""
    part = ""
    with open(path, encoding="utf-8") as history:
        while True:
            part += history.readline()
            if part.endswith("\n"):
                yield json.loads(part)
                part = ""
            else:
                yield None


def watch(pool: Pool, display: Display, path: str, pid: int, deadline: float) -> None:
    """Show the pool until it is back at its first size and a decision keeps it there."""
    shown: Optional[str] = None
    for event in events(path):
        if event is not None:
            pool.take(event)
            continue
        if pool.now and pool.now["time"] != shown:
            display.show(pool)
            shown = pool.now["time"]
        if pool.has_settled:
            return
        if not os.path.exists(f"/proc/{pid}"):
            print("demo: the pool has ended", file=sys.stderr)
            return
        if time.monotonic() > deadline:
            print("demo: the pool does not come back to its first size", file=sys.stderr)
            return
        time.sleep(0.05)


def judge(pool: Pool, redis: Redis, jobs: int, path: str) -> bool:
    """Print the result; return whether it is as promised."""
    sizes = pool.sizes or [0]
    low, high = min(sizes), max(sizes)
    runs: Counter[str] = Counter()
    if os.path.exists(path):
        with open(path, encoding="ascii") as lines:
            runs.update(lines.read().split())
    twice = sum(1 for count in runs.values() if count > 1)
    finished, failed = redis.zcard("rq:finished:default"), redis.zcard("rq:failed:default")
    print(f"workers: {sizes[0]} -> {high} -> {sizes[-1]}, never below {low}")
    print(f"jobs: {jobs} enqueued, {finished} finished, {failed} failed, {twice} run twice")
    followed = sizes[0] == low == sizes[-1] == 2 and high in (4, 5)
    return followed and len(runs) == jobs == finished and failed == 0 == twice


def main() -> int:
    """Watch the pool, then print the result."""
    path, pid, url, seconds, runs = sys.argv[1:6]
    redis, pool = Redis.from_url(url), Pool()
    deadline = time.monotonic() + float(seconds) + PATIENCE
    watch(pool, Display(redis), path, int(pid), deadline)
    return 0 if judge(pool, redis, int(float(seconds) * 2), runs) else 1


if __name__ == "__main__":
    sys.exit(main())
