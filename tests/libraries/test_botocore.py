"""botocore: the service's answer comes along, also with the classes that a client generates."""

from __future__ import annotations

from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving
from writing import written

exceptions = pytest.importorskip("botocore.exceptions")
session = pytest.importorskip("botocore.session")
config = pytest.importorskip("botocore.config")


NO_SUCH_KEY = b"<Error><Code>NoSuchKey</Code><Message>no such key</Message><Key>k</Key><RequestId>r1</RequestId></Error>"
LOOK = """
from botocore.exceptions import ClientError
status = obj.response["ResponseMetadata"]["HTTPStatusCode"]
result = [isinstance(obj, ClientError), obj.response["Error"]["Code"], obj.operation_name, status, type(obj).__name__]
"""


def client_of(url: str) -> Any:
    options = config.Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
    credentials = {"aws_access_key_id": "key", "aws_secret_access_key": "hidden", "region_name": "us-east-1"}
    return session.Session().create_client("s3", endpoint_url=url, config=options, **credentials)


def missing_key() -> Any:
    with serving(Answer(404, NO_SUCH_KEY, {"Content-Type": "application/xml"})) as url:
        client = client_of(url)
        with pytest.raises(client.exceptions.NoSuchKey) as caught:
            client.get_object(Bucket="bucket", Key="k")
    return caught.value


def test_a_generated_class_by_value(reader: Reader) -> None:
    """``picklereg.dumps`` sends ``NoSuchKey`` itself."""
    exc = missing_key()
    data = written(exc, "picklereg")
    assert reader.describe(data) == describe(exc)
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
    code = "result = [obj.kwargs['reason'][:21], obj.last_response['Error']['Code']]"
    assert reader.read(data, code=code) == ["Max attempts exceeded", "404"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_bad_arguments(how: str, reader: Reader) -> None:
    """``ParamValidationError`` keeps its report."""
    with pytest.raises(exceptions.ParamValidationError) as caught:
        client_of("http://127.0.0.1").get_object()
    assert reader.describe(written(caught.value, how)) == describe(caught.value)
