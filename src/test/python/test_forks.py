"""Runs real RQ workers through the worker host, and reads the marks in their forks' environments.

PYTHON -m unittest discover -s src/test/python
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Dict, Tuple

import host_jobs
from hosted import HostTestCase, eventually, parent

VARIABLE = "RQ_ORCHESTRATOR_FORK"


class ForksTest(HostTestCase):
    """A mark in the environment distinguishes horses and schedulers from processes of jobs."""

    def setUp(self) -> None:
        """Set the variable to blanks, which reserve the space for the mark."""
        super().setUp()
        self.environment[VARIABLE] = " " * 40

    def _mark(self, pid: int) -> str:
        with contextlib.suppress(OSError):
            for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                if entry.startswith(VARIABLE.encode() + b"="):
                    return entry.decode().partition("=")[2].strip()
        return "none"

    def _marks(self) -> Dict[int, str]:
        return {pid: self._mark(pid) for pid in self.processes()}

    def _job_with_a_child(self, *options: str) -> Tuple[int, int, int]:
        """Return the pids of a worker, of the process that runs its job, and of the job's child."""
        worker = self.start("default", *options).await_state("idle")
        pids = self.directory / "pids"
        self.enqueue(host_jobs.fork_and_sleep, str(pids), 60)
        text = eventually(lambda: pids.exists() and pids.read_text(), "the job has forked")
        horse, child = map(int, text.split())
        return worker.pid, horse, child

    def test_a_horse_has_a_mark_of_its_own_and_what_its_job_forks_has_not(self) -> None:
        """The child inherits the text of its horse's mark, which has the horse's pid."""
        worker, horse, child = self._job_with_a_child()

        self.assertEqual(self._mark(worker), f"worker {worker} {worker}")
        self.assertEqual(self._mark(horse), f"horse {horse} {worker}")
        self.assertEqual(self._mark(child), f"horse {horse} {worker}")

    def test_what_a_job_executes_has_no_mark(self) -> None:
        """The mark is missing both from Python's environment and from that of the C library."""
        self.start("default").await_state("idle")
        log = self.directory / "environment"
        self.enqueue(host_jobs.write_environments, str(log))
        eventually(lambda: log.exists() and log.read_text().count("end") == 2, "the job is done")
        self.assertNotIn(VARIABLE, log.read_text())

    def test_what_a_job_of_a_simple_worker_forks_is_neither_horse_nor_scheduler(self) -> None:
        """There is no horse: the job runs in the worker, so its fork inherits the worker's mark."""
        worker, itself, child = self._job_with_a_child("--worker-class", "rq.worker.SimpleWorker")

        self.assertEqual(worker, itself)
        self.assertEqual(self._mark(child), f"worker {worker} {worker}")

    def test_a_simple_worker_does_not_wait_for_what_its_jobs_have_left(self) -> None:
        """Python itself would wait for them at exit."""
        worker = self.start("default", "--worker-class", "rq.worker.SimpleWorker")
        worker.await_state("idle")
        pids = self.directory / "pids"
        self.enqueue(host_jobs.leave_multiprocessing, str(pids), 60)
        left = int(eventually(lambda: pids.exists() and pids.read_text(), "the job has forked"))
        worker.await_jobs(1)
        worker.terminate()

        self.assertEqual(worker.exit_code(30), 0)
        self.assertIn(left, self.processes())

    def test_a_scheduler_has_a_mark_of_its_own(self) -> None:
        """This is true of a scheduler that starts with its worker and of one that starts later."""
        worker = self.start("default", "--with-scheduler").await_state("idle")
        first = eventually(lambda: self._scheduler_of(worker.pid), "there is a scheduler")
        other = self.start("default", "--with-scheduler").await_state("idle")
        os.kill(worker.pid, signal.SIGKILL)
        worker.process.wait()
        self.assertEqual(self._mark(first), f"scheduler {first} {worker.pid}")
        self.assertNotEqual(parent(first), worker.pid)
        os.kill(first, signal.SIGTERM)
        eventually(lambda: self._scheduler_of(other.pid), "the other worker's scheduler has begun")

    def _scheduler_of(self, worker: int) -> int:
        for pid, mark in self._marks().items():
            if mark == f"scheduler {pid} {worker}":
                return pid
        return 0

    def test_without_room_for_a_mark_the_worker_works(self) -> None:
        """A daemon that does not know the marks leaves no space for them."""
        del self.environment[VARIABLE]
        worker = self.start("default").await_state("idle")
        self.enqueue(time.sleep, 0)
        worker.await_jobs(1)
        self.assertEqual(self._mark(worker.pid), "none")
        self.assertNotIn("UNGUARDED", worker.log)
