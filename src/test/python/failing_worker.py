"""Workers that misbehave, for --worker-entry '-m failing_worker' and --worker-class."""

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
    """Takes too long in its constructor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Sleep first."""
        time.sleep(600)
        super().__init__(*args, **kwargs)


class SleepingWorker(rq.Worker):
    """Takes too long to register, and ignores a request to stop meanwhile."""

    def register_birth(self, *args: Any, **kwargs: Any) -> None:
        """Sleep first."""
        time.sleep(600)
        super().register_birth(*args, **kwargs)


if __name__ == "__main__":
    time.sleep(0.2)
    os._exit(0)  # RQ also exits with 0 on an error in its main loop
