#!/usr/bin/env bash
# An ExceptionGroup raised by a service of rpyc.
#
# A good guess: it arrives in the client as other builtin exceptions do (a FileNotFoundError comes with its errno and filename), perhaps
# with proxies as members.
# What happens: the client makes it by its class without arguments, which groups refuse, so a TypeError about `BaseExceptionGroup.__new__`
# comes instead, from inside rpyc, with nothing of the group: no message, no members, no remote traceback.
#
# Seen with rpyc 6.0.2, CPython 3.11.7, 3.12.1 and 3.13.0.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check rpyc==6.0.2
cat >"$tmp/serve.py" <<'PYTHON'
import logging

import rpyc


class Shop(rpyc.Service):
    def exposed_file(self):
        raise FileNotFoundError(2, "no such file", "stock.csv")

    def exposed_group(self):
        raise ExceptionGroup("two failed", [ValueError(1), KeyError("k")])


logging.disable()
rpyc.connect_stdpipes(Shop).serve_all()
PYTHON
cat >"$tmp/see.py" <<'PYTHON'
import sys

import rpyc

client = rpyc.connect_subproc([sys.executable, "serve.py"])
try:
    client.root.file()
except FileNotFoundError as error:
    print("FileNotFoundError", error.errno, error.filename)
try:
    client.root.group()
except ExceptionGroup as error:
    print("the group", error.exceptions)
except TypeError as error:
    print("TypeError:", error)
    print("what the client says of the remote side:", "Remote Traceback" in str(error))
client.close()
PYTHON
(cd "$tmp" && venv/bin/python see.py) | tee "$tmp/seen"
diff - "$tmp/seen" <<'SEEN'
FileNotFoundError 2 stock.csv
TypeError: BaseExceptionGroup.__new__() takes exactly 2 arguments (0 given)
what the client says of the remote side: False
SEEN
echo "as described"
