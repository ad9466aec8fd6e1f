"""Runs real RQ workers forked from a fork server. The test takes the part of the daemon.

PYTHON -m unittest discover -s src/test/python
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import Any, Dict, List, Optional, Set

import host_jobs
import test_worker_host
from hosted import HOST, PATIENCE, SOON, HostTestCase, Worker, eventually

FORK_SERVER = HOST.with_name("fork_server.py")
MARK = "RQ_ORCHESTRATOR_FORKED"


class ForkServer:
    """A fork server, and the daemon's end of its channel."""

    def __init__(self, case: HostTestCase, *modules: str, entry: Any = ("-m", "rq.cli")) -> None:
        path = case.directory / f"server-{uuid.uuid4().hex[:8]}"
        self._log = path.with_suffix(".log")
        self.messages: List[Dict[str, Any]] = []
        self.ended = False
        with socket.socket(socket.AF_UNIX) as listener, open(self._log, "wb") as log:
            listener.bind(str(path))
            listener.listen()
            listener.settimeout(PATIENCE)
            self.process = subprocess.Popen(
                [sys.executable, str(FORK_SERVER), str(path), ",".join(modules) or "rq", *entry],
                env={**case.environment, MARK: " " * 80},
                cwd=case.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            self.channel, _ = listener.accept()
        case.addCleanup(self.process.wait)
        case.addCleanup(self.close)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError), self.channel.makefile() as lines:
            for line in lines:
                self.messages.append(json.loads(line))
        self.ended = True

    @property
    def log(self) -> str:
        """The output of the server and its workers."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def find(self, kind: str, **fields: Any) -> Optional[Dict[str, Any]]:
        """Return the first message with this kind and these fields, or None."""
        wanted = {"kind": kind, **fields}.items()
        return next((found for found in list(self.messages) if wanted <= found.items()), None)

    def await_(self, kind: str, **fields: Any) -> Dict[str, Any]:
        """Wait for a message with this kind and these fields, and return it."""
        found = eventually(
            lambda: self.find(kind, **fields) or self.ended, f"{kind} {fields} in {self.messages}"
        )
        if found is True:
            found = self.find(kind, **fields)
        assert found, (self.messages, self.log)
        return dict(found)

    def ask(self, name: str, *argv: str) -> None:
        """Request a worker."""
        request = {"id": name, "mark": f"core {name}", "token": f"token of {name}", "argv": argv}
        self.channel.sendall(json.dumps(request).encode() + b"\n")

    def fork(self, name: str, *argv: str) -> int:
        """Request a worker, wait for its fork, and return its pid."""
        self.ask(name, *argv)
        return int(self.await_("forked", id=name)["pid"])

    def close(self) -> None:
        """Close the channel, as the end of a daemon does."""
        with contextlib.suppress(OSError):
            self.channel.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self.channel.close()


class UnheardForkServer(ForkServer):
    """A fork server of a daemon that hangs: the daemon does not read its messages."""

    def _read(self) -> None:
        pass


class ForkedProcess:
    """The process of a forked worker, with the methods of Popen that the tests use."""

    def __init__(self, server: ForkServer, pid: int) -> None:
        self._server, self.pid = server, pid

    def send_signal(self, number: int) -> None:
        """Send the process a signal if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def poll(self) -> Optional[int]:
        """Return its exit code, or minus its signal, or None while it lives."""
        exited = self._server.find("exited", pid=self.pid)
        return None if exited is None else exited.get("code", -exited.get("signal", 0))

    def wait(self, timeout: float = PATIENCE) -> int:
        """Return its exit code, or minus its signal, once it has ended."""
        eventually(lambda: self.poll() is not None, f"{self.pid} ends", timeout)
        code = self.poll()
        assert code is not None
        return code


