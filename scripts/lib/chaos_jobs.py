"""Jobs of the chaos run. Each logs its beginning and its end; the account is based on this log."""

from __future__ import annotations

import os
import time


def note(log: str, what: str, job: str) -> None:
    """Append one line to the log: event, job, time, pid of the horse, pid of the worker."""
    line = f"{what} {job} {time.time():.3f} {os.getpid()} {os.getppid()}\n"
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def parent_of(pid: int) -> int:
    """Return the parent of a process."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        return int(stat.read().rpartition(")")[2].split()[1])


def work(log: str, job: str, seconds: float) -> None:
    """Run for this time, and log the beginning and the end."""
    note(log, "begin", job)
    time.sleep(seconds)
    note(log, "end", job)
