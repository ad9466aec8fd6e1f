"""Delivers the stop at every line of a worker's life, and looks for each job afterwards.

    PYTHON every_line.py [--every N] [--seed S] [--lanes N] [--only TEXT] [--redis-py]

A life is a worker that starts, takes two jobs and ends, with a scheduler, maintenance and all the
bookkeeping in between. A trace function counts the lines that Python executes in RQ, in logging,
in the jobs and in the worker host; with --redis-py in redis-py, too. A life gets its stop signal right
before one of these lines; with --every=1 each line has a life of its own. With two askers a second stop
signal follows at a later line and more than a second after the first: stock RQ takes that for the order
to kill the job.

A life is good if each of its jobs ran exactly once or still waits in its queue, the worker and all of
its processes have ended by themselves, and no registration, lock or job in flight is left in Redis.

PYTHON is one with RQ; the environment variable REDIS_SERVER names the redis-server to use. The exit
code is 1 if a life in the worker host was not good.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import ctypes
import importlib.util
import logging
import multiprocessing
import os
import random
import runpy
import signal
import sys
import tempfile
import time
import traceback
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Counter, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple

import redis
import rq
import rq.cli
import rq.scheduler
import rq.version
import rq.worker

import every_line_jobs
from hosted import HOST, RedisServer

PR_SET_CHILD_SUBREAPER = 36  # prctl: orphans of this process's descendants become its children
LIFE_SECONDS = 30.0  # within which a worker has to end
CHILDREN_SECONDS = 10.0  # within which its processes have to end after it
ASKERS_APART = 1.1  # seconds; RQ takes two signals within a second for one
MOST_LINES_APART = 1000  # between the first and the second asker
LONG_JOB = 1.5  # seconds: it still runs when the second asker comes
LOST, KILLED, TWICE = "job lost", "job killed", "job run twice"
MISJUDGED = "job done, but not finished for RQ"
HUNG, LEFT = "process not ended", "key left"
FAULTS_OF_JOBS = (LOST, KILLED, TWICE, MISJUDGED)
NOT_TO_BE_LEFT = ("workers", "scheduler-lock", "intermediate", "wip", "executions", "execution")
OF_WORKERS = ("worker", "orchestrator", "scheduler")  # keys that have to expire
MEASURED = {"rq", "logging", "worker_host", "every_line_jobs"}  # packages whose lines count


class Setting(NamedTuple):
    """What the lives of one row of the table have in common."""

    hosted: bool
    queues: Tuple[str, ...]
    worker_class: str
    askers: int

    def __str__(self) -> str:
        cells = (
            "worker host" if self.hosted else "stock RQ",
            "one queue" if len(self.queues) == 1 else "two queues",
            self.worker_class,
            "one asker" if self.askers == 1 else "two askers",
        )
        return ", ".join(cells)


SETTINGS = [
    Setting(hosted, queues, worker_class, askers)
    for hosted in (True, False)
    for queues in (("high",), ("high", "low"))
    for worker_class in ("Worker", "SimpleWorker")
    for askers in (1, 2)
]


class Fault(NamedTuple):
    """What is wrong with a life."""

    kind: str
    detail: str


class Life(NamedTuple):
    """How one life went."""

    lines: int  # that the worker executed
    places: Tuple[str, ...]  # where the stops came
    faults: Tuple[Fault, ...]  # empty if it was good


class LineCounter:
    """Counts the lines that this process executes, and sends it the stop signal before some of them."""

    def __init__(self, stops: List[int], report: int) -> None:
        self._stops, self._report = list(stops), report
        self._pid, self._count = os.getpid(), 0
        self._asked_at: Optional[float] = None
        self._counts: Dict[CodeType, bool] = {}

    def start(self) -> None:
        """Count from here on, in this thread."""
        sys.settrace(self._call)

    def finish(self) -> None:
        """Tell how many lines were executed."""
        sys.settrace(None)
        os.write(self._report, f"lines {self._count}\n".encode())

    def _call(self, frame: FrameType, event: str, argument: Any) -> Any:
        if os.getpid() != self._pid:
            sys.settrace(None)  # a horse or a scheduler has a life of its own
            return None
        code = frame.f_code
        if code not in self._counts:
            self._counts[code] = self._is_measured(frame)
        return self._line if self._counts[code] else None

    @staticmethod
    def _is_measured(frame: FrameType) -> bool:
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        return package in MEASURED

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line" and os.getpid() == self._pid:
            self._count += 1
            if self._stops and self._count >= self._stops[0]:
                self._ask(frame)
        return self._line

    def _ask(self, frame: FrameType) -> None:
        self._stops.pop(0)
        if self._asked_at is not None:
            time.sleep(max(0.0, self._asked_at + ASKERS_APART - time.monotonic()))
        self._asked_at = time.monotonic()
        code = frame.f_code
        place = f"{os.path.basename(code.co_filename)}:{frame.f_lineno} in {code.co_name}"
        os.write(self._report, f"stop {place}\n".encode())
        os.kill(self._pid, signal.SIGTERM)


class Lane:
    """Lives one life after the other, in a database of its own."""

    def __init__(self, port: int, database: int, logs: Path) -> None:
        self._url = f"redis://127.0.0.1:{port}/{database}"
        self._redis: Any = redis.Redis(port=port, db=database, decode_responses=True)
        self._log = logs / f"lane-{database}.log"
        spec = importlib.util.spec_from_file_location("worker_host", HOST)
        assert spec is not None and spec.loader is not None
        self._host = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self._host)
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def live(self, setting: Setting, stops: List[int]) -> Life:
        """Live a life that is asked to stop before each of these lines."""
        self._redis.flushdb()
        connection = redis.Redis.from_url(self._url)
        jobs = [
            rq.Queue(queue, connection=connection).enqueue(
                every_line_jobs.work, LONG_JOB if setting.askers > 1 and not number else 0.0
            )
            for number, queue in enumerate((setting.queues[0], setting.queues[-1]))
        ]
        connection.close()
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._become_worker(setting, LineCounter(stops, writer))
        os.close(writer)
        faults = list(self._await_end(pid))
        with open(reader, encoding="utf-8") as pipe:
            report = [line.split(" ", 1) for line in pipe.read().splitlines()]
        lines = [int(value) for kind, value in report if kind == "lines"]
        faults += [fault for job in jobs for fault in self._faults_of_job(job.id, setting.queues)]
        faults += self._faults_of_keys()
        places = tuple(value for kind, value in report if kind == "stop")
        return Life(lines[-1] if lines else 0, places, tuple(faults))

    def _become_worker(self, setting: Setting, counter: LineCounter) -> None:
        """Be the worker, and never return."""
        code = 70
        try:
            os.setsid()
            log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(log, 1)
            os.dup2(log, 2)
            arguments = ["worker", "--url", self._url, "--name", f"life-{os.getpid()}"]
            arguments += ["--max-jobs", "2", "--with-scheduler"]
            arguments += ["--worker-class", f"rq.worker.{setting.worker_class}", *setting.queues]
            counter.start()
            if setting.hosted:
                self._host.run(["-m", "rq.cli", *arguments], forked=True)
            else:
                sys.argv[:] = ["rq", *arguments]
                runpy.run_module("rq.cli", run_name="__main__", alter_sys=True)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            counter.finish()
            os._exit(code)

    def _await_end(self, worker: int) -> Iterator[Fault]:
        """Wait until the worker and then all of its processes have ended; name those that don't."""
        if not self._ended(worker, LIFE_SECONDS):
            yield Fault(HUNG, "the worker did not end")
        elif not self._ended(-1, CHILDREN_SECONDS):
            yield Fault(HUNG, "a process of the worker's did not end")
        while not self._ended(-1, 1.0):
            for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)

    @staticmethod
    def _ended(pid: int, patience: float) -> bool:
        """Reap until this child, or with -1 every child, has ended; or until the patience has."""
        deadline = time.monotonic() + patience
        with contextlib.suppress(ChildProcessError):
            while time.monotonic() < deadline:
                reaped, _ = os.waitpid(-1, os.WNOHANG)
                if reaped == pid:
                    return True
                if reaped == 0:
                    time.sleep(0.002)
            return False
        return True

    def _faults_of_job(self, job: str, queues: Iterable[str]) -> Iterator[Fault]:
        """Account for a job: it ran once and RQ knows it, or it waits for the next worker."""
        begun = self._redis.lrange(every_line_jobs.BEGUN, 0, -1).count(job)
        done = self._redis.lrange(every_line_jobs.DONE, 0, -1).count(job)
        status = self._redis.hget(f"rq:job:{job}", "status")
        waiting = sum(self._redis.lrange(f"rq:queue:{name}", 0, -1).count(job) for name in queues)
        if begun > 1 or begun and waiting:
            yield Fault(TWICE, f"began {begun} times, waits {waiting} times")
        elif begun > done:
            yield Fault(KILLED, f"{status}")
        elif done and status != "finished":
            yield Fault(MISJUDGED, f"{status}")
        elif not done and (waiting, status) != (1, "queued"):
            yield Fault(LOST, f"{status}, waits {waiting} times")

    def _faults_of_keys(self) -> Iterator[Fault]:
        """Name what a worker that has ended should have taken back."""
        for key in self._redis.keys("*"):
            kind = "intermediate" if key.endswith(":intermediate") else key.split(":")[1]
            stays = self._redis.ttl(key) < 0
            if kind in NOT_TO_BE_LEFT or stays and kind in OF_WORKERS:
                yield Fault(LEFT, kind)


