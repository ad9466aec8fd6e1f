"""Tests how the worker host restores RQ's scheduler, and data that Redis has lost.

PYTHON -m unittest discover -s src/test/python
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Dict, Iterator, List

import redis
import rq
import rq.command
import rq.job
import rq.registry
import rq.scheduler

import host_jobs
from hosted import HOST, SOON, HostedWorker, HostTestCase, eventually, handles, parent

SIMPLE = ("--worker-class", "rq.worker.SimpleWorker")  # runs many jobs a second


def load_host() -> Any:
    """Load the worker host as a module, to test one of its classes alone."""
    spec = importlib.util.spec_from_file_location("worker_host", HOST)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


worker_host = load_host()


class SchedulerTest(HostTestCase):
    """The host replaces a scheduler that has gone sooner than RQ does, and no job runs twice."""

    LOCK = "rq:scheduler-lock:default"
    BATCH, BATCHES = 150, 4  # jobs per batch, all due at once; one batch every two seconds

    def schedulers(self, worker: HostedWorker) -> List[int]:
        """Return the pids of the schedulers of a worker that has no job."""
        return [pid for pid in self.processes() if parent(pid) == worker.pid]

    def scheduler_of(self, worker: HostedWorker) -> int:
        """Wait until a worker that has no job runs a scheduler that handles SIGTERM.

        Such a scheduler gives its lock back when it ends. Return its pid.
        """
        found: List[int] = eventually(
            lambda: [pid for pid in self.schedulers(worker) if handles(pid, signal.SIGTERM)],
            f"{worker.name} runs a scheduler",
        )
        return found[0]

    def test_a_worker_takes_over_from_one_that_has_stopped(self) -> None:
        first = self.start("--with-scheduler", "default").await_state("idle")
        self.scheduler_of(first)
        second = self.start("--with-scheduler", "default").await_state("idle")
        first.terminate()
        self.assertEqual(first.exit_code(SOON), 0, first.log)
        self.scheduler_of(second)
        queue = rq.Queue("default", connection=self.redis)
        job = queue.enqueue_in(timedelta(seconds=1), host_jobs.nothing)
        eventually(lambda: job.get_status() == "finished", "the scheduled job is done")
        second.terminate()
        self.assertEqual(second.exit_code(SOON), 0, second.log)
        self.assert_no_process()

    def test_a_scheduler_that_was_killed_comes_back_unless_another_has_the_lock(self) -> None:
        worker = self.start("--with-scheduler", "default").await_state("idle")
        killed = self.scheduler_of(worker)
        self.redis.set(self.LOCK, "another")
        os.kill(killed, signal.SIGKILL)
        time.sleep(11)  # the worker asks for the lock every 5 s
        self.assertEqual(self.schedulers(worker), [], worker.log)
        self.redis.delete(self.LOCK)
        self.assertNotEqual(self.scheduler_of(worker), killed)
        worker.terminate()
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)
        self.assert_no_process()

    def test_a_scheduler_that_ends_leaves_the_locks_of_others_alone(self) -> None:
        others = "rq:scheduler-lock:other"
        self.redis.set(others, "another")
        worker = self.start("--with-scheduler", "default", "other").await_state("idle")
        self.scheduler_of(worker)
        self.assertTrue(self.redis.exists(self.LOCK))
        worker.terminate()
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)
        self.assertFalse(self.redis.exists(self.LOCK))
        self.assertEqual(self.redis.get(others), b"another")
        self.assert_no_process()

    def test_a_worker_in_burst_mode_starts_none(self) -> None:
        for _ in range(3):
            self.enqueue(host_jobs.nap, 2.5)
        worker = self.start("--with-scheduler", "--burst", "default")
        self.assertEqual(worker.exit_code(), 0, worker.log)
        self.assertNotIn("Scheduler for", worker.log)

    def schedule(self, *queues: str) -> List[str]:
        """Schedule batches of jobs that record themselves, and return their ids."""
        ids = []
        begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=3)
        for batch in range(self.BATCHES):
            for number in range(self.BATCH):
                name = queues[number % len(queues)]
                queue = rq.Queue(name, connection=self.redis)
                due = begin + timedelta(seconds=2 * batch)
                ids.append(queue.enqueue_at(due, host_jobs.record, "done").id)
        return ids

    def assert_each_once(self, ids: List[str]) -> None:
        """Wait until these jobs have run, and check that each has run once."""
        eventually(lambda: self.all_done(ids), "all jobs are done")
        time.sleep(3)  # time for a job to run twice
        done = [job_id.decode() for job_id in self.redis.lrange("done", 0, -1)]
        twice = len(done) - len(set(done))
        self.assertEqual((twice, sorted(set(done))), (0, sorted(ids)))

    def all_done(self, ids: List[str]) -> bool:
        """Return whether each of these jobs has run."""
        return {job_id.encode() for job_id in ids} <= set(self.redis.lrange("done", 0, -1))

    def all_schedulers(self, *workers: HostedWorker) -> List[int]:
        """Return the pids of the schedulers of workers that have no horse."""
        return [pid for worker in workers for pid in self.schedulers(worker)]

    def assert_one_scheduler(self, *workers: HostedWorker) -> None:
        """Wait until there is a single scheduler and the lock is held."""
        eventually(lambda: len(self.all_schedulers(*workers)) == 1, "a single scheduler lives")
        eventually(lambda: self.redis.exists(self.LOCK), "the scheduler has its lock")

    def test_a_lock_that_is_deleted_under_load(self) -> None:
        workers = [self.start("--with-scheduler", *SIMPLE, "default") for _ in range(3)]
        for worker in workers:
            worker.await_state("idle")
        ids = self.schedule("default")
        for _ in range(self.BATCHES * 25):
            self.redis.delete(self.LOCK)
            time.sleep(0.1)
        self.assert_each_once(ids)
        self.assert_one_scheduler(*workers)

    def test_the_living_holder_takes_its_lock_back(self) -> None:
        first = self.start("--with-scheduler", "default").await_state("idle")
        scheduler = self.scheduler_of(first)
        second = self.start("--with-scheduler", "default").await_state("idle")
        for _ in range(3):  # long enough for the second worker to ask for the lock twice
            self.redis.delete(self.LOCK)
            eventually(lambda: self.redis.exists(self.LOCK), "the lock is back", SOON)
            time.sleep(3)
        self.assertEqual(self.all_schedulers(first, second), [scheduler])

    def test_a_holder_whose_lock_another_has_taken_gives_up(self) -> None:
        worker = self.start("--with-scheduler", "default").await_state("idle")
        self.scheduler_of(worker)
        self.redis.set(self.LOCK, "another")
        eventually(lambda: not self.schedulers(worker), "its scheduler ends", SOON)
        self.assertEqual(self.redis.get(self.LOCK), b"another")
        job = rq.Queue("default", connection=self.redis).enqueue_in(
            timedelta(seconds=1), host_jobs.nothing
        )
        time.sleep(8)
        self.assertEqual(job.get_status(), "scheduled")
        self.redis.delete(self.LOCK)
        eventually(lambda: job.get_status() == "finished", "the worker takes the lock again", SOON)

    def test_redis_stops_for_longer_than_a_lock_lives(self) -> None:
        workers = [self.start("--with-scheduler", *SIMPLE, "default") for _ in range(2)]
        for worker in workers:
            worker.await_state("idle")
        ids = self.schedule("default")
        for _ in range(4):
            time.sleep(1.5)
            self.redis.pexpire(self.LOCK, 200)
            with self.stopped(self.redis.info("server")["process_id"]):
                time.sleep(1)
        self.assert_each_once(ids)
        self.assert_one_scheduler(*workers)

    def test_a_holder_stops_for_longer_than_its_lock_lives(self) -> None:
        workers = [self.start("--with-scheduler", *SIMPLE, "default") for _ in range(2)]
        for worker in workers:
            worker.await_state("idle")
        ids = self.schedule("default")
        stopped = eventually(lambda: self.all_schedulers(*workers), "a scheduler lives")[0]
        with self.stopped(stopped):
            self.redis.pexpire(self.LOCK, 200)
            eventually(lambda: len(self.all_schedulers(*workers)) == 2, "another takes over")
        self.assert_each_once(ids)
        self.assert_one_scheduler(*workers)
        self.assertNotEqual(self.all_schedulers(*workers), [stopped])

    def test_one_of_two_locks_is_taken(self) -> None:
        worker = self.start("--with-scheduler", *SIMPLE, "default", "other").await_state("idle")
        scheduler = self.scheduler_of(worker)
        self.redis.set(self.LOCK, "another")
        time.sleep(2.5)
        theirs, ours = (
            rq.Queue(name, connection=self.redis).enqueue_in(
                timedelta(seconds=1), host_jobs.nothing
            )
            for name in ("default", "other")
        )
        eventually(lambda: ours.get_status() == "finished", "the scheduler serves the other queue")
        self.assertEqual(theirs.get_status(), "scheduled")
        self.redis.delete(self.LOCK)
        eventually(
            lambda: theirs.get_status() == "finished",
            "the scheduler serves both queues again",
            SOON,
        )
        self.assertEqual(self.schedulers(worker), [scheduler])

    def test_workers_whose_queues_overlap(self) -> None:
        queues = [("default", "other"), ("other", "third"), ("third", "default")]
        workers = [self.start("--with-scheduler", *SIMPLE, *names) for names in queues]
        for worker in workers:
            worker.await_state("idle")
        ids = self.schedule("default", "other", "third")
        for number in range(self.BATCHES * 25):
            self.redis.delete(f"rq:scheduler-lock:{('default', 'other', 'third')[number % 3]}")
            time.sleep(0.1)
        self.assert_each_once(ids)

    def test_a_scheduler_that_has_no_lock_any_more_in_the_midst_of_its_work(self) -> None:
        """Another scheduler takes the lock and enqueues the jobs.

        It does so after the first scheduler has read the due jobs and before its transaction.
        """
        jobs = 5
        ids = self.due_jobs(jobs)
        with self.locks_in_force():
            first, second = (self.scheduler() for _ in range(2))
            first.acquire_locks()

            def take_over() -> None:
                self.redis.delete(self.LOCK)
                second.acquire_locks()
                second.enqueue_scheduled_jobs()

            with self.before_transaction(take_over):
                first.enqueue_scheduled_jobs()
            self.assertEqual(self.waiting(), ids)
            first.heartbeat()
            self.assertEqual((first.acquired_locks, first._stop_requested), (set(), True))
            first.release_locks()
            self.assertEqual(self.redis.get(self.LOCK), second.name.encode())
            second.release_locks()
            self.assertFalse(self.redis.exists(self.LOCK))

    def test_another_had_the_lock_for_a_while(self) -> None:
        ids = self.due_jobs(5)
        with self.locks_in_force():
            first, second = (self.scheduler() for _ in range(2))
            first.acquire_locks()

            def come_and_go() -> None:
                self.redis.delete(self.LOCK)
                second.acquire_locks()
                second.enqueue_scheduled_jobs()
                second.release_locks()

            with self.before_transaction(come_and_go):
                first.enqueue_scheduled_jobs()
            self.assertEqual(self.waiting(), ids)
            first.heartbeat()
            self.assertEqual(first.acquired_locks, {"default"})
            late = self.due_jobs(2)
            first.enqueue_scheduled_jobs()
            self.assertEqual(self.waiting(), sorted(ids + late))

    def test_a_scheduler_that_redis_has_forgotten_says_again_who_it_is(self) -> None:
        worker = self.start("--with-scheduler", "default").await_state("idle")
        scheduler = self.scheduler_of(worker)
        self.redis.flushall()
        eventually(lambda: self.redis.exists(self.LOCK), "the lock is back")
        if hasattr(rq.scheduler.RQScheduler, "register_birth"):  # RQ 2.10
            (key,) = eventually(lambda: self.redis.keys("rq:scheduler:*"), "the record is back")
            eventually(
                lambda: self.redis.hget(key, "pid") == str(scheduler).encode(), "it has a pid"
            )
            self.assertGreater(self.redis.ttl(key), 0)
        self.assertEqual(self.schedulers(worker), [scheduler])

    def due_jobs(self, count: int) -> List[str]:
        """Schedule jobs for a time 5 s ago, and return their ids."""
        queue = rq.Queue("default", connection=self.redis)
        moment = datetime.now(timezone.utc) - timedelta(seconds=5)
        return sorted(queue.enqueue_at(moment, host_jobs.nothing).id for _ in range(count))

    def waiting(self) -> List[str]:
        """Return the ids in the queue, sorted; duplicates are kept."""
        return sorted(rq.Queue("default", connection=self.redis).job_ids)

    def scheduler(self) -> Any:
        """Return a scheduler object in this process."""
        client = redis.Redis(port=self.server.port)
        self.addCleanup(client.close)
        return rq.scheduler.RQScheduler(["default"], connection=client)

    @contextlib.contextmanager
    def locks_in_force(self) -> Iterator[None]:
        """Install the host's handling of locks in RQ's class."""
        locks = worker_host.SchedulerLocks(worker_host.Forks())
        locks.install()
        try:
            yield
        finally:
            locks.remove()

    @contextlib.contextmanager
    def before_transaction(self, deed: Callable[[], None]) -> Iterator[None]:
        """Call deed once, after a scheduler has read which jobs are due."""
        stock = rq.job.Job.fetch_many
        deeds = [deed]

        def fetch_many(*args: Any, **kwargs: Any) -> Any:
            while deeds:
                deeds.pop()()
            return stock(*args, **kwargs)

        rq.job.Job.fetch_many = fetch_many
        try:
            yield
        finally:
            rq.job.Job.fetch_many = classmethod(stock.__func__)

    @contextlib.contextmanager
    def stopped(self, pid: int) -> Iterator[None]:
        """Stop a process with SIGSTOP, and continue it at the end."""
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


class RegistrationTest(HostTestCase):
    """A worker whose record or list entries Redis has lost registers again."""

    def setUp(self) -> None:
        """Start Redis again if the previous test has killed it."""
        if self.server.killed:
            self.server.start()
        super().setUp()

    def assert_registered(self, worker: HostedWorker, before: Dict[str, str], *queues: str) -> None:
        """Wait until Redis has the same data of the worker as before."""
        key = f"rq:worker:{worker.name}"
        lists = ["rq:workers", *(f"rq:workers:{name}" for name in queues)]
        eventually(lambda: "birth" in worker.record(), "its record is complete", SOON)
        for name in lists:
            eventually(lambda: self.redis.sismember(name, key), f"{name} has the worker", SOON)
        after = worker.record()
        lasting = ("birth", "queues", "pid", "hostname", "version", "python_version", "state")
        self.assertEqual({n: after.get(n) for n in lasting}, {n: before.get(n) for n in lasting})
        self.assertGreater(self.redis.ttl(key), 60)
        eventually(worker.published, "the host has published again", SOON)

    def test_an_idle_worker_after_flushall(self) -> None:
        worker = self.start("default", "other").await_state("idle")
        before = worker.record()
        self.redis.flushall()
        self.assert_registered(worker, before, "default", "other")
        job = self.enqueue(host_jobs.nothing)
        eventually(lambda: job.get_status() == "finished", "the worker runs jobs")
        worker.terminate()
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)
        self.assertFalse(self.redis.exists("rq:workers"), "the worker has removed itself")

    def test_a_busy_worker_after_flushall(self) -> None:
        worker = self.start("--job-monitoring-interval", "1", "default").await_state("idle")
        begun, done = self.directory / "begun", self.directory / "done"
        self.enqueue(host_jobs.touch_nap_touch, str(begun), 8.0, str(done))
        eventually(begun.exists, "the job runs")
        before = worker.record()
        self.redis.flushall()
        self.assert_registered(worker, before, "default")
        self.assertEqual(worker.record().get("current_job"), before.get("current_job"))
        self.assertFalse(done.exists(), "while the job runs")

    def test_a_worker_that_was_taken_from_its_lists(self) -> None:
        """Another worker's maintenance does this when the worker's record has expired."""
        worker = self.start("default").await_state("idle")
        before = worker.record()
        self.redis.delete("rq:workers", "rq:workers:default")
        self.assert_registered(worker, before, "default")

    def test_commands_are_heard_after_redis_was_away(self) -> None:
        worker = self.start("default").await_state("idle")
        self.server.kill()
        time.sleep(6)
        self.server.start()
        eventually(lambda: "birth" in worker.record(), "the worker is registered again", SOON)
        eventually(
            lambda: self.redis.pubsub_numsub(f"rq:pubsub:{worker.name}")[0][1] > 0,
            "the worker listens for commands",
            SOON,
        )
        rq.command.send_shutdown_command(self.redis, worker.name)
        self.assertEqual(worker.exit_code(SOON), 0, worker.log)


if hasattr(rq.registry, "ReadyJobRegistry"):  # RQ 3

    class ReadyJobsTest(HostTestCase):
        """Jobs whose dependencies have ended are enqueued before RQ's maintenance would do it."""

        CHAINS, LENGTH = 24, 5

        def test_chains_that_end_at_once_go_on_at_once(self) -> None:
            queue = rq.Queue("default", connection=self.redis)
            jobs: List[Any] = []
            for _ in range(self.CHAINS):
                job = None
                for _ in range(self.LENGTH):
                    job = queue.enqueue(host_jobs.nothing, depends_on=job)
                    jobs.append(job)
            for _ in range(4):
                self.start("default")
            eventually(lambda: all(job.get_status() == "finished" for job in jobs), "all are done")
            self.assertFalse(self.redis.exists("rq:ready:default"))

        def test_what_a_dead_horse_has_left_is_found(self) -> None:
            worker = self.start("default").await_state("idle")
            queue = rq.Queue("default", connection=self.redis)
            first = rq.job.Job.create(host_jobs.nothing, connection=self.redis)
            job = queue.enqueue(host_jobs.nothing, depends_on=first.save())
            with self.redis.pipeline() as pipeline:
                queue.ready_job_registry.register_jobs([job], pipeline)
                pipeline.execute()
            eventually(lambda: job.get_status() == "finished", "the job is done", SOON)
            worker.terminate()
            self.assertEqual(worker.exit_code(SOON), 0, worker.log)
