"""azure-core: an error keeps response, request and what the service said."""

from __future__ import annotations

from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving
from writing import written

core = pytest.importorskip("azure.core")
rest = pytest.importorskip("azure.core.rest")
exceptions = pytest.importorskip("azure.core.exceptions")


LOOK = """
response = obj.response
result = [obj.status_code, obj.reason, obj.error.code, response.json()["error"]["message"], response.headers["x-request-id"],
          response.request.method, response.request.headers["authorization"], response.text()[:1]]
"""


def raised(url: str, **options: Any) -> Any:
    request = rest.HttpRequest("POST", url, headers={"Authorization": "Bearer hidden"}, json={"text": "prompt"})
    with core.PipelineClient(url, policies=[]) as client, pytest.raises(exceptions.AzureError) as caught:
        client.send_request(request, **options).raise_for_status()
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("status", [404, 429])
def test_a_status(how: str, status: int, reader: Reader) -> None:
    """Status, code, body, headers and request are there; credentials aren't, and the writer keeps its own."""
    with serving(Answer(status)) as url:
        exc = raised(url)
    data = written(exc, how, "azure.core.rest", "requests")
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code=LOOK) == [status, exc.reason, "c1", "not today", "r1", "POST", "[redacted by picklereg]", "{"]
    assert b"hidden" not in data
    assert b"prompt" not in data
    assert exc.response.request.headers["Authorization"] == "Bearer hidden"


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """``ServiceRequestError`` keeps the error behind it; only the traceback it holds is left behind, with a note."""
    with closed_port() as url:
        exc = raised(url)
    data = written(exc, how, "azure.core.rest", "requests")
    expected = describe(exc)
    del expected["dict"]["exc_traceback"]
    expected["notes"] = ["picklereg: attribute 'exc_traceback' (traceback) was left behind: TypeError: cannot pickle 'traceback' object"]
    assert reader.describe(data) == expected
    code = "result = [type(obj).__name__, type(obj.inner_exception).__name__]"
    assert reader.read(data, code=code) == ["ServiceRequestError", "NewConnectionError"]
