"""click: a usage error can be shown elsewhere as it would be here."""

from __future__ import annotations

import io
from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

click = pytest.importorskip("click")

SHOWN = """
import io
file = io.StringIO()
obj.show(file=file)
result = [file.getvalue(), obj.format_message(), obj.exit_code]
"""


@click.group()  # type: ignore[untyped-decorator]
def shop() -> None:
    """Sell things."""


@shop.command()  # type: ignore[untyped-decorator]
@click.option(  # type: ignore[untyped-decorator]
    "--count", type=int, required=True, envvar="COUNT", callback=lambda _context, _param, value: value
)
@click.argument(  # type: ignore[untyped-decorator]
    "kind", type=click.Choice(["tea", "jam"]), callback=lambda _context, _param, value: value
)
def buy(count: int, kind: str) -> None:
    """Buy things."""
    raise click.ClickException(f"sold out: {count} {kind}")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["buy", "tea"], "MissingParameter"),
        (["buy", "--count", "x", "tea"], "BadParameter"),
        (["buy", "--count", "1", "gin"], "BadParameter"),
        (["buy", "--cuont", "1", "tea"], "NoSuchOption"),
        (["buy", "--count"], "BadOptionUsage"),
        (["buy", "--count", "1", "tea", "more"], "UsageError"),
        (["buy", "--count", "1", "tea"], "ClickException"),
        (["sell"], "UsageError"),
    ],
)
def test_an_error_of_the_command_line(arguments: list[str], name: str, how: str, reader: Reader) -> None:
    """It arrives whole, with context, command and parameter, and shows the same usage, message and exit status."""
    with pytest.raises(click.ClickException) as caught:
        shop.main(arguments, prog_name="shop", standalone_mode=False)
    exc: Any = caught.value
    assert name in [cls.__name__ for cls in type(exc).__mro__]
    data, file = written(exc, how, "click"), io.StringIO()
    assert reader.describe(data) == describe(exc)
    exc.show(file=file)
    assert reader.read(data, code=SHOWN) == [file.getvalue(), exc.format_message(), exc.exit_code]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_exit_and_abort(how: str, reader: Reader) -> None:
    """The exceptions that end a program arrive whole, too."""
    for cls, arguments in ((click.exceptions.Exit, (3,)), (click.Abort, ())):
        with pytest.raises(cls) as caught:
            click.Command("c", callback=lambda cls=cls, arguments=arguments: _throw(cls(*arguments))).invoke(click.Context(shop))
        assert reader.describe(written(caught.value, how, "click")) == describe(caught.value)


def _throw(exc: BaseException) -> None:
    raise exc
