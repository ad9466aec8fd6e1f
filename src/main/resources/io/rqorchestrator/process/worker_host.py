"""The worker host: runs an RQ worker so that stopping it never loses a job.

    python worker_host.py -m rq.cli worker --name X default
    python worker_host.py manage.py rqworker default

RQ's own handler for SIGTERM raises StopRequested wherever the worker happens to be, unless its
state is `busy`. But a job leaves the queue some milliseconds before the state becomes `busy`, and a
signal in between unwinds a worker with a job in hand: that job is lost. So the host makes a stop
signal set a flag and nothing else, and obeys the flag only where no job can be in hand: at the top
of RQ's two loops, right before a pop, and where Redis fails an idle worker. No pop blocks for more
than a second, so the flag is seen soon. Everything else is RQ's own: its command line, its loops,
its horses, and its cold stop on a second signal.

The host also measures what RQ does not: how long the worker is busy, fork and bookkeeping included.
A worker is busy from the return of a pop with a job until a pop finds nothing to do. The totals
live in memory and go to `rq:orchestrator:worker:NAME` whenever a job begins and whenever the worker
falls idle, always all of them: a Redis that lost its data has them back with the next write.

And it looks after RQ's scheduler. A worker that does not get the scheduler's lock when it starts asks
for it again after ten minutes; so long no scheduled job would run where its last holder has gone
since, as in a rolling restart, whose new workers are there before the old ones go.

Should a future RQ lack one of the places that we hook into, the host says so and runs it stock.
"""

from __future__ import annotations

import bisect
import contextlib
import functools
import importlib
import inspect
import os
import re
import runpy
import select
import signal
import sys
import time
import types
import warnings
from datetime import datetime, timezone
from typing import Any, Callable, Dict, List, Optional, Tuple

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
DEQUEUE_SECONDS = 1  # how long an idle worker may block before it looks at the flag
RECONNECT_SECONDS = 1.0  # the same for its sleep between two attempts to reach Redis

POOL_VARIABLE = "RQ_ORCHESTRATOR_POOL_NAME"  # the name of the pool, for other pools to see
TOKEN_VARIABLE = "RQ_ORCHESTRATOR_TOKEN"  # the daemon gives each worker a random text
KEY_PREFIX = "rq:orchestrator:worker:"
FORMAT_VERSION = 1
LIVE_TTL, DEAD_TTL = 86_400, 600  # seconds
REFRESH_SECONDS = 10  # an idle worker writes this often, so that a lost key is soon back
SCHEDULER_SECONDS = 5.0  # how often a worker without a living scheduler asks for the lock
BUCKETS = [step * 10.0**power for power in range(-3, 4) for step in (1, 2.5, 5)][:-1]  # to 2500 s

EXIT_USAGE, EXIT_NO_RQ = 2, 78


class StopFlag:
    """The wish to stop: raised by a signal at any moment, obeyed by the Guard at a safe one."""

    def __init__(self) -> None:
        self.raised = False
        self.worker: Any = None  # the RQ worker whose work() runs now
        self._mask: Any = None

    def listen(self) -> None:
        """Take the stop signals, until RQ installs handlers of its own."""
        for signum in STOP_SIGNALS:
            signal.signal(signum, self._received)

    def set(self) -> None:
        """Ask for the stop. Fit for a signal handler: no I/O, and nothing is thrown."""
        self.raised = True
        self.worker._stop_requested = True

    def spare_children(self) -> None:
        """Let a stop signal do to a forked child what it does by default, from its first moment on.

        A child would run our handler until it installs its own. And Python drops a signal that comes
        between the fork and the child's first step; RQ's stop_scheduler() would then join a scheduler
        that never heard of it, for ever. A signal that is blocked meanwhile waits in the kernel.
        """
        os.register_at_fork(
            before=self._block,
            after_in_parent=self._unblock,
            after_in_child=self._become_child,
        )

    def _received(self, signum: int, frame: object) -> None:
        if self.worker is None:
            os._exit(0)  # nothing registered, no job in hand; an import could swallow SystemExit
        self.set()

    def _block(self) -> None:
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)

    def _unblock(self) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def _become_child(self) -> None:
        self._let_go_of_redis()
        for signum in STOP_SIGNALS:
            owner = getattr(signal.getsignal(signum), "__self__", None)
            if owner is self or (owner is not None and owner is self.worker):
                signal.signal(signum, signal.SIG_DFL)
        self._unblock()

    def _let_go_of_redis(self) -> None:
        """Close the worker's connections here: a child has its own.

        While a scheduler, or what a job has forked, holds them open, Redis takes a worker that was
        killed for one that waits for a job, and hands it the next.
        """
        with contextlib.suppress(AttributeError):  # no worker, or a redis-py that we don't know
            pool = self.worker.connection.connection_pool
            for connection in (*pool._available_connections, *pool._in_use_connections):
                with contextlib.suppress(Exception):
                    connection._sock.close()


