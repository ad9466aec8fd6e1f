"""The load of the chaos run: short, long and scheduled jobs, at a rate that changes."""

from __future__ import annotations

import datetime
import random
import threading
import time
import uuid
from typing import Any, Dict, List, Set

import chaos_jobs
import redis
from chaos_rig import QUEUES, Rig
from chaos_trail import Enqueued
from rq import Queue

RATES = (0.5, 2, 4, 10)  # jobs a second


class Load:
    """Enqueues jobs until stop() is called, also while Redis is away, and remembers each job."""

    def __init__(self, rig: Rig, dice: random.Random) -> None:
        self._rig, self._dice = rig, dice
        self.enqueued: Dict[str, Enqueued] = {}
        self.uncertain: Set[str] = set()  # jobs that Redis did not confirm before it went away
        self.rate = 4.0
        self._numbers = iter(range(10**9))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop enqueuing, and wait for the end of the thread."""
        self._over.set()
        self._thread.join()

    def enqueue(self, seconds: float, **options: Any) -> str:
        """Enqueue a job of this length; return its id."""
        job = f"job-{next(self._numbers)}"
        before = time.time()
        try:
            self._queue(QUEUES[0] if options else self._dice.choice(QUEUES)).enqueue(
                chaos_jobs.work,
                self._rig.log,
                job,
                seconds,
                job_id=job,
                result_ttl=86400,
                **options,
            )
            self.enqueued[job] = Enqueued(before, time.time())
        except redis.exceptions.RedisError:
            self.uncertain.add(job)
        return job

    def schedule(self, delay: float) -> str:
        """Schedule a short job that RQ's scheduler enqueues after this delay; return its id."""
        job = f"job-{next(self._numbers)}"
        due = time.time() + delay
        try:
            self._queue(self._dice.choice(QUEUES)).enqueue_in(
                datetime.timedelta(seconds=delay),
                chaos_jobs.work,
                self._rig.log,
                job,
                0.1,
                job_id=job,
                result_ttl=86400,
            )
            self.enqueued[job] = Enqueued(due, due)
        except redis.exceptions.RedisError:
            self.uncertain.add(job)
        return job

    def push_ids_without_jobs(self, count: int) -> None:
        """Push ids for which there are no jobs."""
        ids: List[str] = [str(uuid.uuid4()) for _ in range(count)]
        self._rig.connection().rpush(f"rq:queue:{self._dice.choice(QUEUES)}", *ids)

    def _queue(self, name: str) -> Any:
        return Queue(name, connection=self._rig.connection())

    def _go_on(self) -> None:
        due = time.monotonic()
        while not self._over.wait(max(0.0, due - time.monotonic())):
            due = max(due, time.monotonic() - 1) + self._dice.expovariate(self.rate)
            kind = self._dice.random()
            if kind < 0.05:
                self.enqueue(self._dice.uniform(5, 15))
            elif kind < 0.1:
                self.schedule(self._dice.uniform(0, 5))
            else:
                self.enqueue(self._dice.uniform(0, 0.3))
