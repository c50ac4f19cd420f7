"""elasticsearch and its transport: what a server answered, and that there was none."""

from __future__ import annotations

import http.server
import json
import pickle
import socket
import threading
from collections.abc import Iterator

import pytest
from crossing import Reader, describe

import picklereg

elasticsearch = pytest.importorskip("elasticsearch")

ANSWER = {"error": {"type": "index_not_found_exception", "reason": "no such index", "root_cause": []}, "status": 404}


class Server(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = json.dumps(ANSWER).encode()
        self.send_response(404)
        for name, value in {"content-type": "application/json", "x-elastic-product": "Elasticsearch", "set-cookie": "id=sesame"}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the base class
        """Be quiet."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def written(exc: BaseException, how: str) -> bytes:
    from picklereg.sets.elasticsearch import register

    registry = picklereg.Registry(entry_points=False)
    register(registry)
    if how == "picklereg":
        return picklereg.dumps(exc, registry=registry)
    with registry.installed():
        registry.ensure(exc)
        return pickle.dumps(exc)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_error_that_the_server_answered(how: str, url: str, reader: Reader) -> None:
    """Status, error, body and headers are there, but for the server's cookie; no credentials of the client are."""
    node = {"host": "127.0.0.1", "port": int(url.rpartition(":")[2]), "scheme": "http"}
    headers = {"authorization": "sesame"}
    with elasticsearch.Elasticsearch([node], headers=headers) as client, pytest.raises(elasticsearch.NotFoundError) as caught:
        client.search(index="nope", query={"match_all": {}})
    exc = caught.value
    data, sent = written(exc, how), describe(exc)
    assert b"sesame" not in data
    assert "id=sesame" in sent["dict"]["meta"]
    sent["dict"]["meta"] = sent["dict"]["meta"].replace("id=sesame", "[redacted by picklereg]")
    assert reader.describe(data) == sent
    code = """
import elasticsearch
result = [
    isinstance(obj, elasticsearch.ApiError), obj.status_code, obj.error, obj.body, obj.info,
    obj.meta.status, obj.meta.headers['Content-Type'], obj.meta.node.port,
]
"""
    assert reader.read(data, code=code) == [True, 404, exc.error, ANSWER, ANSWER, 404, "application/json", node["port"]]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_connection_refused(how: str, reader: Reader) -> None:
    """Message and causes are there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    nowhere = elasticsearch.Elasticsearch(f"http://127.0.0.1:{port}", max_retries=0)
    with nowhere as client, pytest.raises(elasticsearch.ConnectionError) as caught:
        client.info()
    data = written(caught.value, how)
    assert reader.describe(data) == describe(caught.value)
    assert "Connection refused" in reader.read(data, code="result = obj.message")
