"""Compares pools on real RQ: each pool in turn runs the same jobs with the same arrival times.

Started by scripts/bench --side-by-side. Prints the tables of docs/performance.md.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

import redis
import rq

from bench import LAUNCHER, machine, redis_server, say

MAX = 8
TARGET = 1.0


class Job(NamedTuple):
    """A job: its arrival since the begin of the run, and its length, both in seconds."""

    arrival: float
    length: float


class Result(NamedTuple):
    """The result of one pool with one workload.

    pss_seconds is the memory of the whole pool in MB, integrated over time in seconds.
    """

    waits: List[float]
    worker_seconds: float
    pss_seconds: float
    starts: int

    @property
    def mean(self) -> float:
        """The mean wait in seconds."""
        return statistics.mean(self.waits)

    @property
    def p95(self) -> float:
        """The 95th percentile of the waits in seconds: 95 % of the jobs do not wait longer."""
        ordered = sorted(self.waits)
        return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


# The workloads.


def burst(span: float) -> List[Job]:
    """Return two bursts of forty jobs of half a second each."""
    return [Job(share * span, 0.5) for share in (0.1, 0.55) for _ in range(40)]


def poisson(span: float) -> List[Job]:
    """Return two jobs a second on average, with random arrivals and a mean length of one second."""
    return arrivals(random.Random(2), 2, span, 1)


def short_plus_long(span: float) -> List[Job]:
    """Return three short jobs a second, with random arrivals, and a job of 20 s every 15 s."""
    short = arrivals(random.Random(3), 3, span, 0.2)
    long = [Job(at, 20) for at in range(5, int(span) - 20, 15)]
    return sorted(short + long)


def arrivals(source: random.Random, rate: float, span: float, mean: float) -> List[Job]:
    """Return jobs with independent arrivals and exponentially distributed lengths."""
    jobs, at = [], source.expovariate(rate)
    while at < span:
        jobs.append(Job(at, source.expovariate(1 / mean)))
        at += source.expovariate(rate)
    return jobs


WORKLOADS = {"burst": burst, "Poisson": poisson, "short plus long": short_plus_long}

# Length of a run in seconds. A pool that reacts late saves worker-seconds while its first jobs wait.
# So the workloads with steady arrivals run longer, to keep this saving small.
SPANS = {"burst": 120.0, "Poisson": 300.0, "short plus long": 300.0}
QUICK_SPAN = 40.0


# The pools.

OURS = ["--min-workers", "1", "--max-workers", str(MAX)]
POOLS: Dict[str, Optional[List[str]]] = {
    f"`rq worker-pool -n {MAX}`": None,
    "rule, threshold 0.5": OURS,
    "`--target-wait 1s`": [*OURS, "--target-wait", "1s"],
    "`--target-wait 1s --preload=rq`": [*OURS, "--target-wait", "1s", "--preload=rq"],
}


class Pool:
    """A running pool, ours or RQ's own."""

    def __init__(self, port: int, options: Optional[List[str]], directory: Path) -> None:
        self._history = directory / "history"
        self._ours = options is not None
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RQ_ORCHESTRATOR_")}
        url = f"redis://127.0.0.1:{port}/0"
        environment["RQ_REDIS_URL"] = url
        if options is None:
            rq_tool = str(Path(sys.executable).with_name("rq"))
            command = [rq_tool, "worker-pool", "-n", str(MAX), "--url", url, "default"]
        else:
            command = [str(LAUNCHER), "worker-pool", *options, "--python", sys.executable]
            command += ["--name", f"bench-{port}", "--history-file", str(self._history), "default"]
        self._log = (directory / "log").open("w")
        self._process = subprocess.Popen(
            command, env=environment, stdout=self._log, stderr=subprocess.STDOUT
        )
        self.pid = self._process.pid

    def stop(self) -> None:
        """Request the drain, and wait for its end."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._log.close()

    def lives(self, begin: float, end: float) -> Tuple[float, int]:
        """Return the worker-seconds from begin to end, and the number of workers started then."""
        if not self._ours:
            return MAX * (end - begin), 0
        born: Dict[str, float] = {}
        seconds, starts = 0.0, 0
        for line in self._history.read_text().splitlines():
            event: Dict[str, Any] = json.loads(line)
            if event["event"] == "worker_started":
                born[event["worker"]] = epoch(event["time"])
                starts += begin < born[event["worker"]] < end
            elif event["event"] == "worker_gone":
                seconds += within(born.pop(event["worker"]), epoch(event["time"]), begin, end)
        return seconds + sum(within(at, end, begin, end) for at in born.values()), starts


def within(start: float, stop: float, begin: float, end: float) -> float:
    """Return the seconds of the time from start to stop that lie between begin and end."""
    return max(0.0, min(stop, end) - max(start, begin))


def epoch(stamp: str) -> float:
    """Return an ISO time in UTC, with any number of decimals, as seconds since the epoch."""
    seconds, _, fraction = stamp.rstrip("Z").partition(".")
    whole = datetime.strptime(seconds, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return whole.timestamp() + float(f"0.{fraction or 0}")


# The memory of a pool.


class Scales(threading.Thread):
    """Integrates the PSS of a process and all its descendants over time."""

    INTERVAL = 0.5

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._done = threading.Event()
        self.megabyte_seconds = 0.0

    def run(self) -> None:
        last = time.monotonic()
        while not self._done.wait(self.INTERVAL):
            weight = sum(pss(pid) for pid in tree(self._pid))
            now = time.monotonic()
            self.megabyte_seconds += weight / 1024 * (now - last)
            last = now

    def stop(self) -> float:
        """Stop measuring, and return the memory in MB, integrated over time in seconds."""
        self._done.set()
        self.join()
        return self.megabyte_seconds


def tree(root: int) -> List[int]:
    """Return the pids of a process and its descendants."""
    children: Dict[int, List[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, []))
    return found


def pss(pid: int) -> int:
    """Return the proportional set size of a process in KB; 0 if the process has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


