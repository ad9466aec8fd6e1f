"""Sends a stop signal at every line of a worker's life, and checks each job afterwards.

    PYTHON every_line.py [--every N] [--seed S] [--lanes N] [--only TEXT] [--redis-py]

A life is the run of one worker: it starts, takes two jobs and ends, with a scheduler, maintenance
and RQ's bookkeeping. A trace function counts the lines that Python executes in RQ, in logging, in
the jobs and in the worker host; with --redis-py also in redis-py. Each life gets its stop signal
right before one of these lines; with --every=1 there is one life for each line. With two askers, a
second stop signal follows at a later line, more than a second after the first. Stock RQ takes the
second signal as the order to kill the job.

A life is good if it meets these conditions:

- Each of its jobs ran exactly once or still waits in its queue.
- The worker and all of its processes have ended by themselves.
- No registration, lock or job in flight is left in Redis.

PYTHON must have RQ; the environment variable REDIS_SERVER names the redis-server to use. The exit
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
LIFE_SECONDS = 30.0  # time limit for the end of a worker
CHILDREN_SECONDS = 10.0  # time limit, after the worker's end, for the end of its other processes
ASKERS_APART = 1.1  # seconds between two stop signals; RQ ignores a second one within a second
MOST_LINES_APART = 1000  # maximum of lines between the two stop signals
LONG_JOB = 1.5  # seconds, so that the job still runs when the second stop signal comes
LOST, KILLED, TWICE = "job lost", "job killed", "job run twice"
MISJUDGED = "job done, but not finished for RQ"
HUNG, LEFT = "process not ended", "key left"
FAULTS_OF_JOBS = (LOST, KILLED, TWICE, MISJUDGED)
NOT_TO_BE_LEFT = ("workers", "scheduler-lock", "intermediate", "wip", "executions", "execution")
OF_WORKERS = ("worker", "orchestrator", "scheduler")  # kinds of keys that must have a TTL
MEASURED = {"rq", "logging", "worker_host", "every_line_jobs"}  # packages whose lines count


class Setting(NamedTuple):
    """The settings that all lives of one row of the table share."""

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
    """One violation of the conditions for a good life."""

    kind: str
    detail: str


class Life(NamedTuple):
    """The result of one life."""

    lines: int  # number of lines that the worker executed
    places: Tuple[str, ...]  # the lines at which the stop signals came
    faults: Tuple[Fault, ...]  # empty if the life was good


class LineCounter:
    """Counts the lines that this process executes, and sends it stop signals before given lines."""

    def __init__(self, stops: List[int], report: int) -> None:
        self._stops, self._report = list(stops), report
        self._pid, self._count = os.getpid(), 0
        self._asked_at: Optional[float] = None
        self._counts: Dict[CodeType, bool] = {}

    def start(self) -> None:
        """Start to count the lines of this thread."""
        sys.settrace(self._call)

    def finish(self) -> None:
        """Stop counting, and report the number of executed lines."""
        sys.settrace(None)
        os.write(self._report, f"lines {self._count}\n".encode())

    def _call(self, frame: FrameType, event: str, argument: Any) -> Any:
        if os.getpid() != self._pid:
            sys.settrace(None)  # a horse or a scheduler: its lines do not count
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
    """Runs one life after the other, in a Redis database of its own."""

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
        """Run a life that gets a stop signal before each of these lines."""
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
        """Run the worker in this process; never returns."""
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
        """Wait until the worker and then all of its processes have ended; yield a fault otherwise.

        Kills the processes that are left.
        """
        if not self._ended(worker, LIFE_SECONDS):
            yield Fault(HUNG, "the worker did not end")
        elif not self._ended(-1, CHILDREN_SECONDS):
            yield Fault(HUNG, "a process of the worker did not end")
        while not self._ended(-1, 1.0):
            for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)

    @staticmethod
    def _ended(pid: int, patience: float) -> bool:
        """Reap children; return whether this child, or with -1 every child, ended in time."""
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
        """Yield a fault unless the job ran once and RQ knows it, or it waits for a worker."""
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
        """Yield a fault for each key that a worker should have removed at its end."""
        for key in self._redis.keys("*"):
            kind = "intermediate" if key.endswith(":intermediate") else key.split(":")[1]
            stays = self._redis.ttl(key) < 0
            if kind in NOT_TO_BE_LEFT or stays and kind in OF_WORKERS:
                yield Fault(LEFT, kind)


_lane: Optional[Lane] = None  # the lane of this process, which is one of the executor's processes


def open_lane(port: int, databases: Any, logs: Path) -> None:
    """Create the lane of this process of the executor."""
    global _lane
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the executor's processes
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # as in a new process, not as in the parent
    _lane = Lane(port, databases.get(), logs)


def live(setting: Setting, stops: List[int]) -> Life:
    """Run a life in the lane of this process."""
    assert _lane is not None
    return _lane.live(setting, stops)


class Row(NamedTuple):
    """The results of all lives of one setting."""

    setting: Setting
    lines: int  # number of lines in a life without a stop
    lives: int
    faults: Counter[str]  # number of lives by kind of fault; a life may have several kinds
    bad: Tuple[str, ...]  # one text for each life that was not good

    @property
    def bad_for_jobs(self) -> int:
        """The number of faults that concern jobs."""
        return sum(self.faults[kind] for kind in FAULTS_OF_JOBS)

    def __str__(self) -> str:
        faults = ", ".join(f"{count} x {kind}" for kind, count in sorted(self.faults.items()))
        text = f"RQ {rq.version.VERSION}, {self.setting}: {self.lives} lives of {self.lines} lines"
        return f"{text}, {len(self.bad)} of them bad" + (f" ({faults})" if faults else "")


def choose_stops(
    setting: Setting, lines: int, every: int, chance: random.Random
) -> Iterator[List[int]]:
    """Yield, for each life, the lines before which a stop signal comes."""
    for line in range(1 + chance.randrange(every), lines + 1, every):
        if setting.askers == 1:
            yield [line]
        else:
            yield [max(1, line - chance.randint(1, MOST_LINES_APART)), line]


def run(pool: Executor, setting: Setting, every: int, chance: random.Random) -> Row:
    """Run all lives of one setting."""
    unstopped = pool.submit(live, setting, []).result()
    if unstopped.faults:
        raise AssertionError(f"{setting}: a life without a stop: {unstopped}")
    plan = list(choose_stops(setting, unstopped.lines, every, chance))
    faults: Counter[str] = collections.Counter()
    bad = []
    lives: Any = pool.map(live, [setting] * len(plan), plan)
    with contextlib.closing(lives):  # an exception here cancels the lives that have not begun
        for stops, life in zip(plan, lives):
            faults.update({fault.kind for fault in life.faults})
            if life.faults:
                texts = sorted({f"{fault.kind} ({fault.detail})" for fault in life.faults})
                places = " and ".join(life.places)
                bad.append(f"{', '.join(texts)}: line {' and '.join(map(str, stops))}, {places}")
    return Row(setting, unstopped.lines, len(plan), faults, tuple(bad))


@contextlib.contextmanager
def lanes(count: int) -> Iterator[Executor]:
    """Open this number of lanes, with a Redis for them."""
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
    """Yield the lines of a Markdown table that compares the worker host with stock RQ."""
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
    """Run the lives that the options request, and print the results."""
    parser = argparse.ArgumentParser(description="Sends a stop signal at every line of a worker.")
    parser.add_argument("--every", type=int, default=1, help="run a life for every Nth line")
    parser.add_argument("--seed", type=int, default=1, help="seed for the choice of the lines")
    parser.add_argument("--lanes", type=int, default=8, help="number of parallel lives, at most 16")
    parser.add_argument("--only", default="", help="only settings whose text contains this")
    parser.add_argument("--redis-py", action="store_true", help="count the lines of redis-py, too")
    parser.add_argument("--examples", type=int, default=5, help="bad lives to print for each row")
    options = parser.parse_args()
    if options.redis_py:
        MEASURED.add("redis")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exit also ends Redis and the lanes
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
