#!/usr/bin/env bash
# The fields that Python's own exceptions have: `name` of a NameError, `start` of a UnicodeDecodeError, `code` of SystemExit.
#
# A good guess: they are kept all or none; and since Python 3.12 keeps `name` of an AttributeError, it keeps that of a NameError.
# What happens: each class decides for itself. `filename` of an OSError arrives as it is now, `start` and `reason` of a UnicodeDecodeError
# arrive as they were when it was made, `text` of a SyntaxError too, `code` of SystemExit too, `name` of an AttributeError arrives,
# its `obj` doesn't, and `name` of a NameError doesn't.
#
# Seen with CPython 3.12.1 and 3.13.0, cloudpickle 3.1.3. (3.11 loses an AttributeError's `name` as well.)
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for python in "${PYTHON:-python3}" python3.1{3,2} "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[23].*/bin/python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 12), (3, 13)))' 2>/dev/null; then break; fi
done
"$python" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check cloudpickle==3.1.3
cat >"$tmp/see.py" <<'PYTHON'
import pickle

import cloudpickle


def compare(error, *fields):
    for field in fields:
        arrived = {getattr(pickle.loads(dumps(error)), field) for dumps in (pickle.dumps, cloudpickle.dumps)}
        print(f"{type(error).__name__}.{field}: {getattr(error, field)!r} arrives as {', '.join(map(repr, arrived))}")


def raised(function):
    try:
        function()
    except Exception as error:
        return error


compare(raised(lambda: unheard_of), "name")
compare(raised(lambda: (1).unheard_of), "name", "obj")
moved = OSError(2, "no such file", "first")
moved.filename = "second"
compare(moved, "filename")
undecoded = raised(lambda: b"ab\xff".decode())
undecoded.start, undecoded.reason = 1, "changed"
compare(undecoded, "start", "reason")
leaving = SystemExit(3)
leaving.code = 5
compare(leaving, "code")
wrong = raised(lambda: compile("a b", "f", "eval"))
wrong.text = "changed"
compare(wrong, "text")
PYTHON
"$tmp/venv/bin/python" "$tmp/see.py" | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
NameError.name: 'unheard_of' arrives as None
AttributeError.name: 'unheard_of' arrives as 'unheard_of'
AttributeError.obj: 1 arrives as None
FileNotFoundError.filename: 'second' arrives as 'second'
UnicodeDecodeError.start: 1 arrives as 2
UnicodeDecodeError.reason: 'changed' arrives as 'invalid start byte'
SystemExit.code: 5 arrives as 3
SyntaxError.text: 'changed' arrives as 'a b'
SEEN
echo "as described"
