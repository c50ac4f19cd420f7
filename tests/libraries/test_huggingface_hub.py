"""huggingface_hub: its errors keep the hub's answer."""

from __future__ import annotations

import pytest
from crossing import Reader, describe
from library_http_server import Answer, serving
from writing import written

huggingface_hub = pytest.importorskip("huggingface_hub")
errors = pytest.importorskip("huggingface_hub.errors")


HEADERS = {"X-Request-Id": "r1", "X-Error-Code": "RepoNotFound", "X-Error-Message": "no such repository", "Content-Type": "text/plain"}


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize(
    ("status", "code", "name"),
    [
        (404, "RepoNotFound", "RepositoryNotFoundError"),
        (403, "GatedRepo", "GatedRepoError"),
        (400, "x", "BadRequestError"),
        (409, "x", "HfHubHTTPError"),
    ],
)
def test_a_status(how: str, status: int, code: str, name: str, reader: Reader) -> None:
    """Status, request id and the server's words are there; token and cookie aren't, and the writer keeps its own."""
    answer = Answer(status, b"", {**HEADERS, "X-Error-Code": code, "Set-Cookie": "session=hidden-cookie"})
    with serving(answer) as url, pytest.raises(errors.HfHubHTTPError) as caught:
        huggingface_hub.HfApi(endpoint=url, token="hf_hidden").model_info("a/b")
    exc = caught.value
    assert name in [cls.__name__ for cls in type(exc).__mro__]
    data = written(exc, how, type(exc.response).__module__)
    assert reader.describe(data) == describe(exc)
    look = "result = [obj.response.status_code, obj.request_id, obj.server_message, str(obj.response.request.url)]"
    assert reader.read(data, code=look) == [status, "r1", "no such repository", f"{url}/api/models/a/b"]
    look = "result = [obj.response.request.headers['authorization'], obj.response.headers['set-cookie']]"
    assert reader.read(data, code=look) == ["[redacted by picklereg]"] * 2
    assert b"hf_hidden" not in data
    assert b"hidden-cookie" not in data
    assert exc.response.request.headers["authorization"] == "Bearer hf_hidden"
