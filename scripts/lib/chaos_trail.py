"""Records what Redis shows of each job between its queue and its worker.

A job that left its queue and never began has no line in the jobs' own log. But a worker took it.
The worker host publishes the job that the worker has taken, and MONITOR shows this. The queues are
read twenty times a second, which shows when each job left its queue. So the account can find the
deed of the chaos that prevented the job.
"""

from __future__ import annotations

import collections
import contextlib
import threading
import time
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

import redis

HOST_KEY = "rq:orchestrator:worker:"
QUEUE_KEY = "rq:queue:"
PAUSE = 0.05  # seconds between two readings of the queues


class Enqueued(NamedTuple):
    """The two times between which a job was enqueued; for a scheduled job, twice its due time."""

    begun: float
    done: float


class InHand(NamedTuple):
    """A job that a worker has taken: from its first publication to the worker's next change."""

    worker: str
    since: float
    until: float


class Trail:
    """Watches the queues and the workers' published jobs until stop() is called."""

    def __init__(self, port: int, queues: Sequence[str]) -> None:
        self._port, self._queues = port, queues
        self._over = threading.Event()
        self._said: Dict[str, List[Tuple[float, str]]] = {}  # worker: time, published job
        self._pushed: Dict[str, List[float]] = collections.defaultdict(list)  # job: times of pushes
        self._waiting: Set[str] = set()
        self._looked = 0.0
        self._left: Dict[str, Tuple[float, float]] = {}  # job: last seen waiting, first seen gone
        self._looks: List[float] = []
        self._threads = [
            threading.Thread(target=self._persist, args=(watch,), daemon=True)
            for watch in (self._monitor, self._look)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._over.set()

    def pushes(self, job: str) -> List[float]:
        """Return all times at which this job was pushed to its queue."""
        return self._pushed.get(job, [])

    def in_hand(self, job: str) -> List[InHand]:
        """Return the workers that published this job as taken, with the times."""
        found = []
        for worker, said in self._said.items():
            for at, (when, what) in enumerate(said):
                if what == job:
                    until = said[at + 1][0] if at + 1 < len(said) else float("inf")
                    found.append(InHand(worker, when, until))
        return found

    def left_queue(self, job: str, enqueued: Enqueued) -> Optional[Tuple[float, float]]:
        """Return the two times between which a job left its queue; None if it still waits."""
        if job in self._waiting:
            return None
        pushed = max(self.pushes(job), default=enqueued.begun)
        if job in self._left and self._left[job][1] > pushed:
            return self._left[job]
        come = max(pushed, enqueued.done)
        later = [when for when in self._looks if when > come]  # the job left before any reading
        return pushed, later[0] if later else float("inf")

    def _persist(self, watch: Any) -> None:
        while not self._over.is_set():
            # redis-py 8 raises an AttributeError when a connection ends in the middle of an answer.
            with contextlib.suppress(
                redis.exceptions.RedisError, OSError, ValueError, AttributeError
            ):
                watch()
            time.sleep(PAUSE)

    def _monitor(self) -> None:
        with redis.Redis(port=self._port).monitor() as monitor:
            for command in monitor.listen():
                words = command["command"].split(" ")
                if words[0].upper() == "HSET" and words[1].startswith(HOST_KEY):
                    fields = dict(zip(words[2::2], words[3::2]))
                    self._note(words[1][len(HOST_KEY) :], fields.get("job", ""), command["time"])
                elif words[0].upper() in ("LPUSH", "RPUSH") and words[1].startswith(QUEUE_KEY):
                    for job in words[2:]:
                        self._pushed[job].append(command["time"])

    def _note(self, worker: str, job: str, when: float) -> None:
        said = self._said.setdefault(worker, [])
        if not said or said[-1][1] != job:
            said.append((when, job))

    def _look(self) -> None:
        connection = redis.Redis(port=self._port, socket_timeout=2)
        while not self._over.is_set():
            with connection.pipeline() as pipeline:
                for name in self._queues:
                    pipeline.lrange(f"rq:queue:{name}", 0, -1)
                waiting = {job.decode() for jobs in pipeline.execute() for job in jobs}
            now = time.time()
            for job in self._waiting - waiting:
                self._left[job] = (self._looked, now)
            self._waiting, self._looked = waiting, now
            self._looks.append(now)
            time.sleep(PAUSE)