class ForkedWorker(Worker):
    """A worker forked from a fork server."""

    def __init__(self, case: HostTestCase, server: ForkServer, *arguments: str) -> None:
        super().__init__(case, f"worker-{uuid.uuid4().hex[:8]}")
        self._server = server
        command_line = ["-m", "rq.cli", "worker", "--name", self.name, *arguments]
        self.pid = server.fork(self.name, *command_line)
        self.process = ForkedProcess(server, self.pid)

    @property
    def log(self) -> str:
        """The output of the fork server and all its workers."""
        return self._server.log

    def terminate(self) -> None:
        """Send the worker SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    def exit_code(self, patience: float = PATIENCE) -> int:
        """Wait for the worker's end, and return its exit code, or minus its signal."""
        return self.process.wait(patience)


class ForkedTestCase(HostTestCase):
    """Starts a fork server for each test."""

    modules: List[str] = []

    def setUp(self) -> None:
        """Start the fork server."""
        super().setUp()
        self.fork_server = ForkServer(self, *self.modules)
        self.fork_server.await_("preloaded")

    def start(self, *arguments: str, **options: Any) -> Any:
        """Start a worker by the fork server."""
        return ForkedWorker(self, self.fork_server, *arguments)

    def processes(self) -> List[int]:
        """Return the pids of all live processes of this test, except the fork server."""
        return [pid for pid in super().processes() if pid != self.fork_server.process.pid]

    def module(self, name: str, *lines: str) -> str:
        """Write a module with these lines, and return its name."""
        (self.directory / f"{name}.py").write_text("\n".join(lines) + "\n")
        return name


class ForkedStopTest(ForkedTestCase, test_worker_host.StopTest):
    """A forked worker passes all tests of the stop of a worker."""

    JOBS_PER_SECOND = 60.0  # forked workers start and end faster


