"""Enqueues jobs of pool_jobs as a CSV file says, for the integration tests.

    python enqueue_csv.py URL QUEUE LOG CSV ARRIVALS

Each line `arrival_s,duration_s` of CSV is one job; arrival_s counts from the start of this program.
Writes to ARRIVALS the time at which each job was really enqueued, in seconds since the epoch.
"""

from __future__ import annotations

import sys
import time

from redis import Redis
from rq import Queue

import pool_jobs


def main() -> None:
    """Read the arguments and enqueue."""
    url, name, log, csv, arrivals = sys.argv[1:]
    queue = Queue(name, connection=Redis.from_url(url))
    with open(csv, encoding="ascii") as lines:
        jobs = [line.strip().split(",") for line in lines]
    begun = time.monotonic()
    with open(arrivals, "w", encoding="ascii") as written:
        for number, (arrival, seconds) in enumerate(jobs):
            time.sleep(max(0.0, begun + float(arrival) - time.monotonic()))
            written.write(f"{time.time():.6f}\n")
            job = f"job-{number}"
            queue.enqueue(pool_jobs.work, log, job, seconds, job_id=job, result_ttl=3600)


if __name__ == "__main__":
    main()
