"""urllib3: its own ``__reduce__`` loses the message; the message arrives, and the pool stays behind with a note."""

from __future__ import annotations

from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving, silent_port
from writing import written

urllib3 = pytest.importorskip("urllib3")


LOCK = "TypeError: cannot pickle '_thread.lock' object"
LEFT = f"picklereg: attribute 'pool' (urllib3.connectionpool.HTTPConnectionPool) was left behind: {LOCK}"


def raised(url: str, **options: Any) -> Any:
    with urllib3.PoolManager() as pool, pytest.raises(urllib3.exceptions.HTTPError) as caught:
        pool.request("GET", url, **options)
    return caught.value


def without_pool(described: Any) -> Any:
    for node in (described, *described["others"]):
        if node["dict"].pop("pool", None) is not None:
            node["notes"] = [LEFT]
    return described


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """``MaxRetryError`` keeps message, URL and reason."""
    with closed_port() as url:
        exc = raised(url, retries=1)
    data = written(exc, how)
    assert reader.describe(data) == without_pool(describe(exc))
    text, name, same = reader.read(data, code="result = [str(obj), type(obj.reason).__name__, obj.reason is obj.__cause__]")
    assert (text, name, same) == (str(exc), "NewConnectionError", True)
    assert text.startswith("HTTPConnectionPool(host='127.0.0.1', port=")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_status(how: str, reader: Reader) -> None:
    """Too many bad answers."""
    with serving(Answer(500)) as url:
        exc = raised(url, retries=urllib3.Retry(1, status_forcelist=[500]))
    assert reader.describe(written(exc, how)) == without_pool(describe(exc))


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_timeout(how: str, reader: Reader) -> None:
    """A timeout is still caught as one."""
    with silent_port() as url:
        exc = raised(url, timeout=0.01, retries=False)
    data = written(exc, how)
    assert reader.describe(data) == without_pool(describe(exc))
    assert reader.read(data, code="import urllib3; result = isinstance(obj, urllib3.exceptions.TimeoutError)")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_hanging_up(how: str, reader: Reader) -> None:
    """A connection that breaks off keeps what http.client said."""
    with serving(Answer(None)) as url:
        exc = raised(url, retries=False)
    data = written(exc, how)
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="result = type(obj.args[1]).__name__") == "RemoteDisconnected"


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("url", ["http://[bad/", "http://host:port/", "nope://host/"])
def test_a_bad_url(how: str, url: str, reader: Reader) -> None:
    """Errors before any connection are whole."""
    exc = raised(url)
    assert reader.describe(written(exc, how)) == without_pool(describe(exc))
