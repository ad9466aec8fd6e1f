"""The chaos run: a pool under load while everything around it is killed, stopped and brought back.

    chaos.py --minutes M --seed N --redis-server PATH --python PATH --work DIR [-- POOL OPTION...]

At the end every job is accounted for. A job may be missing only because of one deed of the chaos: it
killed the horse that ran it, or the worker that had it in hand before it began, or the Redis that was
to record it; none may have begun twice. No process may be left, the pool may never have been above its
bounds, and the daemon may not have grown.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import glob
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Set, Tuple

import chaos_jobs
import redis
from chaos_trail import Enqueued, Trail
from rq import Queue

HERE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(HERE, os.pardir, "rq-orchestrator")
QUEUES = ("high", "low")
MIN, MAX, SURGE = 2, 5, 1
NEAR = 3.0  # seconds around an outage within which RQ may fail to write something down
SLACK = 0.5  # seconds between two clocks' readings of one moment on a busy machine
SPEECHLESS = 3.0  # seconds that a worker on a busy machine may have a job before it says so


class Killing(NamedTuple):
    """A process that the chaos killed; of a horse also its worker."""

    what: str
    pid: int
    worker: int
    when: float


class Run(NamedTuple):
    """A run of a job, as the job itself wrote it down."""

    begun: float
    horse: int
    ended: Optional[float]


def free_port() -> int:
    """Return a port that the kernel does not lend to clients while Redis is away."""
    while True:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", random.randrange(15_000, 32_000)))
            return int(probe.getsockname()[1])


class Rig:
    """The processes of the run: Redis and the daemon."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.history = os.path.join(options.work, "history.jsonl")
        self.log = os.path.join(options.work, "jobs.log")
        self.output = open(os.path.join(options.work, "output.log"), "ab")
        self.outages: List[Tuple[float, float]] = []
        self.killings: List[Killing] = []
        self.figures: List[Tuple[int, int, int]] = []  # daemon's pid, open files, kB of its own
        self.redis: Any = None
        self.daemon: Any = None
        self.start_redis()
        self.start_daemon()

    def start_redis(self) -> None:
        """Start Redis on the data that it left, and wait until it answers."""
        command = [self.options.redis_server, "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        self.redis = subprocess.Popen(
            [*command, "--dir", self.options.work], stdout=subprocess.DEVNULL
        )
        await_(lambda: self.connection().ping(), "Redis does not answer")

    def connection(self) -> Any:
        """Return a connection that gives up soon."""
        return redis.Redis(port=self.port, socket_timeout=2)

    def start_daemon(self) -> None:
        """Start the daemon; it adopts what an earlier one left."""
        command = [LAUNCHER, "worker-pool", f"--min-workers={MIN}", f"--max-workers={MAX}"]
        command += ["--scaling-period=1s", "--utilization-window=5s", "--queue", ",".join(QUEUES)]
        command += [f"--name=chaos-{self.port}", f"--python={self.options.python}"]
        command += [f"--directory={HERE}", f"--history-file={self.history}", *self.options.pool]
        environment = {**os.environ, "RQ_REDIS_URL": self.url}
        before = self.starts()
        self.daemon = subprocess.Popen(
            command,
            env=environment,
            stdout=self.output,
            stderr=self.output,
            start_new_session=True,
        )
        # Only then does it heed signals.
        await_(lambda: self.starts() > before, "the daemon does not start")

    def starts(self) -> int:
        """Return how many daemons have started so far."""
        return sum(event["event"] == "pool_started" for event in self.events())

    def workers(self) -> List[int]:
        """Return the pids of live workers by the history."""
        live: Set[int] = set()
        for event in self.events():
            if event["event"] in ("worker_started", "worker_adopted"):
                live.add(event["pid"])
            elif event["event"] == "worker_gone":
                live.discard(event["pid"])
        return sorted(pid for pid in live if os.path.exists(f"/proc/{pid}"))

    def fork_servers(self) -> List[int]:
        """Return the pids of live fork servers by the history."""
        pids = {event["pid"] for event in self.events() if event["event"] == "preloaded"}
        return sorted(pid for pid in pids if os.path.exists(f"/proc/{pid}"))

    def horses(self) -> List[int]:
        """Return the pids of what the workers forked for jobs: leaders of groups of their own."""
        found = []
        for worker in self.workers():
            with contextlib.suppress(OSError, ValueError):
                with open(f"/proc/{worker}/task/{worker}/children", encoding="ascii") as children:
                    pids = [int(pid) for pid in children.read().split()]
                found += [pid for pid in pids if os.getpgid(pid) == pid]
        return found

    def events(self) -> List[Dict[str, Any]]:
        """Return the history so far, without a line that was cut."""
        events = []
        with contextlib.suppress(FileNotFoundError), open(self.history, encoding="utf-8") as lines:
            for line in lines:
                with contextlib.suppress(ValueError):
                    events.append(json.loads(line))
        return events

    def measure(self) -> None:
        """Note the daemon's open files and memory."""
        pid = self.daemon.pid
        with contextlib.suppress(OSError, StopIteration):
            files = len(os.listdir(f"/proc/{pid}/fd"))
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
                # Its share of what it has in common with other JVMs depends on their number.
                own = next(line for line in rollup if line.startswith("Private_Dirty:"))
            self.figures.append((pid, files, int(own.split()[1])))

    # What the chaos does.

    def kill(self, pids: List[int], what: str, dice: random.Random) -> None:
        """Kill one of these processes."""
        if pids:
            pid = dice.choice(pids)
            with contextlib.suppress(OSError):
                parent = chaos_jobs.parent_of(pid)
                os.kill(pid, signal.SIGKILL)
                self.killings.append(
                    Killing(what, pid, pid if what == "worker" else parent, time.time())
                )

    def freeze(self, pids: List[int], seconds: float, dice: random.Random) -> None:
        """Stop one of these processes for a while."""
        if pids:
            pid = dice.choice(pids)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                time.sleep(seconds)
                os.kill(pid, signal.SIGCONT)

    def restart_redis(self) -> None:
        """Kill Redis and bring it back with its data."""
        begun = time.time()
        self.redis.kill()
        self.redis.wait()
        time.sleep(1)
        self.start_redis()
        self.outages.append((begun - NEAR, time.time() + NEAR))

    def hang_redis(self, seconds: float) -> None:
        """Let Redis take every question and answer none."""
        begun = time.time()
        self.redis.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.redis.send_signal(signal.SIGCONT)
        self.outages.append((begun - NEAR, time.time() + NEAR))

    def restart_daemon(self, seconds: float) -> None:
        """Kill the daemon, leave its workers alone for a while, start the next one."""
        self.daemon.kill()
        self.daemon.wait()
        time.sleep(seconds)
        self.start_daemon()

    def stop(self) -> int:
        """Stop the daemon as an operator would; return its exit code."""
        self.daemon.terminate()
        try:
            code: int = self.daemon.wait(120)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            return -1
        return code

    def left_over(self) -> List[int]:
        """Return processes that still carry the pool's mark."""
        started = [event["id"] for event in self.events() if event["event"] == "pool_started"]
        mark = f"RQ_ORCHESTRATOR_POOL={started[-1]}".encode() if started else b"?"
        left = []
        for name in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if name.isdigit() and int(name) != os.getpid():
                    with open(f"/proc/{name}/environ", "rb") as environ:
                        if mark in environ.read().split(b"\0"):
                            left.append(int(name))
        return left

    def close(self) -> None:
        """End everything, also after a failure."""
        with contextlib.suppress(OSError):
            self.redis.send_signal(signal.SIGCONT)
        for process in (self.daemon, self.redis):
            process.kill()
            process.wait()
        for pid in self.left_over():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pool in {event["id"] for event in self.events() if event["event"] == "pool_started"}:
            for directory in ("/run/rq-orchestrator", f"/tmp/rq-orchestrator-{os.getuid()}"):
                for file in glob.glob(f"{directory}/{pool}*"):
                    os.unlink(file)


