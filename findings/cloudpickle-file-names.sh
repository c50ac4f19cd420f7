#!/usr/bin/env bash
# A task that is defined in a script, sent to a worker by cloudpickle, raises there: what the worker's traceback says of where that was.
#
# A good guess: the script's path and the line, and, where the worker runs on the same machine, the text of the line; so it was up to 3.1.2.
# What happens with 3.1.3: the code of whatever travels by value says that it is from "<dynamic-code>". The line's number is right, its text is
# missing, and functions of two scripts can't be told apart, nor found by a debugger or a filter of warnings that goes by the file.
#
# Seen with cloudpickle 3.1.2 and 3.1.3, CPython 3.11.7, 3.12.1 and 3.13.0.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
for version in 3.1.2 3.1.3; do
    "$tmp/venv/bin/pip" install --quiet --disable-pip-version-check --target "$tmp/$version" "cloudpickle==$version"
done
cat >"$tmp/script.py" <<'PYTHON'
import sys

import cloudpickle


def charge(order):
    raise ValueError(f"no card for {order}")


sys.stdout.buffer.write(cloudpickle.dumps(charge))
PYTHON
cat >"$tmp/worker.py" <<'PYTHON'
import pickle
import sys
import traceback
from pathlib import Path

import cloudpickle

charge = pickle.load(sys.stdin.buffer)
try:
    charge("order 7")
except ValueError as error:
    last = traceback.extract_tb(error.__traceback__)[-1]
    print(cloudpickle.__version__, Path(last.filename).name, last.lineno, repr(last.line))
PYTHON
for version in 3.1.2 3.1.3; do
    PYTHONPATH="$tmp/$version" "$tmp/venv/bin/python" "$tmp/script.py" | PYTHONPATH="$tmp/$version" "$tmp/venv/bin/python" "$tmp/worker.py"
done | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
3.1.2 script.py 7 'raise ValueError(f"no card for {order}")'
3.1.3 <dynamic-code> 7 ''
SEEN
echo "as described"
