"""The worker host: runs an RQ worker so that stopping it never loses a job.

    python worker_host.py -m rq.cli worker --name X default
    python worker_host.py manage.py rqworker default

RQ's own handler for SIGTERM raises StopRequested wherever the worker happens to be, unless its
state is `busy`. But a job leaves the queue some milliseconds before the state becomes `busy`, and a
signal in between unwinds a worker with a job in hand: that job is lost. So the host makes a stop
signal set a flag and nothing else, and obeys the flag only where no job can be in hand: at the top
of RQ's two loops, right before every single pop, and where Redis fails an idle worker. No pop blocks
for more than a second, so the flag is seen soon.

SIGTERM and SIGINT mean "finish your job and go", however many come and whoever sends them. RQ takes
the second one for the order to kill the job; here SIGQUIT is that order, the cold stop. It kills the
job in hand, names it, and ends with exit code 1. Everything else is RQ's own: its command line, its
loops, its horses.

The exit code is 0 after an orderly end, 1 if a job was killed, and 70 if an error ended RQ's loop:
RQ itself ends with 0 then.

The host also measures what RQ does not: how long the worker is busy, fork and bookkeeping included.
A worker is busy from the return of a pop with a job until a pop finds nothing to do, and also while
it skips ids whose jobs are gone. The totals live in memory and go to `rq:orchestrator:worker:NAME`
whenever a job begins and whenever the worker falls idle, always all of them: a Redis that lost its
data has them back with the next write.

And it looks after what RQ does once, or every ten minutes: see Upkeep. A worker that does not get the
scheduler's lock when it starts asks for it again after ten minutes; so long no scheduled job would run
where its last holder has gone since, as in a rolling restart, whose new workers are there before the
old ones go. A worker that Redis has forgotten never returns to the lists of workers.

Should a future RQ lack one of the places that we hook into, the host says so and runs it stock.
"""

from __future__ import annotations

import _thread
import atexit
import bisect
import contextlib
import errno
import functools
import importlib
import inspect
import multiprocessing
import os
import re
import resource
import runpy
import select
import signal
import sys
import threading
import time
import types
import uuid
import warnings
from datetime import datetime, timezone
from typing import Any, Callable, Dict, List, Optional, Set, Tuple, Union

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
COLD_SIGNAL = signal.SIGQUIT
# What a job that runs in this process may have changed: without these a stop is not heard, RQ's
# timeouts don't work, or subprocesses lose their exit codes.
OUR_SIGNALS = (*STOP_SIGNALS, COLD_SIGNAL, signal.SIGALRM, signal.SIGCHLD)
DEQUEUE_SECONDS = 1  # how long an idle worker may block before it looks at the flag
RECONNECT_SECONDS = 1.0  # the same for its sleep between two attempts to reach Redis
BEAT_SECONDS = 5.0  # how often a worker shows a sign of life that RQ itself would not send
SKIP_SECONDS = 1.0  # how long a worker skips ids without jobs before it says so
LAST_WORDS_SECONDS = 2  # how long a worker that kills its own job waits for Redis

POOL_VARIABLE = "RQ_ORCHESTRATOR_POOL_NAME"  # the name of the pool, for other pools to see
TOKEN_VARIABLE = "RQ_ORCHESTRATOR_TOKEN"  # the daemon gives each worker a random text
FORK_VARIABLE = "RQ_ORCHESTRATOR_FORK"  # room to write down what was forked from the worker
KEY_PREFIX = "rq:orchestrator:worker:"
FORMAT_VERSION = 1
LIVE_TTL, DEAD_TTL = 86_400, 600  # seconds
REFRESH_SECONDS = 10  # an idle worker writes this often, so that a lost key is soon back
SCHEDULER_SECONDS = 5.0  # how often a worker without a living scheduler asks for the lock
REGISTRATION_SECONDS = 1.0  # how often a worker looks whether Redis still knows it
READY_SECONDS = 2.0  # how often, and after what time, jobs are looked for that RQ 3 has left behind
READY_JOBS = 100  # the most of them in one look
READY_ATTEMPTS = 20  # how often a transaction that was disturbed is tried again
NO_ROOM = (errno.EAGAIN, errno.ENOMEM)  # what a fork fails with where the host has no room for it
CROWDED_SECONDS = 1.0  # how long a worker that got no process for a job waits before its next pop
DAEMON_PLACES = 8  # within the user's limit of processes: workers leave them to the daemon
SCHEDULER_BEATS = 2  # as many heartbeats has the holder of a free lock to take it back
BUCKETS = [step * 10.0**power for power in range(-3, 4) for step in (1, 2.5, 5)][:-1]  # to 2500 s

EXIT_COLD, EXIT_USAGE, EXIT_SOFTWARE, EXIT_NO_RQ = 1, 2, 70, 78


class Roused(BaseException):
    """Raised by a signal handler to interrupt the wait for a horse."""


class NoHorse(Exception):
    """The host gives no process for a job."""


