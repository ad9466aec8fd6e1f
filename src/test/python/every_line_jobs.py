"""The jobs of the lives in every_line.py. They record in Redis when they begin and end."""

from __future__ import annotations

import time

import rq

BEGUN, DONE = "every-line:begun", "every-line:done"


def work(seconds: float) -> None:
    """Run for this time; push the job's id to one list before, and to another list afterwards."""
    job = rq.get_current_job()
    assert job is not None
    job.connection.rpush(BEGUN, job.id)
    if seconds:
        time.sleep(seconds)
    job.connection.rpush(DONE, job.id)
