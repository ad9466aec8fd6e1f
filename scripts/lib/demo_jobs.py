"""The workload of the demo: jobs of one second, two a second."""

from __future__ import annotations

import sys
import time


def second() -> None:
    """Take one second."""
    time.sleep(1)


def main() -> None:
    """Enqueue for so many seconds: demo_jobs.py URL SECONDS."""
    from redis import Redis
    from rq import Queue

    import demo_jobs

    url, seconds = sys.argv[1], float(sys.argv[2])
    queue = Queue("default", connection=Redis.from_url(url))
    begun = time.monotonic()
    for number in range(int(seconds * 2)):
        time.sleep(max(0.0, begun + number / 2 - time.monotonic()))
        queue.enqueue(demo_jobs.second, job_id=f"demo-{number}", result_ttl=3600)


if __name__ == "__main__":
    main()
