"""Shows a pool live, from its history file, until the load is over and the pool is back at min.

    demo_watch.py HISTORY PID REDIS_URL JOBS THRESHOLD

On a terminal one screen is refreshed in place; elsewhere a line is printed per second. Ends with 0
if the pool grew to 4 or 5 and came back to 2, and every job was finished once and none failed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, Dict, Iterator, List, Optional

from redis import Redis

BAR, RECENT, PATIENCE = 30, 6, 300


class Pool:
    """What the history has told so far."""

    def __init__(self) -> None:
        self.sizes: List[int] = []
        self.measured: Dict[str, Any] = {}
        self.workers: Dict[str, str] = {}
        self.recent: List[str] = []

    def take(self, event: Dict[str, Any]) -> None:
        """Take in one line of the history."""
        kind = event["event"]
        worker = event.get("worker", "")
        if kind == "measured":
            self.measured = event
            if event["active"]:
                self.sizes.append(event["active"])
        elif kind == "worker_started":
            self.workers[worker] = f"{worker} {event['pid']} starting"
        elif kind == "worker_ready":
            self.workers[worker] = f"{worker} {event['pid']} running"
        elif kind == "worker_draining":
            self.workers[worker] = f"{worker} {event['pid']} draining"
        elif kind == "worker_gone":
            self.workers.pop(worker, None)
        if kind == "decided" and not event["repeated"]:
            to = f" -> {event['to']}" if "to" in event else ""
            decision = f"{event['decision']} {event['from']}{to}: {event['text']}"
            self.recent = [*self.recent, f"{event['time'][11:19]}  {decision}"][-RECENT:]

    def rows(self, threshold: float) -> List[str]:
        """Return the screen."""
        seen = self.measured
        filled = min(BAR, round(seen.get("utilization", 0) * BAR))
        bar = list("#" * filled + "." * (BAR - filled))
        for mark in (threshold, threshold / 2):
            bar[round(mark * BAR)] = "|"
        return [
            f"workers      {seen.get('active', 0)} active of {seen.get('live', 0)} live,"
            f" {seen.get('busy', 0)} busy",
            f"utilization  [{''.join(bar)}] {seen.get('utilization', 0):.2f}"
            f"  (| shrink below {threshold / 2:g}, grow above {threshold:g})",
            f"queue        {seen.get('queued', 0)} jobs waiting",
            "",
            *sorted(self.workers.values()),
            "",
            *self.recent,
        ]

    def is_back(self) -> bool:
        """Whether it grew and has come back to two workers."""
        grew = max(self.sizes, default=0) >= 4
        return grew and self.sizes[-1] == 2


def lines(path: str) -> Iterator[Optional[str]]:
    """Yield each whole line as it is written; None when there is none yet."""
    part = ""
    with open(path, encoding="utf-8") as history:
        while True:
            part += history.readline()
            if part.endswith("\n"):
                yield part
                part = ""
            else:
                yield None


def show(pool: Pool, threshold: float) -> None:
    """Refresh the screen, or append a line."""
    rows = pool.rows(threshold)
    if sys.stdout.isatty():
        print("\033[H\033[J" + "\n".join(rows), flush=True)
    else:
        last = pool.recent[-1] if pool.recent else ""
        print(" ; ".join([*rows[:3], last]), flush=True)


def judge(pool: Pool, url: str, jobs: int) -> int:
    """Say how it went."""
    redis = Redis.from_url(url)
    finished, failed = redis.zcard("rq:finished:default"), redis.zcard("rq:failed:default")
    highest = max(pool.sizes, default=0)
    print(f"workers: {pool.sizes[0]} -> {highest} -> {pool.sizes[-1]}")
    print(f"jobs: {jobs} enqueued, {finished} finished, {failed} failed")
    good = pool.sizes[0] <= 2 and highest in (4, 5) and pool.sizes[-1] == 2
    if not good or finished != jobs or failed:
        print("demo: this is not what was promised", file=sys.stderr)
        return 1
    return 0


def main() -> int:
    """Watch, then judge."""
    path, pid, url, jobs, threshold = sys.argv[1:6]
    pool, shown = Pool(), 0.0
    deadline = time.monotonic() + PATIENCE
    for line in lines(path):
        if line is not None:
            pool.take(json.loads(line))
            continue
        if time.monotonic() - shown >= 1:
            show(pool, float(threshold))
            shown = time.monotonic()
        idle = pool.measured.get("queued") == 0 and pool.measured.get("busy") == 0
        if pool.is_back() and idle:
            break
        if time.monotonic() > deadline or not os.path.exists(f"/proc/{pid}"):
            print("demo: the pool is gone, or does not come back to two", file=sys.stderr)
            break
        time.sleep(0.1)
    show(pool, float(threshold))
    return judge(pool, url, int(jobs))


if __name__ == "__main__":
    sys.exit(main())
