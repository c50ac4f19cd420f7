"""botocore: the service's answer comes along, also with the classes that a client generates."""

from __future__ import annotations

from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving
from writing import written

import picklereg

exceptions = pytest.importorskip("botocore.exceptions")
session = pytest.importorskip("botocore.session")
config = pytest.importorskip("botocore.config")
awsrequest = pytest.importorskip("botocore.awsrequest")
register = pytest.importorskip("picklereg.sets.botocore").register


NO_SUCH_KEY = b"<Error><Code>NoSuchKey</Code><Message>no such key</Message><Key>k</Key><RequestId>r1</RequestId></Error>"
LOOK = """
from botocore.exceptions import ClientError
status = obj.response["ResponseMetadata"]["HTTPStatusCode"]
result = [isinstance(obj, ClientError), obj.response["Error"]["Code"], obj.operation_name, status, type(obj).__name__]
"""


def client_of(url: str, **credentials: str) -> Any:
    options = config.Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
    credentials |= {"aws_access_key_id": "key", "aws_secret_access_key": "hidden", "region_name": "us-east-1"}
    return session.Session().create_client("s3", endpoint_url=url, config=options, **credentials)


def missing_key() -> Any:
    with serving(Answer(404, NO_SUCH_KEY, {"Content-Type": "application/xml"})) as url:
        client = client_of(url)
        with pytest.raises(client.exceptions.NoSuchKey) as caught:
            client.get_object(Bucket="bucket", Key="k")
    return caught.value


def test_a_generated_class_by_value(reader: Reader) -> None:
    """``picklereg.dumps`` sends a copy of ``NoSuchKey``, and says so: each client makes its own."""
    exc = missing_key()
    data = written(exc, "picklereg")
    note = "class botocore.errorfactory.NoSuchKey can't be imported by its name; it was sent as a copy"
    told = reader.describe(data)
    assert str(told["notes"]).startswith(f'["picklereg: {note}')
    assert {**told, "notes": []} == describe(exc)
    assert reader.read(data, code=LOOK) == [True, "NoSuchKey", "GetObject", 404, "NoSuchKey"]


def test_a_generated_class_by_name(reader: Reader) -> None:
    """Plain pickle sends the ``ClientError`` that it is, with code and response, and a note."""
    exc = missing_key()
    data = written(exc, "pickle")
    assert reader.read(data, code=LOOK) == [True, "NoSuchKey", "GetObject", 404, "ClientError"]
    expected = describe(exc)
    note = "picklereg: class botocore.errorfactory.NoSuchKey can't be imported by its name; it was sent as botocore.exceptions.ClientError"
    assert reader.describe(data) == {**expected, "type": "botocore.exceptions.ClientError", "notes": [note]}


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_another_code(how: str, reader: Reader) -> None:
    """A code without a class of its own is a plain ``ClientError``."""
    body = NO_SUCH_KEY.replace(b"NoSuchKey", b"SlowDown")
    with serving(Answer(503, body, {"Content-Type": "application/xml"})) as url, pytest.raises(exceptions.ClientError) as caught:
        client_of(url).list_buckets()
    data = written(caught.value, how)
    assert reader.describe(data) == describe(caught.value)
    assert reader.read(data, code=LOOK) == [True, "SlowDown", "ListBuckets", 503, "ClientError"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """``EndpointConnectionError`` keeps its arguments and the error behind it."""
    with closed_port() as url, pytest.raises(exceptions.EndpointConnectionError) as caught:
        client_of(url).list_buckets()
    data = written(caught.value, how)
    assert reader.describe(data) == describe(caught.value)
    assert reader.read(data, code="result = [obj.kwargs['endpoint_url'], str(obj)]") == [f"{url}/", str(caught.value)]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_waiter(how: str, reader: Reader) -> None:
    """``WaiterError`` keeps reason and last answer."""
    with serving(Answer(404, b"", {})) as url, pytest.raises(exceptions.WaiterError) as caught:
        client_of(url).get_waiter("bucket_exists").wait(Bucket="bucket", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
    data = written(caught.value, how)
    assert reader.describe(data) == describe(caught.value)
    code = "result = [obj.kwargs['reason'], obj.last_response['Error']['Code']]"
    assert reader.read(data, code=code) == [caught.value.kwargs["reason"], "404"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_bad_arguments(how: str, reader: Reader) -> None:
    """``ParamValidationError`` keeps its report."""
    with pytest.raises(exceptions.ParamValidationError) as caught:
        client_of("http://127.0.0.1").get_object()
    assert reader.describe(written(caught.value, how)) == describe(caught.value)


SIGNED = """
sent = obj.request
credentials = [sent.headers[name] for name in ("authorization", "x-amz-security-token")]
result = [sent.method, sent.url, [text if isinstance(text, str) else text.decode() for text in credentials], sent.body, obj.response]
"""


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_hanging_up(how: str, reader: Reader) -> None:
    """``ConnectionClosedError`` keeps the request that was sent, without signature, token and body, and the writer keeps its own."""
    with serving(Answer(None)) as url, pytest.raises(exceptions.ConnectionClosedError) as caught:
        client_of(url, aws_session_token="hidden-token").put_object(Bucket="bucket", Key="k", Body=b"prompt")
    exc = caught.value
    data = written(exc, how, "botocore.awsrequest")
    assert [word for word in (b"hidden", b"prompt", b"AWS4-HMAC") if word in data] == []
    assert reader.read(data, code=SIGNED) == ["PUT", f"{url}/bucket/k", ["[redacted by picklereg]"] * 2, None, None]
    assert exc.request.headers["x-amz-security-token"] in (b"hidden-token", "hidden-token")
    assert b"hidden-token" in unredacted(exc)


def unredacted(exc: BaseException) -> bytes:
    registry = picklereg.Registry(entry_points=False, redact=False)
    register(registry)
    return picklereg.dumps(exc, registry=registry)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_request_and_a_response(how: str, reader: Reader) -> None:
    """A request that isn't prepared yet can be prepared there; a response that was read can be read there."""
    request = awsrequest.AWSRequest("POST", "http://host/?X-Amz-Signature=hidden-1", {"Authorization": "hidden-2"}, "prompt", {"a": "1"})
    request.context["signing"] = {"key": "hidden-3"}
    raw: Any = type("Raw", (), {"stream": lambda _: [b"{}", b" "]})()
    response = awsrequest.AWSResponse("http://host/", 503, {"Retry-After": "3", "Set-Cookie": "id=hidden-4"}, raw)
    unread = awsrequest.AWSResponse("http://user:hidden-5@host/", 500, {}, raw)
    assert response.content == b"{} "
    data = written(exceptions.HTTPClientError(error="no", request=request, response=[response, unread]), how, "botocore.awsrequest")
    assert [word for word in (b"hidden", b"prompt") if word in data] == []
    code = """
prepared = obj.request.prepare()
response, unread = obj.response
result = [prepared.method, prepared.url, prepared.body, response.status_code, response.headers["retry-after"], response.text, unread.url]
"""
    url = "http://host/?X-Amz-Signature=[redacted by picklereg]"
    assert reader.read(data, code=code) == ["POST", url, None, 503, "3", "{} ", "http://[redacted by picklereg]@host/"]
