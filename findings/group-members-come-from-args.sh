#!/usr/bin/env bash
# An ExceptionGroup whose `args` were changed after it was made, as code does that puts a prefix before an error's message.
#
# A good guess: `args` of a group are a record of how it was made; `message` and `exceptions` are read-only, so what they say arrives.
# What happens: `repr`, pickle, cloudpickle and `copy` go by `args`. The group in the reader has the message, and the members, that `args`
# name; those that `except*` and `exceptions` show in the writer are gone. Where `args` hold a text alone, as those of most exceptions do,
# the group pickles, and is lost in the reader.
#
# Seen with CPython 3.11.7, 3.12.1 and 3.13.0, cloudpickle 3.1.3.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check cloudpickle==3.1.3
cat >"$tmp/see.py" <<'PYTHON'
import copy
import pickle

import cloudpickle

group = ExceptionGroup("two failed", [ValueError(1), KeyError("k")])
group.args = ("in task 7: two failed", [ValueError(1)])
print("here:       ", group.message, group.exceptions)
for name, way in {
    "pickle:     ": lambda: pickle.loads(pickle.dumps(group)),
    "cloudpickle:": lambda: pickle.loads(cloudpickle.dumps(group)),
    "copy:       ": lambda: copy.copy(group),
}.items():
    print(name, way().message, way().exceptions)
group.args = ("in task 7: two failed",)
data = pickle.dumps(group)
try:
    pickle.loads(data)
except TypeError as problem:
    print("a text alone:", problem)
PYTHON
"$tmp/venv/bin/python" "$tmp/see.py" | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
here:        two failed (ValueError(1), KeyError('k'))
pickle:      in task 7: two failed (ValueError(1),)
cloudpickle: in task 7: two failed (ValueError(1),)
copy:        in task 7: two failed (ValueError(1),)
a text alone: BaseExceptionGroup.__new__() takes exactly 2 arguments (1 given)
SEEN
echo "as described"