class Histogram:
    """Durations, counted in fixed buckets with inclusive upper bounds, and their sum."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BUCKETS) + 1)
        self._sum = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self._counts[bisect.bisect_left(BUCKETS, seconds)] += 1
        self._sum += seconds

    def fields(self, name: str) -> Dict[str, str]:
        """Return sum and counts as they are published."""
        counts = ",".join(map(str, self._counts))
        return {f"{name}_sum": f"{self._sum:.6f}", f"{name}_buckets": counts}


class Ledger:
    """What one worker has done so far, and the key in Redis that tells it."""

    def __init__(self, worker: Any, guarded: bool) -> None:
        self._worker = worker
        self._identity = {
            "v": str(FORMAT_VERSION),
            "pid": str(os.getpid()),
            "guarded": str(int(guarded)),
            "token": os.environ.get(TOKEN_VARIABLE, ""),
            "pool": os.environ.get(POOL_VARIABLE, ""),
        }
        self._busy_total = 0.0
        self._busy_from: Optional[float] = None  # monotonic; None while idle
        self._busy_since = ""  # the same moment by the wall clock
        self._job_from: Optional[float] = None
        self._job, self._queue = "", ""  # id of the job in hand, and where it came from
        self._jobs = 0
        self._wait, self._duration = Histogram(), Histogram()
        self._services: Dict[str, Tuple[int, float]] = {}  # jobs and their seconds by queue
        self._published = 0.0

    @property
    def busy(self) -> bool:
        """Whether the last pop brought a job."""
        return self._busy_from is not None

    def job_begins(self, job: Any) -> None:
        """Note that a pop has just returned this job."""
        self.rest()
        now = time.time()
        self._job_from = self._busy_from = time.monotonic()
        self._busy_since = f"{now:.6f}"
        with contextlib.suppress(Exception):  # whatever a job class of the user's makes of these
            self._job, self._queue = str(job.id), str(job.origin)
            enqueued_at: Optional[datetime] = job.enqueued_at
            if enqueued_at is not None:
                if enqueued_at.tzinfo is None:  # UTC without saying so, up to RQ 1
                    enqueued_at = enqueued_at.replace(tzinfo=timezone.utc)
                self._wait.add(max(0.0, now - enqueued_at.timestamp()))

    def job_ends(self) -> None:
        """Note that RQ is done with the job, if there was one."""
        if self._job_from is not None:
            seconds = time.monotonic() - self._job_from
            self._duration.add(seconds)
            jobs, sum_of_seconds = self._services.get(self._queue, (0, 0.0))
            self._services[self._queue] = jobs + 1, sum_of_seconds + seconds
            self._job_from, self._job, self._queue = None, "", ""
            self._jobs += 1

    def rest(self) -> None:
        """End the busy stretch, if there is one."""
        if self._busy_from is not None:
            self._busy_total += time.monotonic() - self._busy_from
            self._busy_from, self._busy_since = None, ""

    def publish(self, ttl: int = LIVE_TTL) -> None:
        """Write everything in one round trip. No failure here may become the worker's."""
        with contextlib.suppress(Exception):
            self._published = time.monotonic()
            key = KEY_PREFIX + self._worker.name
            with self._worker.connection.pipeline() as pipeline:
                pipeline.hset(key, mapping=self._fields())
                pipeline.expire(key, ttl)
                pipeline.execute()

    def refresh(self) -> None:
        """Publish if the last time was long ago."""
        if time.monotonic() - self._published > REFRESH_SECONDS:
            self.publish()

    def _fields(self) -> Dict[str, str]:
        return {
            **self._identity,
            "busy_total": f"{self._busy_total:.6f}",
            "busy_since": self._busy_since,
            "job": self._job,
            "jobs": str(self._jobs),
            **self._wait.fields("wait"),
            **self._duration.fields("duration"),
            **{f"queue:{queue}": f"{n},{s:.6f}" for queue, (n, s) in self._services.items()},
        }