def await_(condition: Callable[[], Any], problem: str, seconds: float = 60) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(redis.exceptions.RedisError):
            if condition():
                return
        if time.monotonic() > deadline:
            raise RuntimeError(problem)
        time.sleep(0.2)


class Load:
    """A mix of short and long jobs whose rate goes up and down."""

    def __init__(self, rig: Rig, dice: random.Random) -> None:
        self.rig, self.dice = rig, dice
        self.enqueued: Dict[str, Enqueued] = {}
        self.uncertain: Set[str] = set()  # Redis went before it said whether it has the job
        self.rate = 4.0
        self._due = time.monotonic()

    def go_on(self, until: float) -> None:
        """Enqueue what is due until then."""
        while time.monotonic() < until:
            early = self._due - time.monotonic()
            if early > 0:
                time.sleep(min(0.05, early))
                continue
            self._due = max(self._due, time.monotonic() - 1) + self.dice.expovariate(self.rate)
            long = self.dice.random() < 0.05
            seconds = self.dice.uniform(5, 15) if long else self.dice.uniform(0, 0.3)
            job = f"job-{len(self.enqueued) + len(self.uncertain)}"
            before = time.time()
            try:
                queue = Queue(self.dice.choice(QUEUES), connection=self.rig.connection())
                queue.enqueue(
                    chaos_jobs.work, self.rig.log, job, seconds, job_id=job, result_ttl=86400
                )
                self.enqueued[job] = Enqueued(before, time.time())
            except redis.exceptions.RedisError:
                self.uncertain.add(job)


