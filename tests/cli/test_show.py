"""``picklereg show`` prints the error in stored bytes, and imports and runs nothing."""

from __future__ import annotations

import base64
import collections
import json
import pickle
import subprocess
import sys
import traceback
import types
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hostile
import pytest
import shapes

import picklereg
from picklereg.cli.show_report import report, show
from picklereg.errors import UnsafePickleError

EXPECTED = """\
FileNotFoundError: [Errno 2] no: 'f'

The above exception was the direct cause of the following exception:

shapes.KeywordOnly: 3: message
a note

attributes of FileNotFoundError:
  errno = 2
  strerror = 'no'
  filename = 'f'

attributes of shapes.KeywordOnly:
  code = 3
  holder = <shapes.Holder() {'thing': 7}>"""


def error() -> Any:
    exc: Any = shapes.KeywordOnly(code=3, message="message")
    exc.holder = shapes.Holder(7)
    try:
        raise exc from OSError(2, "no", "f")
    except shapes.KeywordOnly:
        exc.add_note("a note")
        return exc


DATA = picklereg.dumps(error())
BASE64 = base64.b64encode(DATA)

STORED: dict[str, Callable[[], bytes]] = {
    "raw": lambda: DATA,
    "protocol 0": lambda: picklereg.dumps(error(), 0),
    "base64": lambda: BASE64 + b"\n",
    "base64 for URLs, unpadded": lambda: base64.urlsafe_b64encode(DATA).rstrip(b"="),
    "base64 in lines": lambda: base64.encodebytes(DATA),
    "hex": lambda: DATA.hex().encode(),
    "hex in lines": lambda: DATA.hex(" ", 16).encode(),
    "hex of base64": lambda: BASE64.hex().encode(),
    "docket": lambda: json.dumps({"collection": "results", "value": {"data": BASE64.decode()}}).encode(),
    "docket, the value alone": lambda: json.dumps({"data": BASE64.decode()}).encode(),
    "a message of Celery": lambda: json.dumps({"body": BASE64.decode(), "content-type": "application/x-python-serialize"}).encode(),
    "a result of RQ": lambda: json.dumps({"type": "1", "return_value": BASE64.decode()}).encode(),
    "a job of RQ": lambda: zlib.compress(DATA),
}


@pytest.mark.parametrize("form", STORED)
def test_every_form(form: str) -> None:
    """The same error in every form that is stored."""
    assert show(STORED[form]()) == EXPECTED


def test_an_error_inside_a_value() -> None:
    """As in Celery's result: first the value, then each error in it."""
    text = show(pickle.dumps({"status": "FAILURE", "result": ValueError("why"), "task_id": "17"}))
    assert text == "{'result': ValueError('why'), 'status': 'FAILURE', 'task_id': '17'}\n\nValueError: why"


def test_what_celery_writes_as_json() -> None:
    """There is no pickle in it, but the names of the error."""
    meta: dict[str, Any] = {"status": "FAILURE", "result": {"exc_type": "OrderError", "exc_message": ["why"], "exc_module": "shop"}}
    assert show(json.dumps(meta).encode()) == "shop.OrderError: why"
    meta["result"]["exc_message"] = "text"
    assert show(json.dumps(meta).encode()) == "shop.OrderError: text"


def test_the_text_that_rq_stores_of_an_error() -> None:
    """RQ keeps a traceback's text only."""
    text = b"Traceback (most recent call last):\n  ...\nValueError: \x1b[31mwhy\n"
    for stored in (zlib.compress(text), base64.b64encode(zlib.compress(text)), text):
        assert show(stored) == "Traceback (most recent call last):\n  ...\nValueError: \\x1b[31mwhy"


def test_the_text_of_a_group_or_of_an_error_without_a_traceback_of_its_own() -> None:
    """It may begin with a cause that was never raised, or with a group's frame; a note with a traceback in it is no such text."""
    try:
        raise ExceptionGroup("several", [ValueError(1)]) from KeyError("k")
    except ExceptionGroup as error:
        both = traceback.format_exc()
        group = "".join(traceback.format_exception(error, chain=False))
        error.add_note(f"in the writer:\n{both}")
        pickled = show(picklereg.dumps(error, 0))
    for text in (both, group):
        assert show(base64.b64encode(zlib.compress(text.encode()))) == text.rstrip("\n")
    assert "writer" not in both
    assert "| in the writer:" in pickled


def test_a_group_and_a_context() -> None:
    """Groups and contexts look as Python prints them."""
    group = ExceptionGroup("several", [ValueError(1), ExceptionGroup("inner", [KeyError("k")])])
    group.__context__ = TypeError("before")
    text = show(picklereg.dumps(group))
    assert "During handling of the above exception, another exception occurred:" in text
    assert "    | KeyError: 'k'" in text or "| KeyError: 'k'" in text


