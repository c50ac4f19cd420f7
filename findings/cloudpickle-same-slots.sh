#!/usr/bin/env bash
# Two classes of a script, one derived from the other, both with `__slots__ = ("code",)`, sent by cloudpickle.
#
# A good guess: it doesn't matter how the slots are spelled; the reader gets both classes, or pickling fails.
# What happens: Python keeps equal constants of a script once, so both `__slots__` are one tuple. cloudpickle leaves out of a class what *is*
# the same object in its base, so it takes `__slots__` for inherited, and then writes the slot itself, as an attribute that the reader shall
# read from a class that has none yet: an instance pickles, and fails in the reader. With a list in one of the classes it arrives.
#
# Seen with cloudpickle 3.1.3, CPython 3.11.7, 3.12.1 and 3.13.0.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check cloudpickle==3.1.3
for how in tuple list; do
    if [ "$how" = tuple ]; then slots='("code",)'; else slots='["code"]'; fi
    cat >"$tmp/write_$how.py" <<PYTHON
import sys

import cloudpickle


class Order:
    __slots__ = ("code",)


class Express(Order):
    __slots__ = $slots


order = Express()
order.code = 5
sys.stdout.buffer.write(cloudpickle.dumps(order))
PYTHON
done
cat >"$tmp/read.py" <<'PYTHON'
import pickle
import sys

try:
    print(type(pickle.load(sys.stdin.buffer)).__name__)
except AttributeError as problem:
    print("AttributeError:", problem)
PYTHON
for how in tuple list; do
    "$tmp/venv/bin/python" "$tmp/write_$how.py" >"$tmp/$how.pickle"
    echo "$how: $("$tmp/venv/bin/python" "$tmp/read.py" <"$tmp/$how.pickle")"
done | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
tuple: AttributeError: type object 'Express' has no attribute 'code'
list: Express
SEEN
echo "as described"