class Mark:
    """The room in this process's environment, as /proc shows it, where a process says what it is.

    Processes that were forked from one another look alike in /proc. The daemon leaves room in the
    environment of those it starts. What is written there is inherited by forks, so it has the pid of
    whoever has written it. `setproctitle` writes to the same area in the same way.
    """

    def __init__(self, variable: str) -> None:
        with open("/proc/self/stat", encoding="utf-8", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
        start, end = int(fields[47]), int(fields[48])  # env_start, env_end
        with open("/proc/self/mem", "rb", buffering=0) as memory:
            memory.seek(start)
            block = b"\0" + memory.read(end - start)
        prefix = b"\0" + variable.encode() + b"="
        at = block.index(prefix) + len(prefix)
        self._address = start + at - 1
        self._room = block.index(b"\0", at) - at
        self.write("")
        os.environ.pop(variable)  # what jobs start is something else

    def write(self, text: str) -> None:
        """Put this text into the room."""
        with open("/proc/self/mem", "r+b", buffering=0) as memory:
            memory.seek(self._address)
            memory.write(text.encode()[: self._room].ljust(self._room))


class Forks:
    """Writes into each process that RQ forks from this worker what it is: a horse, or a scheduler.

    Whatever else is forked is a job's own process. It inherits the text with another's pid. So the
    daemon can tell the horse of a dead worker from what jobs have left behind, which it must not touch.
    """

    def __init__(self) -> None:
        self._worker = os.getpid()
        self._kind = ""  # of what RQ is about to fork
        self._mark: Optional[Mark] = None
        if FORK_VARIABLE in os.environ:
            try:
                self._mark = Mark(FORK_VARIABLE)
            except (OSError, ValueError) as error:
                say(f"cannot mark the horses, an orphan will not be known as one: {error!r}")
        os.register_at_fork(after_in_child=self._begin)

    def all_marked(self) -> None:
        """From now on, what is forked and has no mark of its own is a job's."""
        self._write("worker")

    def fork(self, kind: str, stock: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Let RQ fork a process of this kind."""
        self._kind = kind
        try:
            return stock(*args, **kwargs)
        finally:
            self._kind = ""

    def _begin(self) -> None:
        kind, self._kind = self._kind, ""
        if kind:
            self._write(kind)

    def _write(self, kind: str) -> None:
        if self._mark is not None:
            self._mark.write(f"{kind} {os.getpid()} {self._worker}")


class StopFlag:
    """The wish to stop: raised by a signal at any moment, obeyed by the Guard at a safe one."""

    def __init__(self) -> None:
        self.raised = False
        self.cold = False  # the job in hand is to be killed
        self.worker: Any = None  # the RQ worker whose work() runs now
        self.unguarded: Any = None  # the same, of an RQ that we cannot guard
        self.waiting = False  # for a horse: the wait can be interrupted
        self.end_now: Optional[Callable[[], None]] = None  # there while a job runs in this process
        self._mask: Any = None

    def listen(self) -> None:
        """Take the stop signals, until RQ installs handlers of its own."""
        for signum in STOP_SIGNALS:
            signal.signal(signum, self._received)
        signal.signal(COLD_SIGNAL, self._received_cold)
        # A JVM blocks SIGQUIT in most of its threads, and a child inherits that.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (*STOP_SIGNALS, COLD_SIGNAL))

    def set(self) -> None:
        """Ask for the stop. Fit for a signal handler: no I/O, and nothing is thrown."""
        self.raised = True
        self.worker._stop_requested = True

    def rouse(self) -> None:
        """Interrupt the wait for a horse, if there is one."""
        if self.waiting:
            self.waiting = False
            raise Roused

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
        self.rouse()

    def _received_cold(self, signum: int, frame: Optional[types.FrameType]) -> None:
        self.cold = True
        if self.unguarded is not None:
            end_unguarded(self.unguarded, frame)
        if self.worker is None:
            os._exit(0)
        self.set()
        if self.end_now is not None:
            self.end_now()
        self.rouse()

    def _block(self) -> None:
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, (*STOP_SIGNALS, COLD_SIGNAL))

    def _unblock(self) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def _become_child(self) -> None:
        self._let_go_of_redis()
        for signum in (*STOP_SIGNALS, COLD_SIGNAL):
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

    def __init__(self, worker: Any, stop: StopFlag, token: str, guarded: bool) -> None:
        self._worker, self._stop = worker, stop
        self._identity = {
            "v": str(FORMAT_VERSION),
            "pid": str(os.getpid()),
            "guarded": str(int(guarded)),
            "token": token,
            "pool": os.environ.get(POOL_VARIABLE, ""),
        }
        self._busy_total = 0.0
        self._busy_from: Optional[float] = None  # monotonic; None while idle
        self._busy_since = ""  # the same moment by the wall clock
        self._skip_from: Optional[float] = None  # since when it has found only ids without jobs
        self._job_from: Optional[float] = None
        self._job, self._queue = "", ""  # id of the job in hand, and where it came from
        self._moves = False
        self._jobs = 0
        self._wait, self._duration = Histogram(), Histogram()
        self._services: Dict[str, Tuple[int, float]] = {}  # jobs and their seconds by queue
        self._published = 0.0

    @property
    def busy(self) -> bool:
        """Whether the last pop brought a job, or the id of one that is gone."""
        return self._busy_from is not None

    @property
    def in_hand(self) -> str:
        """The job in hand, for the operator; empty if there is none."""
        return f"job {self._job} of queue {self._queue}" if self._job_from is not None else ""

    @property
    def job(self) -> str:
        """Id of the job in hand, or nothing."""
        return self._job

    def pops(self, moves: bool) -> None:
        """Note that a pop begins.

        With one queue Redis moves an id to a list, where it is found if this worker does not live to
        begin the job. With several queues it is in no list: then all jobs are looked through.
        """
        if moves != self._moves:
            self._moves, self._published = moves, 0.0  # to be told with the next heartbeat

    def job_begins(self, job: Any) -> None:
        """Note that a pop has just returned this job."""
        self.rest()
        now = time.time()
        self._job_from = self._begin_stretch(now)
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

    def job_returns(self) -> None:
        """Note that the job goes back to its queue: it has not begun."""
        self._job_from, self._job, self._queue = None, "", ""
        self.rest()

    def skip(self) -> None:
        """Note that the last pop brought the id of a job that is gone: the worker is busy with it."""
        if self._busy_from is None:
            self._begin_stretch(time.time())
        if self._skip_from is None:
            self._skip_from = time.monotonic()
        if self._published < self._skip_from < time.monotonic() - SKIP_SECONDS:
            self.publish()
        self.refresh()

    def _begin_stretch(self, now: float) -> float:
        self._busy_from, self._busy_since = time.monotonic(), f"{now:.6f}"
        return self._busy_from

    def rest(self) -> None:
        """End the busy stretch, if there is one."""
        if self._busy_from is not None:
            self._busy_total += time.monotonic() - self._busy_from
            self._busy_from, self._busy_since, self._skip_from = None, "", None

    def publish(self, ttl: int = LIVE_TTL) -> None:
        """Write everything in one round trip. No failure here may become the worker's."""
        with contextlib.suppress(Exception):
            self._published = time.monotonic()
            self._write(self._worker.connection, ttl)

    def publish_aside(self) -> None:
        """Write everything from a thread of its own, while a job runs that nothing may delay."""
        with contextlib.suppress(RuntimeError):  # no more threads
            _thread.start_new_thread(self._write_aside, ())

    def _write_aside(self) -> None:
        with contextlib.suppress(Exception):  # no failure here may become the worker's
            connection = own_connection(self._worker)
            self._write(connection, LIVE_TTL)
            connection.connection_pool.disconnect()

    def _write(self, connection: Any, ttl: int) -> None:
        key = KEY_PREFIX + self._worker.name
        with connection.pipeline() as pipeline:
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
            "stopping": str(int(self._stop.raised)),
            "busy_total": f"{self._busy_total:.6f}",
            "busy_since": self._busy_since,
            "job": self._job,
            "moves": str(int(self._moves)),
            "jobs": str(self._jobs),
            **self._wait.fields("wait"),
            **self._duration.fields("duration"),
            **{f"queue:{queue}": f"{n},{s:.6f}" for queue, (n, s) in self._services.items()},
        }


class Vacancy:
    """Scheduler locks without a holder: free at two looks, further apart than a holder's heartbeats.

    A lock may be free for a moment while its holder lives: it has lapsed, or somebody deleted it. Its
    holder takes it back with the next heartbeat.
    """

    def __init__(self) -> None:
        self._free: Set[str] = set()  # those that the last look has found free
        self._next_look = time.monotonic() + SCHEDULER_SECONDS  # RQ has just asked itself

    def lasts(self, scheduler: Any, names: Set[str]) -> bool:
        """Look, if it is time to, and return whether one of these queues has no scheduler."""
        if not names or time.monotonic() < self._next_look:
            return False
        owners = lock_owners(scheduler.connection, scheduler, sorted(names))
        free = {name for name, owner in owners.items() if owner in (None, scheduler.name)}
        lasting, self._free = free & self._free, free
        wait = SCHEDULER_SECONDS if lasting or not free else SCHEDULER_BEATS * scheduler.interval
        self._next_look = time.monotonic() + wait
        return bool(lasting)


class LockLost(Exception):
    """A scheduler is about to enqueue for a queue whose lock it has no longer."""


class SchedulerLocks:
    """Sees to it that a scheduled job is enqueued once, whatever becomes of the locks.

    Up to RQ 2.10 a lock says that there is a scheduler, and not whose it is. When one lapses or is
    deleted, another worker takes it while its first holder lives, and both enqueue each job. From RQ
    2.11 on the lock has its holder's name, and with each heartbeat the holder takes it back or gives
    up the queue. Between two heartbeats, or stopped for a minute, it may still enqueue what the other
    enqueues, too.

    So this gives the locks a name with every RQ, and each transaction that enqueues fails when a lock
    has changed since the due jobs were read. A scheduler that has lost all its locks ends.

    It works in RQ's class. The scheduler's process is forked from the worker and inherits it.
    """

    def __init__(self, forks: Forks) -> None:
        self._forks = forks
        self._module: Any = importlib.import_module("rq.scheduler")
        self._class: Any = self._module.RQScheduler
        self._watch_error: Any = importlib.import_module("redis.exceptions").WatchError
        self._vacancy = Vacancy()  # as the scheduler's process sees it
        self._named = hasattr(self._module, "acquire_or_refresh_lock")  # RQ 2.11
        self._places: Dict[str, Any] = {
            "should_reacquire_locks": property(self._should_reacquire),
            "enqueue_scheduled_jobs": method(self._enqueue),
            "heartbeat": method(self._heartbeat),
            "start": method(self._start),
        }
        if not self._named:
            self._places["acquire_locks"] = method(self._acquire)
            self._places["release_locks"] = method(self._release)
        self._stock = {name: inspect.getattr_static(self._class, name) for name in self._places}

    def install(self) -> None:
        """Take the places in RQ's class."""
        for name, place in self._places.items():
            setattr(self._class, name, place)
        if not hasattr(self._module, "ForkProcess"):  # RQ 2.10, as Python 3.14 forks no more
            self._module.Process = multiprocessing.get_context("fork").Process
        self._forks.all_marked()  # horses and schedulers

    def remove(self) -> None:
        """Give them back."""
        for name, stock in self._stock.items():
            setattr(self._class, name, stock)

    def _start(self, scheduler: Any) -> Any:
        return self._forks.fork("scheduler", self._stock["start"], scheduler)

    def _should_reacquire(self, scheduler: Any) -> bool:
        return self._vacancy.lasts(scheduler, scheduler._queue_names - scheduler._acquired_locks)

    def _acquire(self, scheduler: Any, auto_start: bool = False) -> Set[str]:
        """Take the locks that are free or ours, as RQ 2.11 does."""
        if not hasattr(scheduler, "name"):  # RQ 2.9
            scheduler.name = uuid.uuid4().hex
        held = self._hold(scheduler, scheduler._queue_names)
        scheduler._scheduled_job_registries = []
        scheduler._acquired_locks = set(held)
        scheduler.lock_acquisition_time = datetime.now()
        if held and auto_start and not (scheduler._process and scheduler._process.is_alive()):
            scheduler.start()
        return held

    def _hold(self, scheduler: Any, names: Set[str]) -> Set[str]:
        """Take or refresh those locks that are free or ours, and return the names of their queues."""
        keys = {name: scheduler.get_locking_key(name) for name in sorted(names)}
        with scheduler.connection.pipeline() as pipeline:
            while keys:
                try:
                    pipeline.watch(*keys.values())
                    owners = lock_owners(pipeline, scheduler, list(keys))
                    held = {name for name in keys if owners[name] in (None, scheduler.name)}
                    pipeline.multi()
                    for name in held:
                        pipeline.set(keys[name], scheduler.name, ex=scheduler.interval + 60)
                    pipeline.execute()
                    return held
                except self._watch_error:  # taken or lapsed meanwhile
                    continue
        return set()

    def _release(self, scheduler: Any) -> None:
        """Free the locks that are still ours. Before RQ 2.11 others' go, too."""
        for name in scheduler._acquired_locks:
            with scheduler.connection.pipeline() as pipeline, contextlib.suppress(
                self._watch_error  # taken by another meanwhile
            ):
                key = scheduler.get_locking_key(name)
                pipeline.watch(key)
                if lock_owners(pipeline, scheduler, [name])[name] == scheduler.name:
                    pipeline.multi()
                    pipeline.delete(key)
                    pipeline.execute()
        scheduler._acquired_locks = set()

    def _heartbeat(self, scheduler: Any) -> None:
        if not self._named:
            lost = scheduler._acquired_locks - self._hold(scheduler, scheduler._acquired_locks)
            if lost:
                scheduler.log.warning("Another scheduler has the locks of %s", ", ".join(lost))
                scheduler._acquired_locks = scheduler._acquired_locks - lost
                scheduler._scheduled_job_registries = []
        if hasattr(scheduler, "register_birth"):  # RQ 2.10, which says nothing of itself again
            if not scheduler.connection.hexists(scheduler.key, "pid"):
                scheduler.register_birth()
        self._stock["heartbeat"](scheduler)
        if not scheduler._acquired_locks:  # the worker asks for them again
            scheduler._stop_requested = True

    def _enqueue(self, scheduler: Any) -> None:
        """Let RQ enqueue what is due, in transactions that fail when a lock is not ours any more."""
        connection = scheduler.connection
        connection.pipeline = functools.partial(self._fenced, scheduler, connection.pipeline)
        try:
            self._stock["enqueue_scheduled_jobs"](scheduler)
        except (LockLost, self._watch_error):  # the next heartbeat finds out which
            scheduler.log.warning("A scheduler lock has changed: what is due is looked at again")
        finally:
            del connection.pipeline

    @staticmethod
    def _fenced(scheduler: Any, pipeline_of: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Make a transaction that fails if a lock changes before its end.

        Nobody else writes our name into a lock. One that has our name now had it since we took it,
        and so when the due jobs were read.
        """
        pipeline = pipeline_of(*args, **kwargs)
        try:
            names = sorted(scheduler._acquired_locks)
            if not names:
                raise LockLost
            pipeline.watch(*map(scheduler.get_locking_key, names))
            owners = lock_owners(pipeline, scheduler, names)
            if set(owners.values()) != {scheduler.name}:
                raise LockLost
            pipeline.multi()
        except BaseException:
            pipeline.reset()
            raise
        return pipeline


def lock_owners(connection: Any, scheduler: Any, names: List[str]) -> Dict[str, Optional[str]]:
    """Return what stands in the scheduler locks of these queues: the name of a scheduler, or None."""
    values = connection.mget([scheduler.get_locking_key(name) for name in names])
    texts = (value.decode() if isinstance(value, bytes) else value for value in values)
    return dict(zip(names, texts))


class SchedulerHeir:
    """Takes RQ's scheduler over, once whoever ran it has gone."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._vacancy = Vacancy()

    def ask(self) -> None:
        """Take the locks that nobody holds, if this worker has no scheduler that lives."""
        scheduler = getattr(self._worker, "scheduler", None)
        if scheduler is None or (scheduler._process and scheduler._process.is_alive()):
            return
        if self._vacancy.lasts(scheduler, scheduler._queue_names):
            scheduler._acquired_locks = set()  # RQ < 2.10 would start by locks that it had once
            scheduler.acquire_locks(auto_start=True)


class ReadyJobs:
    """Brings jobs on their way that RQ 3 has left in `rq:ready:QUEUE`.

    When a job ends, RQ moves those that waited for it there, and from there to their queue: each in a
    transaction that watches the whole registry. Where several jobs end at once, the transactions
    disturb each other, and a job whose transaction fails stays until RQ's maintenance, for up to ten
    minutes. So does one whose horse dies in between.
    """

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._next_look = 0.0
        registry_module: Any = importlib.import_module("rq.registry")
        self._class: Any = getattr(registry_module, "ReadyJobRegistry", None)  # RQ 3
        self._stock: Any = getattr(self._class, "enqueue_jobs", None)

    def install(self) -> None:
        """Try again in RQ's class, which the horses inherit."""
        if self._stock:
            self._class.enqueue_jobs = method(self._enqueue)

    def remove(self) -> None:
        """Leave it to RQ."""
        if self._stock:
            self._class.enqueue_jobs = self._stock

    def look(self) -> None:
        """Enqueue what lies there for too long, if it is time to look."""
        if not self._stock or time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + READY_SECONDS
        registries = [queue.ready_job_registry for queue in self._worker.queues]
        with self._worker.connection.pipeline() as pipeline:
            for registry in registries:
                before = time.time() - READY_SECONDS
                pipeline.zrangebyscore(registry.key, 0, before, start=0, num=READY_JOBS)
            for registry, job_ids in zip(registries, pipeline.execute()):
                registry.enqueue_jobs([job_id.decode() for job_id in job_ids])

    def _enqueue(self, registry: Any, job_ids: List[str]) -> List[Any]:
        enqueued: List[Any] = self._stock(registry, job_ids)
        with contextlib.suppress(Exception):  # Redis has gone; look() finds them later
            for attempt in range(READY_ATTEMPTS):
                done = {job.id for job in enqueued}
                left = [job_id for job_id in job_ids if job_id not in done]
                left = [
                    job_id for job_id in left if registry.connection.zscore(registry.key, job_id)
                ]
                if not left:
                    break
                time.sleep(0.001 * attempt)
                enqueued += self._stock(registry, left)
        return enqueued


class Registration:
    """Writes again what RQ has told Redis of the worker once, should Redis have lost it.

    After FLUSHALL or a failover to an empty Redis, RQ's next heartbeat makes a hash without name, pid
    or queues, and no list of workers has it. A Redis that was away for longer than the record lives,
    or a worker that hung so long, come to the same. And with RQ 1, or after a time-out, the thread
    that hears RQ's commands has ended when Redis comes back.
    """

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._next_look = 0.0
        self._register: Any = importlib.import_module("rq.worker_registration").register
        self._utcformat: Any = importlib.import_module("rq.utils").utcformat

    def lost(self) -> bool:
        """Look, if it is time to, and return whether Redis knows too little of the worker."""
        worker = self._worker
        if worker.birth_date is None or time.monotonic() < self._next_look:
            return False
        self._next_look = time.monotonic() + REGISTRATION_SECONDS
        lists = [worker.redis_workers_keys]
        lists += [f"{worker.redis_workers_keys}:{name}" for name in worker.queue_names()]
        with worker.connection.pipeline() as pipeline:
            pipeline.hexists(worker.key, "birth")
            for workers in lists:
                pipeline.sismember(workers, worker.key)
            return not all(pipeline.execute())

    def renew(self, job_id: str) -> None:
        """Write what RQ writes at the birth, with the same birth, and what a job in hand changes."""
        worker = self._worker
        fields = {
            "birth": self._utcformat(worker.birth_date),
            "last_heartbeat": self._utcformat(datetime.now(timezone.utc)),
            "queues": ",".join(worker.queue_names()),
            "pid": worker.pid,
            "hostname": worker.hostname,
            "ip_address": worker.ip_address,
            "version": worker.version,
            "python_version": worker.python_version,
            "state": worker.get_state(),
        }
        if job_id and hasattr(worker, "set_current_job_id"):  # up to RQ 2
            fields["current_job"] = job_id
        with worker.connection.pipeline() as pipeline:
            pipeline.hset(worker.key, mapping=fields)
            pipeline.expire(worker.key, worker.worker_ttl + 60)
            self._register(worker, pipeline)
            pipeline.execute()

    def hear(self) -> None:
        """Subscribe to RQ's commands again, if nobody hears them any more."""
        thread = self._worker.pubsub_thread
        if thread is not None and not thread.is_alive():
            with contextlib.suppress(Exception):  # its connection has gone
                self._worker.pubsub.close()
            self._worker.subscribe()


class Upkeep:
    """Does every few seconds what RQ does once, at the start, or every ten minutes."""

    def __init__(self, worker: Any, ledger: Ledger, forks: Forks, burst: bool) -> None:
        self._ledger = ledger
        self._registration = Registration(worker)
        self._ready_jobs = ReadyJobs(worker)
        self._heir = None if burst else SchedulerHeir(worker)
        self.hooks: "List[Union[Hook, SchedulerLocks, ReadyJobs]]" = [self._ready_jobs]
        try:
            self.hooks.append(SchedulerLocks(forks))
        except Exception as error:  # nothing that a stop needs
            say(f"RQ's scheduler keeps its locks as RQ does, because of {error!r}")

    def beat(self, inherits: bool, job_in_hand: bool) -> None:
        """Look after everything whose time has come. No failure here may become the worker's."""
        with contextlib.suppress(Exception):
            if self._registration.lost():
                self._registration.renew(self._ledger.job)
                self._ledger.publish()
        with contextlib.suppress(Exception):
            self._registration.hear()
        with contextlib.suppress(Exception):
            if self._heir and inherits:
                self._heir.ask()
        with contextlib.suppress(Exception):
            if not job_in_hand:
                self._ready_jobs.look()


class Surroundings:
    """What a job that runs in the worker's own process may change, as it was before the job.

    Restored are the handlers and the mask of signals, the working directory, the umask and the
    environment. docs/decisions says why the rest is not.
    """

    def __init__(self) -> None:
        self._handlers = {signum: signal.getsignal(signum) for signum in OUR_SIGNALS}
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._umask = os.umask(0o077)
        os.umask(self._umask)
        self._environment = dict(os.environ)
        self._directory: Optional[str] = None
        with contextlib.suppress(OSError):  # it has been removed
            self._directory = os.getcwd()

    def restore(self) -> None:
        """Undo what the job has changed."""
        for signum, handler in self._handlers.items():
            if handler is not None and signal.getsignal(signum) != handler:
                signal.signal(signum, handler)
        os.umask(self._umask)
        if os.environ != self._environment:
            zone = os.environ.get("TZ")
            for name in set(os.environ) - set(self._environment):
                del os.environ[name]
            os.environ.update(self._environment)
            if os.environ.get("TZ") != zone:
                time.tzset()
        if self._directory is not None:
            with contextlib.suppress(OSError):  # it has been removed, or may no longer be entered
                if not self._is_here():
                    os.chdir(self._directory)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def _is_here(self) -> bool:
        try:
            return os.getcwd() == self._directory
        except OSError:  # the job has removed where it is
            return False


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


class ModuleHook:
    """A function in the place of one in a module of RQ's, which it gets as its first argument."""

    def __init__(self, names: Dict[str, Any], name: str, function: Callable[..., Any]) -> None:
        self._names, self._name, self._stock = names, name, names[name]
        self._function = functools.partial(function, self._stock)

    def install(self) -> None:
        """Take the place."""
        self._names[self._name] = self._function

    def remove(self) -> None:
        """Give the place back."""
        self._names[self._name] = self._stock


class Guard:
    """Stops and measures one RQ worker. Its horses, and all other workers, stay stock.

    Making one raises an AttributeError if RQ lacks one of the places to hook into.
    """

    def __init__(self, worker: Any, stop: StopFlag, forks: Forks, token: str, burst: bool) -> None:
        self._worker, self._stop, self._pid = worker, stop, os.getpid()
        self._ledger = Ledger(worker, stop, token, guarded=True)
        self._upkeep = Upkeep(worker, self._ledger, forks, burst)
        self._forks = forks
        self._job_in_hand = False
        self._executing = False
        self._asking = False  # RQ's own handler runs
        self._popped: Any = None  # key of the queue and id, while nothing is known of its job
        self._owed: Any = None  # the same, when its job cannot begin: to be put back
        self._in_hand: Any = None  # the same, of the job in hand
        self._crowded = False  # the host gave no process for the last job
        self._maintaining = False
        self._found_job = False  # maintenance has a job in work
        self._beaten = time.monotonic()
        self._problem = ""  # what went wrong in the last step of RQ's loop
        self._told = False  # the stop is published
        self._redis_error: Any = importlib.import_module("redis.exceptions").RedisError
        homes = map(importlib.import_module, ("rq.exceptions", "rq.worker"))  # RQ 2, RQ 1
        self._stop_requested: Any = next(
            home.StopRequested for home in homes if hasattr(home, "StopRequested")
        )

        self._hooks = [*self._find_hooks(), *self._upkeep.hooks, self._beat_while_suspended()]
        self._wait = min(worker.max_connection_wait_time, RECONNECT_SECONDS)

    def work(self, stock: Callable[[], Any]) -> Any:
        """Run RQ's work() with the hooks in force."""
        self._stop.worker = self._worker
        self._stop.listen()  # whatever the application has installed meanwhile
        self._worker.max_connection_wait_time = self._wait
        for hook in self._hooks:
            hook.install()
        try:
            self._ledger.publish()
            result = stock()
        finally:
            if os.getpid() == self._pid:
                for hook in self._hooks:
                    hook.remove()
                self._stop.listen()
                self._stop.worker = None
        if self._problem:
            sys.exit(EXIT_SOFTWARE)
        return result

    def _beat_while_suspended(self) -> "ModuleHook":
        """RQ's loop of a suspended worker shows no sign of life: its record would lapse."""
        homes = (vars(cls).get("check_for_suspension") for cls in type(self._worker).__mro__)
        names = (getattr(home, "__globals__", {}) for home in homes)
        module = next(found for found in names if "is_suspended" in found)

        def is_suspended(stock: Any, *args: Any, **kwargs: Any) -> Any:
            suspended = stock(*args, **kwargs)
            if suspended and self._owns(self._worker):
                self._beat()
            return suspended

        return ModuleHook(module, "is_suspended", is_suspended)

    def _find_hooks(self) -> List[Hook]:
        worker_class, queue_class = type(self._worker), self._worker.queue_class
        hooks = [
            Hook(worker_class, name, function, self._owns)
            for name, function in (
                ("request_stop", self._request_stop),
                ("request_force_stop", self._request_stop_again),
                ("_shutdown", self._shutdown),
                ("kill_horse", self._kill_horse),
                ("should_run_maintenance_tasks", self._at_loop_top),
                ("check_for_suspension", self._step),
                ("run_maintenance_tasks", self._run_maintenance),
                ("dequeue_timeout", self._dequeue_timeout),
                ("dequeue_job_and_maintain_ttl", self._step),
                ("heartbeat", self._heartbeat),
                ("execute_job", self._execute_job),
                ("fork_work_horse", self._fork_horse),
                ("perform_job", self._perform_job),
                ("wait_for_horse", self._wait_for_horse),
                ("teardown", self._teardown),
            )
            if name != "fork_work_horse" or hasattr(worker_class, name)  # RQ 3's SimpleWorker
        ]
        hooks.append(Hook(queue_class, "dequeue_any", self._dequeue_any, self._pops))
        hooks.append(Hook(queue_class, "lpop", self._lpop, self._pops))
        if hasattr(queue_class, "lmove"):  # RQ 1.15
            hooks.append(Hook(queue_class, "lmove", self._lmove, self._pops))
        hooks.append(Hook(self._worker.job_class, "fetch", self._fetch, self._maintains))
        return hooks

    def _owns(self, worker: Any) -> bool:
        working = self._stop.worker is self._worker and os.getpid() == self._pid
        return working and worker is self._worker

    def _pops(self, queue: Any) -> bool:
        return self._owns(self._worker) and not self._executing  # a job may use queues, too

    def _maintains(self, job: Any) -> bool:
        return self._maintaining and self._owns(self._worker)

    def _obey(self) -> None:
        if self._stop.raised:
            self._problem = ""
            raise self._stop_requested()

    def _request_stop(self, stock: Any, *signal_and_frame: Any) -> None:
        """Note the stop before RQ logs it, which fails if the signal has interrupted a log line."""
        if not self._stop.raised:
            self._stop.set()
            if self._stop.end_now is not None:
                self._tell_stop()
            self._asking = True
            # RQ's own timeouts throw, and must not be thrown into what drops exceptions.
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGALRM,))
            try:
                with contextlib.suppress(Exception):  # or it would be thrown into a job, too
                    stock(*signal_and_frame)
            finally:
                self._asking = False
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        self._stop.rouse()

    def _request_stop_again(self, stock: Any, *signal_and_frame: Any) -> None:
        """Note what is known already: RQ would kill the job."""
        self._stop.set()
        self._stop.rouse()

    def _shutdown(self, stock: Any) -> None:
        """Only note the stop: stock throws, or writes to Redis and orphans the horse if it is down."""
        self._stop.set()

    def _kill_horse(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Leave the horse alone in a stop: RQ's HerokuWorker would send it a signal to die of."""
        if self._asking and threading.current_thread() is threading.main_thread():
            return None
        return stock(*args, **kwargs)

    def _at_loop_top(self, stock: bool) -> bool:
        self._job_in_hand = False
        self._obey()
        return stock

    def _step(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a step of RQ's loop. RQ ends with 0 if one throws; which, only its log would tell."""
        try:
            result = stock(*args, **kwargs)
        except (self._stop_requested, SystemExit):
            raise
        except BaseException as error:
            self._problem = repr(error)
            raise
        self._problem = ""
        return result

    def _run_maintenance(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        self._maintaining, self._found_job = True, False
        try:
            return self._step(stock, *args, **kwargs)
        finally:
            self._maintaining = False

    def _fetch(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Fetch a job for RQ's maintenance, which may look at any number of them.

        It can be left as long as it has found only ids without jobs. Once it has called a job's
        failure callback it has to come to its end, or the next maintenance would call it again.
        """
        if not self._found_job:
            self._obey()
        self._beat()
        job = stock(*args, **kwargs)
        self._found_job = True
        return job

    def _beat(self) -> None:
        """Show a sign of life, if the last one was long ago."""
        if time.monotonic() - self._beaten > BEAT_SECONDS:
            self._worker.heartbeat()

    def _dequeue_timeout(self, stock: int) -> int:
        # RQ derives its socket timeout from this too, but earlier, in __init__: that stays stock.
        return min(stock, DEQUEUE_SECONDS)

    def _heartbeat(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Beat. RQ does so before each look at the flag, and if Redis is away it only tries again."""
        try:
            result = self._step(stock, *args, **kwargs)
        except self._redis_error:
            if not self._job_in_hand:
                self._obey()
            raise
        self._beaten = time.monotonic()
        self._ledger.refresh()
        inherits = not self._stop.raised and not kwargs.get("pipeline")
        self._upkeep.beat(inherits, self._job_in_hand)
        return result

    def _dequeue_any(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the next job. RQ pops until it finds an id whose job is still there."""
        self._ledger.job_ends()
        self._settle()
        self._obey()
        self._popped = result = None
        try:
            result = stock(*args, **kwargs)
        except self._redis_error:
            self._owed = self._popped
            raise
        finally:
            if result is None:
                self._ledger.rest()
        if result is not None:
            if self._stop.cold:
                self._owed = self._popped
                self._settle()
                self._obey()
            self._in_hand, self._popped = self._popped, None
            self._job_in_hand = True
            mend_output()
            self._ledger.job_begins(result[0])
            self._ledger.publish()
        return result

    def _lpop(self, stock: Any, queue_keys: Any, timeout: Any, *args: Any, **kwargs: Any) -> Any:
        self._ledger.pops(moves=False)
        return self._pop(lambda seconds: stock(queue_keys, seconds, *args, **kwargs), timeout)

    def _lmove(self, stock: Any, connection: Any, queue_key: Any, timeout: Any) -> Any:
        if self._popped is not None:
            # RQ leaves it there, where its maintenance would look at each of them.
            connection.lrem(intermediate(queue_key), -1, self._popped[1])
        self._ledger.pops(moves=True)
        return self._pop(lambda seconds: stock(connection, queue_key, seconds), timeout)

    def _pop(self, pop: Callable[[Any], Any], timeout: Any) -> Any:
        """Pop. If busy first without blocking, to tell a worker that must wait from a busy one."""
        skipped, self._popped = self._popped is not None, None
        self._obey()
        if skipped:
            self._ledger.skip()
            self._beat()
        if timeout is not None and self._ledger.busy:
            self._popped = pop(None)
            if self._popped is not None:
                return self._popped
            self._ledger.rest()
            self._ledger.publish()
        self._popped = pop(timeout)
        return self._popped

    def _settle(self) -> None:
        """Put an id that was popped, and whose job has not begun, back to where it was.

        RQ forgets it if Redis goes between the pop and the look at its job. Here it is put back once
        Redis is there, and never twice: a second try could make a job run twice if the first one has
        arrived, and only its answer was lost.
        """
        if self._owed is None:
            return
        connection = own_connection(self._worker)
        connection.ping()
        (queue_key, job_id), self._owed = self._owed, None
        try:
            with connection.pipeline() as pipeline:
                pipeline.lrem(intermediate(queue_key), -1, job_id)
                pipeline.delete(first_seen(queue_key, job_id))
                pipeline.lpush(queue_key, job_id)
                pipeline.execute()
        except self._redis_error as error:
            say(f"cannot put id {job_id} back to {queue_key}: {error!r}")
        finally:
            connection.connection_pool.disconnect()

    def _execute_job(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        result, self._executing = None, True
        try:
            result = self._step(stock, *args, **kwargs)
            self._crowded = False
        except NoHorse as refusal:
            self._hand_back(args[0], refusal)
        finally:
            self._executing = False
        self._job_in_hand = False
        return result

    def _fork_horse(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Fork a horse. RQ ends if it cannot, and leaves a job that nobody runs and no queue has."""
        try:
            return self._forks.fork("horse", stock, *args, **kwargs)
        except OSError as error:
            if os.getpid() != self._pid or error.errno not in NO_ROOM:
                raise
            raise NoHorse(error.strerror) from error

    def _hand_back(self, job: Any, refusal: NoHorse) -> None:
        """Put a job that has not begun back to the head of its queue, and rest for a moment."""
        worker, self._problem = self._worker, ""
        if not self._crowded:
            say(f"no process for {self._ledger.in_hand}: {refusal}; it goes back to its queue")
        self._crowded, self._owed = True, self._in_hand
        with worker.connection.pipeline() as pipeline:
            execution = getattr(worker, "execution", None)  # from RQ 2 on
            if execution is not None:
                which = (execution,) if hasattr(worker, "executions") else ()  # RQ 3 wants to know
                worker.cleanup_execution(job, pipeline, *which)
            worker.set_state("idle", pipeline=pipeline)
            pipeline.execute()
        self._ledger.job_returns()
        self._ledger.publish()
        self._settle()
        over = time.monotonic() + CROWDED_SECONDS
        while not self._stop.raised and time.monotonic() < over:
            time.sleep(0.05)

    def _perform_job(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a job in this process: a cold stop that comes meanwhile ends the process."""
        surroundings = Surroundings()
        self._stop.end_now = self._end_with_job
        if self._stop.cold:
            self._end_with_job()
        if self._stop.raised:
            self._tell_stop()
        try:
            return stock(*args, **kwargs)
        finally:
            surroundings.restore()
            self._stop.end_now = None

    def _end_with_job(self) -> None:
        say(f"cold stop: killed {self._ledger.in_hand}")
        end(self._worker, self._ledger)

    def _wait_for_horse(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Wait for the horse's end, and only then ask for its status: a signal may interrupt the wait.

        An exception that a signal handler throws where the status is asked for would lose it.
        """
        handled = sys.exc_info()[1]
        while self._worker.horse_pid:
            try:
                self._heed_stop()
                self._stop.waiting = True
                try:
                    if not self._stop.cold and (self._told or not self._stop.raised):
                        os.waitid(os.P_PID, self._worker.horse_pid, os.WEXITED | os.WNOWAIT)
                        break
                finally:
                    self._stop.waiting = False
            except ChildProcessError:  # somebody else has asked for it
                break
            except Roused as roused:
                interrupted = roused.__context__
                if isinstance(interrupted, ChildProcessError):
                    break
                if interrupted is not None and interrupted is not handled:
                    raise interrupted  # RQ's timeout, which came in the same moment
        return stock(*args, **kwargs)

    def _heed_stop(self) -> None:
        if self._stop.cold:
            kill_horse(self._worker.horse_pid)
            say(f"cold stop: killed {self._ledger.in_hand}")
            raise SystemExit(EXIT_COLD)
        if self._stop.raised:
            self._tell_stop()

    def _tell_stop(self) -> None:
        if not self._told:
            self._told = True
            self._ledger.publish_aside()

    def _teardown(self, stock: Any) -> Any:
        if self._problem:
            job = f" with {self._ledger.in_hand} in hand" if self._job_in_hand else ""
            say(f"ends{job} because of {self._problem}")
        self._ledger.job_ends()  # --max-jobs ends RQ's loop without another pop
        self._ledger.rest()
        self._ledger.publish(DEAD_TTL)
        try:
            self._settle()
        except self._redis_error as error:
            say(f"cannot put id {self._owed[1]} back to {self._owed[0]}: {error!r}")
        try:
            result = stock()
            self._release_scheduler_locks()
            return result
        except self._redis_error as error:
            say(f"cannot tell Redis that it goes: {error!r}")

    def _release_scheduler_locks(self) -> None:
        """Free what the scheduler has not freed: a stop may end it before it has its own handlers.

        Its process has ended by now. Locks have their holder's name, so no other scheduler loses one.
        """
        scheduler = getattr(self._worker, "scheduler", None)
        if scheduler is not None and scheduler._process is not None:
            scheduler.release_locks()


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


def guard_workers(stop: StopFlag, forks: Forks, token: str) -> None:
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
            guard = Guard(
                worker, stop, forks, token, burst=kwargs.get("burst", args[:1] == (True,))
            )
        except Exception as error:
            say(f"running UNGUARDED, a stop may lose a job, because of {error!r}")
            Ledger(worker, stop, token, guarded=False).publish()
            stop.unguarded = worker
            try:
                return stock()
            finally:
                stop.unguarded = None
        return guard.work(stock)

    owner.work = work


def intermediate(queue_key: str) -> str:
    """Return the key of the list where RQ keeps what it has popped and not begun."""
    return f"{queue_key}:intermediate"


def first_seen(queue_key: str, job_id: Any) -> str:
    """Return the key where RQ's maintenance notes when it has seen an id there; soon it fails it."""
    text = job_id.decode() if isinstance(job_id, bytes) else job_id
    return f"{intermediate(queue_key)}:first_seen:{text}"


def kill_horse(pid: int) -> None:
    """Kill a horse with its process group, and wait for its end."""
    with contextlib.suppress(OSError):  # it has ended
        group = os.getpgid(pid)
        if group != os.getpgrp():  # it has left ours
            os.killpg(group, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):  # somebody else has asked for its status
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def end_unguarded(worker: Any, frame: Optional[types.FrameType]) -> None:
    """End a worker that has no Guard. Its job is found where RQ's code has it in hand."""
    job: Any = None
    while frame is not None and job is None:
        if frame.f_code.co_name in ("execute_job", "perform_job"):
            job = frame.f_locals.get("job")
        frame = frame.f_back
    if worker.horse_pid:
        kill_horse(worker.horse_pid)
    if job is not None:
        say(f"cold stop: killed job {job.id} of queue {job.origin}")
    end(worker, None, 0 if job is None else EXIT_COLD)


def end(worker: Any, ledger: Optional[Ledger], code: int = EXIT_COLD) -> None:
    """End this process, in the midst of whatever it does. Redis hears of it if it answers at once.

    Nothing that runs now can be trusted to let an exception through, or not to be at its own
    connection to Redis: so this takes another one, and leaves without unwinding.
    """
    signal.signal(signal.SIGALRM, lambda signum, frame: os._exit(code))
    signal.alarm(LAST_WORDS_SECONDS)
    with contextlib.suppress(BaseException):  # we go, whatever happens
        scheduler = getattr(getattr(worker, "scheduler", None), "_process", None)
        if scheduler is not None and scheduler.pid:
            os.kill(scheduler.pid, signal.SIGTERM)
    with contextlib.suppress(BaseException):
        worker.connection = own_connection(worker)
        if ledger is not None:
            ledger.job_ends()
            ledger.rest()
            ledger.publish(DEAD_TTL)
        worker.register_death()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):  # in the midst of a write of its own, or closed
            stream.flush()
    os._exit(code)


def own_connection(worker: Any) -> Any:
    """Return another client of the worker's Redis: the worker may be in the midst of a command.

    It waits a second for an answer, and tries nothing twice, as redis-py does by itself.
    """
    pool = worker.connection.connection_pool
    settings = {**pool.connection_kwargs, "socket_timeout": 1.0, "socket_connect_timeout": 1.0}
    settings.update(retry=None, retry_on_timeout=False, retry_on_error=[])
    return type(worker.connection)(
        connection_pool=type(pool)(connection_class=pool.connection_class, **settings)
    )


def method(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a method for a class of RQ's, which hands its instance to a function of ours."""

    def method_of_rqs_class(instance: Any, *args: Any, **kwargs: Any) -> Any:
        return function(instance, *args, **kwargs)

    return method_of_rqs_class


def leave_children() -> None:
    """Leave the processes of jobs alone: at exit Python would wait for those of multiprocessing."""
    with contextlib.suppress(AttributeError):
        module: Any = importlib.import_module("multiprocessing.process")
        for child in multiprocessing.active_children():
            if not child.daemon:
                module._children.discard(child)


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


def leave_places() -> None:
    """Leave the last places within the user's limit of processes to the daemon.

    It needs some to stop the pool. The kernel holds a process to its own copy of the limit: so this
    keeps back the worker and whatever its jobs start, and not the daemon.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    if soft != resource.RLIM_INFINITY:
        with contextlib.suppress(
            OSError, ValueError
        ):  # a sandbox forbids it: a worker all the same
            resource.setrlimit(resource.RLIMIT_NPROC, (max(1, soft - DAEMON_PLACES), hard))


def say(message: str) -> None:
    """Tell the operator, in one line. Fit for a signal handler: no stream's buffer is touched."""
    line = f"rq-orchestrator worker host: {message}".replace("\n", "\\n")
    with contextlib.suppress(OSError):
        os.write(2, line.encode(errors="backslashreplace") + b"\n")


def run(argv: List[str], forked: bool = False) -> None:
    """Run the entry that the command line names; forked from a process that has set its path."""
    with contextlib.suppress(PermissionError):  # already the leader of a session
        os.setsid()
    stop = StopFlag()
    stop.listen()
    token = os.environ.pop(TOKEN_VARIABLE, "")  # the worker's alone: not its jobs'
    entry = Entry(argv)
    if not forked:
        entry.set_path()
        leave_places()
    try:
        importlib.import_module("rq.worker")
    except Exception as error:
        say(f"{sys.executable} cannot import rq: {error!r}")
        sys.exit(EXIT_NO_RQ)
    stop.spare_children()
    importlib.import_module("multiprocessing.util")  # whose own work at exit comes after ours then
    atexit.register(leave_children)
    guard_workers(stop, Forks(), token)
    entry.run()


if __name__ == "__main__":
    run(sys.argv[1:])
