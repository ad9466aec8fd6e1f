"""Runs a sample of the lives in every_line.py: for each setting, one life for every Nth line."""

from __future__ import annotations

import os
import random
import unittest

import every_line

EVERY = int(os.environ.get("EVERY_LINE", "20"))  # one life for every Nth line
LANES = 8
SEED = 7


class EveryLineTest(unittest.TestCase):
    """Wherever a stop comes, each job runs once or still waits, and nothing is left behind."""

    def check(self, worker_class: str, askers: int, every: int) -> None:
        """Run the lives of a worker class, with one queue and with two."""
        with every_line.lanes(LANES) as pool:
            for setting in every_line.SETTINGS:
                if (setting.hosted, *setting[2:]) == (True, worker_class, askers):
                    with self.subTest(str(setting)):
                        row = every_line.run(pool, setting, every, random.Random(SEED))
                        self.assertEqual((), row.bad, row)

    def test_a_stop_at_any_line_of_a_worker_costs_no_job(self) -> None:
        self.check("Worker", askers=1, every=EVERY)

    def test_a_second_asker_at_any_line_of_a_worker_costs_no_job(self) -> None:
        self.check("Worker", askers=2, every=EVERY)

    def test_a_stop_at_any_line_of_a_worker_that_does_not_fork_costs_no_job(self) -> None:
        self.check("SimpleWorker", askers=1, every=2 * EVERY)

    def test_a_second_asker_at_any_line_of_a_worker_that_does_not_fork_costs_no_job(self) -> None:
        self.check("SimpleWorker", askers=2, every=2 * EVERY)

    def test_stock_rq_loses_jobs_in_the_same_test(self) -> None:
        with every_line.lanes(LANES) as pool:
            for setting in every_line.SETTINGS:
                if not setting.hosted and setting.askers == 1 and setting.worker_class == "Worker":
                    with self.subTest(str(setting)):
                        row = every_line.run(pool, setting, 100, random.Random(SEED))
                        self.assertGreater(row.bad_for_jobs, 0, row)
