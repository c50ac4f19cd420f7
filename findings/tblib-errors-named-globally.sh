#!/usr/bin/env bash
# `tblib.pickling_support.install()`, which makes tracebacks travel with errors, and exceptions whose own `__reduce__` says how they pickle.
#
# A good guess: what pickled before `install()` pickles afterwards, and traceback and cause come in addition.
# What happens: an error that reduces to the name of a global (the way of singletons: `__reduce__` returns a text) pickled before, and
# pickling it raises afterwards, with a message whose placeholder was never filled in. One whose class refuses to have attributes set
# pickled and loaded before, as long as it had none; afterwards it pickles, and is lost in the reader.
# So `install()` in a worker can lose errors that plain pickle delivers.
#
# Seen with tblib 3.2.2, CPython 3.11.7, 3.12.1 and 3.13.0.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check tblib==3.2.2
cat >"$tmp/shop.py" <<'PYTHON'
class Closed(Exception):
    def __reduce__(self):
        return "CLOSED"


CLOSED = Closed("until nine")


class Fixed(Exception):
    def __setattr__(self, name, value):
        raise AttributeError(f"{name} is fixed")
PYTHON
cat >"$tmp/see.py" <<'PYTHON'
import pickle

import tblib.pickling_support
from shop import CLOSED, Fixed


def arrives(error):
    try:
        data = pickle.dumps(error)
    except Exception as problem:
        return f"can't be pickled: {problem}"
    try:
        return repr(pickle.loads(data))
    except Exception as problem:
        return f"can't be loaded: {problem}"


for when in ("before:", "after: "):
    print(when, arrives(CLOSED))
    print(when, arrives(Fixed("price")))
    tblib.pickling_support.install()
PYTHON
(cd "$tmp" && venv/bin/python see.py) | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
before: Closed('until nine')
before: Fixed('price')
after:  can't be pickled: Did not expect {repr(obj)}.__reduce__() to return a string!
after:  can't be loaded: __dict__ is fixed
SEEN
echo "as described"
