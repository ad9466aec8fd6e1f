"""Jobs of the chaos run. Each writes down its beginning and its end: the truth of the account."""

from __future__ import annotations

import os
import time


def note(log: str, what: str, job: str) -> None:
    """Append one line: what, which job, when, by which horse of which worker."""
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
    """Take this time."""
    note(log, "begin", job)
    time.sleep(seconds)
    note(log, "end", job)
