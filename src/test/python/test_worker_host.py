"""Runs real RQ workers through the worker host, against a Redis of its own.

    PYTHON -m unittest discover -s src/test/python

measure_worker_host.py tests what the host measures.

PYTHON must have RQ, in any version that the host supports; the environment variable REDIS_SERVER
names the redis-server to use. The tests run on Linux only: they find leftover processes in /proc.
"""

from __future__ import annotations

import collections
import contextlib
import fcntl
import inspect
import json
import os
import random
import resource
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator, List

import rq
import rq.command
import rq.version
import rq.worker

import host_jobs
from hosted import (
    HOST,
    PATIENCE,
    SOON,
    HostedWorker,
    HostTestCase,
    SlowLink,
    eventually,
)

RQ_MAJOR = int(rq.version.VERSION.split(".")[0])
SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ, which Python's fcntl has since 3.10


def unread(pipe: int) -> int:
    """Return how many bytes wait in a pipe."""
    (count,) = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))
    return int(count)


def drain(pipe: int) -> None:
    """Read a pipe until its writers have gone."""
    with contextlib.suppress(OSError):  # the test has ended and closed the pipe
        while os.read(pipe, 4096):
            pass


class StopTest(HostTestCase):
    """A stop signal ends a worker soon, and no job is lost."""

    AT_ONCE, JOBS_PER_SECOND = 5, 20.0
    MOST_WAITING = 50  # on a slow machine, one worker could not drain more jobs in time

    def test_stops_under_load_lose_no_job_of_one_queue(self) -> None:
        self.check_stops_under_load("default")

    def test_stops_under_load_lose_no_job_of_two_queues(self) -> None:
        self.check_stops_under_load("high", "default")

    def test_stops_under_load_lose_no_job_of_a_worker_that_does_not_fork(self) -> None:
        self.check_stops_under_load("-w", "rq.worker.SimpleWorker", "default", stops=10)

    def check_stops_under_load(self, *arguments: str, stops: int = 25) -> None:
        """Stop workers at random moments under a steady load, then check that each job ran once."""
        chance = random.Random(7)
        moments = [chance.uniform(0.0, 0.2) for _ in range(stops)]

        def start_and_stop(moment: float) -> None:
            jobs = len(enqueued)
            worker = self.start(*arguments).await_state("idle", "busy")
            eventually(lambda: len(enqueued) > jobs, "jobs are being enqueued")
            time.sleep(moment)
            worker.terminate()
            self.assertEqual(worker.exit_code(), 0, worker.log)

        with self.steady_jobs() as enqueued, ThreadPoolExecutor(self.AT_ONCE) as pool:
            list(pool.map(start_and_stop, moments))
        drain = self.start("--burst", "-w", "rq.worker.SimpleWorker", "default")
        self.assertEqual(drain.exit_code(), 0, drain.log)
        ran = collections.Counter(job.decode() for job in self.redis.lrange("ran", 0, -1))
        self.assertEqual([job for job in enqueued if ran[job] == 0], [], "lost jobs")
        self.assertEqual([job for job in ran if ran[job] > 1], [], "jobs that ran twice")

    @contextlib.contextmanager
    def steady_jobs(self) -> Iterator[List[str]]:
        """Enqueue small jobs steadily while fewer than MOST_WAITING wait; yield their ids."""
        enqueued: List[str] = []
        enough = threading.Event()

        def produce() -> None:
            queue = rq.Queue("default", connection=self.redis)
            while not enough.wait(1 / self.JOBS_PER_SECOND):
                if queue.count < self.MOST_WAITING:
                    enqueued.append(queue.enqueue(host_jobs.record, "ran").id)

        producer = threading.Thread(target=produce)
        producer.start()
        try:
            yield enqueued
        finally:
            enough.set()
            producer.join()

    def test_an_idle_worker_stops_soon(self) -> None:
        workers = {number: self.start("default") for number in (signal.SIGTERM, signal.SIGINT)}
        for worker in workers.values():
            worker.await_state("idle")
        for number, worker in workers.items():
            worker.process.send_signal(number)
            self.assertEqual(worker.exit_code(SOON), 0, worker.log)
            self.assertIn("death", worker.record())
        self.assert_no_process()

    def test_rqs_own_shutdown_command_stops_a_worker(self) -> None:
        worker = self.start("default").await_state("idle")
        rq.command.send_shutdown_command(self.redis, worker.name)
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)

    def test_a_suspended_worker_stops_soon(self) -> None:
        worker = self.start("default").await_state("idle")
        self.redis.set("rq:suspended", 1)
        self.enqueue(host_jobs.nothing)  # an idle worker looks at the suspension after its next job
        worker.await_state("suspended")
        worker.terminate()
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)

    def test_a_busy_worker_finishes_its_job_and_takes_no_other(self) -> None:
        worker = self.start("default").await_state("idle")
        job, other = self.enqueue(host_jobs.nap, 2.5), self.enqueue(host_jobs.nothing)
        worker.await_state("busy").terminate()
        self.assertEqual(worker.exit_code(), 0, worker.log)
        self.assertEqual(self.processes(), [])
        self.assertEqual(job.get_status(), "finished")
        self.assertEqual(other.get_status(), "queued")

    def test_a_stop_during_the_start_leaves_neither_process_nor_record(self) -> None:
        for arguments in (("default",), ("--with-scheduler", "default")):
            workers = []
            for step in range(11):
                workers.append(self.start(*arguments))
                time.sleep(0.4 * step / 10)
                workers[-1].terminate()
            for worker in workers:
                # Until the host's first line runs, a signal kills Python.
                self.assertIn(worker.exit_code(), (0, -signal.SIGTERM), worker.log)
                record = worker.record()
                self.assertTrue(not record or "death" in record, record)
        self.assert_no_process()

    def test_a_stop_right_after_the_registration_is_a_clean_one(self) -> None:
        for arguments in (("default",), ("--with-scheduler", "default")):
            worker = self.start(*arguments)
            eventually(worker.record, "the worker is registered")  # RQ has no signal handlers yet
            worker.terminate()
            self.assertEqual(worker.exit_code(), 0, worker.log)
            self.assertIn("death", worker.record())
        self.assert_no_process()

    def test_a_stop_with_a_scheduler_leaves_no_process(self) -> None:
        workers = [self.start("--with-scheduler", "default") for _ in range(3)]
        for worker in workers:
            worker.await_state("idle").terminate()
        for worker in workers:
            self.assertEqual(worker.exit_code(), 0, worker.log)
        self.assert_no_process()

    def test_a_forked_child_dies_of_a_signal_from_its_first_moment_on(self) -> None:
        worker = self.start("-w", "host_jobs.ForkingWorker", "default").await_state("idle")
        endings = {int(status) for status in self.redis.lrange("endings", 0, -1)}
        self.assertEqual(endings, {int(signal.SIGTERM)})
        worker.terminate()
        self.assertEqual(worker.exit_code(), 0, worker.log)

    def test_a_worker_has_a_session_of_its_own(self) -> None:
        worker = self.start("default").await_state("idle")
        self.assertEqual(os.getsid(worker.pid), worker.pid)