_lane: Optional[Lane] = None  # of this process, one of the pool's


def open_lane(port: int, databases: Any, logs: Path) -> None:
    """Give this process of the pool its lane."""
    global _lane
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the pool
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a life begins as a process begins
    _lane = Lane(port, databases.get(), logs)


def live(setting: Setting, stops: List[int]) -> Life:
    """Live a life in this process's lane."""
    assert _lane is not None
    return _lane.live(setting, stops)


class Row(NamedTuple):
    """The lives of one setting, counted."""

    setting: Setting
    lines: int  # of a life that is not stopped
    lives: int
    faults: Counter[str]  # lives by kind of fault; a life may have several
    bad: Tuple[str, ...]  # one line for each life that was not good

    @property
    def bad_for_jobs(self) -> int:
        """How many faults concern jobs."""
        return sum(self.faults[kind] for kind in FAULTS_OF_JOBS)

    def __str__(self) -> str:
        faults = ", ".join(f"{count} x {kind}" for kind, count in sorted(self.faults.items()))
        text = f"RQ {rq.version.VERSION}, {self.setting}: {self.lives} lives of {self.lines} lines"
        return f"{text}, {len(self.bad)} of them bad" + (f" ({faults})" if faults else "")


def choose_stops(
    setting: Setting, lines: int, every: int, chance: random.Random
) -> Iterator[List[int]]:
    """Name, for each life, the lines before which a stop comes."""
    for line in range(1 + chance.randrange(every), lines + 1, every):
        if setting.askers == 1:
            yield [line]
        else:
            yield [max(1, line - chance.randint(1, MOST_LINES_APART)), line]


