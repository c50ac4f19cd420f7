"""Classes of libraries whose own ``__reduce__`` has ``__init__`` make the error arrive whole where it doesn't run."""

from __future__ import annotations

import pytest
from crossing import describe

import picklereg

botocore = pytest.importorskip("botocore.exceptions")
celery = pytest.importorskip("celery.exceptions")
jinja2 = pytest.importorskip("jinja2")
pymongo = pytest.importorskip("pymongo.errors")
sqlalchemy = pytest.importorskip("sqlalchemy.exc")

ERRORS: dict[str, BaseException] = {
    "botocore": botocore.ClientError({"Error": {"Code": "Throttling", "Message": "slow down"}}, "GetObject"),
    "celery": celery.Retry("later", KeyError("colour"), 3),
    "jinja2": jinja2.TemplateSyntaxError("unexpected end", 3, "page", "page.html"),
    "pymongo": pymongo.OperationFailure("no such command", 59, {"ok": 0}),
    "sqlalchemy": sqlalchemy.IntegrityError("INSERT INTO shop", {"tea": 1}, ValueError("twice")),
}


@pytest.mark.parametrize("library", ERRORS)
def test_an_error_arrives_whole(library: str) -> None:
    """Arguments, text and attributes are those that were written, and no note says otherwise."""
    assert describe(picklereg.safe_loads(picklereg.dumps(ERRORS[library]))) == describe(ERRORS[library])