IN_PROCESS = ("-w", "rq.worker.SimpleWorker", "default")
WORKERS = (("default",), IN_PROCESS, ("-w", "rq.worker.HerokuWorker", "default")) + (
    (("-w", "rq.worker.SpawnWorker", "default"),) if RQ_MAJOR >= 3 else ()
)


class StopsFromAllSidesTest(HostTestCase):
    """A stop may be requested any number of times and in any way; only SIGQUIT kills a job."""

    def test_the_job_is_finished_however_often_and_by_whom_the_worker_is_asked(self) -> None:
        for arguments in WORKERS:
            with self.subTest(arguments=arguments):
                worker = self.start("--with-scheduler", *arguments).await_state("idle")
                begun, done = self.directory / "begun", self.directory / "done"
                job = self.enqueue(host_jobs.touch_nap_touch, str(begun), 7.0, str(done))
                other = self.enqueue(host_jobs.nothing)
                eventually(begun.exists, "the job runs")
                for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
                    worker.process.send_signal(number)
                    time.sleep(1.1)  # RQ ignores a second signal within a second of the first
                for _ in range(2):
                    rq.command.send_shutdown_command(self.redis, worker.name)
                    time.sleep(1.1)
                for _ in range(50):
                    worker.terminate()
                self.assertEqual(worker.exit_code(), 0, worker.log)
                self.assertTrue(done.exists(), worker.log)
                self.assertEqual(job.get_status(), "finished", worker.log)
                self.assertEqual(other.get_status(), "queued")
                self.assert_no_process()
                self.redis.flushall()
                begun.unlink()
                done.unlink()

    def test_a_stop_is_published_while_the_job_goes_on(self) -> None:
        for arguments in WORKERS:
            with self.subTest(arguments=arguments):
                worker = self.start(*arguments).await_state("idle")
                self.assertEqual(worker.published()["stopping"], "0")
                job = self.enqueue(host_jobs.nap, 4.0)
                eventually(lambda: job.get_status() == "started", "the job runs")
                worker.terminate()
                eventually(
                    lambda: worker.published()["stopping"] == "1", "the stop is published", 3.0
                )
                self.assertEqual(worker.published()["job"], job.id)
                self.assertEqual(job.get_status(), "started")
                self.assertEqual(worker.exit_code(), 0, worker.log)
                self.redis.flushall()

    def test_a_heartbeat_goes_on_after_a_stop(self) -> None:
        """RQ monitors its horse by SIGALRM; the handler of another signal must not suppress it."""
        worker = self.start("--job-monitoring-interval", "1", "default").await_state("idle")
        job = self.enqueue(host_jobs.nap, 8.0)
        eventually(lambda: job.get_status() == "started", "the job runs")
        for _ in range(100):
            worker.terminate()
            time.sleep(0.02)
        beat = worker.record()["last_heartbeat"]
        time.sleep(2.5)
        self.assertGreater(worker.record()["last_heartbeat"], beat)
        self.assertEqual(worker.exit_code(), 0, worker.log)
        self.assertEqual(job.get_status(), "finished")


