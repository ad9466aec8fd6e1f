"""What Redis itself shows of each job between its queue and its worker.

A job that left its queue and never began has no line in the jobs' own log. Somebody took it, though:
the worker host publishes the job in hand, which MONITOR shows, and a look at the queues twenty times a
second tells when each job left. So such a job can be laid at the door of one deed of the chaos.
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
PAUSE = 0.05  # seconds between two looks at the queues


class Enqueued(NamedTuple):
    """When a job was enqueued: between these moments; of a scheduled one twice when it falls due."""

    begun: float
    done: float


class InHand(NamedTuple):
    """A job in a worker's hand: when the worker said so first, and until when it said nothing else."""

    worker: str
    since: float
    until: float


class Trail:
    """Watches until it is told to stop."""

    def __init__(self, port: int, queues: Sequence[str]) -> None:
        self._port, self._queues = port, queues
        self._over = threading.Event()
        self._said: Dict[str, List[Tuple[float, str]]] = {}  # worker: when, job in hand
        self._pushed: Dict[str, List[float]] = collections.defaultdict(list)  # when into its queue
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
        """Watch no more."""
        self._over.set()

    def pushes(self, job: str) -> List[float]:
        """Return when this job came into its queue, every time."""
        return self._pushed.get(job, [])

    def in_hand(self, job: str) -> List[InHand]:
        """Return who said to have this job in hand."""
        found = []
        for worker, said in self._said.items():
            for at, (when, what) in enumerate(said):
                if what == job:
                    until = said[at + 1][0] if at + 1 < len(said) else float("inf")
                    found.append(InHand(worker, when, until))
        return found

    def left_queue(self, job: str, enqueued: Enqueued) -> Optional[Tuple[float, float]]:
        """Return the moments between which a job left its queue; None if it still waits."""
        if job in self._waiting:
            return None
        pushed = max(self.pushes(job), default=enqueued.begun)
        if job in self._left and self._left[job][1] > pushed:
            return self._left[job]
        come = max(pushed, enqueued.done)
        later = [when for when in self._looks if when > come]  # gone before it was seen
        return pushed, later[0] if later else float("inf")

    def _persist(self, watch: Any) -> None:
        while not self._over.is_set():
            # redis-py 8 raises an AttributeError where a connection ends in the midst of an answer
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
