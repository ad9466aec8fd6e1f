"""Enqueues jobs of pool_jobs at a steady rate, for the integration tests.

    python enqueue.py URL QUEUE[,QUEUE...] LOG COUNT RATE SECONDS [PREFIX [FUNCTION]]

Enqueues COUNT jobs of SECONDS each, RATE jobs a second (0: all at once), round robin over the
queues. If SECONDS is the path of a file, each job ends when that file exists. FUNCTION is the name
of a function in pool_jobs; default: work.
"""

from __future__ import annotations

import sys
import time

from redis import Redis
from rq import Queue

import pool_jobs

MOST_WAITING = 200  # limits the backlog when the workers are slow because the machine is busy


def main() -> None:
    """Read the arguments and enqueue."""
    url, names, log, count, rate, seconds = sys.argv[1:7]
    prefix = sys.argv[7] if len(sys.argv) > 7 else "job"
    function = getattr(pool_jobs, sys.argv[8] if len(sys.argv) > 8 else "work")
    connection = Redis.from_url(url)
    queues = [Queue(name, connection=connection) for name in names.split(",")]
    begun = time.monotonic()
    for number in range(int(count)):
        if float(rate) > 0:
            time.sleep(max(0.0, begun + number / float(rate) - time.monotonic()))
            while queues[0].count > MOST_WAITING:
                time.sleep(0.05)
        job = f"{prefix}-{number}"
        queues[number % len(queues)].enqueue(
            function, log, job, seconds, job_id=job, result_ttl=3600
        )


if __name__ == "__main__":
    main()
