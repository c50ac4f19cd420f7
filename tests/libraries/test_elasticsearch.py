"""elasticsearch and its transport: what a server answered, and that there was none."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from crossing import Reader, describe
from library_http_server import Answer, serving
from writing import written

elasticsearch = pytest.importorskip("elasticsearch")

ANSWER = {"error": {"type": "index_not_found_exception", "reason": "no such index", "root_cause": []}, "status": 404}
HEADERS = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch", "Set-Cookie": "id=sesame"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(Answer(404, json.dumps(ANSWER).encode(), HEADERS)) as url:
        yield url


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_error_that_the_server_answered(how: str, url: str, reader: Reader) -> None:
    """Status, error, body and headers are there, but for the server's cookie; no credentials of the client are."""
    node = {"host": "127.0.0.1", "port": int(url.rpartition(":")[2]), "scheme": "http"}
    headers = {"authorization": "sesame"}
    with elasticsearch.Elasticsearch([node], headers=headers) as client, pytest.raises(elasticsearch.NotFoundError) as caught:
        client.search(index="nope", query={"match_all": {}})
    exc = caught.value
    data, sent = written(exc, how, "elastic_transport"), describe(exc)
    assert b"sesame" not in data
    assert "id=sesame" in sent["dict"]["meta"]
    sent["dict"]["meta"] = sent["dict"]["meta"].replace("id=sesame", "[redacted by picklereg]")
    assert reader.describe(data) == sent
    code = """
import elasticsearch
result = [
    isinstance(obj, elasticsearch.ApiError), obj.status_code, obj.error, obj.body, obj.info,
    obj.meta.status, obj.meta.headers['Content-Type'], obj.meta.node.port, len({obj.meta.node}),
]
"""
    assert reader.read(data, code=code) == [True, 404, exc.error, ANSWER, ANSWER, 404, "application/json", node["port"], 1]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_connection_refused(how: str, reader: Reader) -> None:
    """Message and causes are there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    nowhere = elasticsearch.Elasticsearch(f"http://127.0.0.1:{port}", max_retries=0)
    with nowhere as client, pytest.raises(elasticsearch.ConnectionError) as caught:
        client.info()
    data = written(caught.value, how, "elastic_transport")
    assert reader.describe(data) == describe(caught.value)
    assert "Connection refused" in reader.read(data, code="result = obj.message")
