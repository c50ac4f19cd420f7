"""slack_sdk: an error keeps the API's answer."""

from __future__ import annotations

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving
from writing import written

slack_sdk = pytest.importorskip("slack_sdk")
errors = pytest.importorskip("slack_sdk.errors")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_refusal(how: str, reader: Reader) -> None:
    """The answer's data, status and headers are there."""
    with serving(Answer(200, b'{"ok": false, "error": "not_authed"}')) as url, pytest.raises(errors.SlackApiError) as caught:
        slack_sdk.WebClient(token="xoxb", base_url=f"{url}/").api_test()
    data = written(caught.value, how)
    assert reader.describe(data) == describe(caught.value)
    code = "result = [obj.response['error'], obj.response.status_code, obj.response.headers['X-Request-Id'], obj.response.get('ok')]"
    assert reader.read(data, code=code) == ["not_authed", 200, "r1", False]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """The standard library's error is whole."""
    with closed_port() as url, pytest.raises(OSError) as caught:
        slack_sdk.WebClient(token="xoxb", base_url=f"{url}/").api_test()
    assert reader.describe(written(caught.value, how)) == describe(caught.value)
