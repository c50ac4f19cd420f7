"""kubernetes: what the API server answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, serving
from writing import written

client = pytest.importorskip("kubernetes.client")
config = pytest.importorskip("kubernetes.config")

ANSWER = b'{"kind": "Status", "reason": "NotFound", "code": 404}'


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(Answer(404, ANSWER, {"Content-Type": "application/json"})) as url:
        yield url


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