class ColdStopTest(HostTestCase):
    """SIGQUIT kills the current job, and the log names the job."""

    def check_cold_stop(self, *arguments: str, code: int = 1, asked: bool = False) -> None:
        """Send SIGQUIT to a worker whose job no exception can end, and check what is left."""
        worker = self.start(*arguments).await_state("idle")
        begun = self.directory / "begun"
        job = self.enqueue(host_jobs.cling, str(begun))
        eventually(begun.exists, "the job runs")
        if asked:
            worker.terminate()
            time.sleep(0.2)
        worker.process.send_signal(signal.SIGQUIT)
        self.assertEqual(worker.exit_code(SOON), code, worker.log)
        self.assertRegex(
            worker.log, f"worker host: cold stop: killed job {job.id} of queue default"
        )
        self.assertIn("death", worker.record())
        self.assertNotIn(worker.name.encode(), b"".join(self.redis.smembers("rq:workers")))
        self.assertEqual(job.get_status(), "started")
        self.assert_no_process()
        self.redis.flushall()
        begun.unlink()

    def test_the_job_is_killed_and_named(self) -> None:
        for arguments in WORKERS:
            for asked in (False, True):
                with self.subTest(arguments=arguments, asked=asked):
                    self.check_cold_stop(*arguments, asked=asked)

    def test_its_scheduler_goes_too(self) -> None:
        for arguments in (("default",), IN_PROCESS):
            with self.subTest(arguments=arguments):
                self.check_cold_stop("--with-scheduler", *arguments)

    def test_a_host_that_is_not_guarded_hears_it_too(self) -> None:
        script = self.directory / "other_rq.py"
        script.write_text(
            "import runpy, rq.worker\n"
            "home = next(c for c in rq.worker.Worker.__mro__ if '_shutdown' in vars(c))\n"
            "del home._shutdown\n"
            "runpy.run_module('rq.cli', run_name='__main__')\n"
        )
        for arguments in (("default",), IN_PROCESS):
            with self.subTest(arguments=arguments):
                begun = self.directory / "begun"
                words = ["worker", "--name", "NAME", *arguments]
                worker = HostedWorker(self, [str(script), *words]).await_state("idle")
                self.assertEqual(worker.published()["guarded"], "0")
                job = self.enqueue(host_jobs.cling, str(begun))
                eventually(begun.exists, "the job runs")
                worker.process.send_signal(signal.SIGQUIT)
                self.assertEqual(worker.exit_code(SOON), 1, worker.log)
                self.assertIn(f"killed job {job.id} of queue default", worker.log)
                self.assert_no_process()
                self.redis.flushall()
                begun.unlink()

    def test_a_worker_without_a_job_goes_in_good_order(self) -> None:
        for arguments in WORKERS:
            worker = self.start(*arguments).await_state("idle")
            worker.process.send_signal(signal.SIGQUIT)
            self.assertEqual(worker.exit_code(SOON), 0, worker.log)
            self.assertIn("death", worker.record())
        self.assert_no_process()

    def test_it_ends_a_worker_at_once_that_has_not_begun(self) -> None:
        script = self.directory / "slow_start.py"
        script.write_text("import time\nprint('here', flush=True)\ntime.sleep(60)\n")
        worker = HostedWorker(self, [str(script)])
        eventually(lambda: "here" in worker.log, "the script has started")
        worker.process.send_signal(signal.SIGQUIT)
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)

    def test_no_job_is_lost_by_one_that_comes_before_it_begins(self) -> None:
        """The job goes back to its queue."""
        for queues in (["default"], ["high", "default"]):
            with self.subTest(queues=queues):
                words = ("-w", "host_jobs.QuittingWorker", *queues)
                first, second = self.enqueue(host_jobs.nothing), self.enqueue(host_jobs.nothing)
                worker = self.start(*words)
                self.assertEqual(worker.exit_code(SOON), 0, worker.log)
                waiting = [job.decode() for job in self.redis.lrange("rq:queue:default", 0, -1)]
                self.assertEqual(waiting, [first.id, second.id])
                self.assertEqual(self.redis.keys("rq:queue:*:intermediate"), [])
                self.redis.flushall()

    def test_what_a_job_starts_has_the_signal_as_it_is_by_default(self) -> None:
        def block() -> None:  # as the JVM does in its threads
            signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGQUIT,))

        for arguments in WORKERS:
            with self.subTest(arguments=arguments):
                worker = self.start(*arguments, preexec_fn=block).await_state("idle")
                job = self.enqueue(host_jobs.tell_signals)
                worker.await_jobs(1)
                self.assertEqual(job.get_status(), "finished")
                for child in ("exec", "fork"):
                    masks = self.hash(f"signals:{child}")
                    for name in ("SigBlk", "SigIgn", "SigCgt"):
                        quits = int(masks[name], 16) & 1 << signal.SIGQUIT - 1
                        self.assertEqual(quits, 0, f"{child}: {name}")
                worker.process.send_signal(signal.SIGQUIT)
                self.assertEqual(worker.exit_code(SOON), 0, worker.log)
                self.redis.flushall()


