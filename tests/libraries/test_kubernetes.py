"""kubernetes: what the API server answered."""

from __future__ import annotations

import http.server
import pickle
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from crossing import Reader, describe

import picklereg

client = pytest.importorskip("kubernetes.client")
config = pytest.importorskip("kubernetes.config")

ANSWER = b'{"kind": "Status", "reason": "NotFound", "code": 404}'


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404, "Not Found")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

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
    registry = picklereg.Registry(entry_points=False)
    if how == "picklereg":
        return picklereg.dumps(exc, registry=registry)
    with registry.installed():
        registry.ensure(exc)
        return pickle.dumps(exc)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_error_that_the_server_answered(how: str, url: str, reader: Reader) -> None:
    """Status, reason, body and headers are there, and no token is."""
    settings: Any = client.Configuration(host=url, api_key={"authorization": "Bearer sesame"})
    with client.ApiClient(settings) as api, pytest.raises(client.ApiException) as caught:
        client.CoreV1Api(api).read_namespaced_pod("pod", "space")
    data = written(caught.value, how)
    assert b"sesame" not in data
    assert reader.describe(data) == describe(caught.value)
    code = """
from kubernetes.client import ApiException
result = [isinstance(obj, ApiException), obj.status, obj.reason, obj.body, obj.headers['Content-Type']]
"""
    assert reader.read(data, code=code) == [True, 404, "Not Found", ANSWER.decode(), "application/json"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_error_of_the_configuration(how: str, reader: Reader) -> None:
    """It arrives whole."""
    with pytest.raises(config.ConfigException) as caught:
        config.load_kube_config_from_dict({"kind": "Config"})
    assert reader.describe(written(caught.value, how)) == describe(caught.value)
