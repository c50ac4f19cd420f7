"""jinja2, numpy, pandas, attrs: the general mechanism is enough for their errors, and each case raises one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from cases import Cases, skip_without

if TYPE_CHECKING:
    from crossing import Reader

CASES = Cases()


@CASES.add("TemplateSyntaxError", "[str(obj), obj.lineno, obj.source]")
def jinja2_syntax_error() -> None:
    skip_without("jinja2").Environment().from_string("line\n{% if %}")


@CASES.add("TemplateSyntaxError", "[str(obj), obj.lineno, obj.name, obj.source]")
def jinja2_syntax_error_in_a_file() -> None:
    jinja2 = skip_without("jinja2")
    jinja2.Environment(loader=jinja2.DictLoader({"page.html": "line\n{% for %}"})).get_template("page.html")


@CASES.add("UndefinedError")
def jinja2_undefined() -> None:
    jinja2 = skip_without("jinja2")
    jinja2.Environment(undefined=jinja2.StrictUndefined).from_string("{{ nope.nope }}").render()


@CASES.add("TemplatesNotFound", "[obj.templates, obj.name]")
def jinja2_not_found() -> None:
    jinja2 = skip_without("jinja2")
    jinja2.Environment(loader=jinja2.DictLoader({})).select_template(["a", "b"])


@CASES.add("UFuncTypeError", "[obj.ufunc.__name__, str(obj)]")
def numpy_no_loop() -> None:
    numpy = skip_without("numpy")
    numpy.add(numpy.array(["a"]), numpy.array([1]))


@CASES.add("UFuncTypeError", "[obj.ufunc.__name__, obj.casting, str(obj.to)]")
def numpy_casting() -> None:
    numpy = skip_without("numpy")
    numpy.array([1]).__iadd__(numpy.array([1.5]))


@CASES.add("LinAlgError")
def numpy_singular() -> None:
    numpy = skip_without("numpy")
    numpy.linalg.inv(numpy.zeros((2, 2)))


@CASES.add("AxisError", "[obj.axis, obj.ndim, isinstance(obj, IndexError)]")
def numpy_axis() -> None:
    numpy = skip_without("numpy")
    numpy.sum(numpy.zeros(3), axis=4)


@CASES.add("MemoryError")
def numpy_memory() -> None:
    skip_without("numpy").empty(1 << 58)


@CASES.add("ParserError")
def pandas_parser() -> None:
    skip_without("pandas").read_csv(io.StringIO("a,b\n1,2\n1,2,3\n"))


@CASES.add("KeyError", "obj.args")
def pandas_key() -> None:
    skip_without("pandas").DataFrame({"a": [1]})["b"]


@CASES.add("EmptyDataError")
def pandas_empty() -> None:
    skip_without("pandas").read_csv(io.StringIO())


@CASES.add("UndefinedVariableError")
def pandas_undefined() -> None:
    skip_without("pandas").DataFrame({"a": [1]}).query("nope > 1")


@CASES.add("FrozenInstanceError", "obj.msg")
def attrs_frozen() -> None:
    attrs = skip_without("attrs")
    attrs.make_class("Point", {"x": attrs.field()}, frozen=True)(1).x = 2


@CASES.add("TypeError", "[obj.args[0], obj.args[1].name, obj.args[3]]")
def attrs_validator() -> None:
    attrs = skip_without("attrs")
    attrs.make_class("Point", {"x": attrs.field(validator=attrs.validators.instance_of(int))})("1")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("name", CASES)
def test_an_error_arrives_whole(name: str, how: str, reader: Reader) -> None:
    """It arrives whole, and answers there as it does here."""
    CASES.check(name, how, reader)
