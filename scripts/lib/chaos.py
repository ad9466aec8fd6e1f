"""The chaos run: kills, stops, breaks and restores the processes of a pool under load.

    chaos.py --minutes M --seed N --redis-server PATH --python PATH --work DIR [-- POOL OPTION...]

At the end the run accounts for every job, and checks these conditions:

- No job began twice.
- Every job was finished, or one deed of the chaos explains why it was not: the deed killed the
  horse that ran the job, or killed the worker that had taken the job before the job began, or
  stopped the Redis that had to record the job.
- The pool has all its workers again.
- No process and no key of its workers is left.
- The number of workers never exceeded its bounds.
- The daemon's memory and open files did not grow.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import random
import signal
import sys
import time
from typing import List

import redis
import rq.version
from chaos_account import Account, check_keys, check_pool
from chaos_deeds import Deed, Deeds
from chaos_load import Load
from chaos_rig import MIN, QUEUES, Rig, await_
from chaos_trail import Trail


def run(rig: Rig, load: Load, minutes: float, dice: random.Random) -> collections.Counter[str]:
    """Do deeds at random for this time; return how often each was done."""
    done: collections.Counter[str] = collections.Counter()
    deeds = Deeds(rig, load, dice).all()
    order: List[Deed] = []
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        time.sleep(dice.uniform(1, 4))
        rig.measure()
        if (
            not order
        ):  # every deed was done: shuffle again, so that none repeats before all were done
            order = dice.sample(deeds, len(deeds))
        name, deed = order.pop()
        done[name] += 1
        rig.note(f"chaos: {name}")
        with contextlib.suppress(redis.exceptions.RedisError):  # Redis may be too slow to answer
            deed()
    return done


def is_done(rig: Rig) -> bool:
    """Return whether no job waits, is scheduled or runs."""
    connection = rig.connection()
    waiting = sum(connection.llen(f"rq:queue:{name}") for name in QUEUES)
    scheduled = sum(connection.zcard(f"rq:scheduled:{name}") for name in QUEUES)
    return not waiting and not scheduled and not rig.horses()


def main() -> int:
    """Run the chaos, check the result and print it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--redis-server", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("pool", nargs="*")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rig = Rig(options)
    try:
        rig.start()
        await_(lambda: len(rig.workers()) >= MIN, "the pool does not start")
        trail = Trail(rig.port, QUEUES)
        load = Load(rig, random.Random(options.seed + 1_000_000))
        try:
            done = run(rig, load, options.minutes, random.Random(options.seed))
        finally:
            load.stop()
        problems = []
        for condition, problem in (
            (lambda: is_done(rig), "the queues do not become empty"),
            (lambda: rig.is_whole("running"), "the pool does not get all its workers back"),
        ):
            try:
                await_(condition, problem, 180)
            except RuntimeError:
                problems.append(f"{problem}: {rig.ask_daemon(do='status')}")
        rig.daemon.terminate()
        rig.await_end(rig.daemon)
        left = rig.left_over()
        trail.stop()
        account = Account(rig, load, trail)
        fate = account.fate
        problems += account.unexplained + rig.problems + check_pool(rig)
        problems += check_keys(rig, account.ended)
        if left:
            problems.append(f"processes left: {left}")
    finally:
        rig.close()
    pool = " ".join(options.pool)
    print(f"RQ {rq.version.VERSION} {pool}, seed {options.seed}, {options.minutes:g} minutes")
    for name, count in sorted(done.items()):
        print(f"  {count:5}  {name}")
    print(f"{len(load.enqueued)} jobs")
    for name, count in fate.most_common():
        print(f"  {count:5}  {name}")
    twice, lost = fate["BEGUN TWICE"], fate["LOST"]
    print(f"{lost} lost, {twice} begun twice; {len(problems)} problems")
    for problem in problems:
        print(f"  ! {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
