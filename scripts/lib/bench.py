"""Measures the daemon against its budgets; run by scripts/bench.

bench.py LAUNCHER PYTHON REDIS_PORT PAIRS
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from typing import Any, Callable, List

import redis

HERE = os.path.dirname(os.path.abspath(__file__))


def pss(pid: int) -> float:
    """Return the proportional set size in MiB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024


def cpu(pid: int) -> float:
    """Return the processor seconds used so far."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Bench:
    """One Redis, one Python, one launcher."""

    def __init__(self, launcher: str, python: str, port: int) -> None:
        self.launcher, self.python = launcher, python
        self.redis = redis.Redis(port=port)
        self.environment = {**os.environ, "RQ_REDIS_URL": f"redis://127.0.0.1:{port}/0"}

    def daemon(self, *options: str) -> Any:
        """Start the daemon; its log can be read."""
        command = [self.launcher, "worker-pool", f"--python={self.python}", *options]
        return subprocess.Popen(
            [*command, f"--directory={HERE}"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, process: Any, text: str) -> float:
        """Read the log up to a line with this text; return when it came."""
        for line in process.stderr:
            if text in line:
                return time.monotonic()
        raise RuntimeError(f"the daemon ended without: {text}")

    def footprint(self) -> List[float]:
        """Return memory (MiB) and processor share (%) with ten workers."""
        daemon = self.daemon("--min-workers=10", "--max-workers=10", "--name=bench-footprint")
        try:
            self.until(daemon, "ready w10 ")
            time.sleep(15)
            before, begun = cpu(daemon.pid), time.monotonic()
            time.sleep(30)
            share = (cpu(daemon.pid) - before) / (time.monotonic() - begun)
            return [pss(daemon.pid), share * 100]
        finally:
            daemon.terminate()
            daemon.communicate()

    def start(self) -> float:
        """Return seconds from the start of the daemon to the first spawn."""
        begun = time.monotonic()
        daemon = self.daemon("--name=bench-start")
        try:
            return self.until(daemon, "start w1 ") - begun
        finally:
            daemon.terminate()
            daemon.communicate()

    def registered(self, known: int) -> None:
        """Wait until one more worker has said that it is idle."""
        while True:
            names = self.redis.smembers("rq:workers")
            states = [self.redis.hget(name, "state") for name in names]
            if states.count(b"idle") > known:
                return
            time.sleep(0.002)

    def spawn(self, *prefix: str) -> float:
        """Return seconds from spawn to idle of one worker."""
        self.redis.flushdb()
        command = [self.python, *prefix, "-m", "rq.cli", "worker", "--quiet", "default"]
        begun = time.monotonic()
        worker = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            self.registered(0)
            return time.monotonic() - begun
        finally:
            worker.terminate()
            worker.wait()


def median_of(count: int, measure: Callable[[], float]) -> float:
    """Return the median of so many measurements."""
    return statistics.median(measure() for _ in range(count))


def main() -> None:
    """Print one row a budget."""
    launcher, python, port, pairs = sys.argv[1:5]
    bench = Bench(launcher, python, int(port))
    memory, share = bench.footprint()
    print(f"| daemon memory (PSS), 10 workers | <= 55 MiB | {memory:.1f} MiB |")
    print(f"| daemon CPU, 10 workers, 1 s sampling | <= 0.5 % of a core | {share:.2f} % |")
    print(
        f"| start of the daemon to the first spawn | <= 0.5 s | {median_of(9, bench.start):.2f} s |"
    )
    host = os.path.join(HERE, "../../src/main/resources/io/rqorchestrator/process/worker_host.py")
    ours, bare = [], []
    for _ in range(int(pairs)):
        ours.append(bench.spawn(host))
        bare.append(bench.spawn())
    ratio = statistics.median(our / their for our, their in zip(ours, bare))
    print(
        f"| spawn to ready, of a bare `rq worker` ({pairs} pairs) | <= 1.1 x"
        f" | {ratio:.2f} x ({statistics.median(ours):.2f} s, bare {statistics.median(bare):.2f} s) |"
    )


if __name__ == "__main__":
    main()
