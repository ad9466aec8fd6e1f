"""The account of the chaos run: the result of every job, and what the run has left behind."""

from __future__ import annotations

import collections
import datetime
import time
from typing import Dict, List, NamedTuple, Optional, Set, Tuple

from chaos_load import Load
from chaos_rig import MAX, QUEUES, SURGE, Killing, Rig
from chaos_trail import Enqueued, Trail

SLACK = 0.5  # seconds by which two timestamps of one event may differ on a busy machine
SPEECHLESS = 3.0  # seconds after which a worker on a busy machine has published the job it took
FORGOTTEN = 30.0  # seconds within which a daemon removes the record of a worker that has ended
LOCK_SECONDS = 75  # seconds within which the lock of a killed scheduler expires


class Run(NamedTuple):
    """A run of a job, as the job itself wrote it to the log."""

    begun: float
    horse: int
    ended: Optional[float]


class Account:
    """Finds the result of every job, and keeps the jobs that no deed of the chaos explains."""

    def __init__(self, rig: Rig, load: Load, trail: Trail) -> None:
        self._rig, self._trail = rig, trail
        self.fate: collections.Counter[str] = collections.Counter()
        self.unexplained: List[str] = []
        self.ended: Set[str] = set()  # jobs that were not finished
        self._pids = {
            event["name"]: event["pid"]
            for event in rig.events()
            if event["event"] == "worker_started"
        }
        self._explains: Set[Killing] = (
            set()
        )  # used killings: one killing of a worker explains one job
        runs = self._runs()
        for job in load.uncertain:
            self._check_once(job, runs.get(job, []))
        for job, enqueued in load.enqueued.items():
            if self._check_once(job, runs.get(job, [])):
                self._explain(job, enqueued, runs.get(job, []))

    def _runs(self) -> Dict[str, List[Run]]:
        runs: Dict[str, List[Run]] = collections.defaultdict(list)
        with open(self._rig.log, encoding="ascii") as lines:
            for line in lines:
                what, job, when, horse, _worker = line.split()
                if what == "begin":
                    runs[job].append(Run(float(when), int(horse), None))
                else:
                    runs[job][-1] = runs[job][-1]._replace(ended=float(when))
        return runs

    def _check_once(self, job: str, runs: List[Run]) -> bool:
        if len(runs) > 1:
            self.fate["BEGUN TWICE"] += 1
            self.unexplained.append(
                f"{job}: begun {len(runs)} times: {runs}, pushed at {self._trail.pushes(job)},"
                f" {self._trail.in_hand(job)}"
            )
        return len(runs) <= 1

    def _explain(self, job: str, enqueued: Enqueued, runs: List[Run]) -> None:
        status = (self._rig.connection().hget(f"rq:job:{job}", "status") or b"gone").decode()
        if runs and runs[0].ended and status == "finished":
            cause: Optional[str] = "finished once"
        elif runs:
            cause = self._unfinished(runs[0])
        else:
            cause = self._never_begun(job, enqueued)
        if cause != "finished once":
            self.ended.add(job)
        if cause is None:
            cause = "LOST"
            self.unexplained.append(
                f"{job}: {status}, {enqueued}, {runs or 'never begun'},"
                f" left {self._trail.left_queue(job, enqueued)}, {self._trail.in_hand(job)};"
                f" around then: {[k for k in self._rig.killings if self._near(enqueued, k.when)]}"
            )
        self.fate[cause] += 1

    def _unfinished(self, run_: Run) -> Optional[str]:
        """Return the deed that explains why a job that had begun was not finished."""
        for killing in self._rig.killings:
            if killing.pid == run_.horse and killing.when >= run_.begun - SLACK:
                return "horse killed by the chaos"
        if run_.ended and self._redis_was_away(run_.ended, run_.ended):
            return "done, but Redis was away when RQ had to record it"
        return None

    def _never_begun(self, job: str, enqueued: Enqueued) -> Optional[str]:
        """Return the deed that explains why a job left its queue and never began."""
        left = self._trail.left_queue(job, enqueued)
        if left is None:
            return None
        for hand in self._trail.in_hand(job):
            pid = self._pids.get(hand.worker)
            for killing in self._rig.killings:
                hit = hand.since - SLACK <= killing.when <= hand.until + SLACK
                if hit and killing.worker == pid and killing not in self._explains:
                    self._explains.add(killing)
                    return f"taken, but the chaos killed the {killing.what} before the job began"
            if self._redis_was_away(hand.since, min(hand.until, hand.since + SLACK)):
                return "taken, but Redis went away before the job began"
        if self._redis_was_away(*left):
            return "left its queue when Redis went away"
        for killing in self._rig.killings:
            hit = left[0] - SLACK <= killing.when <= left[1] + SPEECHLESS
            if hit and killing.what == "worker" and killing not in self._explains:
                self._explains.add(killing)
                return "left its queue when the chaos killed its worker"
        return None

    @staticmethod
    def _near(enqueued: Enqueued, when: float) -> bool:
        return abs(when - enqueued.done) < 10

    def _redis_was_away(self, begin: float, end: float) -> bool:
        return any(begin <= back and away <= end for away, back in self._rig.outages)


