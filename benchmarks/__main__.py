"""``python -m benchmarks``: everything; ``python -m benchmarks startup``: one of them."""

from __future__ import annotations

import sys

from benchmarks import dumps, redaction, startup

PROGRAMS = {"startup": startup.main, "dumps": dumps.main, "redaction": redaction.main}

for chosen in sys.argv[1:] or PROGRAMS:
    if chosen not in PROGRAMS:
        sys.exit(f"no benchmark {chosen!r}: choose among {', '.join(PROGRAMS)}")
    print(f"== {chosen}")
    PROGRAMS[chosen]()
