"""Jobs that make the memory of their worker grow.

python failing_jobs.py URL QUEUE MEGABYTES
"""

from __future__ import annotations

import sys
from typing import List

from redis import Redis
from rq import Queue

kept: List[bytes] = []


def grow(megabytes: int) -> None:
    """Allocate memory and keep it. This is a leak if the worker runs jobs in its own process."""
    kept.append(b"x" * (megabytes << 20))


if __name__ == "__main__":
    import failing_jobs

    Queue(sys.argv[2], connection=Redis.from_url(sys.argv[1])).enqueue(
        failing_jobs.grow, int(sys.argv[3])
    )
