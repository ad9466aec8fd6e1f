"""The worker host: runs an RQ worker so that stopping it never loses a job.

    python worker_host.py -m rq.cli worker --name X default
    python worker_host.py manage.py rqworker default

Problem: RQ's own handler for SIGTERM raises StopRequested wherever the worker is, unless its state
is `busy`. But a job leaves the queue some milliseconds before the state becomes `busy`. A signal in
between unwinds a worker that already holds a job, and that job is lost.

Solution: a stop signal only sets a flag. The host checks the flag only where the worker cannot hold
a job: at the top of RQ's two loops, right before every pop, and when a command of an idle worker to
Redis fails. No pop blocks for more than a second, so the flag is seen soon.

SIGTERM and SIGINT mean "finish the job and stop", no matter how many arrive and who sends them. In
stock RQ, the second one kills the job; here only SIGQUIT does, the cold stop. A cold stop kills the
current job, names it on stderr, and ends with exit code 1. Everything else is RQ's own code: its
command line, its loops, its horses.

The exit code is 0 after an orderly end, 1 if a job was killed, and 70 if an error ended RQ's loop
(stock RQ ends with 0 then).

The host also measures what RQ does not: how long the worker is busy, fork and bookkeeping included.
A worker is busy from the return of a pop with a job until a pop finds nothing, and also while it
skips ids of jobs that no longer exist. The totals are kept in memory. All of them are written to
`rq:orchestrator:worker:NAME` whenever a job begins and whenever the worker becomes idle, so that
they are complete again soon after Redis has lost its data.

The host also repeats every few seconds what RQ does only once or every ten minutes: see Upkeep.
Stock RQ has two problems here. A worker that does not get the scheduler's lock when it starts tries
again only after ten minutes. If the holder of the lock stops in the meantime, as in a rolling
restart, no scheduled job runs for so long. And a worker whose record Redis has lost never returns
to the lists of workers.

If a future RQ lacks one of the places that we hook into, the host reports it and runs stock RQ.
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
# Signals whose handlers a job in this process may have changed. Without these handlers, a stop is
# not noticed, RQ's timeouts don't work, or subprocesses lose their exit codes.
OUR_SIGNALS = (*STOP_SIGNALS, COLD_SIGNAL, signal.SIGALRM, signal.SIGCHLD)
DEQUEUE_SECONDS = 1  # how long an idle worker may block before it checks the flag
RECONNECT_SECONDS = 1.0  # its longest pause between two attempts to connect to Redis
BEAT_SECONDS = 5.0  # how often a worker sends heartbeats that RQ itself would not send
SKIP_SECONDS = 1.0  # how long a worker skips ids without jobs before it publishes that
END_SECONDS = 2  # how long a worker that kills its own job waits for Redis

POOL_VARIABLE = "RQ_ORCHESTRATOR_POOL_NAME"  # the name of the pool, published for other pools
TOKEN_VARIABLE = "RQ_ORCHESTRATOR_TOKEN"  # the daemon gives each worker a random text
FORK_VARIABLE = "RQ_ORCHESTRATOR_FORK"  # space for the kind of a forked process
KEY_PREFIX = "rq:orchestrator:worker:"
FORMAT_VERSION = 1
LIVE_TTL, DEAD_TTL = 86_400, 600  # seconds
REFRESH_SECONDS = 10  # an idle worker writes this often, so that a lost key is soon back
SCHEDULER_SECONDS = 5.0  # how often a worker without a live scheduler tries to get the lock
REGISTRATION_SECONDS = 1.0  # how often a worker checks that Redis still has its record
READY_SECONDS = 2.0  # how often jobs are searched that RQ 3 left behind, and their least age
READY_JOBS = 100  # the most of them per search
READY_ATTEMPTS = 20  # the most attempts of a transaction that fails because of others
NO_ROOM = (errno.EAGAIN, errno.ENOMEM)  # errors of a fork if the host has no room for a process
CROWDED_SECONDS = 1.0  # how long a worker waits for its next pop after a fork failed
DAEMON_PLACES = 8  # processes of the user's limit that workers leave for the daemon
SCHEDULER_BEATS = 2  # heartbeats that the holder of a free lock has to take it back
BUCKETS = [step * 10.0**power for power in range(-3, 4) for step in (1, 2.5, 5)][:-1]  # to 2500 s

EXIT_COLD, EXIT_USAGE, EXIT_SOFTWARE, EXIT_NO_RQ = 1, 2, 70, 78


class WaitInterrupted(BaseException):
    """Raised by a signal handler to interrupt the wait for a horse."""


class NoHorse(Exception):
    """The host has no room for the process of a job."""


class Mark:
    """The place in this process's environment, visible in /proc, where a process writes its kind.

    A forked process looks like its parent in /proc. So the daemon reserves space in the environment
    of the processes that it starts. Forks inherit the text in it, so the text includes the pid of
    its writer. `setproctitle` writes to the same area in the same way.
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
        os.environ.pop(variable)  # processes that jobs start must not have it

    def write(self, text: str) -> None:
        """Write this text into the reserved space."""
        with open("/proc/self/mem", "r+b", buffering=0) as memory:
            memory.seek(self._address)
            memory.write(text.encode()[: self._room].ljust(self._room))


