#!/usr/bin/env bash
# An error whose class can't be made from `args` alone, raised in a Celery task, with `result_serializer="pickle"`.
#
# A good guess: it arrives, since pickle is asked for; or Celery says that it can't be pickled (it has a wrapper for that,
# UnpickleableExceptionWrapper, and uses it for other such errors).
# What happens: Celery tries the error, then looks for the nearest *base class* that can be pickled with the same `args`, and stores that,
# without a word. An openai.RateLimitError arrives as openai.OpenAIError: `except RateLimitError` and `except APIStatusError` in the caller
# don't catch it, `status_code`, `body` and `response` are gone, and nothing says that it was anything else.
#
# Seen with celery 5.7.0, openai 3.57.0, a real worker (filesystem broker and backend), CPython 3.11.7.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check celery==5.7.0 openai==3.57.0
mkdir "$tmp/queue" "$tmp/control" "$tmp/results"
cat >"$tmp/shop.py" <<'PYTHON'
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import celery
import openai

HERE = os.path.dirname(os.path.abspath(__file__))
app = celery.Celery("shop", broker="filesystem://", backend=f"file://{HERE}/results")
app.conf.update(
    broker_transport_options={"data_folder_in": f"{HERE}/queue", "data_folder_out": f"{HERE}/queue", "control_folder": f"{HERE}/control"},
    result_serializer="pickle",
    result_accept_content=["pickle"],
)


class Refusing(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"error": {"message": "slow down", "code": "rate_limit_exceeded"}}'
        self.send_response(429)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@app.task
def ask():
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        openai.OpenAI(api_key="none", base_url=f"http://127.0.0.1:{server.server_port}/v1", max_retries=0).models.list()
PYTHON
cat >"$tmp/see.py" <<'PYTHON'
import openai
from shop import ask

try:
    ask()
except openai.RateLimitError as error:
    print("called here:", type(error).__name__, error.status_code, error.code)
arrived = ask.delay().get(timeout=60, propagate=False)
print("by a worker:", type(arrived).__name__, getattr(arrived, "status_code", "no status_code"), getattr(arrived, "code", "no code"))
print("is an APIError:", isinstance(arrived, openai.APIError))
PYTHON
cd "$tmp"
venv/bin/celery -A shop worker --pool solo --without-gossip --without-mingle --without-heartbeat --loglevel CRITICAL >worker.log 2>&1 &
worker=$!
trap 'kill "$worker" 2>/dev/null; wait "$worker" 2>/dev/null; rm -rf "$tmp"' EXIT
venv/bin/python see.py | tee seen
diff - seen <<'SEEN'
called here: RateLimitError 429 rate_limit_exceeded
by a worker: OpenAIError no status_code no code
is an APIError: False
SEEN
echo "as described"
