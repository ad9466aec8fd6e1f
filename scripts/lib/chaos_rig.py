"""The processes of the chaos run, Redis and the daemon with its pool, and the releases of code."""

from __future__ import annotations

import argparse
import contextlib
import glob
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from typing import Any, Callable, Dict, List, NamedTuple, Set, Tuple

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

HERE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(HERE, os.pardir, "rq-orchestrator")
QUEUES = ("high", "low")
MIN, MAX, SURGE = 2, 5, 1
NEAR = 3.0  # seconds before and after an outage within which RQ may fail to write to Redis
RUNTIME_DIRECTORIES = ("/run/rq-orchestrator", f"/tmp/rq-orchestrator-{os.getuid()}")
RELEASED = "chaos_release.ReleasedWorker"
WHOLE = "class ReleasedWorker(Worker):\n    pass\n"
BROKEN = {
    "a syntax error": "class ReleasedWorker(Worker:\n",
    "an import that fails": "import chaos_module_that_is_missing\n",
    "an end at import": "raise SystemExit(0)\n",
    "a worker that cannot work": (
        "class ReleasedWorker(Worker):\n"
        "    def work(self, *args, **kwargs):\n"
        "        raise RuntimeError('broken by the chaos')\n"
    ),
}


class Killing(NamedTuple):
    """A process that the chaos killed; `worker` is its parent, or itself if it is a worker."""

    what: str
    pid: int
    worker: int
    when: float


def free_port() -> int:
    """Return a free port outside the range from which the kernel gives ports to clients.

    So no client can take the port while Redis is away.
    """
    while True:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", random.randrange(15_000, 32_000)))
            return int(probe.getsockname()[1])


def await_(condition: Callable[[], Any], problem: str, seconds: float = 60) -> None:
    """Wait until the condition holds; raise a RuntimeError if it does not hold in time."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(redis.exceptions.RedisError):
            if condition():
                return
        if time.monotonic() > deadline:
            raise RuntimeError(problem)
        time.sleep(0.2)


def leads_a_group(pid: int) -> bool:
    """Return whether this process exists and leads a process group."""
    with contextlib.suppress(OSError):
        return os.getpgid(pid) == pid
    return False


class Releases:
    """Directories with the application's code, and a link to the one that is deployed."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._count = 0
        self.current = os.path.join(root, "current")
        self.deploy(WHOLE)

    def deploy(self, code: str) -> None:
        """Write a release with this code, and let the link point to it."""
        self._count += 1
        release = os.path.join(self._root, f"release-{self._count}")
        os.mkdir(release)
        shutil.copy(os.path.join(HERE, "chaos_jobs.py"), release)
        with open(os.path.join(release, "chaos_release.py"), "w", encoding="ascii") as module:
            module.write("from rq import Worker\n\n\n" + code)
        link = f"{self.current}.next"
        os.symlink(release, link)
        os.replace(link, self.current)