def run(pool: Executor, setting: Setting, every: int, chance: random.Random) -> Row:
    """Live all lives of one setting."""
    unstopped = pool.submit(live, setting, []).result()
    if unstopped.faults:
        raise AssertionError(f"{setting}: a life without a stop: {unstopped}")
    plan = list(choose_stops(setting, unstopped.lines, every, chance))
    faults: Counter[str] = collections.Counter()
    bad = []
    lives: Any = pool.map(live, [setting] * len(plan), plan)
    with contextlib.closing(lives):  # an end of this process in between cancels the rest
        for stops, life in zip(plan, lives):
            faults.update({fault.kind for fault in life.faults})
            if life.faults:
                texts = sorted({f"{fault.kind} ({fault.detail})" for fault in life.faults})
                places = " and ".join(life.places)
                bad.append(f"{', '.join(texts)}: line {' and '.join(map(str, stops))}, {places}")
    return Row(setting, unstopped.lines, len(plan), faults, tuple(bad))


@contextlib.contextmanager
def lanes(count: int) -> Iterator[Executor]:
    """Open that many lanes, on a Redis of their own."""
    with contextlib.ExitStack() as stack:
        server = RedisServer()
        stack.callback(server.close)
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        fork = multiprocessing.get_context("fork")
        databases = fork.SimpleQueue()
        for database in range(count):
            databases.put(database)
        arguments = (server.port, databases, logs)
        yield stack.enter_context(ProcessPoolExecutor(count, fork, open_lane, arguments))


def table(rows: List[Row]) -> Iterator[str]:
    """Show the worker host and stock RQ side by side, in Markdown."""
    cells: Dict[str, Dict[bool, Row]] = collections.defaultdict(dict)
    for row in rows:
        cells[str(row.setting).split(", ", 1)[1]][row.setting.hosted] = row
    yield "| | worker host: lives | not good | stock RQ: lives | not good | faults of jobs |"
    yield "|---|---|---|---|---|---|"
    for name, pair in cells.items():
        host, stock = pair.get(True), pair.get(False)
        cell = f"{host.lives} | {len(host.bad)}" if host else " | "
        other = f"{stock.lives} | {len(stock.bad)} | {stock.bad_for_jobs}" if stock else " | | "
        yield f"| {name} | {cell} | {other} |"


def main() -> int:
    """Live all lives that the options ask for, and print what came of them."""
    parser = argparse.ArgumentParser(description="Delivers the stop at every line of a worker.")
    parser.add_argument("--every", type=int, default=1, help="a life for every Nth line")
    parser.add_argument("--seed", type=int, default=1, help="which of each N lines")
    parser.add_argument("--lanes", type=int, default=8, help="lives at a time, 16 at most")
    parser.add_argument("--only", default="", help="only settings whose text contains this")
    parser.add_argument("--redis-py", action="store_true", help="lines of redis-py count, too")
    parser.add_argument("--examples", type=int, default=5, help="bad lives to print of each row")
    options = parser.parse_args()
    if options.redis_py:
        MEASURED.add("redis")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends Redis and the lanes, too
    good, rows = True, []
    with lanes(options.lanes) as pool:
        for setting in SETTINGS:
            if options.only not in str(setting):
                continue
            row = run(pool, setting, options.every, random.Random(options.seed))
            good = good and not (setting.hosted and row.bad)
            rows.append(row)
            print(row, flush=True)
            for example in row.bad[: options.examples]:
                print("   ", example, flush=True)
    print(f"\nRQ {rq.version.VERSION}, a life for every line, or every Nth: N = {options.every}\n")
    print(*table(rows), sep="\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
