#!/usr/bin/env bash
# An error that a `__reduce__` raises while something is pickled, under Python 3.14.
#
# A good guess: pickling reads. If it fails, what it raises is new, or passes through it as it was.
# What happens: 3.14 adds a note ("when serializing list item 0") to whatever exception passes through the pickler, at each level of nesting.
# Where a property or a `__reduce__` raises an exception that the program holds, an error that a connection remembers and raises again, say,
# that live exception gains notes with each attempt, and keeps them: the program prints them wherever it shows the error later, and they
# travel with it when it is pickled itself.
#
# Seen with Pyodide 314.0.7 (CPython 3.14), which needs Node.js and npm.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
npm install --silent --no-audit --no-fund --prefix "$tmp" pyodide@314.0.7 >/dev/null
cat >"$tmp/see.py" <<'PYTHON'
import pickle
import sys

print("CPython {}.{}".format(*sys.version_info))
LOST = ConnectionError("the connection was lost")


class Connection:
    def __reduce__(self):
        raise LOST


job = {"name": "job 7", "connections": [Connection()]}
for attempt in 1, 2:
    try:
        pickle.dumps(job)
    except ConnectionError as error:
        assert error is LOST
    print(f"after attempt {attempt}:", len(getattr(LOST, "__notes__", [])), "notes")
print(*LOST.__notes__[:2], sep="\n")
print("pickled itself:", len(pickle.loads(pickle.dumps(LOST)).__notes__), "notes")
PYTHON
cat >"$tmp/see.mjs" <<'JAVASCRIPT'
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const pyodide = await loadPyodide();
pyodide.runPython(readFileSync("see.py", "utf8"));
JAVASCRIPT
(cd "$tmp" && node see.mjs) | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
CPython 3.14
after attempt 1: 2 notes
after attempt 2: 4 notes
when serializing list item 0
when serializing dict item 'connections'
pickled itself: 4 notes
SEEN
echo "as described"
