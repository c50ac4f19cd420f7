"""What ``picklereg check`` found out: plain data, for the table and for ``--json``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from picklereg.testing.compare import Difference, summary

__all__ = ["METHODS", "Built", "ClassResult", "Kind", "Limits", "Method", "Outcome", "Result", "Target", "totals"]

Built = Literal["by its signature", "without __init__", "not built"]
Kind = Literal["whole", "stripped", "noted", "changed", "fails in the writer", "fails in the reader"]
Method = Literal["pickle", "picklereg"]

METHODS: Final[tuple[Method, ...]] = ("pickle", "picklereg")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds.

    Attributes:
        importing: importing the module, in the writer and in each reader.
        step: building or writing one exception, or reading it.
    """

    importing: float = 60.0
    step: float = 10.0


@dataclass(frozen=True, slots=True)
class Target:
    """What is checked in one process.

    Attributes:
        name: what to call it: a module, or a distribution.
        modules: the names of the modules to import, in this order; at least one.
        roots: the names of the modules and packages whose exception classes count.
        version: the distribution's.
        qualname: the one class of the first module that counts; all, if that is ``None``.
        explain: whether to tell how each exception is written.
    """

    name: str
    modules: Sequence[str]
    roots: Sequence[str]
    version: str | None = None
    qualname: str | None = None
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one exception by one method.

    Attributes:
        kind: ``"whole"`` if it arrived as it was; ``"noted"`` if every difference is named in a note that picklereg added;
            ``"stripped"`` if the others are in values that a declared strip function has replaced; ``"changed"`` if not; or where it
            failed.
        problem: what failed.
        differences: between what was sent and what arrived.
        notes: those that picklereg added, along the whole chain.
        seconds: how long writing took.
    """

    kind: Kind
    problem: str | None = None
    differences: Sequence[Difference] = ()
    notes: Sequence[str] = ()
    seconds: float = 0.0

    @property
    def is_lost(self) -> bool:
        """Whether the reader gets no exception, or another one that doesn't say so."""
        return self.kind not in {"whole", "stripped", "noted"}

    @property
    def lost(self) -> str:
        """What was lost, as one short line; empty for a whole exception."""
        return summary(self.differences)


@dataclass(slots=True)
class ClassResult:
    """What became of one exception class.

    Attributes:
        module: the module that it says it is defined in.
        qualname: its name there.
        built: how an instance was made.
        problem: why it was not built, or not by its signature.
        remarks: what the class doesn't let anybody do.
        outcomes: by method; none if it was not built.
        explanation: how it is written, as :class:`picklereg.testing.explain.Explanation` has it, if that was asked for.
    """

    module: str
    qualname: str
    built: Built = "not built"
    problem: str | None = None
    remarks: Sequence[str] = ()
    outcomes: dict[Method, Outcome] = field(default_factory=dict[Method, Outcome])
    explanation: dict[str, Any] | None = None


@dataclass(slots=True)
class Result:
    """What became of the exception classes that a module, or a distribution, defines.

    Attributes:
        name: the module's or the distribution's.
        version: the distribution's.
        error: why there are none, in one line, if nothing of it can be imported.
        not_imported: modules that can't be imported, each with the reason in one line.
        classes: their results, ordered by name.
    """

    name: str
    version: str | None = None
    error: str | None = None
    not_imported: dict[str, str] = field(default_factory=dict[str, str])
    classes: list[ClassResult] = field(default_factory=list[ClassResult])

    @property
    def loses_any(self) -> bool:
        """Whether picklereg loses an exception."""
        return any("picklereg" in found.outcomes and found.outcomes["picklereg"].is_lost for found in self.classes)

    def as_data(self) -> dict[str, Any]:
        """Give everything in a form that JSON has."""
        return {**asdict(self), "totals": totals(self.classes)}


def totals(classes: Iterable[ClassResult]) -> dict[str, Any]:
    """Count classes by how they were built, and by what became of them.

    Args:
        classes: their results.

    Returns:
        Numbers by name, and for each method numbers by kind of outcome.
    """
    classes = list(classes)
    built = Counter(found.built for found in classes)
    kinds: tuple[Kind, ...] = ("whole", "stripped", "noted", "changed", "fails in the writer", "fails in the reader")
    counts = {method: Counter(found.outcomes[method].kind for found in classes if method in found.outcomes) for method in METHODS}
    return {
        "classes": len(classes),
        **{how: built[how] for how in ("by its signature", "without __init__", "not built")},
        **{method: {kind: counts[method][kind] for kind in kinds} for method in METHODS},
    }
