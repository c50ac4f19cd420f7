#!/usr/bin/env bash
# A class within a class of a script, an exception class within a function, and functions beside them, sent by cloudpickle.
#
# A good guess: what travels by value keeps the qualified name that tracebacks, logs and `repr` show, as functions do.
# What happens: functions keep theirs ("orders.<locals>.check", "Shop.pay"); of a class only the last part arrives: "Shop.Refused" is "Refused"
# in the reader, also as an attribute of the very class in which it stands there. So two errors of two classes look alike in a log, and
# plain pickle in the reader looks for the class where it isn't: the error can't be sent on.
#
# Seen with cloudpickle 3.1.3, CPython 3.11.7, 3.12.1 and 3.13.0.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check cloudpickle==3.1.3
cat >"$tmp/write.py" <<'PYTHON'
import sys

import cloudpickle


class Shop:
    class Refused(Exception):
        pass

    def pay(self):
        pass


def orders():
    class Late(Exception):
        pass

    def check():
        pass

    return Late("too late"), check


late, check = orders()
sys.stdout.buffer.write(cloudpickle.dumps([Shop, Shop.Refused("no card"), late, check]))
PYTHON
cat >"$tmp/read.py" <<'PYTHON'
import pickle
import sys

shop, refused, late, check = pickle.load(sys.stdin.buffer)
print("functions:", shop.pay.__qualname__, check.__qualname__)
print("classes:", shop.Refused.__qualname__, type(refused).__qualname__, type(late).__qualname__)
print("the same class:", shop.Refused is type(refused))
try:
    pickle.dumps(refused)
except (pickle.PicklingError, AttributeError) as problem:
    print("sent on:", type(problem).__name__)
PYTHON
"$tmp/venv/bin/python" "$tmp/write.py" | "$tmp/venv/bin/python" "$tmp/read.py" | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
functions: Shop.pay orders.<locals>.check
classes: Refused Refused Late
the same class: True
sent on: PicklingError
SEEN
echo "as described"
