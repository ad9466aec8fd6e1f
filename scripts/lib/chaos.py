"""The chaos run: a pool under load while everything around it is killed, stopped, broken and brought back.

    chaos.py --minutes M --seed N --redis-server PATH --python PATH --work DIR [-- POOL OPTION...]

At the end every job is accounted for. A job may be missing only because of one deed of the chaos: it
killed the horse that ran it, or the worker that had it in hand before it began, or the Redis that was
to record it; none may have begun twice. The pool has to be whole at the end. No process and no key of
its workers may be left, the pool may never have been above its bounds, and the daemon may not have
grown.
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
    """Let the chaos do its worst for so long."""
    done: collections.Counter[str] = collections.Counter()
    deeds = Deeds(rig, load, dice).all()
    order: List[Deed] = []
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        time.sleep(dice.uniform(1, 4))
        rig.measure()
        if not order:  # each of them once before any of them comes again
            order = dice.sample(deeds, len(deeds))
        name, deed = order.pop()
        done[name] += 1
        rig.note(f"chaos: {name}")
        with contextlib.suppress(redis.exceptions.RedisError):  # it is slow now and then
            deed()
    return done


def is_done(rig: Rig) -> bool:
    """Return whether no job waits, is scheduled or runs."""
    connection = rig.connection()
    waiting = sum(connection.llen(f"rq:queue:{name}") for name in QUEUES)
    scheduled = sum(connection.zcard(f"rq:scheduled:{name}") for name in QUEUES)
    return not waiting and not scheduled and not rig.horses()


def main() -> int:
    """Run and judge."""
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
            (lambda: is_done(rig), "the queues do not get empty"),
            (lambda: rig.is_whole("running"), "the pool does not get whole"),
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
    print(f"{lost} lost, {twice} twice by our doing; {len(problems)} problems")
    for problem in problems:
        print(f"  ! {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
