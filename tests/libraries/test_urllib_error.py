"""urllib.error: an ``HTTPError``, which is a file, keeps code, reason, URL and headers."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving
from writing import written

LOOK = "result = [obj.code, obj.reason, obj.url, obj.headers['x-request-id'], str(obj), obj.filename]"


def raised(opener: urllib.request.OpenerDirector, url: str) -> Any:
    with pytest.raises(urllib.error.URLError) as caught:
        opener.open(url)
    return caught.value


class _Buffers(urllib.request.HTTPErrorProcessor):
    """Reads the body of an error, so that the connection can be closed: as clients do that log it."""

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        raise urllib.error.HTTPError(request.full_url, response.status, response.reason, response.headers, io.BytesIO(response.read()))


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_status(how: str, reader: Reader) -> None:
    """Code, reason, URL and headers are there; the connection, from which the body comes, is left behind with notes."""
    with serving(Answer(404)) as url, raised(urllib.request.build_opener(), url) as exc:
        data = written(exc, how)
        assert b"not today" in exc.read()
    assert reader.read(data, code=LOOK) == [404, "Not Found", url, "r1", "HTTP Error 404: Not Found", url]
    notes = reader.read(data, code="result = obj.__notes__")
    assert any(note.startswith("picklereg: attribute 'fp' (http.client.HTTPResponse) was left behind: ") for note in notes)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_body_in_memory(how: str, reader: Reader) -> None:
    """A body that is no connection comes along, and the error is still a file."""
    with serving(Answer(404)) as url, raised(urllib.request.build_opener(_Buffers), url) as exc:
        data = written(exc, how)
    assert reader.read(data, code=LOOK) == [404, "Not Found", url, "r1", "HTTP Error 404: Not Found", url]
    assert "not today" in reader.read(data, code="with obj: result = obj.read().decode()")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """``URLError`` keeps its reason."""
    with closed_port() as url:
        exc = raised(urllib.request.build_opener(), url)
    data = written(exc, how)
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="result = type(obj.reason).__name__") == "ConnectionRefusedError"