def test_attributes_are_shown_once() -> None:
    """An error that is both cause and context is one error."""
    first, second = shapes.KeywordOnly(code=1, message="first"), shapes.KeywordOnly(code=2, message="second")
    second.__cause__ = second.__context__ = first
    assert show(picklereg.dumps(second)).count("attributes of") == 2


def test_what_a_terminal_would_obey_is_escaped() -> None:
    """No control character, no change of direction, in messages, notes, names, keys and values."""
    evil = "\x1b]0;owned\x07\u202e\x9b\ud800"
    exc: Any = shapes.KeywordOnly(code=1, message=evil)
    vars(exc).update({evil: evil})
    exc.add_note(evil)
    data = picklereg.dumps(exc).replace(b"KeywordOnly", b"Keyword\x1b[2J")
    text = show(data)
    assert not {"\x1b", "\x07", "\u202e", "\x9b", "\ud800"} & set(text)
    assert "\\x1b]0;owned\\x07\\u202e\\x9b\\ud800" in text
    assert "Keyword\\x1b[2J" in text


def test_a_name_stays_in_its_line() -> None:
    """Line breaks and escapes in the name of an attribute, a class or a module forge no line, in the text nor for machines."""
    evil = "x\n\nValueError: forged\x1b[2J\u2028"
    missing = hostile.name("shop", evil) + hostile.name(evil, "Basket") + b")\x81\x86"
    state = b"}(" + hostile.text(evil) + hostile.name("shop", evil) + hostile.text("basket") + missing + b"ub"
    found = report(hostile.opcodes(hostile.name(evil, "OrderError"), b")\x81", state))
    assert [line for line in found.text.splitlines() if line.strip().startswith("ValueError")] == []
    assert "\x1b" not in found.text
    (error,) = found.fields["errors"]
    told = [error["type"], *error["attributes"], *error["attributes"].values()]
    assert len(told) == 5
    assert all(text.isprintable() for text in told)
    assert sum("x\\n\\nValueError: forged\\x1b[2J\\u2028" in text for text in told) == 4


def test_it_is_bounded() -> None:
    """Long lines, long texts and many errors are cut short, and it is said."""
    assert "(3,002 characters)" in show(pickle.dumps(ValueError("x" * 2_990)))
    assert "(250,011 characters)" in show(pickle.dumps(ValueError("x\n" * 125_000)))
    assert show(pickle.dumps([ValueError(number) for number in range(300)])).count("\nValueError: ") == 100
    exc: BaseException = ValueError(0)
    for number in range(150):
        outer: Any = ValueError(number)
        outer.number = number
        outer.__cause__, exc = exc, outer
    assert show(picklereg.dumps(exc)).count("attributes of") <= 100


def test_values_are_shown_as_what_they_are() -> None:
    """Stand-ins tell what they hold, up to some depth; slots, odd names and errors in attributes are shown, too."""
    exc: Any = shapes.Slotted(1)
    exc.holder = shapes.Holder(shapes.Holder(shapes.Holder(shapes.Holder(shapes.Holder(shapes.Holder(1))))))
    exc.inner = shapes.KeywordOnly(code=1, message="m")
    exc.known = KeyError("k")
    exc.function = len
    text = show(picklereg.dumps(exc))
    assert "  inner = shapes.KeywordOnly(...)" in text  # an error, as its state tells
    assert "  known = KeyError('k')" in text
    assert "  function = <builtins.len>" in text
    assert "<shapes.Holder() {'thing': <shapes.Holder() {'thing': " in text
    assert "  7 = b'seven'" in show(picklereg.dumps(shapes.OddAttributeName()))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"{",
        b'{"a": 1}',
        b"abcd",
        b"A",
        b"x\x9cbroken",
        b"x\xffbroken",
        b'{"value": 7}',
        b"Traceback (most recent call last):\n\xff",
    ],
)
def test_no_pickle(data: bytes) -> None:
    """What holds no pickle is said to hold none."""
    with pytest.raises(UnsafePickleError):
        show(data)


def test_wrapped_too_often() -> None:
    """Wrappings are taken off a few times only."""
    data = DATA
    for _ in range(9):
        data = data.hex().encode() if len(data) < 10**6 else base64.b64encode(data)
    with pytest.raises(UnsafePickleError):
        show(data)


def test_the_command(tmp_path: Path) -> None:
    """It prints the text of a file or of standard input, or says on standard error what is wrong, with status 2."""
    testing: Any = pytest.importorskip("click.testing")
    from picklereg.cli.show import show_command

    (tmp_path / "stored").write_bytes(BASE64)
    runner = testing.CliRunner()
    result = runner.invoke(show_command, [str(tmp_path / "stored")])
    assert (result.exit_code, result.stdout) == (0, f"{EXPECTED}\n")
    assert runner.invoke(show_command, ["-"], input=DATA).stdout == f"{EXPECTED}\n"
    result = runner.invoke(show_command, ["-"], input=pickle.dumps([1]))
    assert (result.exit_code, result.stdout) == (1, "[1]\n")
    result = runner.invoke(show_command, ["-", "--json"], input=DATA)
    assert (result.exit_code, json.loads(result.stdout)["errors"][0]["type"]) == (0, "shapes.KeywordOnly")
    result = runner.invoke(show_command, ["-"], input=b"no pickle")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("picklereg: can't read this pickle safely: ")