class Rig:
    """Starts, stops and observes Redis and the daemon."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.history = os.path.join(options.work, "history.jsonl")
        self.log = os.path.join(options.work, "jobs.log")
        self.output = open(os.path.join(options.work, "output.log"), "ab")
        self.outages: List[Tuple[float, float]] = []
        self.killings: List[Killing] = []
        self.daemons_killed: List[float] = []
        self.problems: List[str] = []  # violations that a deed has found
        self.figures: List[Tuple[int, int, int]] = []  # daemon's pid, open files, private kB
        self.releases = Releases(options.work)
        self.redis: Any = None
        self.daemon: Any = None

    def start(self) -> None:
        """Start Redis and the daemon."""
        self.start_redis()
        self.start_daemon()

    def note(self, what: str) -> None:
        """Write a line to the log that has the output of the daemon and its workers."""
        moment = time.strftime("%H:%M:%S", time.localtime())
        os.write(self.output.fileno(), f"---- {moment} {what}\n".encode())

    def start_redis(self) -> None:
        """Start Redis on the data of the previous one, and wait until it answers."""
        command = [self.options.redis_server, "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        self.redis = subprocess.Popen(
            [*command, "--dir", self.options.work], stdout=subprocess.DEVNULL
        )
        await_(lambda: self.connection().ping(), "Redis does not answer")

    def connection(self) -> Any:
        """Return a connection with a short timeout and without retries.

        A retry could enqueue a job twice.
        """
        return redis.Redis(port=self.port, socket_timeout=2, retry=Retry(NoBackoff(), 0))

    def start_daemon(self) -> None:
        """Start the daemon. It adopts the workers that an earlier daemon has left."""
        command = [LAUNCHER, "worker-pool", f"--min-workers={MIN}", f"--max-workers={MAX}"]
        command += ["--scaling-period=1s", "--utilization-window=5s", "--queue", ",".join(QUEUES)]
        command += [f"--name=chaos-{self.port}", f"--python={self.options.python}"]
        command += [f"--directory={self.releases.current}", f"--history-file={self.history}"]
        command += self.options.pool
        command += [*([] if "--" in command else ["--"]), "--worker-class", RELEASED]
        environment = {**os.environ, "RQ_REDIS_URL": self.url}
        before = self.starts()
        self.daemon = subprocess.Popen(
            command,
            env=environment,
            stdout=self.output,
            stderr=self.output,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # nohup ignores it
        )
        # The daemon handles signals only after its start.
        await_(lambda: self.starts() > before, "the daemon does not start")

    def starts(self) -> int:
        """Return how many daemons have started so far."""
        return sum(event["event"] == "pool_started" for event in self.events())

    def workers(self) -> List[int]:
        """Return the pids of live workers, from the history and /proc."""
        live: Set[int] = set()
        for event in self.events():
            if event["event"] in ("worker_started", "worker_adopted"):
                live.add(event["pid"])
            elif event["event"] == "worker_gone":
                live.discard(event["pid"])
        return sorted(pid for pid in live if os.path.exists(f"/proc/{pid}"))

    def gone_workers(self) -> Set[int]:
        """Return the pids of workers that have ended, from the history."""
        return {event["pid"] for event in self.events() if event["event"] == "worker_gone"}

    def name(self, pid: int) -> str:
        """Return the name that RQ uses for a worker."""
        names = [
            event["name"]
            for event in self.events()
            if event["event"] == "worker_started" and event["pid"] == pid
        ]
        return str(names[-1])

    def fork_servers(self) -> List[int]:
        """Return the pids of live fork servers, from the history and /proc."""
        pids = {event["pid"] for event in self.events() if event["event"] == "preloaded"}
        return sorted(pid for pid in pids if os.path.exists(f"/proc/{pid}"))

    def children(self, worker: int) -> List[int]:
        """Return the pids of a worker's children: horses and a scheduler."""
        with contextlib.suppress(OSError, ValueError):
            with open(f"/proc/{worker}/task/{worker}/children", encoding="ascii") as children:
                return [int(pid) for pid in children.read().split()]
        return []

    def horses_of(self, worker: int) -> List[int]:
        """Return the pids of a worker's horses: its children that lead process groups."""
        return [pid for pid in self.children(worker) if leads_a_group(pid)]

    def horses(self) -> List[int]:
        """Return the pids of all horses of live workers."""
        return [pid for worker in self.workers() for pid in self.horses_of(worker)]

    def busy_workers(self) -> List[int]:
        """Return the pids of workers with a horse."""
        return [worker for worker in self.workers() if self.horses_of(worker)]

    def schedulers(self) -> List[int]:
        """Return the pids of schedulers.

        These are the children of workers that lead no process group for at least a second.
        """

        def seen() -> Set[int]:
            children = {pid for worker in self.workers() for pid in self.children(worker)}
            return {pid for pid in children if not leads_a_group(pid)}

        first = seen()
        time.sleep(1)  # a new horse leads its process group within this time
        return sorted(first & seen())

    def has_ended(self, job: str) -> bool:
        """Return whether a job has logged its end."""
        with contextlib.suppress(FileNotFoundError), open(self.log, encoding="ascii") as lines:
            return any(line.startswith(f"end {job} ") for line in lines)
        return False

    def ask_daemon(self, **question: Any) -> Dict[str, Any]:
        """Send a request to the daemon's control socket; return the answer, {} if there is none."""
        for directory in RUNTIME_DIRECTORIES:
            path = os.path.join(directory, f"{self.pool_id()}.sock")
            with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as client:
                client.settimeout(5)
                client.connect(path)
                client.sendall(json.dumps({"version": 1, **question}).encode() + b"\n")
                answer: Dict[str, Any] = json.loads(client.makefile().readline())
                return answer
        return {}

    def pool_id(self) -> str:
        """Return the id of the pool. It is the same for all daemons of this run."""
        return next(
            (str(event["id"]) for event in self.events() if event["event"] == "pool_started"), "?"
        )

    def is_whole(self, *states: str) -> bool:
        """Return whether the pool has one of these states and all its workers.

        No worker may be starting or outdated, and no vacancy may be open.
        """
        status = self.ask_daemon(do="status").get("status", {})
        size = status.get("size", {})
        return (
            status.get("state") in states
            and size["active"] >= MIN
            and size["starting"] == size["outdated"] == 0
            and not status["vacancies"]
        )

    def events(self) -> List[Dict[str, Any]]:
        """Return the events of the history so far, without incomplete lines."""
        events = []
        with contextlib.suppress(FileNotFoundError), open(self.history, encoding="utf-8") as lines:
            for line in lines:
                with contextlib.suppress(ValueError):
                    events.append(json.loads(line))
        return events

    def measure(self) -> None:
        """Record the daemon's open files and memory."""
        pid = self.daemon.pid
        with contextlib.suppress(OSError, StopIteration):
            files = len(os.listdir(f"/proc/{pid}/fd"))
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
                # Private pages only: the share of shared pages depends on the number of JVMs.
                own = next(line for line in rollup if line.startswith("Private_Dirty:"))
            self.figures.append((pid, files, int(own.split()[1])))

    def restart_redis(self) -> None:
        """Kill Redis, and start it again with its data."""
        begun = time.time()
        self.redis.kill()
        self.redis.wait()
        time.sleep(1)
        self.start_redis()
        self.outages.append((begun - NEAR, time.time() + NEAR))

    def hang_redis(self, seconds: float) -> None:
        """Stop the process of Redis for this time: it accepts requests and answers none."""
        begun = time.time()
        self.redis.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.redis.send_signal(signal.SIGCONT)
        self.outages.append((begun - NEAR, time.time() + NEAR))

    def restart_daemon(self, seconds: float) -> None:
        """Kill the daemon, leave its workers alone for this time, and start the next daemon."""
        self.daemon.kill()
        self.daemon.wait()
        self.daemons_killed.append(time.time())
        time.sleep(seconds)
        self.start_daemon()

    def await_end(self, daemon: Any) -> None:
        """Wait for the end of a daemon that was asked to stop, and check its exit code."""
        try:
            code = daemon.wait(120)
        except subprocess.TimeoutExpired:
            daemon.kill()
            code = "SIGKILL by the chaos, after two minutes"
        if code != 0:
            self.problems.append(f"a daemon that was asked to stop ended with {code}")

    def left_over(self) -> List[int]:
        """Return the pids of processes that have the pool's mark in their environment."""
        mark = f"RQ_ORCHESTRATOR_POOL={self.pool_id()}".encode()
        left = []
        for name in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if name.isdigit() and int(name) != os.getpid():
                    with open(f"/proc/{name}/environ", "rb") as environ:
                        if mark in environ.read().split(b"\0"):
                            left.append(int(name))
        return left

    def close(self) -> None:
        """End all processes and remove the runtime files, also after a failure."""
        for process in (self.daemon, self.redis):
            if process is not None:
                process.kill()
                process.wait()
        for pid in self.left_over():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for directory in RUNTIME_DIRECTORIES:
            for file in glob.glob(f"{directory}/{self.pool_id()}*"):
                os.unlink(file)