def run(rig: Rig, load: Load, minutes: float, dice: random.Random) -> collections.Counter[str]:
    """Let the chaos do its worst for so long."""
    done: collections.Counter[str] = collections.Counter()
    deeds: List[Tuple[str, Callable[[], None]]] = [
        ("worker killed", lambda: rig.kill(rig.workers(), "worker", dice)),
        ("horse killed", lambda: rig.kill(rig.horses(), "horse", dice)),
        ("worker stopped and continued", lambda: rig.freeze(rig.workers(), 3, dice)),
        ("Redis restarted", rig.restart_redis),
        ("Redis hung", lambda: rig.hang_redis(dice.uniform(1, 5))),
        ("daemon killed", lambda: rig.restart_daemon(dice.uniform(0, 3))),
        ("SIGHUP", lambda: rig.daemon.send_signal(signal.SIGHUP)),
        ("load changed", lambda: setattr(load, "rate", dice.choice((0.5, 2, 4, 10)))),
    ]
    if any(option.startswith("--preload") for option in rig.options.pool):
        deeds += [
            ("fork server killed", lambda: rig.kill(rig.fork_servers(), "fork server", dice)),
            ("fork server stopped and continued", lambda: rig.freeze(rig.fork_servers(), 3, dice)),
        ]
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        load.go_on(min(end, time.monotonic() + dice.uniform(2, 6)))
        rig.measure()
        name, deed = dice.choice(deeds)
        done[name] += 1
        deed()
    return done


class Account:
    """Says for every job what became of it, and keeps the jobs that nothing explains."""

    def __init__(self, rig: Rig, load: Load, trail: Trail) -> None:
        self._rig, self._trail = rig, trail
        self.fate: collections.Counter[str] = collections.Counter()
        self.unexplained: List[str] = []
        self._pids = {
            event["name"]: event["pid"]
            for event in rig.events()
            if event["event"] == "worker_started"
        }
        self._explains: Set[Killing] = set()  # a worker that was killed takes one job along
        runs = self._runs()
        for job in load.uncertain:
            self._check_once(job, runs.get(job, []))
        for job, enqueued in load.enqueued.items():
            if self._check_once(job, runs.get(job, [])):
                self._explain(job, enqueued, runs.get(job, []))

    def _runs(self) -> Dict[str, List[Run]]:
        runs: Dict[str, List[Run]] = collections.defaultdict(list)
        with open(self._rig.log, encoding="ascii") as lines:
            for line in lines:
                what, job, when, horse, _worker = line.split()
                if what == "begin":
                    runs[job].append(Run(float(when), int(horse), None))
                else:
                    runs[job][-1] = runs[job][-1]._replace(ended=float(when))
        return runs

    def _check_once(self, job: str, runs: List[Run]) -> bool:
        if len(runs) > 1:
            self.fate["BEGUN TWICE"] += 1
            self.unexplained.append(f"{job}: begun {len(runs)} times: {runs}")
        return len(runs) <= 1

    def _explain(self, job: str, enqueued: Enqueued, runs: List[Run]) -> None:
        status = (self._rig.connection().hget(f"rq:job:{job}", "status") or b"gone").decode()
        if runs and runs[0].ended and status == "finished":
            cause: Optional[str] = "finished once"
        elif runs:
            cause = self._unfinished(runs[0])
        else:
            cause = self._never_begun(job, enqueued)
        if cause is None:
            cause = "LOST"
            self.unexplained.append(
                f"{job}: {status}, {enqueued}, {runs or 'never begun'},"
                f" left {self._trail.left_queue(job, enqueued)}, {self._trail.in_hand(job)};"
                f" around then: {[k for k in self._rig.killings if self._near(enqueued, k.when)]}"
            )
        self.fate[cause] += 1

    def _unfinished(self, run_: Run) -> Optional[str]:
        """Return what the chaos did to a job that had begun."""
        for killing in self._rig.killings:
            if killing.pid == run_.horse and killing.when >= run_.begun - SLACK:
                return "horse killed by the chaos"
        if run_.ended and self._redis_was_away(run_.ended, run_.ended):
            return "done, but Redis was away when RQ was to record it"
        return None

    def _never_begun(self, job: str, enqueued: Enqueued) -> Optional[str]:
        """Return what the chaos did to a job that left its queue and never began."""
        left = self._trail.left_queue(job, enqueued)
        if left is None:
            return None
        for hand in self._trail.in_hand(job):
            pid = self._pids.get(hand.worker)
            for killing in self._rig.killings:
                hit = hand.since - SLACK <= killing.when <= hand.until + SLACK
                if hit and killing.worker == pid and killing not in self._explains:
                    self._explains.add(killing)
                    return f"in hand, {killing.what} killed by the chaos before it began"
            if self._redis_was_away(hand.since, min(hand.until, hand.since + SLACK)):
                return "in hand, Redis went before it began"
        if self._redis_was_away(*left):
            return "left its queue as Redis went"
        for killing in self._rig.killings:
            hit = left[0] - SLACK <= killing.when <= left[1] + SPEECHLESS
            if hit and killing.what == "worker" and killing not in self._explains:
                self._explains.add(killing)
                return "left its queue as its worker was killed by the chaos"
        return None

    @staticmethod
    def _near(enqueued: Enqueued, when: float) -> bool:
        return abs(when - enqueued.done) < 10

    def _redis_was_away(self, begin: float, end: float) -> bool:
        return any(begin <= back and away <= end for away, back in self._rig.outages)