class SchedulerHeir:
    """Takes RQ's scheduler over, once whoever ran it has gone."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._asked = time.monotonic()  # RQ has just done so itself
        with contextlib.suppress(Exception):
            scheduler_class = importlib.import_module("rq.scheduler").RQScheduler
            if "_queue_names" in scheduler_class.release_locks.__code__.co_names:  # RQ 1.13
                scheduler_class.release_locks = self._release_locks

    @staticmethod
    def _release_locks(scheduler: Any) -> None:
        """Release what this scheduler holds. RQ 1.13 frees other schedulers' queues, too."""
        for name in scheduler._acquired_locks:
            scheduler.connection.delete(scheduler.get_locking_key(name))
        scheduler._acquired_locks = set()

    def ask(self) -> None:
        """Ask for the lock, if it is time to. No failure here may become the worker's."""
        scheduler = getattr(self._worker, "scheduler", None)
        if scheduler is None or time.monotonic() - self._asked < SCHEDULER_SECONDS:
            return
        self._asked = time.monotonic()
        with contextlib.suppress(Exception):
            if scheduler._process is None or not scheduler._process.is_alive():
                scheduler._acquired_locks = set()  # RQ < 2.10 would start by locks that it had once
                scheduler.acquire_locks(auto_start=True)


class Hook:
    """A descriptor in the place of an attribute of RQ's, which it hands to its function first."""

    def __init__(self, cls: type, name: str, function: Any, applies: Callable[[Any], bool]) -> None:
        self._stock = inspect.getattr_static(cls, name)  # AttributeError: not the RQ we know
        self._inherited = name not in vars(cls)
        self._cls, self._name = cls, name
        self._function, self._applies = function, applies

    def install(self) -> None:
        """Take the place, in the class itself: RQ's SpawnWorker pickles its class by name."""
        setattr(self._cls, self._name, self)

    def remove(self) -> None:
        """Give the place back."""
        if self._inherited:
            delattr(self._cls, self._name)
        else:
            setattr(self._cls, self._name, self._stock)

    def __get__(self, instance: Any, cls: type) -> Any:
        stock = self._stock
        if hasattr(stock, "__get__"):
            stock = stock.__get__(instance, cls)  # a method is bound, a property is read
        if not self._applies(instance):
            return stock
        if not callable(stock):
            return self._function(stock)

        def hooked(_: Any, *args: Any, **kwargs: Any) -> Any:
            return self._function(stock, *args, **kwargs)

        # Bound as stock is: of a signal's handler it is asked whose it is.
        return types.MethodType(hooked, stock.__self__)


