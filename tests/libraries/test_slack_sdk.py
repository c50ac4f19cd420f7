"""slack_sdk: an error keeps the API's answer."""

from __future__ import annotations

import asyncio

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving
from writing import written

slack_sdk = pytest.importorskip("slack_sdk")
errors = pytest.importorskip("slack_sdk.errors")

SETS = ["slack_sdk.web.slack_response"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_refusal(how: str, reader: Reader) -> None:
    """The answer's data, status and headers are there; token, message and cookie aren't."""
    with serving(Answer(200, b'{"ok": false, "error": "not_authed"}')) as url, pytest.raises(errors.SlackApiError) as caught:
        slack_sdk.WebClient(token="xoxb-hidden-token", base_url=f"{url}/").chat_postMessage(channel="c", text="prompt")
    data = written(caught.value, how, *SETS)
    assert reader.describe(data) == describe(caught.value)
    assert [word for word in (b"xoxb", b"prompt", b"hidden-cookie") if word in data] == []
    assert caught.value.response.req_args["headers"]["Authorization"] == "Bearer xoxb-hidden-token"
    code = "result = [obj.response['error'], obj.response.status_code, obj.response.headers['X-Request-Id'], obj.response.get('ok')]"
    assert reader.read(data, code=code) == ["not_authed", 200, "r1", False]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_refusal_of_an_asynchronous_client(how: str, reader: Reader) -> None:
    """The same with aiohttp's headers."""
    client = pytest.importorskip("slack_sdk.web.async_client").AsyncWebClient
    with serving(Answer(200, b'{"ok": false, "error": "not_authed"}')) as url, pytest.raises(errors.SlackApiError) as caught:
        asyncio.run(client(token="xoxb-hidden-token", base_url=f"{url}/").chat_postMessage(channel="c", text="prompt"))
    data = written(caught.value, how, *SETS, "slack_sdk.web.async_slack_response", "aiohttp")
    assert reader.describe(data) == describe(caught.value)
    assert [word for word in (b"xoxb", b"prompt", b"hidden-cookie") if word in data] == []
    assert reader.read(data, code="result = [obj.response['error'], obj.response.headers['X-Request-Id']]") == ["not_authed", "r1"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_refusal_of_a_legacy_client(how: str, reader: Reader) -> None:
    """The same with the client that is called legacy."""
    legacy = pytest.importorskip("slack_sdk.web.legacy_client").LegacyWebClient
    with serving(Answer(200, b'{"ok": false, "error": "not_authed"}')) as url, pytest.raises(errors.SlackApiError) as caught:
        legacy(token="xoxb-hidden-token", base_url=f"{url}/").chat_postMessage(channel="c", text="prompt")
    data = written(caught.value, how, *SETS, "slack_sdk.web.legacy_slack_response")
    assert reader.describe(data) == describe(caught.value)
    assert [word for word in (b"xoxb", b"prompt", b"hidden-cookie") if word in data] == []


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """The standard library's error is whole."""
    with closed_port() as url, pytest.raises(OSError) as caught:
        slack_sdk.WebClient(token="xoxb-hidden-token", base_url=f"{url}/").api_test()
    data = written(caught.value, how)
    assert reader.describe(data) == describe(caught.value)
    assert b"xoxb" not in data
