"""An application whose import fails until FILE exists.

    worker_host.py -m failing_import FILE QUEUE...

When FILE exists, it runs `rq worker QUEUE...`.
"""

from __future__ import annotations

import os
import sys

if not os.path.exists(sys.argv[1]):
    raise ImportError("no module named application")

from rq.cli import main

sys.argv[:] = ["rq", "worker", *sys.argv[2:]]
main()
