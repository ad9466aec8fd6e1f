"""Jobs and worker classes that real workers run in the tests of the worker host."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from typing import Any, Dict

import redis
import rq
import rq.job
import rq.worker


def connection() -> Any:
    """Return the job's own connection to the Redis of its worker."""
    return redis.Redis.from_url(os.environ["RQ_REDIS_URL"])


def nothing() -> None:
    """Do nothing."""


def nap(seconds: float) -> None:
    """Sleep for this time."""
    time.sleep(seconds)


def record(key: str) -> None:
    """Append the id of this job to a list in Redis."""
    job = rq.get_current_job()
    assert job is not None
    connection().rpush(key, job.id)


def suspend() -> None:
    """Do as `rq suspend` does."""
    connection().set("rq:suspended", 1)


def touch_nap_touch(begun: str, seconds: float, done: str) -> None:
    """Create a file, sleep for this time, create another file.

    The test can see the files even while Redis is down.
    """
    with open(begun, "w", encoding="ascii"):
        pass
    time.sleep(seconds)
    with open(done, "w", encoding="ascii"):
        pass


def cling(begun: str) -> None:
    """Create a file, and sleep for ever: no exception ends this job."""
    with open(begun, "w", encoding="ascii"):
        pass
    while True:
        try:
            time.sleep(60)
        except BaseException:
            continue


def signals() -> Dict[str, str]:
    """Return the signal masks of this process, as /proc has them."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        fields = dict(line.strip().split(":", 1) for line in status)
    return {name: text.strip() for name, text in fields.items() if name.startswith("Sig")}


def tell_signals() -> None:
    """Write to Redis the signal masks of a fork of this job and of a program that it starts."""
    program = (
        "import host_jobs; host_jobs.connection().hset('signals:exec', mapping=host_jobs.signals())"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    pid = os.fork()
    if pid == 0:
        connection().hset("signals:fork", mapping=signals())
        os._exit(0)
    os.waitpid(pid, 0)


def tell_environment() -> None:
    """Write to Redis the environment that this job sees."""
    connection().hset("environment", mapping=dict(os.environ))


def make_a_mess(directory: str) -> None:
    """Change what a job can change in its process: signals, directory, umask, environment."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGCHLD, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGQUIT))
    os.chdir(directory)
    os.rmdir(directory)
    os.umask(0)
    os.environ["MESS"] = "made"
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()
    del os.environ["RQ_REDIS_URL"]


def tell_surroundings() -> None:
    """Write to Redis the state of the process that runs this job."""
    umask = os.umask(0)
    os.umask(umask)
    handlers = {
        number.name: str(signal.getsignal(number) not in (signal.SIG_IGN, None))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGCHLD)
    }
    found: Dict[Any, Any] = {
        "directory": os.getcwd(),
        "umask": umask,
        "mess": os.environ.get("MESS", ""),
        "zone": time.strftime("%z", time.localtime(0)),
        "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        **handlers,
    }
    connection().hset("surroundings", mapping=found)


def shout() -> None:
    """Print to both outputs and flush them, so that a write error fails the job."""
    for stream in (sys.stdout, sys.stderr):
        print("shout", file=stream, flush=True)


def tell_modules() -> None:
    """Write to Redis which of these modules are already imported in the worker."""
    found = {"host_jobs", "rq.cli", "rq.scheduler"} & set(sys.modules)
    connection().hset("modules", "worker", " ".join(sorted(found)))


def tell_random() -> None:
    """Append a random number to a list in Redis."""
    connection().rpush("random", random.random())


class HeadstrongWorker(rq.worker.Worker):
    """Overrides methods that the host hooks into."""

    COMPLAINT = "a stop must not come here"

    @property
    def dequeue_timeout(self) -> int:
        """Block for much longer than the host would."""
        return 300

    def _shutdown(self) -> None:
        raise RuntimeError(self.COMPLAINT)


class TellingWorker(rq.worker.Worker):
    """Reports the state within work() before the worker registers."""

    def bootstrap(self, *args: Any, **kwargs: Any) -> Any:
        """Write to Redis both timeouts, and whether the host's key is there."""
        found: Dict[Any, Any] = {
            "socket": self.connection.connection_pool.connection_kwargs["socket_timeout"],
            "dequeue": self.dequeue_timeout,
            "published": self.connection.exists(f"rq:orchestrator:worker:{self.name}"),
        }
        self.connection.hset("told", mapping=found)
        return super().bootstrap(*args, **kwargs)


