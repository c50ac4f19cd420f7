"""What the demo shows, as a picture of a terminal: the README's first picture is made of it."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Final

from rich.console import Console

from picklereg.cli.demo.comparison import print_comparison

if TYPE_CHECKING:
    from picklereg.cli.demo.outcomes import Way

__all__ = ["picture"]

_WIDTH: Final = 80
#: rich's own frame asks a server for a font.
_FRAME: Final = """\
<svg viewBox="0 0 {width} {height}" role="img" xmlns="http://www.w3.org/2000/svg">
<title>picklereg demo</title>
<style>
.{unique_id}-matrix, .{unique_id}-title {{ font-family: ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace; }}
.{unique_id}-matrix {{ font-size: {char_height}px; }}
.{unique_id}-title {{ font-size: 18px; }}
{styles}
</style>
<defs>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def picture(plain: Way, ours: Way) -> str:
    """Draw the two ways side by side.

    Args:
        plain: the way without picklereg.
        ours: the way with it.

    Returns:
        The SVG.
    """
    console = Console(
        record=True, file=StringIO(), width=_WIDTH, color_system="truecolor", force_terminal=True, highlight=False, markup=False
    )
    print_comparison(console, plain, ours)
    drawn = console.export_svg(title="$ picklereg demo", code_format=_FRAME, unique_id="demo")
    return "".join(line.rstrip() + "\n" for line in drawn.splitlines())