class ForkTest(ForkedTestCase):
    """A forked worker behaves as a worker that was started without a fork server."""

    modules = ["host_jobs"]

    def environ(self, pid: int) -> Dict[str, str]:
        """Return the environment of a process, as /proc shows it."""
        block = Path(f"/proc/{pid}/environ").read_text(encoding="utf-8")
        return dict(pair.split("=", 1) for pair in block.split("\0") if "=" in pair)

    def running(self, program: str) -> List[int]:
        """Return the pids of the processes of this test that run a program.

        After its fork a process needs a moment until it runs the program.
        """
        found = []
        for pid in self.processes():
            with contextlib.suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text().strip() == program:
                    found.append(pid)
        return found

    def test_it_works_and_is_guarded_and_leads_a_session_of_its_own(self) -> None:
        worker = self.start("default").await_state("idle")
        job = self.enqueue(host_jobs.nothing)
        published = worker.await_jobs(1)
        self.assertEqual(published["guarded"], "1")
        self.assertEqual(published["token"], f"token of {worker.name}")
        self.assertEqual(job.get_status(), "finished")
        self.assertEqual(worker.record()["pid"], str(worker.pid))
        self.assertEqual(os.getsid(worker.pid), worker.pid)
        self.assertNotEqual(os.getsid(self.fork_server.process.pid), os.getsid(0))

    def test_it_has_what_was_preloaded(self) -> None:
        self.start("default")
        job = self.enqueue("host_jobs.tell_modules")
        eventually(lambda: self.hash("modules"), "the job has reported")
        self.assertEqual(self.hash("modules")["worker"], "host_jobs rq.cli rq.scheduler", job)

    def test_it_says_who_it_is_and_its_horse_does_not(self) -> None:
        worker = self.start("default").await_state("idle")
        self.enqueue(host_jobs.nap, 60.0)
        eventually(lambda: len(self.processes()) == 2, "the horse is there")
        for pid in self.processes():
            mark = self.environ(pid)[MARK].split()
            self.assertEqual(mark, [str(worker.pid), "core", worker.name])
        server = self.environ(self.fork_server.process.pid)
        self.assertEqual(server[MARK].split(), [])
        self.assertEqual(len(server[MARK]), 80)

    def test_what_a_job_starts_does_not_say_so(self) -> None:
        self.start("default")
        self.enqueue(subprocess.call, ["sleep", "60"])
        running = eventually(lambda: self.running("sleep"), "the program runs")
        self.assertNotIn(MARK, self.environ(running[0]))

    def test_it_inherits_no_descriptor_but_its_outputs(self) -> None:
        other = self.start("default").await_state("idle")
        worker = self.start("default").await_state("idle")
        for pid in (worker.pid, other.pid):
            links = {int(fd): os.readlink(f"/proc/{pid}/fd/{fd}") for fd in self.descriptors(pid)}
            self.assertEqual(links.pop(0), "/dev/null")
            self.assertEqual({links.pop(1), links.pop(2)}, {str(self.fork_server._log)})
            self.assertTrue(all("socket:" in link for link in links.values()), links)
            self.assertTrue(links, "its connection to Redis")
            self.assertEqual(
                set(links.values())
                & {
                    os.readlink(f"/proc/{self.fork_server.process.pid}/fd/{fd}")
                    for fd in self.descriptors(self.fork_server.process.pid)
                },
                set(),
            )

    @staticmethod
    def descriptors(pid: int) -> Set[str]:
        """Return the open descriptors of a process."""
        return set(os.listdir(f"/proc/{pid}/fd"))

    def test_ends_are_reported_with_their_code_or_signal(self) -> None:
        asked = self.start("default").await_state("idle")
        killed = self.start("default").await_state("idle")
        refused = self.start("--no-such-option")
        asked.terminate()
        killed.process.send_signal(signal.SIGKILL)
        self.assertEqual(asked.exit_code(SOON), 0, asked.log)
        self.assertEqual(killed.exit_code(SOON), -signal.SIGKILL)
        self.assertEqual(refused.exit_code(), 2, refused.log)
        ends = [found["pid"] for found in self.fork_server.messages if found["kind"] == "exited"]
        self.assertEqual(sorted(ends), sorted(worker.pid for worker in (asked, killed, refused)))

    def test_it_says_that_it_is_there(self) -> None:
        self.fork_server.channel.sendall(b'{"ping":true}\n')
        self.fork_server.await_("alive")
        self.start("default").await_state("idle")

    def test_many_that_end_at_once_are_all_reported(self) -> None:
        names = [f"wrong-{number}" for number in range(20)]
        for name in names:
            self.fork_server.ask(name, "-m", "no_such_module")
        for name in names:
            self.fork_server.await_("exited", pid=self.fork_server.await_("forked", id=name)["pid"])
        self.assertEqual(self.processes(), [])

    def test_random_numbers_differ(self) -> None:
        workers = [self.start("default"), self.start("default")]
        for worker in workers:
            worker.await_state("idle")
        for _ in range(6):
            self.enqueue("host_jobs.tell_random")
        numbers = eventually(
            lambda: self.redis.llen("random") == 6 and self.redis.lrange("random", 0, -1),
            "all jobs have reported",
        )
        self.assertEqual(len(set(numbers)), 6)

    def test_a_fork_that_fails_is_refused_and_the_next_one_is_not(self) -> None:
        pid = self.fork_server.process.pid
        files = len(self.descriptors(pid))
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (files, hard))
        self.fork_server.ask("first", "-m", "rq.cli", "worker")
        problem = self.fork_server.await_("launch_failed", id="first")["problem"]
        self.assertEqual(problem, "cannot fork: Too many open files")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        self.start("default").await_state("idle")


