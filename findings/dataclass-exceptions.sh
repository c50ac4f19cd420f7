#!/usr/bin/env bash
# An exception class that is a dataclass.
#
# A good guess: a dataclass knows its fields, so its instances pickle however they were made, as those of other dataclasses do.
# What happens: an exception is pickled as "class and args", and `args` are what was passed *by position*, before the dataclass's `__init__` ran.
# Made as D(5) it arrives; made as D(code=5) it pickles and fails in `loads`; `slots=True` brings back the value of a field from before it
# was changed, silently; a frozen one pickles and can never be loaded, because what `loads` sets goes through the `__setattr__` that refuses it.
# attrs' exception classes, which look the same, arrive in three of the four cases: attrs puts all fields into `args`.
#
# Seen with CPython 3.11.7, 3.12.1 and 3.13.0, cloudpickle 3.1.3, attrs 26.1.0.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check cloudpickle==3.1.3 attrs==26.1.0
cat >"$tmp/shop.py" <<'PYTHON'
import dataclasses

import attrs


@dataclasses.dataclass
class Plain(Exception):
    code: int


@dataclasses.dataclass(slots=True)
class Slotted(Exception):
    code: int


@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    code: int


@attrs.define
class Attrs(Exception):
    code: int


@attrs.frozen
class AttrsFrozen(Exception):
    code: int
PYTHON
cat >"$tmp/see.py" <<'PYTHON'
import pickle

import cloudpickle
from shop import Attrs, AttrsFrozen, Frozen, Plain, Slotted


def arrives(error):
    seen = set()
    for dumps in (pickle.dumps, cloudpickle.dumps):
        data = dumps(error)
        try:
            seen.add(f"code {pickle.loads(data).code}")
        except Exception as problem:
            seen.add(f"{type(problem).__name__}: {problem}")
    (answer,) = seen
    return answer


changed = Slotted(5)
changed.code = 6
changed_attrs = Attrs(5)
changed_attrs.code = 6
print("dataclass, by position:      ", arrives(Plain(5)))
print("dataclass, by keyword:       ", arrives(Plain(code=5)))
print("dataclass, slots, 5 made 6:  ", arrives(changed))
print("dataclass, frozen:           ", arrives(Frozen(5)))
print("attrs, by keyword:           ", arrives(Attrs(code=5)))
print("attrs, 5 made 6:             ", arrives(changed_attrs))
print("attrs, frozen:               ", arrives(AttrsFrozen(5)))
PYTHON
(cd "$tmp" && venv/bin/python see.py) | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
dataclass, by position:       code 5
dataclass, by keyword:        TypeError: Plain.__init__() missing 1 required positional argument: 'code'
dataclass, slots, 5 made 6:   code 5
dataclass, frozen:            FrozenInstanceError: cannot assign to field 'code'
attrs, by keyword:            code 5
attrs, 5 made 6:              code 5
attrs, frozen:                code 5
SEEN
echo "as described"
