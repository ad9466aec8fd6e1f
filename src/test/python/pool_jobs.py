"""Jobs of the integration tests. Each logs its run; the tests compare the log with RQ's data."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from typing import Callable

KINDS = 7  # number of kinds of processes that a job leaves behind


def work(log: str, job: str, length: str) -> None:
    """Run for length in seconds, or until the file with this path exists, and log the run.

    The line has the job, its begin and end as seconds since the epoch, and the worker's pid.
    """
    begun = time.time()
    if length.startswith("/"):
        while not os.path.exists(length):
            time.sleep(0.05)
    elif float(length) > 0:
        time.sleep(float(length))
    line = f"{job} {begun:.6f} {time.time():.6f} {os.getppid()}\n"
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())  # one write, so that lines of workers do not mix
    finally:
        os.close(descriptor)


def work_beside_a_child(log: str, job: str, length: str) -> None:
    """Do the same as work, beside a child process that waits for the same file.

    The child outlives its parent if the parent is killed.
    """
    if os.fork() == 0:
        while not os.path.exists(length):
            time.sleep(0.05)
        os._exit(0)
    work(log, job, length)


def work_aloud(log: str, job: str, length: str) -> None:
    """Do the same as work, and print, also from a subprocess. The job fails if an output fails."""
    for stream in (sys.stdout, sys.stderr):
        print(f"{job} prints", file=stream, flush=True)
    subprocess.run([sys.executable, "-c", f"print('{job} prints', flush=True)"], check=True)
    work(log, job, length)


def leave(log: str, job: str, length: str) -> None:
    """Leave processes of all kinds behind, which live until the file `length` exists; then log."""
    _leave_processes(log + ".left", length)
    work(log, job, "0")


def leave_and_work(log: str, job: str, length: str) -> None:
    """Leave the same processes behind, and run until the file `length` + `.job` exists."""
    _leave_processes(log + ".left", length)
    work(log, job, length + ".job")


def _leave_processes(pids: str, gate: str) -> None:
    """Start the processes. Each of them writes its kind and its pid to the file `pids`."""

    def lives(kind: str) -> None:
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):  # the process outlives the pool, and must not hold its output
            os.dup2(null, descriptor)
        descriptor = os.open(pids, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, f"{kind} {os.getpid()}\n".encode())
        while not os.path.exists(gate):
            time.sleep(0.05)
        os._exit(0)

    def forks(kind: str, first: Callable[[], object] = lambda: None) -> None:
        if os.fork() == 0:
            first()
            lives(kind)

    forks("fork")
    forks("fork-with-group", os.setpgrp)
    forks("fork-with-session", os.setsid)
    middle = os.fork()
    if middle == 0:
        os.setsid()
        forks("daemon")
        os._exit(0)
    os.waitpid(middle, 0)
    context = multiprocessing.get_context("fork")
    context.Process(target=lives, args=("multiprocessing",), daemon=False).start()
    program = "import pool_jobs, sys; pool_jobs._lives_as_program(*sys.argv[1:])"
    for kind, session in (("subprocess", False), ("subprocess-with-session", True)):
        words = [sys.executable, "-c", program, kind, pids, gate]
        subprocess.Popen(
            words,
            start_new_session=session,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    while _lines(pids) < KINDS:
        time.sleep(0.05)


def _lines(path: str) -> int:
    try:
        with open(path, encoding="utf-8") as lines:
            return len(lines.readlines())
    except FileNotFoundError:
        return 0


def _lives_as_program(kind: str, pids: str, gate: str) -> None:
    with open(pids, "a", encoding="utf-8") as log:
        log.write(f"{kind} {os.getpid()}\n")
    while not os.path.exists(gate):
        time.sleep(0.05)


def fail() -> None:
    """Fail."""
    raise RuntimeError("this job fails")
