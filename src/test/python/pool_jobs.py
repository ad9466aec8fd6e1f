"""Jobs of the integration tests. Each leaves a line in a log: the truth that is held against RQ."""

from __future__ import annotations

import os
import subprocess
import sys
import time


def work(log: str, job: str, length: str) -> None:
    """Take that many seconds, or until that file is there; write down when, and who did it."""
    begun = time.time()
    if length.startswith("/"):
        while not os.path.exists(length):
            time.sleep(0.05)
    elif float(length) > 0:
        time.sleep(float(length))
    line = f"{job} {begun:.6f} {time.time():.6f} {os.getppid()}\n"
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())  # one write, so that lines of several workers don't mix
    finally:
        os.close(descriptor)


def work_beside_a_child(log: str, job: str, length: str) -> None:
    """Do the same with a child process that waits for the same file, and outlives its parent."""
    if os.fork() == 0:
        while not os.path.exists(length):
            time.sleep(0.05)
        os._exit(0)
    work(log, job, length)


def work_aloud(log: str, job: str, length: str) -> None:
    """Do the same, and print; so does a subprocess. An output that takes nothing is an error."""
    for stream in (sys.stdout, sys.stderr):
        print(f"{job} prints", file=stream, flush=True)
    subprocess.run([sys.executable, "-c", f"print('{job} prints', flush=True)"], check=True)
    work(log, job, length)


def fail() -> None:
    """Fail."""
    raise RuntimeError("this job fails")
