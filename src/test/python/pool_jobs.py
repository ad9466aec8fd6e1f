"""Jobs of the integration tests. Each leaves a line in a log: the truth that is held against RQ."""

from __future__ import annotations

import os
import time


def work(log: str, job: str, seconds: float) -> None:
    """Take `seconds`, and write down when it began, when it ended, and who did it."""
    begun = time.time()
    if seconds > 0:
        time.sleep(seconds)
    line = f"{job} {begun:.6f} {time.time():.6f} {os.getppid()}\n"
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())  # one write, so that lines of several workers don't mix
    finally:
        os.close(descriptor)


def fail() -> None:
    """Fail."""
    raise RuntimeError("this job fails")
