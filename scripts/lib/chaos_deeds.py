"""The deeds of the chaos: faults of workers, horses, schedulers, Redis, the daemon and the code."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from typing import Callable, List, Tuple

import chaos_jobs
from chaos_load import RATES, Load
from chaos_rig import BROKEN, MIN, WHOLE, Killing, Rig, await_
from rq.command import send_shutdown_command

Deed = Tuple[str, Callable[[], None]]


class Deeds:
    """All deeds that a run can do, with their names."""

    def __init__(self, rig: Rig, load: Load, dice: random.Random) -> None:
        self._rig, self._load, self._dice = rig, load, dice

    def all(self) -> List[Deed]:
        """Return every deed that fits the pool's options."""
        rig, dice = self._rig, self._dice
        deeds: List[Deed] = [
            ("worker killed", lambda: self._kill(rig.workers(), "worker")),
            ("horse killed", lambda: self._kill(rig.horses(), "horse")),
            ("scheduler killed", lambda: self._kill(rig.schedulers(), "scheduler")),
            ("worker stopped and continued", lambda: self._freeze(rig.workers())),
            ("idle worker stopped and killed", self._freeze_and_kill),
            ("workers asked to stop by others", self._ask_workers),
            ("ids without jobs pushed", self._push_ids_without_jobs),
            ("scheduler's locks deleted", self._delete_locks),
            ("Redis restarted", rig.restart_redis),
            ("Redis hung", lambda: rig.hang_redis(dice.uniform(1, 5))),
            ("daemon killed", lambda: rig.restart_daemon(dice.uniform(0, 3))),
            ("daemon stopped, workers asked by others, too", self._stop_daemon),
            ("storm of restarts", self._storm_of_restarts),
            ("broken release deployed, then repaired", self._deploy_broken_release),
            ("load changed", lambda: setattr(self._load, "rate", dice.choice(RATES))),
        ]
        if any(option.startswith("--preload") for option in rig.options.pool):
            deeds += [
                ("fork server killed", lambda: self._kill(rig.fork_servers(), "fork server")),
                ("fork server stopped and continued", lambda: self._freeze(rig.fork_servers())),
            ]
        return deeds

    def _kill(self, pids: List[int], what: str) -> None:
        """Kill one of these processes, chosen at random."""
        if pids:
            pid = self._dice.choice(pids)
            with contextlib.suppress(OSError):
                worker = pid if what == "worker" else chaos_jobs.parent_of(pid)
                os.kill(pid, signal.SIGKILL)
                self._rig.killings.append(Killing(what, pid, worker, time.time()))

    def _freeze(self, pids: List[int]) -> None:
        """Stop one of these processes, chosen at random, for 1 to 5 s."""
        if pids:
            pid = self._dice.choice(pids)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                time.sleep(self._dice.uniform(1, 5))
                os.kill(pid, signal.SIGCONT)

    def _freeze_and_kill(self) -> None:
        """Stop an idle worker, so that Redis hands it a job that it never runs, and kill it."""
        idle = [pid for pid in self._rig.workers() if not self._rig.horses_of(pid)]
        if not idle:
            return
        pid = self._dice.choice(idle)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            busy = self._rig.horses_of(pid)  # the worker may have begun a job before it was stopped
            for _ in range(3):
                self._load.enqueue(0.1)
            time.sleep(self._dice.uniform(1, 3))
            os.kill(pid, signal.SIGKILL)
            what = "worker" if busy else "frozen worker"
            self._rig.killings.append(Killing(what, pid, pid, time.time()))

    def _ask_workers(self) -> None:
        """Ask some workers to stop, once or several times, without the daemon."""
        busy = self._rig.busy_workers()
        pids = busy if busy and self._dice.random() < 0.75 else self._rig.workers()
        asked = self._dice.sample(pids, min(len(pids), self._dice.randint(1, 3)))
        names = {pid: self._rig.name(pid) for pid in asked}
        for _ in range(self._dice.randint(1, 4)):
            for pid in asked:
                self._ask_once(pid, names[pid])
            time.sleep(self._dice.choice((0, 0.2, 1.5)))

    def _ask_once(self, pid: int, name: str) -> None:
        ways: List[Callable[[], None]] = [
            lambda: os.kill(pid, signal.SIGTERM),
            lambda: os.kill(pid, signal.SIGINT),
            lambda: send_shutdown_command(self._rig.connection(), name),
        ]
        if os.path.exists(f"/proc/{pid}"):
            with contextlib.suppress(ProcessLookupError):
                self._dice.choice(ways)()

    def _push_ids_without_jobs(self) -> None:
        """Push ids without jobs, and a job behind them; at random ask workers to stop meanwhile."""
        for _ in range(self._dice.randint(1, 3)):
            self._load.push_ids_without_jobs(self._dice.choice((50, 300, 2000)))
            self._load.enqueue(0.1)
            if self._dice.random() < 0.5:
                time.sleep(self._dice.uniform(0, 0.3))
                self._ask_workers()

    def _delete_locks(self) -> None:
        """Delete the scheduler's locks several times while scheduled jobs become due."""
        for _ in range(self._dice.randint(5, 30)):
            self._load.schedule(self._dice.uniform(0.5, 6))
        for _ in range(self._dice.randint(1, 8)):
            connection = self._rig.connection()
            for key in connection.keys("rq:scheduler-lock:*"):
                connection.delete(key)
            time.sleep(self._dice.uniform(0, 1.5))

    def _stop_daemon(self) -> None:
        """Stop the daemon as an operator would, ask its workers to stop, and start the next daemon.

        The next daemon starts when the first has ended, or while the first still waits for jobs.
        """
        rig, first = self._rig, self._rig.daemon
        first.terminate()
        for _ in range(self._dice.randint(0, 3)):
            self._ask_workers()
        overlaps = self._dice.random() < 0.5
        if not overlaps:
            rig.await_end(first)
        rig.start_daemon()
        if overlaps:
            rig.await_end(first)

    def _storm_of_restarts(self) -> None:
        """Request restarts while earlier restarts are still under way."""
        for _ in range(self._dice.randint(1, 8)):
            self._order_restart()
            time.sleep(self._dice.choice((0, 0.1, 0.5, 1.5)))

    def _order_restart(self) -> None:
        if self._dice.random() < 0.5:
            self._rig.daemon.send_signal(signal.SIGHUP)
        else:
            self._rig.ask_daemon(do="restart")

    def _deploy_broken_release(self) -> None:
        """Deploy a broken release, request restarts, check the old workers, repair the release."""
        rig = self._rig
        await_(
            lambda: rig.is_whole("running", "degraded"),
            "the pool does not get all its workers back",
            120,
        )
        old, gone = set(rig.workers()), rig.gone_workers()
        name = self._dice.choice(sorted(BROKEN))
        rig.releases.deploy(BROKEN[name])
        try:
            for _ in range(self._dice.randint(1, 3)):
                self._order_restart()
                time.sleep(self._dice.uniform(0.5, 4))
            with contextlib.suppress(RuntimeError):
                await_(lambda: rig.gone_workers() - gone - old, "nothing has failed", 30)
            if not rig.gone_workers() - gone - old:
                rig.problems.append(f"with {name} in the new release, no worker of it has ended")
            probe = self._load.enqueue(0.0, at_front=True)
            with contextlib.suppress(RuntimeError):
                await_(lambda: rig.has_ended(probe), "it does not end", 40)
            if len(old & set(rig.workers())) < MIN or not rig.has_ended(probe):
                rig.problems.append(
                    f"with {name} in the new release, the old workers do not go on:"
                    f" {sorted(old & set(rig.workers()))} of {sorted(old)} live,"
                    f" {probe} has {'' if rig.has_ended(probe) else 'not '}ended"
                )
        finally:
            rig.releases.deploy(WHOLE)
        self._order_restart()
