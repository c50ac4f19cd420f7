"""urllib.error: an ``HTTPError``, which is a file, keeps code, reason, URL and headers, and still is a file."""

from __future__ import annotations

import email.message
import io
import tempfile
import urllib.error
import urllib.request
import urllib.response
from pathlib import Path
from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving
from writing import written

LOOK = "result = [obj.code, obj.reason, obj.url, obj.headers['x-request-id'], str(obj), obj.filename]"
SETS = ("urllib.error", "http.client")
#: What else handlers do: the error is a response and a file, and any other attribute is missing in the ordinary way.
ASK = """
result = [obj.fp is obj.file, obj.fp.status, obj.fp.reason, obj.fp.getheader("x-request-id"), getattr(obj, "nothing", None),
          obj.headers["set-cookie"]]
with obj:
    result.append(obj.read().decode())
result.append(obj.closed)
"""


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
    """Code, reason, URL and headers are there; the body isn't read for the pickle, which notes say, and is still to be read here."""
    with serving(Answer(404)) as url, raised(urllib.request.build_opener(), url) as exc:
        data = written(exc, how, *SETS)
        assert b"not today" in exc.read()
    assert reader.read(data, code=LOOK) == [404, "Not Found", url, "r1", "HTTP Error 404: Not Found", url]
    came = "(http.client.HTTPResponse) came without its body: that is in the connection"
    assert reader.read(data, code="result = obj.__notes__") == [
        f"picklereg: attribute {name!r} {came}" for name in ("fp", "file", "_closer")
    ]
    assert reader.read(data, code=ASK) == [True, 404, "Not Found", "r1", None, "[redacted by picklereg]", "", True]
    assert reader.read(data, code="result = obj.fp.url") == url
    assert b"hidden-cookie" not in data


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_body_that_was_read(how: str, reader: Reader) -> None:
    """It was read to its end here, and so it is there; what is left of the reading is named."""
    with serving(Answer(404)) as url, raised(urllib.request.build_opener(), url) as exc:
        exc.read()
        data = written(exc, how, *SETS)
    assert reader.read(data, code=ASK) == [True, 404, "Not Found", "r1", None, "[redacted by picklereg]", "", True]
    (note,) = reader.read(data, code="result = obj.__notes__")
    assert note.startswith("picklereg: attribute 'read' (function) was left behind: ")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_body_in_memory(how: str, reader: Reader) -> None:
    """A body that is no connection comes along, and the error is still a file."""
    with serving(Answer(404)) as url, raised(urllib.request.build_opener(_Buffers), url) as exc:
        data = written(exc, how, *SETS)
    assert reader.read(data, code=LOOK) == [404, "Not Found", url, "r1", "HTTP Error 404: Not Found", url]
    assert "not today" in reader.read(data, code="with obj: result = obj.read().decode()")
    assert reader.describe(data)["notes"] == []


@pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")  # the error, which nobody closes
@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_body_in_a_file(how: str, tmp_path: Path, reader: Reader) -> None:
    """A file of this process is left behind with notes."""
    (tmp_path / "body").write_text("not today")
    with (tmp_path / "body").open("rb") as file:
        data = written(urllib.error.HTTPError("http://host/", 404, "Not Found", email.message.Message(), file), how, *SETS)
    notes = reader.read(data, code="result = obj.__notes__")
    assert [note.partition(" (")[0] for note in notes] == [f"picklereg: attribute {name!r}" for name in ("fp", "file", "_closer")]
    assert notes[2].endswith("was left behind: TypeError: the file is in this process")


@pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")  # the errors, which nobody closes
@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_body_that_a_handler_wraps(how: str, reader: Reader) -> None:
    """What wraps it can't be put together there, and is left behind with notes: on the error, also where it is a cause."""
    url, headers = "http://host/", email.message.Message()
    exc = urllib.error.HTTPError(url, 404, "Not Found", headers, urllib.response.addinfourl(io.BytesIO(b"none"), headers, url, 404))
    outer = ValueError("outer")
    outer.__cause__ = exc
    for error, found in ((exc, "obj"), (outer, "obj.__cause__")):
        code = f"result = [{found}.code, str({found}), {found}.url, {found}.__notes__]"
        *got, notes = reader.read(written(error, how, *SETS), code=code)
        assert got == [404, "HTTP Error 404: Not Found", url]
        assert [note.partition(" (")[0] for note in notes] == [f"picklereg: attribute {name!r}" for name in ("fp", "file", "_closer")]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_temporary_file_in_another_error(how: str, reader: Reader) -> None:
    """It stays behind with a note, though what closes it is known here."""
    exc: Any = ValueError("m")
    with tempfile.NamedTemporaryFile() as exc.file:
        data = written(exc, how, *SETS)
    assert reader.read(data, code="result = [str(obj), hasattr(obj, 'file')]") == ["m", False]
    (note,) = reader.read(data, code="result = obj.__notes__")
    assert note.startswith("picklereg: attribute 'file' (tempfile._TemporaryFileWrapper) was left behind: ")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """``URLError`` keeps its reason."""
    with closed_port() as url:
        exc = raised(urllib.request.build_opener(), url)
    data = written(exc, how)
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="result = type(obj.reason).__name__") == "ConnectionRefusedError"
