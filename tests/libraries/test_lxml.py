"""lxml: the log of all that was wrong, not only of the first thing."""

from __future__ import annotations

from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

etree = pytest.importorskip("lxml.etree")

NAMES = ("column", "domain_name", "filename", "level", "level_name", "line", "message", "type", "type_name")
SCHEMA = '<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start><element name="a"><text/></element></start></grammar>'
NOTE = "picklereg: attribute 'error_log' (lxml.etree._ListErrorLog) was replaced by a list of its entries: only lxml can make a log"
RAISES: dict[str, Any] = {
    "XMLSyntaxError": lambda: etree.fromstring("<a>\n<b></a>"),
    "XPathSyntaxError": lambda: etree.XPath("//["),
    "XPathEvalError": lambda: etree.fromstring("<a/>").xpath("nope()"),
    "DocumentInvalid": lambda: etree.RelaxNG(etree.fromstring(SCHEMA)).assertValid(etree.fromstring("<b/>")),
    "RelaxNGParseError": lambda: etree.RelaxNG(etree.fromstring("<a/>")),
    "XSLTParseError": lambda: etree.XSLT(etree.fromstring("<a/>")),
}


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("case", RAISES)
def test_an_error_with_its_log(case: str, how: str, reader: Reader) -> None:
    """All but the log's class arrives, which a note says; its entries have all their attributes."""
    with pytest.raises(etree.Error) as caught:
        RAISES[case]()
    exc: Any = caught.value
    assert type(exc).__name__ == case
    data, sent = written(exc, how, "lxml.etree"), describe(exc)
    got = reader.describe(data)
    del sent["dict"]["error_log"], got["dict"]["error_log"]
    assert got == {**sent, "notes": [NOTE]}
    entries = [[getattr(entry, name) for name in NAMES] for entry in exc.error_log]
    code = f"result = [[getattr(entry, name) for name in {NAMES}] for entry in obj.error_log]"
    assert reader.read(data, code=code) == entries


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_empty_log(how: str, reader: Reader) -> None:
    """It arrives as what it is."""
    etree.clear_error_log()  # of what went wrong before in this thread
    with pytest.raises(etree.LxmlError) as caught:
        etree.fromstring("<a/>").xpath("string()", nope=object())
    data = written(caught.value, how, "lxml.etree")
    assert reader.describe(data) == describe(caught.value)
    assert reader.read(data, code="result = [type(obj.error_log).__name__, len(obj.error_log)]") == ["_ListErrorLog", 0]


def test_what_handlers_ask(reader: Reader) -> None:
    """The place in the document, and the last entry, as with lxml's own log."""
    with pytest.raises(etree.XMLSyntaxError) as caught:
        RAISES["XMLSyntaxError"]()
    code = "result = [obj.position, obj.lineno, obj.code, len(obj.error_log), obj.error_log.last_error is obj.error_log[-1]]"
    exc: Any = caught.value
    assert reader.read(written(exc, "pickle", "lxml.etree"), code=code) == [[*exc.position], exc.lineno, exc.code, len(exc.error_log), True]
