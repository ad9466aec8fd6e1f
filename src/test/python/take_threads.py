"""Takes every thread that the limit of processes leaves, again and again, until it is killed.

    python take_threads.py FILE

FILE is there once all were taken.
"""

from __future__ import annotations

import pathlib
import sys
import threading
import time


def main() -> None:
    """Take them."""
    taken = threading.Event()
    while True:
        try:
            threading.Thread(target=taken.wait, daemon=True).start()
        except RuntimeError:  # no more threads
            pathlib.Path(sys.argv[1]).touch()
            time.sleep(0.001)


if __name__ == "__main__":
    main()
