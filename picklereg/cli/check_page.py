"""``picklereg check --html``: the result as one page that one can send to others. It loads nothing, and needs no script to be read."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from picklereg.cli.check_report import GROUPS, group_of, in_full, short
from picklereg.testing.results import ClassResult, Result, totals

if TYPE_CHECKING:
    from picklereg.testing.results import Outcome

__all__ = ["page"]

_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
form { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; }
input, select { font: inherit; padding: .25rem .5rem; }
input { flex: 1 1 16rem; }
table { border-collapse: collapse; width: 100%; }
th { position: sticky; top: 0; background: Canvas; text-align: left; }
th, td { border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); }
th, td { padding: .35rem .6rem; vertical-align: top; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.1rem; }
code { font-size: .92em; }
.fails, .changed { color: #b3261e; }
.noted { color: #8a5a00; }
.whole, .stripped { color: #1b6e3c; }
@media (prefers-color-scheme: dark) {
  .fails, .changed { color: #ff8a80; }
  .noted { color: #ffd180; }
  .whole, .stripped { color: #8ee0ac; }
}
[hidden] { display: none; }
"""
#: Shows the rows that hold every word of the text and are of the chosen kind; both stand in the address, so that a view can be sent.
_SCRIPT: Final = """
const text = document.getElementById("text"), kind = document.getElementById("kind"), count = document.getElementById("count");
const rows = [...document.querySelectorAll("tbody tr")].map(row => [row, row.textContent.toLowerCase()]);
const apply = () => {
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const [row, content] of rows) {
    row.hidden = !((!kind.value || row.dataset.kind === kind.value) && words.every(word => content.includes(word)));
    shown += row.hidden ? 0 : 1;
  }
  count.textContent = `${shown} of ${rows.length}`;
};
const read = () => {
  const wanted = new URLSearchParams(location.hash.slice(1));
  text.value = wanted.get("text") ?? "";
  kind.value = wanted.get("kind") ?? "";
  apply();
};
const write = () => { history.replaceState(null, "", "#" + new URLSearchParams({text: text.value, kind: kind.value})); apply(); };
document.querySelector("form").hidden = false;
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
text.addEventListener("input", write);
kind.addEventListener("input", write);
addEventListener("hashchange", read);
read();
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def page(results: Sequence[Result], version: str) -> str:
    """Give the page, in HTML.

    Args:
        results: what became of modules or distributions.
        version: picklereg's.
    """
    classes = sorted(
        ((GROUPS.index(group_of(found)), result, found) for result in results for found in result.classes), key=lambda row: row[0]
    )
    rows = "".join(_row(result, found) for _, result, found in classes)
    options = "".join(f'<option value="{_id(group)}">{group}</option>' for group in GROUPS)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    made = f"picklereg {version}, {python}, {datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>picklereg check</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>What arrives of exceptions</h1>
<p>{escape(_summary(results))} <small>{escape(made)}</small></p>
<form hidden>
<input id="text" type="search" placeholder="words to look for" aria-label="words to look for">
<select id="kind" aria-label="kind"><option value="">all</option>{options}</select>
<output id="count"></output>
</form>
<table>
<thead><tr><th>class</th><th>of</th><th>plain pickle</th><th>picklereg</th><th>what isn't as it was, and the notes</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
{_not_imported(results)}<script>{_SCRIPT}</script>
</body>
</html>
"""


def _summary(results: Sequence[Result]) -> str:
    counts = totals([found for result in results for found in result.classes])
    plain, ours = ({**counts[method]} for method in ("pickle", "picklereg"))
    for kinds in (plain, ours):
        kinds["lost"] = kinds.pop("fails in the writer") + kinds.pop("fails in the reader")
    told = [", ".join(f"{number} {kind}" for kind, number in kinds.items() if number) or "nothing" for kinds in (plain, ours)]
    classes = "exception class" if counts["classes"] == 1 else "exception classes"
    return f"{counts['classes']} {classes}. Plain pickle: {told[0]}. picklereg: {told[1]}."


def _id(group: str) -> str:
    return group.replace(" ", "-")


def _row(result: Result, found: ClassResult) -> str:
    group = group_of(found)
    owner = f"{result.name} {result.version}" if result.version else result.name
    plain, ours = (_cell(found.outcomes.get(method)) for method in ("pickle", "picklereg"))
    told = "".join(f"<li>{escape(line)}</li>" for line in _told(found))
    cells = (
        f"<td><code>{escape(found.module)}.{escape(found.qualname)}</code></td>",
        f"<td>{escape(owner)}</td>",
        f"<td>{escape(plain)}</td>",
        f'<td class="{_id(group)}">{escape(ours or group)}</td>',
        f"<td><ul>{told}</ul></td>" if told else "<td></td>",
    )
    return f'<tr data-kind="{_id(group)}">{"".join(cells)}</tr>\n'


def _cell(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    return short(outcome) if outcome.problem else outcome.kind


def _told(found: ClassResult) -> Iterator[str]:
    if found.problem is not None:
        yield f"{found.built}: {found.problem}"
    yield from found.remarks
    outcome = found.outcomes.get("picklereg")
    if outcome is not None:
        if outcome.problem or outcome.lost:
            yield in_full(outcome)
        yield from outcome.notes


def _not_imported(results: Sequence[Result]) -> str:
    failing = [(result.name, error) for result in results for error in result.not_imported.values()]
    if not failing:
        return ""
    lines = "".join(f"<li>{escape(name)}: {escape(error)}</li>" for name, error in failing)
    return f"<details><summary>{len(failing)} modules that can't be imported</summary><ul>{lines}</ul></details>\n"