class DeathTest(ForkedTestCase):
    """Workers outlive the fork server and the daemon. The daemon knows every worker that begins."""

    def test_the_server_ends_with_the_daemon_and_workers_live_on(self) -> None:
        worker = self.start("default").await_state("idle")
        job = self.enqueue(host_jobs.nap, 2.0)
        eventually(lambda: job.get_status() == "started", "the job runs")
        self.fork_server.close()
        self.assertEqual(self.fork_server.process.wait(SOON), 0)
        eventually(lambda: job.get_status() == "finished", "the job is done")
        os.kill(worker.pid, signal.SIGTERM)
        self.assert_no_process()

    def test_a_daemon_that_dies_with_something_unread_ends_the_server_alone(self) -> None:
        """No exit handler of a module runs: it could destroy what workers use."""
        self.module("farewell", "import atexit", "atexit.register(print, 'goodbye')")
        server = UnheardForkServer(self, "rq", "farewell")
        select.select([server.channel], [], [], PATIENCE)
        server.channel.close()
        self.assertEqual(server.process.wait(PATIENCE), 0)
        self.assertEqual(server.log, "")

    def test_workers_outlive_the_server(self) -> None:
        worker = self.start("default").await_state("idle")
        self.fork_server.process.kill()
        self.fork_server.process.wait()
        job = self.enqueue(host_jobs.nothing)
        eventually(lambda: job.get_status() == "finished", "the job is done")
        os.kill(worker.pid, signal.SIGTERM)
        self.assert_no_process()

    def test_a_worker_that_the_daemon_cannot_be_told_of_does_not_begin(self) -> None:
        self.fork_server.channel.shutdown(socket.SHUT_RD)
        for number in range(3):
            with contextlib.suppress(ConnectionError):
                self.fork_server.ask(f"w{number}", "-m", "rq.cli", "worker", "default")
        self.assertEqual(self.fork_server.process.wait(SOON), 0)
        self.assert_no_process()
        self.assertEqual(self.redis.smembers("rq:workers"), set())


