"""Jobs and worker classes that the tests of the worker host run in real workers."""

from __future__ import annotations

import os
import random
import sys
import time
from typing import Any, Dict

import redis
import rq
import rq.worker


def connection() -> Any:
    """Return a connection of the job's own to the Redis that its worker works for."""
    return redis.Redis.from_url(os.environ["RQ_REDIS_URL"])


def nothing() -> None:
    """Take no time."""


def nap(seconds: float) -> None:
    """Take this time."""
    time.sleep(seconds)


def record(key: str) -> None:
    """Append the id of this job to a list in Redis."""
    job = rq.get_current_job()
    assert job is not None
    connection().rpush(key, job.id)


def touch_nap_touch(begun: str, seconds: float, done: str) -> None:
    """Leave a file behind, take this time, leave another: seen even when Redis is gone."""
    with open(begun, "w", encoding="ascii"):
        pass
    time.sleep(seconds)
    with open(done, "w", encoding="ascii"):
        pass


def shout() -> None:
    """Print to both outputs, and insist that it gets there."""
    for stream in (sys.stdout, sys.stderr):
        print("shout", file=stream, flush=True)


def tell_modules() -> None:
    """Write to Redis which of some modules the worker brought along."""
    found = {"host_jobs", "rq.cli", "rq.scheduler"} & set(sys.modules)
    connection().hset("modules", "worker", " ".join(sorted(found)))


def tell_random() -> None:
    """Append a random number to a list in Redis."""
    connection().rpush("random", random.random())


class HeadstrongWorker(rq.worker.Worker):
    """Overrides what the host hooks into."""

    COMPLAINT = "a stop must not come here"

    @property
    def dequeue_timeout(self) -> int:
        """Block for much longer than the host wants."""
        return 300

    def _shutdown(self) -> None:
        raise RuntimeError(self.COMPLAINT)


class TellingWorker(rq.worker.Worker):
    """Tells what it finds within work() before it registers."""

    def bootstrap(self, *args: Any, **kwargs: Any) -> Any:
        """Write to Redis both timeouts, and whether the host's key is there."""
        found: Dict[Any, Any] = {
            "socket": self.connection.connection_pool.connection_kwargs["socket_timeout"],
            "dequeue": self.dequeue_timeout,
            "published": self.connection.exists(f"rq:orchestrator:worker:{self.name}"),
        }
        self.connection.hset("told", mapping=found)
        return super().bootstrap(*args, **kwargs)


class ForkingWorker(rq.worker.Worker):
    """Forks children before RQ has installed its signal handlers, and signals each at once."""

    def bootstrap(self, *args: Any, **kwargs: Any) -> Any:
        """Write to Redis how the children ended."""
        for _ in range(100):
            pid = os.fork()
            if pid == 0:
                time.sleep(20)
                os._exit(1)
            os.kill(pid, 15)
            self.connection.rpush("endings", os.waitpid(pid, 0)[1])
        return super().bootstrap(*args, **kwargs)