class ExitCodeTest(HostTestCase):
    """The exit code distinguishes an orderly end from an error in RQ's loop."""

    def test_an_orderly_end_is_0(self) -> None:
        endings = [["--burst", "default"], ["--max-jobs", "1", "default"]]
        if "max_idle_time" in inspect.signature(rq.worker.Worker.work).parameters:  # RQ 1.14
            endings.append(["--max-idle-time", "1", "default"])
        for arguments in endings:
            for kind in ("rq.worker.Worker", "rq.worker.SimpleWorker"):
                with self.subTest(arguments=arguments, kind=kind):
                    self.enqueue(host_jobs.nothing)
                    worker = self.start("-w", kind, *arguments)
                    self.assertEqual(worker.exit_code(SOON), 0, worker.log)

    def test_a_suspended_burst_is_0(self) -> None:
        self.enqueue(host_jobs.suspend)
        worker = self.start("--burst", "default")
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)

    def test_an_error_in_rqs_loop_is_70_and_names_the_job_in_hand(self) -> None:
        for place in ("execute_job", "run_maintenance_tasks", "check_for_suspension", "heartbeat"):
            with self.subTest(place=place):
                self.environment["BREAKS"] = place
                job = self.enqueue(host_jobs.nothing)
                worker = self.start("-w", "host_jobs.BreakingWorker", "default")
                self.assertEqual(worker.exit_code(SOON), 70, worker.log)
                self.assertIn("because of RuntimeError('broken')", worker.log)
                if place == "execute_job":
                    self.assertIn(f"ends with job {job.id} of queue default in hand", worker.log)
                self.assertIn("death", worker.record())
                self.redis.flushall()

    def test_a_stop_is_0_though_redis_is_gone(self) -> None:
        worker = self.start("default").await_state("idle")
        self.server.kill()
        self.addCleanup(self.server.start)
        worker.terminate()
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)


