"""The fork server: imports an application once, and forks RQ workers from it.

    python fork_server.py SOCKET MODULE[,MODULE]... (-m MODULE | SCRIPT.py)

Forked workers share the memory pages of everything that was imported, and have nothing left to
import. Otherwise a forked worker is the same as one that `worker_host.py` starts from a command
line: same guard, own session, same environment, same working directory.

The daemon listens on SOCKET. The protocol is one JSON object per line; docs/architecture.md lists
them. When the daemon is gone, the server ends, and its workers live on. A worker begins only after
its fork was reported to the daemon, so that a server that dies in between leaves no unknown worker.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback
import warnings
from typing import Any, Dict, List, Optional

# Modules that a worker imports later by itself, in any version of RQ.
WORKERS_OWN = (
    "rq.cli",
    "rq.scheduler",
    "rq.results",
    "_strptime",
    "encodings.idna",
    "resource",
    "secrets",
)
MARK_VARIABLE = "RQ_ORCHESTRATOR_FORKED"
TOKEN_VARIABLE = "RQ_ORCHESTRATOR_TOKEN"
THREAD_PATIENCE = 1.0  # seconds for threads to end, by themselves or because of a fork


class NotForkable(Exception):
    """The process must not be forked after these imports."""


class Signals:
    """Saves the signal handlers before the imports, as a worker without a fork server has them."""

    def __init__(self) -> None:
        self._handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}

    def restore(self) -> None:
        """Undo changes by imported modules and by the server."""
        signal.set_wakeup_fd(-1)
        for number, handler in self._handlers.items():
            if handler is not None and signal.getsignal(number) != handler:
                signal.signal(number, handler)


class ForkServer:
    """Forks a worker for each request, and reports how each one ended."""

    def __init__(self, daemon: socket.socket, mark: Any, signals: Signals) -> None:
        self._daemon, self._mark, self._signals = daemon, mark, signals
        self._received, self._begun = b"", time.monotonic()
        self._woken, self._wake = os.pipe()

    def send(self, kind: str, **fields: Any) -> None:
        """Send one line to the daemon."""
        try:
            self._daemon.sendall(json.dumps({"kind": kind, **fields}).encode() + b"\n")
        except OSError:
            leave()

    def serve(self) -> List[str]:
        """Serve until the daemon is gone. Returns in each worker, with the command line to run."""
        os.set_blocking(self._wake, False)
        os.set_blocking(self._woken, False)
        signal.signal(signal.SIGCHLD, lambda signum, frame: None)  # needed so that poll() wakes up
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        poll = select.poll()
        poll.register(self._daemon, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        self.send("preloaded", seconds=round(time.monotonic() - self._begun, 3))
        while True:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if self._woken in ready:
                os.read(self._woken, 4096)
                self._report_exits()
            if self._daemon.fileno() in ready:
                for request in self._requests():
                    if "ping" in request:
                        self.send("alive")
                        continue
                    command_line = self._fork(request)
                    if command_line is not None:
                        return command_line

    def _requests(self) -> List[Dict[str, Any]]:
        received = b""
        with contextlib.suppress(OSError):  # it died before it had read all our lines
            received = self._daemon.recv(65536)
        if not received:
            leave()
        *lines, self._received = (self._received + received).split(b"\n")
        return [json.loads(line) for line in lines]

    def _fork(self, request: Dict[str, Any]) -> Optional[List[str]]:
        """Fork a worker. Returns None in the server, and the command line in the worker."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()  # otherwise each worker would print buffered output again
        try:
            gate, opener = os.pipe()
            try:
                pid = os.fork()
            except OSError:
                os.close(gate)
                os.close(opener)
                raise
        except OSError as error:
            self.send("launch_failed", id=request["id"], problem=f"cannot fork: {error.strerror}")
            return None
        if pid == 0:
            os.close(opener)
            self._become_worker(request["mark"], request["token"])
            if not os.read(gate, 1):
                os._exit(1)  # the server died before it could report this worker
            os.close(gate)
            command_line: List[str] = request["argv"]
            return command_line
        os.close(gate)
        self.send("forked", id=request["id"], pid=pid)
        with contextlib.suppress(BrokenPipeError):  # killed already
            os.write(opener, b"!")
        os.close(opener)
        return None

    def _become_worker(self, mark: str, token: str) -> None:
        self._mark.write(f"{os.getpid()} {mark}")
        os.environ[TOKEN_VARIABLE] = token
        self._signals.restore()
        self._daemon.close()
        os.close(self._wake)
        os.close(self._woken)

    def _report_exits(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                if os.WIFSIGNALED(status):
                    self.send("exited", pid=pid, signal=os.WTERMSIG(status))
                else:
                    self.send("exited", pid=pid, code=os.WEXITSTATUS(status))


def preload(modules: List[str]) -> None:
    """Import the modules that workers share. Raises whatever an import raises."""
    importlib.import_module("rq.worker")
    for name in WORKERS_OWN:
        with contextlib.suppress(ImportError):  # not in every version
            importlib.import_module(name)
    for name in modules:
        before = sockets()
        importlib.import_module(name)
        check_threads(name)
        if sockets() > before:
            say(f"{name} opened a connection, which all workers share: open it in the job instead")
    reseed_numpy()
    gc.collect()
    gc.freeze()  # a collection writes to all objects, and written pages are no longer shared


def check_threads(module: str) -> None:
    """Refuse threads: a forked process lacks them, and locks that they held stay locked forever."""
    if not other_threads():
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns of threads, which are checked here
        pid = os.fork()  # OpenBLAS, which NumPy starts, ends its threads before each fork
    if pid == 0:
        os._exit(0)
    with contextlib.suppress(ChildProcessError):  # a module ignores SIGCHLD
        os.waitpid(pid, 0)
    deadline = time.monotonic() + THREAD_PATIENCE
    while other_threads() and time.monotonic() < deadline:
        time.sleep(0.01)
    names = other_threads()
    if names:
        raise NotForkable(
            f"importing {module} started threads, which a forked worker would lack"
            f" ({', '.join(names)}): start them in the job, or do not preload it"
        )


def other_threads() -> List[str]:
    """Return the names of all threads except this one, including those not started by Python."""
    of_python = {thread.native_id: thread.name for thread in threading.enumerate()}
    names = []
    for task in os.listdir("/proc/self/task"):
        if int(task) != os.getpid():
            with contextlib.suppress(OSError):  # it has ended
                with open(f"/proc/self/task/{task}/comm", encoding="utf-8") as comm:
                    names.append(of_python.get(int(task)) or comm.read().strip())
    return names


def sockets() -> int:
    """Return how many sockets are open."""
    count = 0
    for descriptor in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            count += os.readlink(f"/proc/self/fd/{descriptor}").startswith("socket:")
    return count


def reseed_numpy() -> None:
    """Seed NumPy's generator in each forked process, as Python does with its own generator."""
    generator = sys.modules.get("numpy.random")
    if generator is not None:
        os.register_at_fork(after_in_child=generator.seed)


def load_host() -> Any:
    """Import the worker host from the file beside this one, without writing bytecode."""
    path = os.path.realpath(__file__).replace("fork_server.py", "worker_host.py")
    spec = importlib.util.spec_from_file_location("worker_host", path)
    assert spec is not None and spec.loader is not None
    host = importlib.util.module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    spec.loader.exec_module(host)
    sys.dont_write_bytecode = writes
    return host


def say(message: str) -> None:
    """Write one line for the operator."""
    with contextlib.suppress(OSError):
        print(f"rq-orchestrator fork server: {message}", file=sys.stderr, flush=True)


def leave() -> None:
    """End the server without exit handlers: those of modules might destroy what workers use."""
    os._exit(0)


def main() -> None:
    """Preload and serve; in a forked process, run the worker."""
    path, modules, *entry = sys.argv[1:]
    with contextlib.suppress(PermissionError):  # already the leader of a session
        os.setsid()
    daemon = socket.socket(socket.AF_UNIX)
    daemon.connect(path)
    signals = Signals()
    host = load_host()
    host.reserve_places()
    server = ForkServer(daemon, host.Mark(MARK_VARIABLE), signals)
    sys.argv[:] = entry[-1:]
    host.Entry(entry).set_path()
    try:
        preload(modules.split(","))
    except (Exception, SystemExit) as error:
        last_line = traceback.format_exception_only(type(error), error)[-1].strip()
        problem = str(error) if isinstance(error, NotForkable) else last_line
        server.send("preload_failed", problem=problem)
        leave()
    host.run(server.serve(), forked=True)


if __name__ == "__main__":
    main()