def test_nothing_is_imported_or_run(tmp_path: Path) -> None:
    """Not even the module of the error's class, with the program itself."""
    pytest.importorskip("rich")
    (tmp_path / "shop_that_acts.py").write_text("import pathlib\npathlib.Path('touched').touch()\n")
    data = DATA.replace(b"shapes", b"shop_t").replace(b"\x8c\x06shop_t", b"\x8c\x0eshop_that_acts")
    script = "import sys; from picklereg.cli import main; sys.argv[1:] = ['show', '-']; main()"
    path = [str(Path(picklereg.__file__).parents[1]), str(tmp_path)]
    for stored, status in ((data, 0), (b"cos\nmkdir\n(Vtouched\ntR.", 1)):  # the second is no error
        program = f"import sys; sys.path[:0] = {path!r}; {script}"
        done = subprocess.run([sys.executable, "-c", program], input=stored, capture_output=True, cwd=tmp_path, check=False)
        assert done.returncode == status
        assert not (tmp_path / "touched").exists()
        assert b"shop_that_acts.KeywordOnly" in done.stdout or b"os.mkdir" in done.stdout


def test_signed_bytes() -> None:
    """They are read, in every wrapping, and it is said that nobody verified them."""
    signed = bytes(picklereg.Signer("a key that show doesn't know").dumps(error()))
    for stored in (signed, base64.b64encode(signed), signed.hex().encode()):
        assert show(stored) == f"signed; the signature wasn't verified, since nobody told the key\n\n{EXPECTED}"
    assert (report(signed).fields["signed"], report(signed).fields["verified"]) == (True, False)


def test_fields_for_machines() -> None:
    """JSON tells types, texts, arguments, attributes, notes, and links by place; values without errors as text."""
    fields = report(DATA).fields
    first, second = fields["errors"]
    assert (first["type"], first["message"], first["notes"]) == ("shapes.KeywordOnly", "3: message", ["a note"])
    assert first["attributes"] == {"code": "3", "holder": "<shapes.Holder() {'thing': 7}>"}
    assert (first["cause"], first["context"], second["cause"], second["type"]) == (1, None, None, "FileNotFoundError")
    assert second["attributes"]["strerror"] == "'no'"
    group = report(picklereg.dumps(ExceptionGroup("g", [ValueError("\x1b[2J"), KeyError(2)]))).fields["errors"]
    assert [group[place]["message"] for place in group[0]["members"]] == ["\\x1b[2J", "2"]
    assert group[group[0]["members"][0]]["args"] == ["'\\x1b[2J'"]
    found = report(pickle.dumps({"a": [1]}))
    assert (found.has_error, found.fields) == (False, {"signed": False, "verified": False, "errors": [], "value": "{'a': [1]}"})
    text = report(b"Traceback (most recent call last):\n  ...\nValueError: why\n")
    assert (text.has_error, text.fields["text"][-3:]) == (True, "why")


@pytest.mark.parametrize("data", [b" " * 200_000 + b"!", b"\n" * 200_000, b"A" * 200_000 + b"!", b"ab " * 100_000 + b"x", b"{" * 200_000])
def test_what_looks_like_text_is_looked_through_once(data: bytes) -> None:
    """Long runs of spaces, digits or braces are no pickle, and that is found in no time."""
    with pytest.raises(UnsafePickleError):
        show(data)


def test_values_with_many_parts_are_cut_short() -> None:
    """Each part is shown as often as it occurs, up to a number, and no container's own repr is asked for more than that."""
    shared: Any = list(range(40))
    for _ in range(2):
        shared = [shared] * 40
    held = [shared, types.SimpleNamespace(a=shared), collections.UserList(shared), collections.OrderedDict(a=shared), b"x" * 2_000]
    exc: Any = ValueError(1)
    exc.held, exc.inner = held, KeyError(held)
    text = show(picklereg.dumps(exc))
    assert len(text) < 50_000
    assert "..." in text
    small = show(pickle.dumps([types.SimpleNamespace(a=1), collections.UserList([2]), collections.OrderedDict(b=3), b"x" * 2_000]))
    assert small.startswith("[namespace({'a': 1}), [2], OrderedDict({'b': 3}), b'xxxxx")
    deep: Any = KeyError("k")
    for _ in range(8):
        deep = ValueError([deep])
    assert "(...)" in show(pickle.dumps([deep]))