class ForkingWorker(rq.worker.Worker):
    """Forks children before RQ installs its signal handlers, and sends each SIGTERM at once."""

    def bootstrap(self, *args: Any, **kwargs: Any) -> Any:
        """Write to Redis how the children ended."""
        for _ in range(100):
            pid = os.fork()
            if pid == 0:
                time.sleep(20)
                os._exit(1)
            os.kill(pid, 15)
            self.connection.rpush("endings", os.waitpid(pid, 0)[1])
        return super().bootstrap(*args, **kwargs)


class QuittingWorker(rq.worker.Worker):
    """Gets SIGQUIT, the request for a cold stop, while it fetches the job that it has popped."""

    class QuittingJob(rq.job.Job):
        """Sends the signal when a job is fetched."""

        @classmethod
        def fetch(cls, *args: Any, **kwargs: Any) -> Any:
            """Send the signal, then fetch."""
            os.kill(os.getpid(), signal.SIGQUIT)
            return super().fetch(*args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Use the class of jobs that sends the signal."""
        kwargs["job_class"] = self.QuittingJob
        super().__init__(*args, **kwargs)


class CrampedWorker(rq.worker.Worker):
    """A worker whose machine gives it no process for the first two attempts to fork."""

    refusals = 2

    def fork_work_horse(self, job: Any, queue: Any) -> None:
        """Fork, or raise the error that the kernel's refusal would cause."""
        if CrampedWorker.refusals > 0:
            CrampedWorker.refusals -= 1
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        super().fork_work_horse(job, queue)


class CrowdedOutWorker(CrampedWorker):
    """A worker whose machine never gives it a process."""

    def fork_work_horse(self, job: Any, queue: Any) -> None:
        """Raise the error."""
        CrampedWorker.refusals = 1
        super().fork_work_horse(job, queue)


class CutOffWorker(rq.worker.Worker):
    """Loses its connection to Redis when it fetches the first job that it has popped."""

    class CutOffJob(rq.job.Job):
        """Fails to be fetched the first time."""

        cut_off = False

        @classmethod
        def fetch(cls, *args: Any, **kwargs: Any) -> Any:
            """Raise an error the first time, then fetch."""
            if not cls.cut_off:
                cls.cut_off = True
                raise redis.exceptions.ConnectionError("gone")
            return super().fetch(*args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Use the class of jobs that cannot be fetched."""
        kwargs["job_class"] = self.CutOffJob
        super().__init__(*args, **kwargs)


class BreakingWorker(rq.worker.Worker):
    """Raises an error in one place of RQ's loop, which the environment variable BREAKS names."""

    def _break(self, place: str) -> None:
        if os.environ["BREAKS"] == place:
            raise RuntimeError("broken")

    def execute_job(self, *args: Any, **kwargs: Any) -> Any:
        """Fail after the worker has taken a job."""
        self._break("execute_job")
        return super().execute_job(*args, **kwargs)

    def run_maintenance_tasks(self) -> Any:
        """Fail between jobs."""
        self._break("run_maintenance_tasks")
        return super().run_maintenance_tasks()

    def check_for_suspension(self, *args: Any, **kwargs: Any) -> Any:
        """Fail at the top of the loop."""
        self._break("check_for_suspension")
        return super().check_for_suspension(*args, **kwargs)

    def heartbeat(self, *args: Any, **kwargs: Any) -> Any:
        """Fail where RQ waits for a job, and after a job."""
        self._break("heartbeat")
        return super().heartbeat(*args, **kwargs)


def fork_and_sleep(path: str, seconds: float) -> None:
    """Fork a child, write both pids to a file, and sleep for this time in both processes."""
    child = os.fork()
    if child == 0:
        time.sleep(seconds)
        os._exit(0)
    with open(path + ".new", "w", encoding="ascii") as pids:
        pids.write(f"{os.getpid()} {child}")
    os.rename(path + ".new", path)
    time.sleep(seconds)


def leave_multiprocessing(path: str, seconds: float) -> None:
    """Start a process of multiprocessing that sleeps for this time, and write its pid to a file."""
    context = multiprocessing.get_context("fork")
    left = context.Process(target=time.sleep, args=(seconds,), daemon=False)
    left.start()
    with open(path + ".new", "w", encoding="ascii") as pids:
        pids.write(f"{left.pid}")
    os.rename(path + ".new", path)


def write_environments(path: str) -> None:
    """Append the environments of two programs: one inherits it, the other gets os.environ."""
    with open(path, "ab") as log:
        subprocess.run(["sh", "-c", "env; echo end"], stdout=log, check=True)
        subprocess.run(["sh", "-c", "env; echo end"], stdout=log, check=True, env=dict(os.environ))
