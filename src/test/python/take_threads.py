"""Starts threads until the limit of processes is reached, again and again, until it is killed.

    python take_threads.py FILE

Creates FILE when the limit is reached for the first time.
"""

from __future__ import annotations

import pathlib
import sys
import threading
import time


def main() -> None:
    """Start threads for ever."""
    taken = threading.Event()
    while True:
        try:
            threading.Thread(target=taken.wait, daemon=True).start()
        except RuntimeError:  # no more threads
            pathlib.Path(sys.argv[1]).touch()
            time.sleep(0.001)


if __name__ == "__main__":
    main()
