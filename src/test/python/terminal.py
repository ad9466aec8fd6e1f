"""Runs a program in a terminal of its own. Killing this process closes the terminal.

python terminal.py COMMAND [ARGUMENT...]
"""

from __future__ import annotations

import os
import pty
import sys


def main() -> None:
    """Start the program, and print its output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    while True:
        try:
            os.write(1, os.read(terminal, 65536))
        except OSError:  # the program has ended
            break
    os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
