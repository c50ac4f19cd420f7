"""The results as one SVG, readable on light and dark pages: the contest above, the curves below."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final
from xml.sax.saxutils import escape

__all__ = ["picture"]

_WIDTH: Final = 860
_LEFT: Final = 220
_ROW: Final = 22
_CURVES: Final = 190
#: How many times as fast as cloudpickle the left and right edges stand for.
_EDGES: Final = (1 / 64, 8)
_MARKS: Final = {
    "pickle": "#888888",
    "dill": "#b45f06",
    "tblib + cloudpickle": "#8e63ce",
    "patched __reduce__": "#c2417c",
    "picklereg.dumps": "#1a73e8",
    "install(), pickle": "#188038",
}
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#333}.faint{stroke:#8884}.one{stroke:#888}polyline{fill:none;stroke:#1a73e8;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}"
)


def picture(results: dict[str, Any]) -> str:
    """Draw what there is to draw.

    Args:
        results: as ``python -m benchmarks --json`` keeps them.

    Returns:
        The SVG.
    """
    contest, linear = results.get("contest", {}), results.get("linear", {})
    top = 70 + _ROW * len(contest)
    height = top + 20 + (_CURVES if linear else 0)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">', f"<style>{_STYLE}</style>"]
    if contest:
        parts += _contest(contest)
    for index, (name, found) in enumerate(linear.items()):
        parts += _curve(index, name, found, top)
    return "\n".join([*parts, "</svg>", ""])


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _contest(contest: dict[str, Any]) -> Iterator[str]:
    yield _text(
        10, 20, "dumps: how many times as fast as cloudpickle (to the right is faster); hollow: it arrives changed, or can't be loaded"
    )
    for index, (name, colour) in enumerate(_MARKS.items()):
        left = 10 + index * 140
        yield f'<circle cx="{left + 5}" cy="36" r="5" fill="{colour}"/>' + _text(left + 14, 40, name)
    bottom = 54 + _ROW * len(contest)
    for power in range(round(math.log2(_EDGES[0])), round(math.log2(_EDGES[1])) + 1):
        x = _x(2.0**power)
        kind = "one" if power == 0 else "faint"
        yield f'<line class="{kind}" x1="{x:.1f}" y1="50" x2="{x:.1f}" y2="{bottom}"/>'
        if power % 2 == 0:
            yield _text(x, bottom + 14, f"{2**power}" if power >= 0 else f"1/{2**-power}", "middle")
    for row, (workload, found) in enumerate(contest.items()):
        y = 66 + _ROW * row
        yield _text(_LEFT - 12, y + 4, workload, "end")
        for name, colour in _MARKS.items():
            times = found.get(name, {}).get("dumps, times cloudpickle")
            if times:
                fill = colour if found[name]["outcome"] == "whole" else "none"
                yield f'<circle cx="{_x(times[0]):.1f}" cy="{y}" r="5" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'


def _x(times: float) -> float:
    low, high = (math.log2(edge) for edge in _EDGES)
    share = (math.log2(times) - low) / (high - low)
    return _LEFT + min(1.0, max(0.0, share)) * (_WIDTH - _LEFT - 20)


def _curve(index: int, name: str, found: dict[str, float], top: float) -> Iterator[str]:
    """Draw microseconds against number, both by their logarithms: a line that rises by as much as it goes right is linear."""
    width, left = 130, 20 + index * 170
    bottom = top + _CURVES - 20
    sizes = [float(size) for size in found]
    high = max(sizes) / min(sizes) * min(found.values())
    lowest, highest = math.log(min(found.values())), math.log(max(high, *found.values()))
    yield _text(left, top + 14, name.partition(",")[0])
    yield f'<line class="faint" x1="{left}" y1="{bottom}" x2="{left + width}" y2="{bottom}"/>'
    yield f'<line class="faint" x1="{left}" y1="{top + 24}" x2="{left}" y2="{bottom}"/>'
    points: list[str] = []
    for size, microseconds in zip(sizes, found.values(), strict=True):
        x = left + width * math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])
        y = bottom - (bottom - top - 30) * (math.log(microseconds) - lowest) / (highest - lowest)
        points.append(f"{x:.1f},{y:.1f}")
    yield f'<polyline points="{" ".join(points)}"/>'
    first, *_, last = found.values()
    yield _text(left, bottom + 15, f"{sizes[0]:.0f}: {first:,.0f} µs")
    yield _text(left + width, bottom + 15, f"{sizes[-1]:,.0f}: {last:,.0f} µs", "end")
