"""Workers that misbehave, by --worker-entry '-m failing_worker' or by --worker-class."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import rq


class DeafWorker(rq.Worker):
    """Ignores every request to stop."""

    def _install_signal_handlers(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, signal.SIG_IGN)


class SlowWorker(rq.Worker):
    """Takes too long to be made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Sleep first."""
        time.sleep(600)
        super().__init__(*args, **kwargs)


class SleepingWorker(rq.Worker):
    """Takes too long to register, and heeds no stop meanwhile."""

    def register_birth(self, *args: Any, **kwargs: Any) -> None:
        """Sleep first."""
        time.sleep(600)
        super().register_birth(*args, **kwargs)


if __name__ == "__main__":
    time.sleep(0.2)
    os._exit(0)  # as RQ does on an error in its main loop: the exit code tells nothing