def check_pool(rig: Rig) -> List[str]:
    """Return the violations that the history shows: size, internal errors, growth of the daemon."""
    events, problems = rig.events(), []
    sizes = [event["active"] for event in events if event["event"] == "measured"]
    if max(sizes, default=0) > MAX + SURGE:
        problems.append(f"{max(sizes)} active workers, {MAX} and a surge of {SURGE} allowed")
    failed = [event for event in events if event["event"] == "tick_failed"]
    if failed:
        problems.append(f"internal error: {failed[0]}")
    by_daemon: Dict[int, List[Tuple[int, int]]] = collections.defaultdict(list)
    for pid, files, memory in rig.figures:
        by_daemon[pid].append((files, memory))
    for figures in by_daemon.values():
        early = figures[: max(1, len(figures) // 3)]
        if len(figures) >= 6 and figures[-1][0] > max(files for files, _ in early) + 12:
            problems.append(f"the daemon's open files grew: {[files for files, _ in figures]}")
        if len(figures) >= 6 and figures[-1][1] > max(memory for _, memory in early) + 15_000:
            problems.append(f"the daemon's memory grew: {[memory for _, memory in figures]} kB")
    return problems


def was_forgotten(rig: Rig, name: str) -> bool:
    """Return whether the record of a worker is left because the chaos killed the daemon.

    The daemon was killed before it could remove the record of a worker that had ended. The next
    daemon knows nothing of that worker. RQ itself removes the record when it expires.
    """
    events = rig.events()
    pids = {
        event["pid"]
        for event in events
        if event["event"] == "worker_started" and event["name"] == name
    }
    ends = [
        datetime.datetime.fromisoformat(event["time"][:26] + "+00:00").timestamp()
        for event in events
        if event["event"] == "worker_gone" and event["pid"] in pids
    ]
    return any(
        end - SLACK <= kill <= end + FORGOTTEN for end in ends for kill in rig.daemons_killed
    )


def check_keys(rig: Rig, ended: Set[str]) -> List[str]:
    """Return the keys left in Redis that should be gone.

    These are keys of workers that have ended, and of jobs other than those in ended.
    """
    connection, problems = rig.connection(), []

    def keys(pattern: str) -> List[str]:
        return sorted(key.decode() for key in connection.keys(pattern))

    deadline = time.monotonic() + LOCK_SECONDS
    while keys("rq:scheduler-lock:*") and time.monotonic() < deadline:
        time.sleep(1)  # the last deed may have killed a scheduler, whose lock then has to expire
    for key in keys("rq:scheduler-lock:*"):
        problems.append(f"left in Redis: {key}, for {connection.ttl(key)} s")
    for key in keys("rq:queue:*") + keys("rq:scheduled:*"):
        problems.append(f"left in Redis: {key}")
    for key in keys("rq:workers*"):
        for name in (member.decode()[len("rq:worker:") :] for member in connection.smembers(key)):
            if not was_forgotten(rig, name):
                problems.append(f"left in Redis: {name} in {key}")
    for key in keys("rq:worker:*") + keys("rq:orchestrator:*"):
        if connection.ttl(key) == -1:
            problems.append(f"left in Redis for ever: {key}")
    for key in keys("rq:wip:*"):
        jobs = {entry.decode().partition(":")[0] for entry in connection.zrange(key, 0, -1)}
        if jobs - ended:
            problems.append(f"left in {key}: {sorted(jobs - ended)}")
    return problems