# A run.


def run(binary: str, options: Optional[List[str]], jobs: List[Job], span: float) -> Result:
    """Let a pool do the jobs; measure for the span, or longer until the last job is done."""
    with redis_server(binary) as (client, port), scratch() as directory:
        pool = Pool(port, options, directory)
        try:
            await_workers(client, MAX if options is None else 1)
            time.sleep(2)
            scales = Scales(pool.pid)
            scales.start()
            begin = time.time()
            ids = enqueue(port, jobs)
            for id_ in ids:
                while not client.hget(
                    f"rq:job:{id_}", "ended_at"
                ):  # RQ writes this field early, but empty
                    time.sleep(0.5)
            time.sleep(max(0.0, begin + span - time.time()))
            end = time.time()
            weight = scales.stop()
            waits = [wait(client, id_) for id_ in ids]
        finally:
            pool.stop()
        seconds, starts = pool.lives(begin, end)
        return Result(waits, seconds, weight, starts)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Yield a temporary directory."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


def await_workers(client: "redis.Redis[str]", count: int) -> None:
    """Wait until this number of workers is idle or busy."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        keys = client.smembers("rq:workers")
        if sum(client.hget(key, "state") in ("idle", "busy") for key in keys) >= count:
            return
        time.sleep(0.1)
    sys.exit("the workers did not start in time")


def enqueue(port: int, jobs: List[Job]) -> List[str]:
    """Enqueue each job at its arrival time; return the ids."""
    queue = rq.Queue("default", connection=redis.Redis(port=port))
    begin = time.monotonic()
    ids = []
    for job in jobs:
        time.sleep(max(0.0, begin + job.arrival - time.monotonic()))
        ids.append(queue.enqueue("time.sleep", job.length, result_ttl=3600).id)
    return ids


def wait(client: "redis.Redis[str]", id_: str) -> float:
    """Return the seconds from enqueued to started, by RQ's timestamps."""
    enqueued, started = client.hmget(f"rq:job:{id_}", "enqueued_at", "started_at")
    return epoch(str(started)) - epoch(str(enqueued))


# The tables.


def table(name: str, results: Dict[str, Result], jobs: List[Job], span: float) -> None:
    """Print the results of all pools with one workload."""
    work = sum(job.length for job in jobs)
    print(f"\n**{name}**: {len(jobs)} jobs, {work:.0f} s of work, {span:.0f} s\n")
    print("| pool | mean wait | p95 wait | worker-seconds | of static | MB-seconds | starts |")
    print("|---|---|---|---|---|---|---|")
    static = next(iter(results.values())).worker_seconds
    for pool, result in results.items():
        share = 100 * result.worker_seconds / static
        print(
            f"| {pool} | {result.mean:.2f} s | {result.p95:.2f} s | {result.worker_seconds:.0f}"
            f" | {share:.0f} % | {result.pss_seconds:.0f} | {result.starts} |",
            flush=True,
        )


def judge(name: str, results: Dict[str, Result]) -> List[str]:
    """Return the pools with a target wait that missed the goals for this workload."""
    static, rule, *aiming = results.items()
    missed = []
    for pool, result in aiming:
        if name == "burst":
            kept = result.mean <= rule[1].mean / 3
            kept = kept and result.worker_seconds <= 1.5 * rule[1].worker_seconds
        else:
            kept = result.p95 <= TARGET and result.worker_seconds <= rule[1].worker_seconds
        if not (kept and result.worker_seconds <= 0.6 * static[1].worker_seconds):
            missed.append(f"{name}: {pool}")
    return missed


def main() -> None:
    """Run all pools with all workloads, and print the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--redis-server", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--workload", choices=list(WORKLOADS))
    arguments = parser.parse_args()
    print(machine())
    missed = []
    for name, workload in WORKLOADS.items():
        if arguments.workload in (None, name):
            span = QUICK_SPAN if arguments.quick else SPANS[name]
            jobs = workload(span)
            results = {}
            for pool, options in POOLS.items():
                say(f"{name}: {pool}")
                results[pool] = run(arguments.redis_server, options, jobs, span)
            table(name, results, jobs, span)
            missed += judge(name, results)
    print(f"\nMissed: {', '.join(missed) or 'nothing'}")


if __name__ == "__main__":
    main()
