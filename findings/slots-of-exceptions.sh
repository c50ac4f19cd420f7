#!/usr/bin/env bash
# What stands in an exception's `__slots__`.
#
# A good guess: since protocol 2 slots are pickled, of an exception as of any other object.
# What happens: of any other object, they are. An exception has a `__reduce_ex__` of its own (BaseException's), which gives class, args and
# `__dict__`, and no slots: they are gone in the reader, without a word, by pickle, cloudpickle and dill, and in `copy.copy`, too.
# The attribute doesn't come back as `None`: reading it raises, often in the `__str__` of the error that somebody wanted to log.
#
# Seen with CPython 3.11.7, 3.12.1 and 3.13.0, cloudpickle 3.1.3, dill 0.4.1.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check cloudpickle==3.1.3 dill==0.4.1
cat >"$tmp/shop.py" <<'PYTHON'
class Order:
    __slots__ = ("code",)


class OrderError(Exception):
    __slots__ = ("code",)
PYTHON
cat >"$tmp/see.py" <<'PYTHON'
import copy
import pickle

import cloudpickle
import dill
from shop import Order, OrderError

WAYS = {
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),
    "cloudpickle": lambda thing: pickle.loads(cloudpickle.dumps(thing)),
    "dill": lambda thing: dill.loads(dill.dumps(thing)),
    "copy": copy.copy,
}
for cls in (Order, OrderError):
    thing = cls()
    thing.code = 5
    for name, way in WAYS.items():
        print(cls.__name__, name, getattr(way(thing), "code", "gone"))
PYTHON
(cd "$tmp" && venv/bin/python see.py) | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
Order pickle 5
Order cloudpickle 5
Order dill 5
Order copy 5
OrderError pickle gone
OrderError cloudpickle gone
OrderError dill gone
OrderError copy gone
SEEN
echo "as described"
