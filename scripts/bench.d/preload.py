"""Measures what preloading gains, for docs/performance.md. Started by scripts/bench.

It measures two applications: RQ alone, and one that imports three heavy libraries (heavy_app.py).
For each of them it starts workers in four ways: one by one, by `rq worker-pool`, by our daemon,
and by our daemon with a fork server.
"""

import argparse
import contextlib
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench

HERE = Path(__file__).resolve().parent
RQ = str(Path(sys.executable).with_name("rq"))
WORKERS = 8
SETTLE = 3  # seconds
NOTHING = "time.sleep", 0


class Application:
    """An application that workers run, with its options for `rq worker` and for our daemon."""

    def __init__(self, name, rq_options, preload, job):
        self.name, self.rq_options, self.preload, self.job = name, rq_options, preload, job


BARE = Application("RQ alone", [], "--preload=rq", NOTHING)
HEAVY = Application(
    "heavy application",
    ["--worker-class", "heavy_app.AppWorker"],
    "--preload=heavy_app",
    ("heavy_app.tiny",),
)


# Ways to run workers. Each yields the pids of the processes that it started; these processes and
# their descendants are its cost.


def environment(port):
    return {
        **os.environ,
        "RQ_REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "PYTHONPATH": str(HERE),
    }


@contextlib.contextmanager
def programs(port, *commands):
    processes = [
        subprocess.Popen(
            command,
            env=environment(port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait()


def separate(application, port):
    return programs(port, *[[RQ, "worker", *application.rq_options, "default"]] * WORKERS)


def worker_pool(application, port):
    command = [RQ, "worker-pool", "-n", str(WORKERS), *application.rq_options, "default"]
    return programs(port, command)


@contextlib.contextmanager
def daemon(application, port, *options):
    size = ["--min-workers", str(WORKERS), "--max-workers", str(WORKERS)]
    chosen = [*size, "--directory", str(HERE), "--name", f"bench-{port}", *options]
    with bench.Daemon(port, *chosen) as running:
        yield [running.pid]


def ours(application, port):
    options = ["--", *application.rq_options] if application.rq_options else []
    return daemon(application, port, *options)


def preloaded(application, port):
    return daemon(application, port, application.preload)


def tree(pids):
    """Return the pids of these processes and of their descendants."""
    found = list(pids)
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def cost(pid):
    """Return the PSS in MB; for a JVM, as if no other JVM were running."""
    return bench.memory(pid)[1]


def idle_workers(client):
    keys = client.smembers("rq:workers:default")
    return sum(client.hget(key, "state") == "idle" for key in keys)


def await_(condition, seconds=300):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            sys.exit("timeout while waiting for workers or jobs")
        time.sleep(0.02)


def run_jobs(client, function, arguments, count):
    """Return the seconds that the running workers need for count jobs."""
    queue = bench.queue_of(client, "default")
    before = client.zcard("rq:finished:default")
    begun = time.monotonic()
    for _ in range(count):
        queue.enqueue(function, *arguments, result_ttl=3600)
    await_(lambda: client.zcard("rq:finished:default") >= before + count, 1200)
    return time.monotonic() - begun


def memory(binary, quick):
    for application in (BARE, HEAVY):
        sums = {}
        for run in (separate, worker_pool, ours, preloaded):
            bench.say(f"memory: {application.name}, {run.__name__}")
            with bench.redis_server(binary) as (client, port):
                with run(application, port) as pids:
                    await_(lambda: idle_workers(client) == WORKERS)
                    function, *arguments = application.job
                    run_jobs(client, function, arguments, 8 if quick else 80)
                    await_(lambda: idle_workers(client) == WORKERS)
                    time.sleep(SETTLE)
                    sums[run] = sum(cost(pid) for pid in tree(pids))
        base = sums[separate]
        for run, what in (
            (separate, f"{WORKERS} x `rq worker`"),
            (worker_pool, f"`rq worker-pool -n {WORKERS}`"),
            (ours, f"our daemon and {WORKERS} workers"),
            (preloaded, f"our daemon, fork server and {WORKERS} workers"),
        ):
            budget = "≤ 45 %" if run is preloaded and application is HEAVY else ""
            share = f"**{sums[run]:.0f} MB, {100 * sums[run] / base:.0f} %**"
            yield f"PSS, {application.name}: {what}", budget, share


# Decision to ready.


class Sleeper:
    """A pool that has no worker until a job makes the daemon start one."""

    def __init__(self, client, port, directory, application, way):
        self.client, self.queue = client, f"{way}-{application.rq_options and 'heavy' or 'bare'}"
        self.history = Path(directory) / self.queue
        self.seconds = []
        options = ["--min-workers", "0", "--max-workers", "1", "--queue", self.queue]
        options += ["--sampling-interval", "100ms", "--scaling-period", "500ms"]
        options += ["--utilization-window", "1s", "--history-file", str(self.history)]
        options += ["--directory", str(HERE), "--name", f"bench-{self.queue}-{port}"]
        if way == "preloaded":
            options.append(application.preload)
        elif application.rq_options:
            options += ["--", *application.rq_options]
        self.daemon = bench.Daemon(port, *options)

    def wake(self):
        """Enqueue a job, and measure once the seconds from the decision to the ready worker."""
        known = self.client.smembers(f"rq:workers:{self.queue}")
        queue = bench.queue_of(self.client, self.queue)
        queue.enqueue(*NOTHING, result_ttl=0)
        ready = bench.await_ready(self.client, self.queue, known)
        await_(lambda: not queue.count)
        bench.await_none(self.client, self.queue)
        self.seconds.append(ready - bench.decided(self.history))


def readiness(binary, quick):
    rounds = 3 if quick else 20
    with bench.redis_server(binary) as (client, port), tempfile.TemporaryDirectory() as directory:
        with contextlib.ExitStack() as stack:
            pools = {}
            for application, way in itertools.product((BARE, HEAVY), ("separate", "preloaded")):
                pool = Sleeper(client, port, directory, application, way)
                stack.enter_context(pool.daemon)
                pools[application, way] = pool
            for pool in pools.values():
                pool.daemon.await_line("no worker runs and no job waits")
            for number in range(rounds):
                bench.say(f"decision to ready, round {number + 1} of {rounds}")
                for pool in pools.values():
                    pool.wake()
    for application in (BARE, HEAVY):
        slow, fast = (
            statistics.median(pools[application, way].seconds) for way in ("separate", "preloaded")
        )
        yield (
            f"decision to worker ready, {application.name}, preloaded",
            "≤ 100 ms",
            f"**{fast * 1000:.0f} ms**, {slow / fast:.0f} x faster than on its own"
            f" ({slow * 1000:.0f} ms; medians of {rounds} in turn)",
        )


# Tiny jobs.


def jobs(binary, quick):
    count = 10 if quick else 200
    seconds = {}
    for option in (None, HEAVY.preload):
        bench.say(f"{count} tiny jobs {'with ' + option if option else 'without preload'}")
        with bench.redis_server(binary) as (client, port):
            options = ["--min-workers", "2", "--max-workers", "2", "--directory", str(HERE)]
            options += ["--name", f"bench-{port}", *([option] if option else [])]
            with bench.Daemon(port, *options) as running:
                running.await_line("] ready w", 2)
                seconds[option] = run_jobs(client, "heavy_app.tiny", [], count)
    slow, fast = seconds[None], seconds[HEAVY.preload]
    yield (
        f"{count} tiny jobs of the heavy application, two workers, preloaded",
        "≥ 5 x faster",
        f"**{slow / fast:.0f} x faster**: {fast:.1f} s against {slow:.1f} s where each job imports it",
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--redis-server", required=True)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    os.environ["PYTHONPATH"] = str(HERE)
    print(f"\nPreload. Load average at the start: {os.getloadavg()[0]:.1f}\n")
    print("| what | budget | here |\n|---|---|---|")
    for part in (memory, readiness, jobs):
        for what, budget, here in part(arguments.redis_server, arguments.quick):
            print(f"| {what} | {budget} | {here} |", flush=True)
    print(f"\nLoad average at the end: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
