"""jsonschema: sentinels, type checkers and specifications are the reader's own."""

from __future__ import annotations

from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

jsonschema = pytest.importorskip("jsonschema")


def fail() -> None:
    raise jsonschema.ValidationError("by hand, as validators of one's own do")


SCHEMA = {
    "type": "object",
    "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["b"]}]}},
}
RAISES: dict[str, Any] = {
    "type": lambda: jsonschema.validate(1, SCHEMA),
    "context": lambda: jsonschema.Draft202012Validator(SCHEMA).validate({"a": {}}),
    "draft 4": lambda: jsonschema.Draft4Validator(SCHEMA).validate({"a": 1}),
    "schema": lambda: jsonschema.Draft202012Validator.check_schema({"type": 7}),
    "unknown type": lambda: jsonschema.Draft202012Validator({"type": "nope"}).validate(1),
    "reference": lambda: jsonschema.Draft202012Validator({"$ref": "#/nope"}).validate(1),
    "format": lambda: jsonschema.FormatChecker().check("x", "ipv4"),
    "unset": fail,
}


def raised(case: str) -> Any:
    with pytest.raises(Exception) as caught:
        RAISES[case]()
    assert type(caught.value).__module__.startswith("jsonschema")
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("case", RAISES)
def test_an_error_arrives_whole(case: str, how: str, reader: Reader) -> None:
    """Paths, schema, context and causes are there."""
    exc = raised(case)
    assert reader.describe(written(exc, how, "jsonschema")) == describe(exc)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_unset_keeps_its_identity(how: str, reader: Reader) -> None:
    """What is unset is the sentinel that jsonschema asks for with ``is``."""
    code = "from jsonschema.exceptions import _unset; result = [obj.validator is _unset, obj.schema is _unset, str(obj)]"
    assert reader.read(written(raised("unset"), how, "jsonschema"), code=code) == [True, True, "by hand, as validators of one's own do"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_the_best_match_can_be_found(how: str, reader: Reader) -> None:
    """Errors below the first know it as their parent, and can be asked whether their types match."""
    exc = raised("context")
    code = """
from jsonschema.exceptions import best_match
result = [best_match([obj]).message, [error.parent is obj for error in obj.context], list(obj.context[1].absolute_path)]
"""
    assert reader.read(written(exc, how, "jsonschema"), code=code) == [jsonschema.exceptions.best_match([exc]).message, [True, True], ["a"]]


def test_a_type_checker_of_ones_own_is_noted(reader: Reader) -> None:
    """It is left behind by plain pickle, and a note says so."""
    checker = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("odd", lambda _, value: value % 2)
    validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=checker)
    with pytest.raises(jsonschema.ValidationError) as caught:
        validator({"type": "odd"}).validate(2)
    got = reader.describe(written(caught.value, "pickle", "jsonschema"))
    reason = "LookupError: it is none of jsonschema._types's own"
    assert got["notes"] == [f"picklereg: attribute '_type_checker' (jsonschema._types.TypeChecker) was left behind: {reason}"]
