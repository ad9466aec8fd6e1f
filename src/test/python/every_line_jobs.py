"""The jobs of the lives in every_line.py: they write down in Redis that they begin and that they end."""

from __future__ import annotations

import time

import rq

BEGUN, DONE = "every-line:begun", "every-line:done"


def work(seconds: float) -> None:
    """Take this time, and leave the job's id in one list before and in another after."""
    job = rq.get_current_job()
    assert job is not None
    job.connection.rpush(BEGUN, job.id)
    if seconds:
        time.sleep(seconds)
    job.connection.rpush(DONE, job.id)