def check_pool(rig: Rig) -> List[str]:
    """Return what the history shows that must not be."""
    events, problems = rig.events(), []
    sizes = [event["active"] for event in events if event["event"] == "measured"]
    if max(sizes, default=0) > MAX + SURGE:
        problems.append(f"{max(sizes)} active workers, {MAX} and a surge of {SURGE} allowed")
    failed = [event for event in events if event["event"] == "tick_failed"]
    if failed:
        problems.append(f"internal error: {failed[0]}")
    by_daemon: Dict[int, List[Tuple[int, int]]] = collections.defaultdict(list)
    for pid, files, memory in rig.figures:
        by_daemon[pid].append((files, memory))
    for figures in by_daemon.values():
        early = figures[: max(1, len(figures) // 3)]
        if len(figures) >= 6 and figures[-1][0] > max(files for files, _ in early) + 12:
            problems.append(f"the daemon's open files grew: {[files for files, _ in figures]}")
        if len(figures) >= 6 and figures[-1][1] > max(memory for _, memory in early) + 15_000:
            problems.append(f"the daemon's memory grew: {[memory for _, memory in figures]} kB")
    return problems


def main() -> int:
    """Run and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--redis-server", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("pool", nargs="*")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rig = Rig(options)
    try:
        await_(lambda: len(rig.workers()) >= MIN, "the pool does not start")
        load, trail = Load(rig, dice), Trail(rig.port, QUEUES)
        done = run(rig, load, options.minutes, dice)
        await_(
            lambda: not any(rig.connection().llen(f"rq:queue:{name}") for name in QUEUES)
            and not rig.horses(),
            "the queues do not get empty",
            180,
        )
        code = rig.stop()
        left = rig.left_over()
        trail.stop()
        account = Account(rig, load, trail)
        fate, problems = account.fate, account.unexplained + check_pool(rig)
        if code != 0:
            problems.append(f"the daemon ended with {code}")
        if left:
            problems.append(f"processes left: {left}")
    finally:
        rig.close()
    print(f"seed {options.seed}, {options.minutes:g} minutes")
    for name, count in sorted(done.items()):
        print(f"  {count:5}  {name}")
    print(f"{len(load.enqueued)} jobs")
    for name, count in fate.most_common():
        print(f"  {count:5}  {name}")
    twice, lost = fate["BEGUN TWICE"], fate["LOST"]
    print(f"{lost} lost, {twice} twice by our doing; {len(problems)} problems")
    for problem in problems:
        print(f"  ! {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
