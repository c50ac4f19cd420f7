#!/usr/bin/env bash
# What it costs a pickler written in Python (`pickle._Pickler`, on which dill stands) that a library has added an audit hook.
#
# A good guess: a library that locks files has nothing to do with pickling, and audit hooks are asked about what matters to security:
# files, sockets, processes, imports.
# What happens: from CPython 3.12 on, `import filelock` (as Ray does) adds an audit hook written in Python. It concerns forks, but an audit
# hook hears of every event, and `id()` is one. A pickler written in Python asks `id()` for all that it writes, to find it in its memo, so
# each `Decimal` that dill writes calls the hook twelve times; `pickle` and cloudpickle, whose memo is written in C, call it never.
# No profiler shows the hook: CPython traces nothing within one, and the time seems to be `id`'s own.
# In the runs that were seen dill needed 1.7 times as long for 1,000 of them once filelock was imported, and a call of `id()` alone nine
# times as long.
#
# Seen with filelock 4.3.1, dill 0.4.1 and cloudpickle 3.1.3 on CPython 3.12.1 and 3.13.0. On 3.11 filelock adds no such hook.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
"$tmp/venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 12) and "needs CPython 3.12 or newer: PYTHON=... names another one")'
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check filelock==4.3.1 dill==0.4.1 cloudpickle==3.1.3
cat >"$tmp/see.py" <<'PYTHON'
import collections
import pickle
import sys
import timeit
from decimal import Decimal

import cloudpickle
import dill

added, add = [], sys.addaudithook
sys.addaudithook = lambda hook: (added.append(hook), add(hook))
numbers = [Decimal(number) for number in range(1_000)]


def microseconds(call, times):
    return min(timeit.repeat(call, number=times, repeat=7)) / times * 1e6


before = microseconds(lambda: dill.dumps(numbers), 10), microseconds(lambda: id(numbers), 10_000)
import filelock

after = microseconds(lambda: dill.dumps(numbers), 10), microseconds(lambda: id(numbers), 10_000)
print(f"microseconds before and after: dill {before[0]:.0f}, {after[0]:.0f}; id() {before[1]:.2f}, {after[1]:.2f}", file=sys.stderr)
print(f"filelock has added {len(added)} hook, written in {'Python' if hasattr(added[0], '__code__') else 'C'}")

heard = collections.Counter()
add(lambda event, arguments: heard.update([event]))
for module in (pickle, cloudpickle, dill):
    heard.clear()
    module.dumps(numbers)
    print(f"{module.__name__} of 1,000 objects: {heard['builtins.id'] // 1_000} calls for each")
PYTHON
"$tmp/venv/bin/python" "$tmp/see.py" | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
filelock has added 1 hook, written in Python
pickle of 1,000 objects: 0 calls for each
cloudpickle of 1,000 objects: 0 calls for each
dill of 1,000 objects: 12 calls for each
SEEN
echo "as described"