class SurroundingsTest(HostTestCase):
    """A job can change the process that it shares with the worker. The host undoes the changes."""

    def test_the_next_job_finds_what_the_first_one_found(self) -> None:
        worker = self.start(*IN_PROCESS).await_state("idle")
        self.enqueue(host_jobs.tell_surroundings)
        worker.await_jobs(1)
        before = self.hash("surroundings")
        mess = self.directory / "mess"
        mess.mkdir()
        job = self.enqueue(host_jobs.make_a_mess, str(mess))
        worker.await_jobs(2)
        self.assertEqual(job.get_status(), "finished")
        self.redis.delete("surroundings")
        self.enqueue(host_jobs.tell_surroundings)
        worker.await_jobs(3)
        self.assertEqual(self.hash("surroundings"), before)
        self.assertEqual(before["SIGTERM"], "True")

    def test_a_worker_hears_a_stop_after_a_job_that_made_it_deaf(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            worker = self.start(*IN_PROCESS).await_state("idle")
            mess = self.directory / "mess"
            mess.mkdir()
            self.enqueue(host_jobs.make_a_mess, str(mess))
            worker.await_jobs(1)
            worker.process.send_signal(number)
            self.assertEqual(worker.exit_code(SOON), 0, worker.log)


class IdsWithoutJobsTest(HostTestCase):
    """RQ pops ids until it finds one whose job still exists, which may take long."""

    IDS, DELAY = 400, 0.1

    def fill(self, *queues: str) -> None:
        """Push ids without jobs to these queues."""
        for queue in queues:
            self.redis.rpush(f"rq:queue:{queue}", *(f"gone-{n}" for n in range(self.IDS)))

    def left(self) -> int:
        """Return how many ids are in the default queue."""
        return int(self.redis.llen("rq:queue:default"))

    def start_behind_a_slow_link(self, *arguments: str) -> HostedWorker:
        """Start a worker whose every request to Redis takes DELAY seconds."""
        link = SlowLink(self.server.port, self.DELAY)
        self.addCleanup(link.close)
        self.environment["RQ_REDIS_URL"] = f"redis://127.0.0.1:{link.port}"
        return self.start(*arguments)

    def test_a_stop_is_heard_between_two_pops(self) -> None:
        for queues in (["default"], ["default", "other"]):
            with self.subTest(queues=queues):
                self.fill("default")
                worker = self.start_behind_a_slow_link(*queues)
                eventually(lambda: self.left() < self.IDS - 5, "the worker skips ids")
                worker.terminate()
                self.assertEqual(worker.exit_code(12.0), 0, worker.log)
                self.assertGreater(self.left(), self.IDS // 3)
                self.redis.flushall()

    def test_it_shows_signs_of_life_and_counts_as_busy_meanwhile(self) -> None:
        for queues in (["default"], ["default", "other"]):
            with self.subTest(queues=queues):
                self.fill("default")
                worker = self.start_behind_a_slow_link(*queues)
                eventually(lambda: self.left() < self.IDS - 5, "the worker skips ids")
                eventually(lambda: worker.published()["busy_since"], "the worker is busy", 10.0)
                self.assertEqual(worker.published()["job"], "")
                beat = worker.record()["last_heartbeat"]
                eventually(
                    lambda: worker.record()["last_heartbeat"] > beat, "the heartbeat goes on", 10.0
                )
                self.assertGreater(self.left(), 0, "the worker still skips ids")
                worker.process.kill()
                self.redis.flushall()

    def test_they_are_gone_from_everywhere_and_the_worker_rests_when_all_are_skipped(self) -> None:
        for queues in (["default"], ["default", "other"]):
            with self.subTest(queues=queues):
                self.fill(*queues)
                worker = self.start(*queues).await_state("idle")
                job = self.enqueue(host_jobs.nothing)
                eventually(lambda: job.get_status() == "finished", "the job behind them is done")
                eventually(lambda: worker.published()["busy_since"] == "", "the worker is idle")
                eventually(lambda: self.redis.keys("rq:queue:*") == [], "no id is left anywhere")
                worker.terminate()
                self.assertEqual(worker.exit_code(SOON), 0, worker.log)
                self.redis.flushall()


class MaintenanceTest(HostTestCase):
    """RQ's maintenance reads all ids in flight, one after the other, which may take long."""

    IDS, DELAY = 300, 0.1

    def start_behind_a_slow_link(self) -> HostedWorker:
        """Start a worker whose maintenance takes half a minute."""
        self.redis.zadd("rq:wip:default", {f"gone-{n}:execution": 1 for n in range(self.IDS)})
        link = SlowLink(self.server.port, self.DELAY)
        self.addCleanup(link.close)
        self.environment["RQ_REDIS_URL"] = f"redis://127.0.0.1:{link.port}"
        worker = self.start("default")
        eventually(lambda: self.redis.keys("rq:clean_registries:*"), "the maintenance has begun")
        return worker

    def test_a_stop_is_heard_meanwhile(self) -> None:
        worker = self.start_behind_a_slow_link()
        time.sleep(2.0)
        worker.terminate()
        self.assertEqual(worker.exit_code(10.0), 0, worker.log)
        self.assertEqual(self.redis.zcard("rq:wip:default"), self.IDS)

    def test_the_worker_shows_signs_of_life_meanwhile(self) -> None:
        worker = self.start_behind_a_slow_link()
        beat = worker.record()["last_heartbeat"]
        eventually(lambda: worker.record()["last_heartbeat"] > beat, "the heartbeat goes on", 12.0)
        self.assertEqual(self.redis.zcard("rq:wip:default"), self.IDS)
        worker.process.kill()

    def test_one_that_fails_a_job_comes_to_its_end(self) -> None:
        """If the maintenance were interrupted, the job's failure callback would be called again."""
        job = rq.Queue("default", connection=self.redis).enqueue(host_jobs.nothing)
        self.redis.delete("rq:queue:default")
        self.redis.hset(f"rq:job:{job.id}", "status", "started")
        member = job.id if RQ_MAJOR < 2 else f"{job.id}:execution"
        self.redis.zadd("rq:wip:default", {member: 0})
        worker = self.start_behind_a_slow_link()
        time.sleep(2.0)
        worker.terminate()
        self.assertEqual(worker.exit_code(), 0, worker.log)
        self.assertEqual(self.redis.zcard("rq:wip:default"), 0)
        self.assertEqual(job.get_status(), "failed")

    def test_a_suspended_worker_shows_signs_of_life(self) -> None:
        worker = self.start("default").await_state("idle")
        self.redis.set("rq:suspended", 1)
        self.enqueue(host_jobs.nothing)  # an idle worker looks at the suspension after its next job
        beat = worker.await_state("suspended").record()["last_heartbeat"]
        eventually(lambda: worker.record()["last_heartbeat"] > beat, "the heartbeat goes on", 12.0)
        self.assertEqual(worker.record()["state"], "suspended")


class PopTest(HostTestCase):
    """A job that was popped when Redis went away is not lost."""

    def test_it_goes_back_to_its_queue(self) -> None:
        for queues in (["default"], ["high", "default"]):
            with self.subTest(queues=queues):
                first = self.enqueue(host_jobs.record, "ran")
                second = self.enqueue(host_jobs.record, "ran")
                worker = self.start("-w", "host_jobs.CutOffWorker", *queues)
                eventually(lambda: second.get_status() == "finished", "both are done")
                worker.terminate()
                self.assertEqual(worker.exit_code(SOON), 0, worker.log)
                ran = [job.decode() for job in self.redis.lrange("ran", 0, -1)]
                self.assertEqual(ran, [first.id, second.id])
                self.assertEqual(self.redis.keys("rq:queue:*"), [])
                self.redis.flushall()


class ForkTest(HostTestCase):
    """A job goes back to its queue if the machine gives no process for it."""

    def test_it_runs_once_there_is_room(self) -> None:
        for queues in (["default"], ["high", "default"]):
            with self.subTest(queues=queues):
                first = self.enqueue(host_jobs.record, "ran")
                second = self.enqueue(host_jobs.record, "ran")
                worker = self.start("-w", "host_jobs.CrampedWorker", *queues)
                eventually(lambda: second.get_status() == "finished", "both are done")
                eventually(lambda: worker.published()["jobs"] == "2", "each is counted once")
                worker.terminate()
                self.assertEqual(worker.exit_code(SOON), 0, worker.log)
                self.assertEqual(worker.log.count("goes back to its queue"), 1, worker.log)
                ran = [job.decode() for job in self.redis.lrange("ran", 0, -1)]
                self.assertEqual(ran, [first.id, second.id])
                self.assertEqual(self.redis.keys("rq:queue:*"), [])
                self.assertEqual(self.redis.keys("rq:wip:*"), [])
                self.redis.flushall()

    def test_a_stop_leaves_it_in_its_queue(self) -> None:
        for queues in (["default"], ["high", "default"]):
            with self.subTest(queues=queues):
                job = self.enqueue(host_jobs.record, "ran")
                worker = self.start("-w", "host_jobs.CrowdedOutWorker", *queues)
                eventually(lambda: "goes back to its queue" in worker.log, "the log reports it")
                worker.terminate()
                self.assertEqual(worker.exit_code(SOON), 0, worker.log)
                self.assertEqual(job.get_status(), "queued")
                self.assertEqual(self.redis.lrange("rq:queue:default", 0, -1), [job.id.encode()])
                self.assertEqual(self.redis.keys("rq:wip:*"), [])
                self.assertEqual(self.redis.keys("rq:queue:*:intermediate"), [])
                self.redis.flushall()


class RoomTest(HostTestCase):
    """Workers do not use the last processes of the user's limit: the daemon needs them to stop."""

    def test_workers_and_their_jobs_leave_the_last_places(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
        resource.setrlimit(resource.RLIMIT_NPROC, (5000, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NPROC, (soft, hard))
        for arguments in WORKERS:
            worker = self.start(*arguments).await_state("idle")
            limits = resource.prlimit(worker.pid, resource.RLIMIT_NPROC)
            self.assertEqual(limits, (5000 - 8, hard))
            worker.terminate()
            self.assertEqual(worker.exit_code(SOON), 0, worker.log)
            self.redis.flushall()

    def test_a_sandbox_that_forbids_this_stops_no_worker(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
        resource.setrlimit(resource.RLIMIT_NPROC, (5000, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NPROC, (soft, hard))
        site = self.directory / "sitecustomize.py"
        site.write_text(
            "import resource\n"
            "def setrlimit(*limits):\n"
            "    raise PermissionError(1, 'Operation not permitted')\n"
            "resource.setrlimit = setrlimit\n",
            encoding="utf-8",
        )
        self.environment["PYTHONPATH"] = str(self.directory)
        worker = self.start("default").await_state("idle")
        self.assertEqual(resource.prlimit(worker.pid, resource.RLIMIT_NPROC), (5000, hard))
        worker.terminate()
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)


class TokenTest(HostTestCase):
    """The daemon recognizes a worker's key by a secret that only this worker has."""

    def test_the_token_is_published_and_kept_from_jobs(self) -> None:
        self.environment["RQ_ORCHESTRATOR_TOKEN"] = "7c0ffee"
        for arguments in WORKERS:
            worker = self.start(*arguments).await_state("idle")
            self.assertEqual(worker.published()["token"], "7c0ffee")
            job = self.enqueue(host_jobs.tell_environment)
            eventually(lambda: job.get_status() == "finished", "the job is done")
            self.assertNotIn("RQ_ORCHESTRATOR_TOKEN", self.hash("environment"))
            worker.terminate()
            self.assertEqual(worker.exit_code(SOON), 0, worker.log)
            self.redis.flushall()

    def test_without_one_the_field_is_empty(self) -> None:
        worker = self.start("default").await_state("idle")
        self.assertEqual(worker.published()["token"], "")


class DeathTest(HostTestCase):
    """A worker that was killed takes no job from its queue."""

    def test_no_job_is_handed_to_a_worker_that_was_killed(self) -> None:
        """Its scheduler lives on, and must not keep open the connection of the blocking pop."""
        for queues in (["default"], ["default", "other"]):
            worker = self.start("--with-scheduler", *queues).await_state("idle")
            eventually(lambda: self.waits(), "the worker waits for a job")
            worker.process.kill()
            worker.process.wait()
            self.assertTrue(self.processes(), "its scheduler")
            self.enqueue(host_jobs.nothing)
            time.sleep(1.5)  # longer than one blocking pop of a worker
            self.assertEqual(self.redis.llen("rq:queue:default"), 1, queues)
            self.redis.flushall()
            for pid in self.processes():
                os.kill(pid, signal.SIGKILL)

    def waits(self) -> bool:
        """Return whether a client is blocked."""
        return bool(self.redis.info("clients")["blocked_clients"] > 0)


class RedisGoneTest(HostTestCase):
    """A worker stops in good order even if Redis is gone."""

    def setUp(self) -> None:
        """Start Redis again if the previous test has killed it."""
        if self.server.killed:
            self.server.start()
        super().setUp()

    @staticmethod
    def attempts(worker: HostedWorker) -> int:
        """Return how often RQ's loop has found Redis gone.

        RQ's pubsub thread waits for 2 seconds, so its lines do not count.
        """
        return worker.log.lower().count("retrying in 1 seconds")

    def test_an_idle_worker_stops_soon(self) -> None:
        worker = self.start("default").await_state("idle")
        self.server.kill()
        eventually(lambda: self.attempts(worker) > 0, "the worker has noticed")
        worker.terminate()
        worker.exit_code(SOON)
        self.assert_no_process()

    def test_an_idle_worker_stops_soon_though_redis_comes_back(self) -> None:
        worker = self.start("default").await_state("idle")
        self.server.kill()
        eventually(lambda: self.attempts(worker) > 0, "the worker has noticed")
        worker.terminate()
        self.server.start()
        worker.exit_code(SOON)
        self.assert_no_process()

    def test_an_idle_worker_lives_on_when_nobody_stops_it(self) -> None:
        worker = self.start("default").await_state("idle")
        self.server.kill()
        eventually(lambda: self.attempts(worker) > 2, "the worker tries again and again")
        self.server.start()
        job = self.enqueue(host_jobs.nothing)
        eventually(lambda: job.get_status() == "finished", "the job is done")

    def test_a_busy_worker_stays_with_its_horse(self) -> None:
        worker = self.start("default").await_state("idle")
        begun, done = self.directory / "begun", self.directory / "done"
        self.enqueue(host_jobs.touch_nap_touch, str(begun), 2.0, str(done))
        eventually(begun.exists, "the job runs")  # until then its horse needs Redis
        self.server.kill()
        worker.terminate()
        worker.exit_code()
        self.assertTrue(done.exists(), f"the horse was an orphan:\n{worker.log}")
        self.assert_no_process()


class OutputTest(HostTestCase):
    """A worker and its jobs work also if nobody reads their output."""

    def test_a_job_that_prints_succeeds_without_a_reader(self) -> None:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        for arguments in (("default",), ("-w", "rq.worker.SimpleWorker", "default")):
            worker = self.start("--quiet", *arguments, **pipes).await_state("idle")
            worker.close_pipes()
            job = self.enqueue(host_jobs.shout)
            eventually(lambda: job.get_status() in ("finished", "failed"), "the job is over")
            self.assertEqual(job.get_status(), "finished")
            worker.terminate()
            self.assertEqual(worker.exit_code(SOON), 0)

    def test_a_stop_that_interrupts_a_log_line_is_kept(self) -> None:
        """RQ's handler logs, too, which raises an error while the same stream is being written."""
        script = self.directory / "logging_app.py"
        script.write_text(
            "import logging, runpy\n"
            "logging.basicConfig()\n"
            "runpy.run_module('rq.cli', run_name='__main__')\n"
        )
        self.environment.pop("PYTHONUNBUFFERED", None)
        for _ in range(100):
            self.enqueue(host_jobs.nothing)
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        fcntl.fcntl(writing, SET_PIPE_SIZE, 4096)
        words = ["worker", "-w", "rq.worker.SimpleWorker", "--name", "NAME", "default"]
        worker = HostedWorker(self, [str(script), *words], stdout=writing, stderr=writing)
        os.close(writing)
        # Nobody reads the pipe. When it is full, the worker blocks in the middle of a log line.
        eventually(lambda: unread(reading) > 3500, "the pipe is full")
        time.sleep(0.5)
        worker.terminate()
        time.sleep(0.5)
        threading.Thread(target=drain, args=(reading,), daemon=True).start()
        self.assertEqual(worker.exit_code(SOON), 0)
        self.assertGreater(self.redis.llen("rq:queue:default"), 0)


class HooksTest(HostTestCase):
    """The host guards any worker class. If it cannot, the worker runs unguarded."""

    def test_a_class_with_overrides_is_guarded(self) -> None:
        worker = self.start("-w", "host_jobs.HeadstrongWorker", "default").await_state("idle")
        self.assertEqual(worker.published()["guarded"], "1")
        worker.terminate()
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)
        self.assertNotIn(host_jobs.HeadstrongWorker.COMPLAINT, worker.log)

    def test_the_pop_is_short_and_the_socket_timeout_stays(self) -> None:
        self.start("-w", "host_jobs.TellingWorker", "default").await_state("idle")
        self.assertEqual((self.hash("told")["socket"], self.hash("told")["dequeue"]), ("415", "1"))

    def test_rqs_classes_are_stock_again_after_the_work(self) -> None:
        script = self.directory / "bursts.py"
        script.write_text(
            "import rq, rq.worker, host_jobs\n"
            "connection = host_jobs.connection()\n"
            "queue = rq.Queue('default', connection=connection)\n"
            "before = [dict(vars(cls)) for cls in (rq.worker.SimpleWorker, rq.Queue)]\n"
            "for name in ('first', 'second'):\n"
            "    queue.enqueue(host_jobs.nothing)\n"
            "    worker = rq.worker.SimpleWorker([queue], name=name, connection=connection)\n"
            "    worker.work(burst=True)\n"
            "assert before == [dict(vars(cls)) for cls in (rq.worker.SimpleWorker, rq.Queue)]\n"
        )
        worker = HostedWorker(self, [str(script)])
        self.assertEqual(worker.exit_code(), 0, worker.log)
        for name in ("first", "second"):
            self.assertEqual(self.hash(f"rq:orchestrator:worker:{name}")["jobs"], "1")

    @unittest.skipIf(RQ_MAJOR < 3, "no SpawnWorker, or one that fails jobs")
    def test_a_worker_that_spawns_its_horses_is_guarded(self) -> None:
        worker = self.start("-w", "rq.worker.SpawnWorker", "default").await_state("idle")
        job = self.enqueue(host_jobs.nothing)
        self.assertEqual(worker.await_jobs(1)["guarded"], "1")
        self.assertEqual(job.get_status(), "finished")
        worker.terminate()
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)

    def test_an_rq_without_one_of_the_places_runs_unguarded_and_says_so(self) -> None:
        script = self.directory / "other_rq.py"
        script.write_text(
            "import functools, runpy, rq.worker\n"
            "home = next(c for c in rq.worker.Worker.__mro__ if 'teardown' in vars(c))\n"
            "teardown = home.teardown\n"
            "del home.teardown\n"
            "home.__getattr__ = lambda self, name: functools.partial(teardown, self)\n"
            "runpy.run_module('rq.cli', run_name='__main__')\n"
        )
        job = self.enqueue(host_jobs.nothing)
        # --burst lets the worker end by itself: a signal could make a stock worker fail.
        words = ["worker", "--burst", "--name", "NAME", "default"]
        worker = HostedWorker(self, [str(script), *words])
        self.assertEqual(worker.exit_code(), 0, worker.log)
        self.assertEqual(job.get_status(), "finished")
        self.assertEqual(worker.published()["guarded"], "0")
        self.assertEqual(worker.log.count("UNGUARDED"), 1, worker.log)
        self.assertIn("teardown", worker.log)


class EntryTest(HostTestCase):
    """The host runs a module or a script as Python itself would."""

    # abspath: __file__ of a script is absolute since Python 3.9, but not with runpy.
    PROGRAM = (
        "import json, os, sys\n"
        "path = [entry for entry in sys.path if 'site-packages' not in entry]\n"
        "print(json.dumps([__name__, os.path.abspath(__file__), sys.argv, path]))\n"
    )

    def setUp(self) -> None:
        """Write a program as a package, a script and a link to the script."""
        super().setUp()
        package = self.directory / "program"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(self.PROGRAM)
        (self.directory / "script.py").write_text(self.PROGRAM)
        (package / "link.py").symlink_to(self.directory / "script.py")

    def python(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run Python, and return the result when it has ended."""
        return subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def test_entries_see_what_python_shows_them(self) -> None:
        for entry in (
            ["-m", "program", "-m", "--flag", "x"],
            ["script.py", "--flag", "x"],
            [str(self.directory / "script.py")],
            ["program/link.py", "x"],
        ):
            with self.subTest(entry=entry):
                stock, hosted = self.python(*entry), self.python(str(HOST), *entry)
                self.assertEqual(hosted.stderr, "")
                self.assertEqual(json.loads(hosted.stdout), json.loads(stock.stdout))

    def test_the_exit_code_is_the_entrys(self) -> None:
        (self.directory / "fails.py").write_text("raise SystemExit(7)")
        self.assertEqual(self.python(str(HOST), "fails.py").returncode, 7)

    def test_a_script_can_run_the_worker(self) -> None:
        (self.directory / "manage.py").write_text("from rq.cli import main\nmain()\n")
        worker = HostedWorker(self, ["manage.py", "worker", "--name", "NAME", "default"])
        worker.await_state("idle")
        self.assertEqual(worker.published()["guarded"], "1")
        worker.terminate()
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)

    def test_a_python_without_rq_is_told_apart(self) -> None:
        result = self.python("-S", str(HOST), "-m", "rq.cli", "worker", "default")
        self.assertEqual(result.returncode, 78)
        self.assertRegex(
            result.stderr, r"\Arq-orchestrator worker host: .* cannot import rq: .*\n\Z"
        )

    def test_an_empty_command_line_is_refused(self) -> None:
        for arguments in ([], ["-m"]):
            result = self.python(str(HOST), *arguments)
            self.assertEqual(result.returncode, 2)
            self.assertIn("usage:", result.stderr)


if __name__ == "__main__":
    unittest.main()
