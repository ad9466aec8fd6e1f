"""The workload of the demo: two jobs a second, each of one second."""

from __future__ import annotations

import os
import sys
import time


def second(runs: str, number: int) -> None:
    """Run for one second, and write a line with the number of this job."""
    time.sleep(1)
    descriptor = os.open(runs, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(
            descriptor, f"{number}\n".encode()
        )  # one write, so that lines of several workers do not mix
    finally:
        os.close(descriptor)


def main() -> None:
    """Enqueue jobs for SECONDS: demo_jobs.py URL SECONDS RUNS."""
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
