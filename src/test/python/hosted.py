"""Starts real RQ workers through the worker host, with a Redis of their own, for the tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import redis
import rq

HERE = Path(__file__).resolve().parent
HOST = HERE.parents[1] / "main/resources/io/rqorchestrator/process/worker_host.py"
REDIS_SERVER = os.environ.get("REDIS_SERVER", "redis-server")
PATIENCE = 60.0  # seconds until a condition that does not become true counts as a failure
# The same for the end of an idle worker. It takes two seconds if no other tests load the machine.
# RQ's own blocking pop would delay it for minutes.
SOON = 30.0


def eventually(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait until the condition holds, and return what it returned."""
    deadline = time.monotonic() + patience
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience} s: {what}")
        time.sleep(0.01)


def parent(pid: int) -> int:
    """Return the pid of a process's parent; 0 if the process has gone."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def handles(pid: int, number: int) -> bool:
    """Return whether a signal would run a handler in this process now."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        return bool(int(fields["SigCgt"], 16) & ~int(fields["SigBlk"], 16) & 1 << number - 1)
    return False


class RedisServer:
    """A private redis-server without persistence on a free loopback port."""

    def __init__(self) -> None:
        self._choose_port()
        while self.killed:  # another process took the port before redis-server did
            self._choose_port()

    def _choose_port(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.client: Any = redis.Redis(port=self.port)
        self.start()

    def start(self) -> None:
        """Start Redis without data, and wait until it answers or has ended."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(
            [REDIS_SERVER, *options], stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir()
        )
        eventually(lambda: self._answers() or self.killed, "redis-server answers")

    @property
    def killed(self) -> bool:
        """Whether Redis has ended and was not started again."""
        return self._process.poll() is not None

    def kill(self) -> None:
        """Kill Redis, as in a crash."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Kill Redis, and close the client."""
        self.kill()
        self.client.close()

    def _answers(self) -> bool:
        with contextlib.suppress(redis.exceptions.ConnectionError):
            return bool(self.client.info("server")["process_id"] == self._process.pid)
        return False


class SlowLink:
    """A proxy to a local port that delays every request."""

    def __init__(self, port: int, delay: float) -> None:
        self._target, self._delay = port, delay
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: List[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                client = self._listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                for source, sink, delay in ((client, server, self._delay), (server, client, 0.0)):
                    threading.Thread(
                        target=self._forward, args=(source, sink, delay), daemon=True
                    ).start()

    @staticmethod
    def _forward(source: socket.socket, sink: socket.socket, delay: float) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                data = source.recv(65536)
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                time.sleep(delay)
                sink.sendall(data)

    def close(self) -> None:
        """Cut all connections."""
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


class Worker:
    """An RQ worker, with the data that Redis has of it."""

    def __init__(self, case: "HostTestCase", name: str) -> None:
        self._case, self.name = case, name

    def record(self) -> Dict[str, str]:
        """Return RQ's own hash of this worker."""
        return self._case.hash(f"rq:worker:{self.name}")

    def published(self) -> Dict[str, str]:
        """Return the hash that the host publishes."""
        return self._case.hash(f"rq:orchestrator:worker:{self.name}")

    def busy_seconds(self) -> Tuple[float, float]:
        """Return the time, and the worker's busy seconds up to then, as the host publishes them."""
        before = time.time()
        fields = self.published()
        now = (before + time.time()) / 2
        in_flight = now - float(fields["busy_since"]) if fields["busy_since"] else 0.0
        return now, float(fields["busy_total"]) + in_flight

    def await_state(self, *states: str) -> Any:
        """Wait until RQ's record shows one of these states."""
        eventually(lambda: self.record().get("state") in states, f"{self.name} is {states}")
        return self

    def await_jobs(self, count: int) -> Dict[str, str]:
        """Wait until the host has published this number of ended jobs; return the hash."""
        eventually(lambda: int(self.published().get("jobs", 0)) >= count, f"{count} jobs are done")
        return self.published()


class HostedWorker(Worker):
    """A worker started through the host."""

    def __init__(self, case: "HostTestCase", entry: List[str], **options: Any) -> None:
        super().__init__(case, f"worker-{uuid.uuid4().hex[:8]}")
        words = [word.replace("NAME", self.name) for word in entry]
        self._log = case.directory / f"{self.name}.log"
        with open(self._log, "wb") as log:
            settings: Dict[str, Any] = {"stdout": log, "stderr": log, **options}
            self.process = subprocess.Popen(
                [sys.executable, str(HOST), *words],
                env=case.environment,
                cwd=case.directory,
                **settings,
            )
        self.pid = self.process.pid

    @property
    def log(self) -> str:
        """The output of the worker."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def close_pipes(self) -> None:
        """Close the reading ends of the worker's outputs."""
        assert self.process.stdout and self.process.stderr
        self.process.stdout.close()
        self.process.stderr.close()

    def terminate(self) -> None:
        """Send the worker SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    def exit_code(self, patience: float = PATIENCE) -> int:
        """Wait for the worker's end, and return its exit code."""
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} lives after {patience} s:\n{self.log}") from None


class HostTestCase(unittest.TestCase):
    """Starts a Redis for each class, empties it for each test, and kills leftover processes."""

    server: RedisServer

    @classmethod
    def setUpClass(cls) -> None:
        """Start Redis."""
        cls.server = RedisServer()
        cls.addClassCleanup(cls.server.close)

    def setUp(self) -> None:
        """Empty Redis, and mark the processes of this test by their environment."""
        self.redis = self.server.client
        self.redis.flushall()
        self.directory = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.directory)
        marker = uuid.uuid4().hex
        self._marker = f"WORKER_HOST_TEST={marker}".encode()
        self.environment = {
            **os.environ,
            "WORKER_HOST_TEST": marker,
            "RQ_REDIS_URL": f"redis://127.0.0.1:{self.server.port}",
            "PYTHONPATH": str(HERE),
            "PYTHONWARNINGS": "ignore",
        }

    def tearDown(self) -> None:
        """Kill the processes that the test has left."""
        eventually(self._none_left, "all processes are killed")

    def _none_left(self) -> bool:
        left = self.processes()
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not left  # a killed process may have forked another one just before

    def start(self, *arguments: str, **options: Any) -> HostedWorker:
        """Start `rq worker` through the host."""
        worker = HostedWorker(
            self, ["-m", "rq.cli", "worker", "--name", "NAME", *arguments], **options
        )
        self.addCleanup(worker.process.wait)
        return worker

    def enqueue(self, function: Any, *arguments: Any, queue: str = "default") -> Any:
        """Enqueue a job."""
        return rq.Queue(queue, connection=self.redis).enqueue(function, *arguments)

    def hash(self, key: str) -> Dict[str, str]:
        """Return a hash of Redis as texts."""
        return {name.decode(): text.decode() for name, text in self.redis.hgetall(key).items()}

    def processes(self) -> List[int]:
        """Return the pids of all live processes that this test has started, also indirectly."""
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):  # the process has ended meanwhile
                if entry.name.isdigit() and self._marker in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
        return found

    def assert_no_process(self) -> None:
        """Wait until all processes that this test has started have ended."""
        eventually(lambda: not self.processes(), "no process is left", patience=SOON)
