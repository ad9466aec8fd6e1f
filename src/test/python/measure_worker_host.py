"""Tests the times that the worker host measures. Run no other tests beside these:

    PYTHON -m unittest discover -s src/test/python -p 'measure_*.py'

PYTHON and the environment are described in test_worker_host.py.
"""

from __future__ import annotations

import time
import unittest
from typing import Any

import host_jobs
from hosted import HostTestCase, eventually


class LedgerTest(HostTestCase):
    """The host publishes how busy a worker is, what it did, and how long its jobs waited."""

    def test_a_worker_saturated_with_empty_jobs_is_busy(self) -> None:
        self.assertAlmostEqual(self.utilization(100, host_jobs.nothing), 1.0, delta=0.05)

    def test_a_worker_saturated_with_empty_jobs_is_busy_without_forking(self) -> None:
        simple = ("-w", "rq.worker.SimpleWorker", "default")
        self.assertAlmostEqual(self.utilization(400, host_jobs.nothing, *simple), 1.0, delta=0.05)

    def test_a_worker_saturated_with_short_jobs_is_busy(self) -> None:
        self.assertAlmostEqual(self.utilization(30, host_jobs.nap, 0.05), 1.0, delta=0.02)

    def utilization(self, jobs: int, function: Any, *arguments: Any) -> float:
        """Let one worker empty a full queue; return its busy time divided by the elapsed time."""
        queues = [word for word in arguments if isinstance(word, str)] or ["default"]
        for _ in range(jobs):
            self.enqueue(function, *(word for word in arguments if not isinstance(word, str)))
        worker = self.start("--quiet", *queues)
        worker.await_jobs(jobs // 10)
        begin, busy_at_begin = worker.busy_seconds()
        worker.await_jobs(jobs - jobs // 10)
        end, busy_at_end = worker.busy_seconds()
        return (busy_at_end - busy_at_begin) / (end - begin)

    def test_a_worker_that_waits_is_not_busy(self) -> None:
        worker = self.start("default").await_state("idle")
        begin, busy_at_begin = worker.busy_seconds()
        for count in range(1, 6):
            self.enqueue(host_jobs.nap, 0.1)
            worker.await_jobs(count)
            time.sleep(0.3)  # this time must not count as busy
        end, busy_at_end = worker.busy_seconds()
        self.assertGreater(busy_at_end - busy_at_begin, 5 * 0.1)
        self.assertLess(busy_at_end - busy_at_begin, end - begin - 5 * 0.3)
        self.assertEqual(worker.published()["busy_since"], "")

    def test_a_worker_publishes_before_it_registers(self) -> None:
        worker = self.start("-w", "host_jobs.TellingWorker", "default").await_state("idle")
        self.assertEqual(self.hash("told")["published"], "1")
        published = worker.published()
        self.assertIn(published.pop("moves"), ("0", "1"))  # depends on the versions of RQ and Redis
        self.assertEqual(
            published,
            {
                "v": "1",
                "pid": str(worker.pid),
                "guarded": "1",
                "token": "",
                "pool": "",
                "stopping": "0",
                "busy_total": "0.000000",
                "busy_since": "",
                "job": "",
                "jobs": "0",
                "wait_sum": "0.000000",
                "wait_buckets": ",".join(["0"] * 21),
                "duration_sum": "0.000000",
                "duration_buckets": ",".join(["0"] * 21),
            },
        )
        self.assertGreater(self.redis.ttl(f"rq:orchestrator:worker:{worker.name}"), 86_000)

    def test_a_job_in_flight_shows_since_when(self) -> None:
        worker = self.start("default").await_state("idle")
        before = time.time()
        job = self.enqueue(host_jobs.nap, 60.0)
        eventually(lambda: job.get_status() == "started", "the job runs")
        fields = worker.published()
        self.assertGreater(float(fields["busy_since"]), before)
        self.assertLess(float(fields["busy_since"]), time.time())
        self.assertEqual((fields["jobs"], fields["busy_total"]), ("0", "0.000000"))

    def test_waits_and_durations_are_counted_in_their_buckets(self) -> None:
        for seconds in (0.6, 0.6, 0.0):
            self.enqueue(host_jobs.nap, seconds)
        time.sleep(0.6)  # so that each of them waits for more than half a second
        fields = self.start("default").await_jobs(3)
        waits = [int(count) for count in fields["wait_buckets"].split(",")]
        durations = [int(count) for count in fields["duration_buckets"].split(",")]
        # Upper bounds: .001 .0025 .005 .01 .025 .05 .1 .25 .5 1 2.5 5 and on to 2500 and infinity.
        self.assertEqual((sum(waits[:9]), sum(waits[9:12]), sum(waits)), (0, 3, 3))
        self.assertEqual((sum(durations[:9]), sum(durations[9:11]), sum(durations)), (1, 2, 3))
        self.assertEqual(fields["queue:default"], "3," + fields["duration_sum"])
        self.assertTrue(3 * 0.6 < float(fields["wait_sum"]) < 12, fields)
        self.assertTrue(2 * 0.6 < float(fields["duration_sum"]) < 2.2, fields)
        self.assertTrue(2 * 0.6 < float(fields["busy_total"]) < 2.2, fields)

    def test_the_last_of_max_jobs_counts(self) -> None:
        for _ in range(3):
            self.enqueue(host_jobs.nap, 0.2)
        worker = self.start("--max-jobs", "2", "--with-scheduler", "default")
        self.assertEqual(worker.exit_code(), 0, worker.log)
        fields = worker.published()
        self.assertEqual((fields["jobs"], fields["busy_since"]), ("2", ""))
        # RQ waits for the scheduler's end before it registers its own death. This is no busy time.
        self.assertTrue(0.4 < float(fields["busy_total"]) < 0.9, fields)
        self.assertTrue(0.4 < float(fields["duration_sum"]) < 0.9, fields)
        self.assertLessEqual(self.redis.ttl(f"rq:orchestrator:worker:{worker.name}"), 600)

    def test_the_job_that_a_stop_waits_for_counts(self) -> None:
        worker = self.start("default").await_state("idle")
        self.enqueue(host_jobs.nap, 2.5)
        worker.await_state("busy").terminate()
        self.assertEqual(worker.exit_code(), 0, worker.log)
        self.assertEqual(worker.published()["jobs"], "1")
        self.assertGreater(float(worker.published()["busy_total"]), 2.5)

    def test_a_redis_that_lost_its_data_has_everything_back_with_the_next_job(self) -> None:
        worker = self.start("default").await_state("idle")
        self.enqueue(host_jobs.nap, 0.2)
        before = worker.await_jobs(1)
        self.redis.flushall()
        self.enqueue(host_jobs.nothing)
        after = worker.await_jobs(2)
        self.assertEqual(after.keys(), before.keys())
        self.assertGreater(float(after["busy_total"]), float(before["busy_total"]))
        self.assertGreater(self.redis.ttl(f"rq:orchestrator:worker:{worker.name}"), 86_000)

    def test_a_ledger_that_cannot_be_written_hurts_nobody(self) -> None:
        worker = self.start("default").await_state("idle")
        key = f"rq:orchestrator:worker:{worker.name}"
        self.redis.delete(key)
        self.redis.set(key, "not a hash")
        job = self.enqueue(host_jobs.nothing)
        eventually(lambda: job.get_status() == "finished", "the job is done")
        self.redis.delete(key)
        self.enqueue(host_jobs.nothing)
        worker.await_jobs(2)


if __name__ == "__main__":
    unittest.main()