class PreloadTest(ForkedTestCase):
    """Modules are preloaded, or refused with the reason."""

    def failure(self, *modules: str) -> str:
        """Start a fork server that fails to preload these modules; return the problem."""
        server = ForkServer(self, *modules)
        problem = str(server.await_("preload_failed")["problem"])
        self.assertEqual(server.process.wait(SOON), 0)
        return problem

    def test_an_import_that_fails_is_told_with_its_last_line(self) -> None:
        self.assertEqual(
            self.failure("json", "no_such_module"),
            "ModuleNotFoundError: No module named 'no_such_module'",
        )
        self.module("broken", "import json", "raise ValueError('first\\nsecond')")
        self.assertEqual(self.failure("broken"), "ValueError: first\nsecond")
        self.module("leaving", "raise SystemExit(3)")
        self.assertEqual(self.failure("leaving"), "SystemExit: 3")

    def test_modules_are_found_as_the_entry_finds_them(self) -> None:
        self.module("beside_the_entry")
        ForkServer(self, "beside_the_entry").await_("preloaded")
        scripts = self.directory / "scripts"
        scripts.mkdir()
        (scripts / "beside_the_script.py").touch()
        ForkServer(self, "beside_the_script", entry=["scripts/manage.py"]).await_("preloaded")

    def test_threads_are_refused_and_named(self) -> None:
        self.module("innocent")
        self.module(
            "ticking",
            "import threading, time",
            "threading.Thread(target=time.sleep, args=(60,), name='clock', daemon=True).start()",
        )
        self.assertEqual(
            self.failure("innocent", "ticking"),
            "importing ticking started threads, which a forked worker would lack (clock):"
            " start them in the job, or do not preload it",
        )

    def test_a_thread_that_ends_before_the_fork_is_none(self) -> None:
        self.module(
            "hasty",
            "import os, threading, time",
            "gone = threading.Event()",
            "threading.Thread(target=gone.wait, args=(30,)).start()",
            "os.register_at_fork(before=gone.set)",
        )
        ForkServer(self, "hasty").await_("preloaded")

    def test_an_open_connection_is_warned_of(self) -> None:
        self.module("chatty", "import socket", "line = socket.socket()")
        server = ForkServer(self, "json", "chatty")
        server.await_("preloaded")
        self.assertIn("chatty opened a connection, which all workers share", server.log)
        self.assertNotIn("json opened", server.log)

    def test_what_a_module_printed_is_printed_once(self) -> None:
        self.module("talking", "print('hello', end='')")
        server = ForkServer(self, "talking")
        server.await_("preloaded")
        for name in ("w1", "w2"):
            server.await_("exited", pid=server.fork(name, "-m", "json.tool", "no-such-file"))
        self.assertEqual(server.log.count("hello"), 1, server.log)

    def test_signals_do_what_they_do_to_a_fresh_python(self) -> None:
        self.module(
            "handling",
            "import signal",
            "for number in (signal.SIGUSR1, signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):",
            "    signal.signal(number, lambda *arguments: None)",
            "signal.signal(signal.SIGPIPE, signal.SIG_DFL)",
        )
        self.module("telling", *self.TELL_SIGNALS)
        server = ForkServer(self, "handling")
        server.await_("preloaded")
        server.await_("exited", pid=server.fork("w1", "-m", "telling"), code=0)
        fresh = subprocess.run(
            [sys.executable, str(HOST), "-m", "telling"],
            cwd=self.directory,
            capture_output=True,
            text=True,
        )
        self.assertEqual(server.log, fresh.stdout)
        self.assertIn("StopFlag._received", server.log)

    TELL_SIGNALS = (
        "import signal",
        "for number in sorted(signal.valid_signals()):",
        "    handler = signal.getsignal(number)",
        "    print(number, getattr(handler, '__qualname__', handler))",
        "print(signal.pthread_sigmask(signal.SIG_BLOCK, []))",
    )

    def test_numpys_generator_is_seeded_anew_in_each_process(self) -> None:
        numpy = self.directory / "numpy"
        numpy.mkdir()
        (numpy / "__init__.py").touch()
        (numpy / "random.py").write_text("import os\ndef seed(): print('seed', os.getpid())\n")
        self.module("forking", "import os", "if not os.fork(): print(end='', flush=True)")
        server = ForkServer(self, "numpy.random")
        server.await_("preloaded")
        pid = server.fork("w1", "-m", "forking")
        server.await_("exited", pid=pid)
        eventually(lambda: len(set(server.log.split("\n"))) >= 3, "worker and horse are seeded")
        self.assertIn(f"seed {pid}\n", server.log)

    def test_the_entry_sees_what_python_shows_it(self) -> None:
        (self.directory / "script.py").write_text(test_worker_host.EntryTest.PROGRAM)
        self.module("program", test_worker_host.EntryTest.PROGRAM)
        for entry in (["script.py"], ["-m", "program"]):
            with self.subTest(entry=entry):
                server = ForkServer(self, "json", entry=entry)
                server.await_("preloaded")
                server.await_("exited", pid=server.fork("w1", *entry, "--flag"), code=0)
                stock = subprocess.run(
                    [sys.executable, *entry, "--flag"],
                    env=self.environment,
                    cwd=self.directory,
                    capture_output=True,
                    text=True,
                )
                self.assertEqual(json.loads(server.log), json.loads(stock.stdout))

    def test_an_entry_that_was_preloaded_is_no_reason_to_warn(self) -> None:
        (self.directory / "site_package").mkdir()
        self.module(
            "site_package/entry",
            "import warnings",
            "if __name__ == '__main__':",
            "    warnings.warn('of its own', RuntimeWarning)",
        )
        del self.environment["PYTHONWARNINGS"]
        entry = ["-m", "site_package.entry"]
        server = ForkServer(self, "site_package.entry", entry=entry)
        server.await_("preloaded")
        server.await_("exited", pid=server.fork("w1", *entry), code=0)
        self.assertNotIn("found in sys.modules", server.log)
        self.assertEqual(server.log.count("RuntimeWarning: of its own"), 1, server.log)

    def test_it_leaves_no_file_beside_the_host(self) -> None:
        copies = self.directory / "copies"
        copies.mkdir()
        for file in (HOST, FORK_SERVER):
            (copies / f"abc-{file.name}").write_bytes(file.read_bytes())
        path = str(self.directory / "channel")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen()
            listener.settimeout(PATIENCE)
            server = subprocess.Popen(
                [sys.executable, str(copies / "abc-fork_server.py"), path, "json", "-m", "rq.cli"],
                env={**self.environment, MARK: " " * 80},
            )
            channel, _ = listener.accept()
            with channel, channel.makefile() as lines:
                self.assertEqual(json.loads(lines.readline())["kind"], "preloaded")
            self.assertEqual(server.wait(SOON), 0)
        self.assertEqual(len(os.listdir(copies)), 2)