class Forks:
    """Marks each process that RQ forks from this worker with its kind: a horse, or a scheduler.

    Any other forked process belongs to a job. It inherits the mark with the pid of another process.
    So the daemon can distinguish the horse of a dead worker from the processes of jobs, which it
    must not kill.
    """

    def __init__(self) -> None:
        self._worker = os.getpid()
        self._kind = ""  # of the process that RQ is about to fork
        self._mark: Optional[Mark] = None
        if FORK_VARIABLE in os.environ:
            try:
                self._mark = Mark(FORK_VARIABLE)
            except (OSError, ValueError) as error:
                say(f"cannot mark the horses, the daemon will not recognize an orphan: {error!r}")
        os.register_at_fork(after_in_child=self._begin)

    def all_marked(self) -> None:
        """Note that from now on, a forked process without its own mark belongs to a job."""
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
    """The stop flag: set by a signal at any moment, obeyed by the Guard where it is safe."""

    def __init__(self) -> None:
        self.raised = False
        self.cold = False  # the current job must be killed
        self.worker: Any = None  # the RQ worker whose work() runs now
        self.unguarded: Any = None  # the same, for an RQ that we cannot guard
        self.waiting = False  # waits for a horse; the wait can be interrupted
        self.end_now: Optional[Callable[[], None]] = None  # set while a job runs in this process
        self._mask: Any = None

    def listen(self) -> None:
        """Install handlers of the stop signals, until RQ installs its own."""
        for signum in STOP_SIGNALS:
            signal.signal(signum, self._received)
        signal.signal(COLD_SIGNAL, self._received_cold)
        # A JVM blocks SIGQUIT in most of its threads, and a child inherits that.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (*STOP_SIGNALS, COLD_SIGNAL))

    def set(self) -> None:
        """Request the stop. Safe in a signal handler: no I/O, no exceptions."""
        self.raised = True
        self.worker._stop_requested = True

    def interrupt_wait(self) -> None:
        """Interrupt the wait for a horse, if there is one."""
        if self.waiting:
            self.waiting = False
            raise WaitInterrupted

    def reset_in_children(self) -> None:
        """Give forked children the default reaction to stop signals from the start.

        Otherwise a child would run our handler until it installs its own. And Python drops a signal
        that arrives between the fork and the child's first instruction; RQ's stop_scheduler() would
        then wait forever for a scheduler that never got the signal. So these signals are blocked
        during the fork: a blocked signal stays pending in the kernel.
        """
        os.register_at_fork(
            before=self._block,
            after_in_parent=self._unblock,
            after_in_child=self._become_child,
        )

    def _received(self, signum: int, frame: object) -> None:
        if self.worker is None:
            os._exit(0)  # not registered, no job; an import could swallow SystemExit
        self.set()
        self.interrupt_wait()

    def _received_cold(self, signum: int, frame: Optional[types.FrameType]) -> None:
        self.cold = True
        if self.unguarded is not None:
            end_unguarded(self.unguarded, frame)
        if self.worker is None:
            os._exit(0)
        self.set()
        if self.end_now is not None:
            self.end_now()
        self.interrupt_wait()

    def _block(self) -> None:
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, (*STOP_SIGNALS, COLD_SIGNAL))

    def _unblock(self) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def _become_child(self) -> None:
        self._close_connections()
        for signum in (*STOP_SIGNALS, COLD_SIGNAL):
            owner = getattr(signal.getsignal(signum), "__self__", None)
            if owner is self or (owner is not None and owner is self.worker):
                signal.signal(signum, signal.SIG_DFL)
        self._unblock()

    def _close_connections(self) -> None:
        """Close the worker's connections in the child, which opens its own.

        While a scheduler, or a process of a job, holds them open, a worker that was killed still
        seems to wait for a job, and Redis hands it the next job.
        """
        with contextlib.suppress(AttributeError):  # no worker, or an unknown redis-py
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
    """Measures what one worker has done so far, and publishes it in a key in Redis."""

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
        self._skip_from: Optional[float] = None  # since when it has popped only ids without jobs
        self._job_from: Optional[float] = None
        self._job, self._queue = "", ""  # id of the current job, and its queue
        self._moves = False
        self._jobs = 0
        self._wait, self._duration = Histogram(), Histogram()
        self._services: Dict[str, Tuple[int, float]] = {}  # jobs and their seconds by queue
        self._published = 0.0

    @property
    def busy(self) -> bool:
        """Whether the last pop returned a job, or an id without a job."""
        return self._busy_from is not None

    @property
    def in_hand(self) -> str:
        """The current job, for the operator; empty if there is none."""
        return f"job {self._job} of queue {self._queue}" if self._job_from is not None else ""

    @property
    def job(self) -> str:
        """Id of the current job, or an empty text."""
        return self._job

    def pops(self, moves: bool) -> None:
        """Note that a pop begins.

        With one queue, Redis moves the id to a list, where it is found if this worker dies before
        it starts the job. With several queues the id is in no list; then the daemon searches all
        jobs.
        """
        if moves != self._moves:
            self._moves, self._published = moves, 0.0  # to be published with the next heartbeat

    def job_begins(self, job: Any) -> None:
        """Note that a pop has just returned this job."""
        self.rest()
        now = time.time()
        self._job_from = self._begin_stretch(now)
        with contextlib.suppress(Exception):  # the user's job class may raise anything
            self._job, self._queue = str(job.id), str(job.origin)
            enqueued_at: Optional[datetime] = job.enqueued_at
            if enqueued_at is not None:
                if enqueued_at.tzinfo is None:  # up to RQ 1: UTC without a time zone
                    enqueued_at = enqueued_at.replace(tzinfo=timezone.utc)
                self._wait.add(max(0.0, now - enqueued_at.timestamp()))

    def job_ends(self) -> None:
        """Note that RQ has finished the job, if there was one."""
        if self._job_from is not None:
            seconds = time.monotonic() - self._job_from
            self._duration.add(seconds)
            jobs, sum_of_seconds = self._services.get(self._queue, (0, 0.0))
            self._services[self._queue] = jobs + 1, sum_of_seconds + seconds
            self._job_from, self._job, self._queue = None, "", ""
            self._jobs += 1

    def job_returns(self) -> None:
        """Note that the job, which was not started, goes back to its queue."""
        self._job_from, self._job, self._queue = None, "", ""
        self.rest()

    def skip(self) -> None:
        """Note that the last pop returned an id without a job; the worker counts as busy."""
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
        """Write everything in one round trip. A failure here must not affect the worker."""
        with contextlib.suppress(Exception):
            self._published = time.monotonic()
            self._write(self._worker.connection, ttl)

    def publish_aside(self) -> None:
        """Write everything on another thread, so that a running job is not delayed."""
        with contextlib.suppress(RuntimeError):  # no more threads
            _thread.start_new_thread(self._write_aside, ())

    def _write_aside(self) -> None:
        with contextlib.suppress(Exception):  # a failure here must not affect the worker
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
        """Publish if REFRESH_SECONDS have passed since the last time."""
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


