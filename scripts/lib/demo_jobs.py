"""The workload of the demo: jobs of one second, two a second."""

from __future__ import annotations

import os
import sys
import time


def second(runs: str, number: int) -> None:
    """Take one second, and leave a line that says which job ran."""
    time.sleep(1)
    descriptor = os.open(runs, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{number}\n".encode())  # one write: lines don't mix
    finally:
        os.close(descriptor)


def main() -> None:
    """Enqueue for so many seconds: demo_jobs.py URL SECONDS RUNS."""
    from redis import Redis
    from rq import Queue

    import demo_jobs

    url, seconds, runs = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    queue = Queue("default", connection=Redis.from_url(url))
    begun = time.monotonic()
    for number in range(int(seconds * 2)):
        time.sleep(max(0.0, begun + number / 2 - time.monotonic()))
        queue.enqueue(demo_jobs.second, runs, number, job_id=f"demo-{number}", result_ttl=3600)


if __name__ == "__main__":
    main()