class Guard:
    """Stops and measures one RQ worker. Its horses, and all other workers, stay stock.

    Making one raises an AttributeError if RQ lacks one of the places to hook into.
    """

    def __init__(self, worker: Any, stop: StopFlag, burst: bool) -> None:
        self._worker, self._stop, self._pid = worker, stop, os.getpid()
        self._ledger = Ledger(worker, guarded=True)
        self._heir = None if burst else SchedulerHeir(worker)
        self._job_in_hand = False
        self._redis_error: Any = importlib.import_module("redis.exceptions").RedisError
        homes = map(importlib.import_module, ("rq.exceptions", "rq.worker"))  # RQ 2, RQ 1
        self._stop_requested: Any = next(
            home.StopRequested for home in homes if hasattr(home, "StopRequested")
        )

        self._hooks = self._find_hooks()
        self._wait = min(worker.max_connection_wait_time, RECONNECT_SECONDS)

    def work(self, stock: Callable[[], Any]) -> Any:
        """Run RQ's work() with the hooks in force."""
        self._stop.worker = self._worker
        self._worker.max_connection_wait_time = self._wait
        for hook in self._hooks:
            hook.install()
        try:
            self._ledger.publish()
            return stock()
        finally:
            if os.getpid() == self._pid:
                for hook in self._hooks:
                    hook.remove()
                self._stop.listen()
                self._stop.worker = None

    def _find_hooks(self) -> List[Hook]:
        worker_class, queue_class = type(self._worker), self._worker.queue_class
        return [
            Hook(worker_class, "request_stop", self._request_stop, self._owns),
            Hook(worker_class, "_shutdown", self._shutdown, self._owns),
            Hook(worker_class, "should_run_maintenance_tasks", self._at_loop_top, self._owns),
            Hook(worker_class, "dequeue_timeout", self._dequeue_timeout, self._owns),
            Hook(worker_class, "heartbeat", self._heartbeat, self._owns),
            Hook(worker_class, "teardown", self._teardown, self._owns),
            Hook(queue_class, "dequeue_any", self._dequeue_any, lambda _: self._owns(self._worker)),
        ]

    def _owns(self, worker: Any) -> bool:
        working = self._stop.worker is self._worker and os.getpid() == self._pid
        return working and worker is self._worker

    def _obey(self) -> None:
        if self._stop.raised:
            raise self._stop_requested()

    def _request_stop(self, stock: Any, *signal_and_frame: Any) -> None:
        """Note the stop before RQ logs it, which fails if the signal has interrupted a log line."""
        self._stop.set()
        with contextlib.suppress(Exception):  # it would be thrown into whatever runs now, a job too
            stock(*signal_and_frame)

    def _shutdown(self, stock: Any) -> None:
        """Only note the stop: stock throws, or writes to Redis and orphans the horse if it is down."""
        self._stop.set()

    def _at_loop_top(self, stock: bool) -> bool:
        self._job_in_hand = False
        self._obey()
        return stock

    def _dequeue_timeout(self, stock: int) -> int:
        # RQ derives its socket timeout from this too, but earlier, in __init__: that stays stock.
        return min(stock, DEQUEUE_SECONDS)

    def _heartbeat(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Beat. RQ does so before each look at the flag, and if Redis is away it only tries again."""
        try:
            result = stock(*args, **kwargs)
        except self._redis_error:
            if not self._job_in_hand:
                self._obey()
            raise
        self._ledger.refresh()
        if self._heir and not self._stop.raised and not kwargs.get("pipeline"):
            self._heir.ask()
        return result

    def _dequeue_any(self, stock: Any, queues: Any, timeout: Any, *args: Any, **kwargs: Any) -> Any:
        """Pop. After a job first without blocking, to tell a worker that must wait from a busy one."""
        self._ledger.job_ends()
        self._obey()
        result = None
        if self._ledger.busy:
            try:
                result = stock(queues, None, *args, **kwargs)
            finally:
                if result is None:
                    self._ledger.rest()
            if result is None:
                self._ledger.publish()
        if result is None:
            result = stock(queues, timeout, *args, **kwargs)
        if result is not None:
            self._job_in_hand = True
            mend_output()
            self._ledger.job_begins(result[0])
            self._ledger.publish()
        return result

    def _teardown(self, stock: Any) -> Any:
        self._ledger.job_ends()  # --max-jobs ends RQ's loop without another pop
        self._ledger.rest()
        self._ledger.publish(DEAD_TTL)
        return stock()


class Entry:
    """The program to run, a module or a script, as `python -m MODULE` or `python SCRIPT` would."""

    def __init__(self, argv: List[str]) -> None:
        self._is_module = argv[:1] == ["-m"]
        words = argv[1:] if self._is_module else argv
        if not words:
            say("usage: worker_host.py (-m MODULE | SCRIPT.py) [ARGUMENT]...")
            sys.exit(EXIT_USAGE)
        self._target, self._arguments = words[0], words[1:]

    def set_path(self) -> None:
        """Set sys.path as Python itself would, without our own directory."""
        host_dir = os.path.dirname(os.path.realpath(__file__))
        sys.path[:] = [path for path in sys.path if not path or os.path.realpath(path) != host_dir]
        if not getattr(sys.flags, "safe_path", False):  # python -P
            script_dir = os.path.dirname(os.path.realpath(self._target))
            sys.path.insert(0, os.getcwd() if self._is_module else script_dir)

    def run(self) -> None:
        """Run it as __main__."""
        sys.argv[:] = [self._target, *self._arguments]
        if self._is_module:
            if (
                self._target in sys.modules
            ):  # preloaded, as somebody wants it: no news for each worker
                found = re.escape(repr(self._target)) + " found in sys.modules"
                warnings.filterwarnings("ignore", found, RuntimeWarning, "runpy")
            runpy.run_module(self._target, run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(self._target, run_name="__main__")


def guard_workers(stop: StopFlag) -> None:
    """Put a Guard around the work() of the one RQ worker that this process runs."""
    worker_class = importlib.import_module("rq.worker").Worker
    owner = next(cls for cls in worker_class.__mro__ if "work" in vars(cls))
    stock_work = owner.work
    host_pid = os.getpid()

    @functools.wraps(stock_work)
    def work(worker: Any, *args: Any, **kwargs: Any) -> Any:
        stock = functools.partial(stock_work, worker, *args, **kwargs)
        if os.getpid() != host_pid or stop.worker is not None:
            return stock()  # a worker of RQ's own worker-pool, or within a job
        try:
            guard = Guard(worker, stop, burst=kwargs.get("burst", args[:1] == (True,)))
        except Exception as error:
            say(f"running UNGUARDED, a stop may lose a job, because of {error!r}")
            Ledger(worker, guarded=False).publish()
            return stock()
        return guard.work(stock)

    owner.work = work


def mend_output() -> None:
    """Give a stdout or stderr without a reader to /dev/null, or a job that prints would fail."""
    poll = select.poll()
    for fd in (1, 2):
        poll.register(fd, 0)  # reports errors alone
    for fd, _ in poll.poll(0):
        with contextlib.suppress(OSError):
            null = os.open(os.devnull, os.O_WRONLY)
            if null != fd:
                os.dup2(null, fd)
                os.close(null)


def say(message: str) -> None:
    """Tell the operator, in one line."""
    with contextlib.suppress(OSError):
        print(f"rq-orchestrator worker host: {message}", file=sys.stderr, flush=True)


def run(argv: List[str], forked: bool = False) -> None:
    """Run the entry that the command line names; forked from a process that has set its path."""
    with contextlib.suppress(PermissionError):  # already the leader of a session
        os.setsid()
    stop = StopFlag()
    stop.listen()
    entry = Entry(argv)
    if not forked:
        entry.set_path()
    try:
        importlib.import_module("rq.worker")
    except Exception as error:
        say(f"{sys.executable} cannot import rq: {error!r}")
        sys.exit(EXIT_NO_RQ)
    stop.spare_children()
    guard_workers(stop)
    entry.run()


if __name__ == "__main__":
    run(sys.argv[1:])