class FreeLocks:
    """Finds scheduler locks without a holder: those that are free in two checks in a row.

    A lock may be free for a moment while its holder lives: it has expired, or was deleted. Its
    holder takes it back with the next heartbeat. So the checks are further apart than heartbeats.
    """

    def __init__(self) -> None:
        self._free: Set[str] = set()  # locks that were free in the last check
        self._next_look = time.monotonic() + SCHEDULER_SECONDS  # RQ itself has just tried

    def lasts(self, scheduler: Any, names: Set[str]) -> bool:
        """Check, if a check is due, and return whether one of these queues has no scheduler."""
        if not names or time.monotonic() < self._next_look:
            return False
        owners = lock_owners(scheduler.connection, scheduler, sorted(names))
        free = {name for name, owner in owners.items() if owner in (None, scheduler.name)}
        lasting, self._free = free & self._free, free
        wait = SCHEDULER_SECONDS if lasting or not free else SCHEDULER_BEATS * scheduler.interval
        self._next_look = time.monotonic() + wait
        return bool(lasting)


class LockLost(Exception):
    """A scheduler is about to enqueue for a queue whose lock it no longer holds."""


class SchedulerLocks:
    """Ensures that a scheduled job is enqueued only once, even if a lock changes its holder.

    Problem: up to RQ 2.10, a lock shows that there is a scheduler, but not which one. When a lock
    expires or is deleted, another worker takes it while its first holder lives, and both enqueue
    each job. From RQ 2.11 on, the lock has its holder's name, and with each heartbeat the holder
    takes it back or gives up the queue. But between two heartbeats, or after it was suspended for a
    minute, both may still enqueue the same job.

    Solution: locks have their holder's name in every version of RQ, and a transaction that enqueues
    fails if a lock has changed since the due jobs were read. A scheduler without locks ends.

    The hooks are in RQ's class; the scheduler's process, a fork of the worker, inherits them.
    """

    def __init__(self, forks: Forks) -> None:
        self._forks = forks
        self._module: Any = importlib.import_module("rq.scheduler")
        self._class: Any = self._module.RQScheduler
        self._watch_error: Any = importlib.import_module("redis.exceptions").WatchError
        self._free_locks = FreeLocks()  # used in the scheduler's process
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
        """Install the hooks in RQ's class."""
        for name, place in self._places.items():
            setattr(self._class, name, place)
        if not hasattr(self._module, "ForkProcess"):  # RQ 2.10; Python 3.14 forks only on request
            self._module.Process = multiprocessing.get_context("fork").Process
        self._forks.all_marked()  # all horses and schedulers have a mark

    def remove(self) -> None:
        """Remove the hooks."""
        for name, stock in self._stock.items():
            setattr(self._class, name, stock)

    def _start(self, scheduler: Any) -> Any:
        return self._forks.fork("scheduler", self._stock["start"], scheduler)

    def _should_reacquire(self, scheduler: Any) -> bool:
        return self._free_locks.lasts(scheduler, scheduler._queue_names - scheduler._acquired_locks)

    def _acquire(self, scheduler: Any, auto_start: bool = False) -> Set[str]:
        """Take all locks that are free or ours, as RQ 2.11 does."""
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
        """Take or refresh all locks that are free or ours, and return the names of their queues."""
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
                except self._watch_error:  # a lock was taken or expired in the meantime
                    continue
        return set()

    def _release(self, scheduler: Any) -> None:
        """Free the locks that are still ours. Stock RQ before 2.11 also frees those of others."""
        for name in scheduler._acquired_locks:
            with scheduler.connection.pipeline() as pipeline, contextlib.suppress(
                self._watch_error  # another scheduler has taken it in the meantime
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
        if hasattr(scheduler, "register_birth"):  # RQ 2.10, which writes its record only once
            if not scheduler.connection.hexists(scheduler.key, "pid"):
                scheduler.register_birth()
        self._stock["heartbeat"](scheduler)
        if not scheduler._acquired_locks:  # the worker will try to get them again
            scheduler._stop_requested = True

    def _enqueue(self, scheduler: Any) -> None:
        """Let RQ enqueue the due jobs, in transactions that fail if a lock is no longer ours."""
        connection = scheduler.connection
        connection.pipeline = functools.partial(self._fenced, scheduler, connection.pipeline)
        try:
            self._stock["enqueue_scheduled_jobs"](scheduler)
        except (LockLost, self._watch_error):  # the next heartbeat finds out which lock
            scheduler.log.warning("A scheduler lock has changed: the due jobs are read again")
        finally:
            del connection.pipeline

    @staticmethod
    def _fenced(scheduler: Any, pipeline_of: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Make a transaction that fails if a lock changes before its end.

        Only this scheduler writes its name into a lock. A lock that has its name now has had it
        since it was taken, and therefore also when the due jobs were read.
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
    """Return the contents of the scheduler locks of these queues: a scheduler's name, or None."""
    values = connection.mget([scheduler.get_locking_key(name) for name in names])
    texts = (value.decode() if isinstance(value, bytes) else value for value in values)
    return dict(zip(names, texts))


class SchedulerTakeover:
    """Takes over RQ's scheduler once its last holder has gone."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._free_locks = FreeLocks()

    def ask(self) -> None:
        """Take the locks without a holder, if this worker has no live scheduler."""
        scheduler = getattr(self._worker, "scheduler", None)
        if scheduler is None or (scheduler._process and scheduler._process.is_alive()):
            return
        if self._free_locks.lasts(scheduler, scheduler._queue_names):
            scheduler._acquired_locks = set()  # RQ < 2.10 would start for locks that it had once
            scheduler.acquire_locks(auto_start=True)


class ReadyJobs:
    """Enqueues jobs that RQ 3 has left in `rq:ready:QUEUE`.

    When a job ends, RQ moves the jobs that depend on it there, and from there to their queue, each
    in a transaction that watches the whole registry. If several jobs end at once, these
    transactions make each other fail, and a job whose transaction fails stays there until RQ's
    maintenance, for up to ten minutes. So does a job whose horse dies in between.
    """

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._next_look = 0.0
        registry_module: Any = importlib.import_module("rq.registry")
        self._class: Any = getattr(registry_module, "ReadyJobRegistry", None)  # RQ 3
        self._stock: Any = getattr(self._class, "enqueue_jobs", None)

    def install(self) -> None:
        """Install the retry in RQ's class, which the horses inherit."""
        if self._stock:
            self._class.enqueue_jobs = method(self._enqueue)

    def remove(self) -> None:
        """Restore RQ's own function."""
        if self._stock:
            self._class.enqueue_jobs = self._stock

    def look(self) -> None:
        """Enqueue jobs that have been there for too long, if a search is due."""
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
        with contextlib.suppress(Exception):  # Redis cannot be reached; look() finds them later
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
    """Writes the worker's record again if Redis has lost it; RQ writes it only once.

    After FLUSHALL or a failover to an empty Redis, RQ's next heartbeat creates a hash without name,
    pid or queues, and the worker is in no list of workers. The same happens if Redis was away, or
    the worker hung, for longer than the record lives. And with RQ 1, or after a time-out, the
    thread that receives RQ's commands has ended when Redis comes back.
    """

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._next_look = 0.0
        self._register: Any = importlib.import_module("rq.worker_registration").register
        self._utcformat: Any = importlib.import_module("rq.utils").utcformat

    def lost(self) -> bool:
        """Check, if a check is due, and return whether the worker's record is incomplete."""
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
        """Write the record as RQ does at the start, with the same birth, and the current job."""
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
        """Subscribe to RQ's commands again, if the thread that receives them has ended."""
        thread = self._worker.pubsub_thread
        if thread is not None and not thread.is_alive():
            with contextlib.suppress(Exception):  # its connection is broken
                self._worker.pubsub.close()
            self._worker.subscribe()


class Upkeep:
    """Does every few seconds what RQ does only at the start, or every ten minutes."""

    def __init__(self, worker: Any, ledger: Ledger, forks: Forks, burst: bool) -> None:
        self._ledger = ledger
        self._registration = Registration(worker)
        self._ready_jobs = ReadyJobs(worker)
        self._takeover = None if burst else SchedulerTakeover(worker)
        self.hooks: "List[Union[Hook, SchedulerLocks, ReadyJobs]]" = [self._ready_jobs]
        try:
            self.hooks.append(SchedulerLocks(forks))
        except Exception as error:  # a loss-free stop does not need this
            say(f"running RQ's stock scheduler locks, because of {error!r}")

    def beat(self, inherits: bool, job_in_hand: bool) -> None:
        """Do everything that is due. A failure here must not affect the worker."""
        with contextlib.suppress(Exception):
            if self._registration.lost():
                self._registration.renew(self._ledger.job)
                self._ledger.publish()
        with contextlib.suppress(Exception):
            self._registration.hear()
        with contextlib.suppress(Exception):
            if self._takeover and inherits:
                self._takeover.ask()
        with contextlib.suppress(Exception):
            if not job_in_hand:
                self._ready_jobs.look()


class Surroundings:
    """Saves what a job in the worker's own process may change, and restores it after the job.

    These are the handlers and the mask of signals, the working directory, the umask and the
    environment. docs/decisions explains why the rest is not restored.
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
            with contextlib.suppress(OSError):  # it was removed, or cannot be entered any more
                if not self._is_here():
                    os.chdir(self._directory)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def _is_here(self) -> bool:
        try:
            return os.getcwd() == self._directory
        except OSError:  # the job has removed its own directory
            return False


class Hook:
    """A descriptor that replaces an attribute of RQ, and passes the original to our function."""

    def __init__(self, cls: type, name: str, function: Any, applies: Callable[[Any], bool]) -> None:
        self._stock = inspect.getattr_static(cls, name)  # AttributeError: not the RQ we know
        self._inherited = name not in vars(cls)
        self._cls, self._name = cls, name
        self._function, self._applies = function, applies

    def install(self) -> None:
        """Replace the attribute in the class itself: RQ's SpawnWorker pickles its class by name."""
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

        # Bound as stock is: the owner of a signal handler is compared with the worker.
        return types.MethodType(hooked, stock.__self__)


class ModuleHook:
    """Replaces a function in a module of RQ; our function gets the original as first argument."""

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
    """Stops and measures one RQ worker. Its horses and all other workers run stock RQ.

    The constructor raises an AttributeError if RQ lacks one of the places to hook into.
    """

    def __init__(self, worker: Any, stop: StopFlag, forks: Forks, token: str, burst: bool) -> None:
        self._worker, self._stop, self._pid = worker, stop, os.getpid()
        self._ledger = Ledger(worker, stop, token, guarded=True)
        self._upkeep = Upkeep(worker, self._ledger, forks, burst)
        self._forks = forks
        self._job_in_hand = False
        self._executing = False
        self._handling_stop = False  # RQ's own handler runs
        self._popped: Any = None  # queue key and id after a pop, until its job is known
        self._to_put_back: Any = None  # the same, if its job cannot start and must be put back
        self._in_hand: Any = None  # the same, of the current job
        self._crowded = False  # no process could be forked for the last job
        self._maintaining = False
        self._found_job = False  # maintenance is handling a job
        self._beaten = time.monotonic()
        self._problem = ""  # the error in the last step of RQ's loop
        self._stop_published = False  # the stop is published
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
        self._stop.listen()  # replaces handlers that the application has installed
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
        """Send heartbeats in the loop of a suspended worker: without them, its record expires."""
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
        """Note the stop before RQ logs it; logging fails if the signal interrupted a log line."""
        if not self._stop.raised:
            self._stop.set()
            if self._stop.end_now is not None:
                self._publish_stop()
            self._handling_stop = True
            # RQ's own timeouts raise exceptions, which would be lost in the suppress() below.
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGALRM,))
            try:
                with contextlib.suppress(Exception):  # the exception could be raised within a job
                    stock(*signal_and_frame)
            finally:
                self._handling_stop = False
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        self._stop.interrupt_wait()

    def _request_stop_again(self, stock: Any, *signal_and_frame: Any) -> None:
        """Note a repeated stop: stock RQ would kill the job."""
        self._stop.set()
        self._stop.interrupt_wait()

    def _shutdown(self, stock: Any) -> None:
        """Only note the stop: stock RQ raises, or leaves an orphan if its write to Redis fails."""
        self._stop.set()

    def _kill_horse(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Leave the horse alone in a stop: RQ's HerokuWorker would kill it by a signal."""
        if self._handling_stop and threading.current_thread() is threading.main_thread():
            return None
        return stock(*args, **kwargs)

    def _at_loop_top(self, stock: bool) -> bool:
        self._job_in_hand = False
        self._obey()
        return stock

    def _step(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a step of RQ's loop and note its error: stock RQ only logs it and ends with 0."""
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
        """Fetch a job for RQ's maintenance, which may fetch any number of jobs.

        A stop may interrupt maintenance as long as it has found only ids without jobs. Once it has
        called a job's failure callback, it must finish, or the next maintenance would call the
        callback again.
        """
        if not self._found_job:
            self._obey()
        self._beat()
        job = stock(*args, **kwargs)
        self._found_job = True
        return job

    def _beat(self) -> None:
        """Send a heartbeat, if the last one was BEAT_SECONDS ago."""
        if time.monotonic() - self._beaten > BEAT_SECONDS:
            self._worker.heartbeat()

    def _dequeue_timeout(self, stock: int) -> int:
        # RQ also derives its socket timeout from this, but in __init__: that is not changed.
        return min(stock, DEQUEUE_SECONDS)

    def _heartbeat(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Send RQ's heartbeat. If Redis fails, check the flag: RQ would only try again."""
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
        """Return the next job. RQ pops until it finds an id whose job still exists."""
        self._ledger.job_ends()
        self._put_back()
        self._obey()
        self._popped = result = None
        try:
            result = stock(*args, **kwargs)
        except self._redis_error:
            self._to_put_back = self._popped
            raise
        finally:
            if result is None:
                self._ledger.rest()
        if result is not None:
            if self._stop.cold:
                self._to_put_back = self._popped
                self._put_back()
                self._obey()
            self._in_hand, self._popped = self._popped, None
            self._job_in_hand = True
            replace_broken_output()
            self._ledger.job_begins(result[0])
            self._ledger.publish()
        return result

    def _lpop(self, stock: Any, queue_keys: Any, timeout: Any, *args: Any, **kwargs: Any) -> Any:
        self._ledger.pops(moves=False)
        return self._pop(lambda seconds: stock(queue_keys, seconds, *args, **kwargs), timeout)

    def _lmove(self, stock: Any, connection: Any, queue_key: Any, timeout: Any) -> Any:
        if self._popped is not None:
            # RQ leaves the id in this list, where its maintenance would check every one.
            connection.lrem(intermediate(queue_key), -1, self._popped[1])
        self._ledger.pops(moves=True)
        return self._pop(lambda seconds: stock(connection, queue_key, seconds), timeout)

    def _pop(self, pop: Callable[[Any], Any], timeout: Any) -> Any:
        """Pop. A busy worker first pops without blocking, to detect when it becomes idle."""
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

    def _put_back(self) -> None:
        """Put an id that was popped, and whose job was not started, back into its queue.

        Stock RQ loses it if Redis fails between the pop and the fetch of its job. Here it is put
        back once Redis answers again, and never twice: if the first attempt arrived and only its
        answer was lost, a second attempt could make a job run twice.
        """
        if self._to_put_back is None:
            return
        connection = own_connection(self._worker)
        connection.ping()
        (queue_key, job_id), self._to_put_back = self._to_put_back, None
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
            self._return_job(args[0], refusal)
        finally:
            self._executing = False
        self._job_in_hand = False
        return result

    def _fork_horse(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Fork a horse. If the fork fails, stock RQ ends, and its job is in no queue."""
        try:
            return self._forks.fork("horse", stock, *args, **kwargs)
        except OSError as error:
            if os.getpid() != self._pid or error.errno not in NO_ROOM:
                raise
            raise NoHorse(error.strerror) from error

    def _return_job(self, job: Any, refusal: NoHorse) -> None:
        """Put a job that was not started back at the head of its queue, and pause for a moment."""
        worker, self._problem = self._worker, ""
        if not self._crowded:
            say(f"no process for {self._ledger.in_hand}: {refusal}; it goes back to its queue")
        self._crowded, self._to_put_back = True, self._in_hand
        with worker.connection.pipeline() as pipeline:
            execution = getattr(worker, "execution", None)  # from RQ 2 on
            if execution is not None:
                which = (execution,) if hasattr(worker, "executions") else ()  # for RQ 3
                worker.cleanup_execution(job, pipeline, *which)
            worker.set_state("idle", pipeline=pipeline)
            pipeline.execute()
        self._ledger.job_returns()
        self._ledger.publish()
        self._put_back()
        over = time.monotonic() + CROWDED_SECONDS
        while not self._stop.raised and time.monotonic() < over:
            time.sleep(0.05)

    def _perform_job(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a job in this process. A cold stop during the job ends the process."""
        surroundings = Surroundings()
        self._stop.end_now = self._end_with_job
        if self._stop.cold:
            self._end_with_job()
        if self._stop.raised:
            self._publish_stop()
        try:
            return stock(*args, **kwargs)
        finally:
            surroundings.restore()
            self._stop.end_now = None

    def _end_with_job(self) -> None:
        say(f"cold stop: killed {self._ledger.in_hand}")
        end(self._worker, self._ledger)

    def _wait_for_horse(self, stock: Any, *args: Any, **kwargs: Any) -> Any:
        """Wait for the horse's end, which signals may interrupt, and only then read its status.

        If a signal handler raised an exception while the status is read, the status would be lost.
        """
        handled = sys.exc_info()[1]
        while self._worker.horse_pid:
            try:
                self._obey_while_waiting()
                self._stop.waiting = True
                try:
                    if not self._stop.cold and (self._stop_published or not self._stop.raised):
                        os.waitid(os.P_PID, self._worker.horse_pid, os.WEXITED | os.WNOWAIT)
                        break
                finally:
                    self._stop.waiting = False
            except ChildProcessError:  # other code has read it
                break
            except WaitInterrupted as interruption:
                interrupted = interruption.__context__
                if isinstance(interrupted, ChildProcessError):
                    break
                if interrupted is not None and interrupted is not handled:
                    raise interrupted  # RQ's timeout, raised at the same moment
        return stock(*args, **kwargs)

    def _obey_while_waiting(self) -> None:
        if self._stop.cold:
            kill_horse(self._worker.horse_pid)
            say(f"cold stop: killed {self._ledger.in_hand}")
            raise SystemExit(EXIT_COLD)
        if self._stop.raised:
            self._publish_stop()

    def _publish_stop(self) -> None:
        if not self._stop_published:
            self._stop_published = True
            self._ledger.publish_aside()

    def _teardown(self, stock: Any) -> Any:
        if self._problem:
            job = f" with {self._ledger.in_hand} in hand" if self._job_in_hand else ""
            say(f"ends{job} because of {self._problem}")
        self._ledger.job_ends()  # --max-jobs ends RQ's loop without another pop
        self._ledger.rest()
        self._ledger.publish(DEAD_TTL)
        try:
            self._put_back()
        except self._redis_error as error:
            say(f"cannot put id {self._to_put_back[1]} back to {self._to_put_back[0]}: {error!r}")
        try:
            result = stock()
            self._release_scheduler_locks()
            return result
        except self._redis_error as error:
            say(f"cannot report its end to Redis: {error!r}")

    def _release_scheduler_locks(self) -> None:
        """Free locks that the scheduler has not freed, because a stop ended it too early.

        Its process has ended by now. Locks have their holder's name, so no other scheduler loses
        its lock.
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
        """Set sys.path as Python itself does, without our own directory."""
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
            return stock()  # a worker of RQ's own worker-pool, or one within a job
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
    """Return the key of RQ's list of ids that were popped and whose jobs were not started."""
    return f"{queue_key}:intermediate"


def first_seen(queue_key: str, job_id: Any) -> str:
    """Return the key of the time at which RQ's maintenance first saw an id in that list."""
    text = job_id.decode() if isinstance(job_id, bytes) else job_id
    return f"{intermediate(queue_key)}:first_seen:{text}"


def kill_horse(pid: int) -> None:
    """Kill a horse with its process group, and wait for its end."""
    with contextlib.suppress(OSError):  # it has ended
        group = os.getpgid(pid)
        if group != os.getpgrp():  # it has its own group
            os.killpg(group, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):  # other code has read its status
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def end_unguarded(worker: Any, frame: Optional[types.FrameType]) -> None:
    """End a worker that has no Guard. Its job is found in the stack frames of RQ's code."""
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
    """End this process at once. Redis is informed if it answers within END_SECONDS.

    The interrupted code may swallow exceptions, and may be using its connection to Redis. So this
    opens another connection, and exits without an exception.
    """
    signal.signal(signal.SIGALRM, lambda signum, frame: os._exit(code))
    signal.alarm(END_SECONDS)
    with contextlib.suppress(BaseException):  # the process ends in any case
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
        with contextlib.suppress(BaseException):  # the stream is being written, or is closed
            stream.flush()
    os._exit(code)


def own_connection(worker: Any) -> Any:
    """Return another client of the worker's Redis: the worker's own may be in use.

    It waits a second for an answer, and has none of redis-py's automatic retries.
    """
    pool = worker.connection.connection_pool
    settings = {**pool.connection_kwargs, "socket_timeout": 1.0, "socket_connect_timeout": 1.0}
    settings.update(retry=None, retry_on_timeout=False, retry_on_error=[])
    return type(worker.connection)(
        connection_pool=type(pool)(connection_class=pool.connection_class, **settings)
    )


def method(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a method for a class of RQ that passes its instance to our function."""

    def method_of_rqs_class(instance: Any, *args: Any, **kwargs: Any) -> Any:
        return function(instance, *args, **kwargs)

    return method_of_rqs_class


def abandon_children() -> None:
    """Do not wait at exit for processes that jobs started by multiprocessing, as Python would."""
    with contextlib.suppress(AttributeError):
        module: Any = importlib.import_module("multiprocessing.process")
        for child in multiprocessing.active_children():
            if not child.daemon:
                module._children.discard(child)


def replace_broken_output() -> None:
    """Redirect a stdout or stderr without a reader to /dev/null, so that a job can print."""
    poll = select.poll()
    for fd in (1, 2):
        poll.register(fd, 0)  # reports errors only
    for fd, _ in poll.poll(0):
        with contextlib.suppress(OSError):
            null = os.open(os.devnull, os.O_WRONLY)
            if null != fd:
                os.dup2(null, fd)
                os.close(null)


def reserve_places() -> None:
    """Reserve the last processes within the user's limit for the daemon.

    The daemon needs some to stop the pool. Each process has its own copy of the limit: a lower
    limit here affects the worker and the processes of its jobs, but not the daemon.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    if soft != resource.RLIM_INFINITY:
        with contextlib.suppress(OSError, ValueError):  # a sandbox may forbid it
            resource.setrlimit(resource.RLIMIT_NPROC, (max(1, soft - DAEMON_PLACES), hard))


def say(message: str) -> None:
    """Write one line for the operator. Safe in a signal handler: it uses no buffered stream."""
    line = f"rq-orchestrator worker host: {message}".replace("\n", "\\n")
    with contextlib.suppress(OSError):
        os.write(2, line.encode(errors="backslashreplace") + b"\n")


def run(argv: List[str], forked: bool = False) -> None:
    """Run the entry of the command line; if forked, the parent has set the path already."""
    with contextlib.suppress(PermissionError):  # already the leader of a session
        os.setsid()
    stop = StopFlag()
    stop.listen()
    token = os.environ.pop(TOKEN_VARIABLE, "")  # for the worker only, not for its jobs
    entry = Entry(argv)
    if not forked:
        entry.set_path()
        reserve_places()
    try:
        importlib.import_module("rq.worker")
    except Exception as error:
        say(f"{sys.executable} cannot import rq: {error!r}")
        sys.exit(EXIT_NO_RQ)
    stop.reset_in_children()
    importlib.import_module("multiprocessing.util")  # so that its exit handler runs after ours
    atexit.register(abandon_children)
    guard_workers(stop, Forks(), token)
    entry.run()


if __name__ == "__main__":
    run(sys.argv[1:])
