"""Which part of the package may import which: floors one above the other, and a module imports only what is on its own or below.

The tables of exceptions hold what doesn't keep to it yet, each with its reason. An entry that isn't needed any more fails, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import picklereg

_ROOT = Path(picklereg.__file__).parent

#: From the bottom up. Rooms on one floor don't know each other.
_FLOORS: tuple[tuple[str, ...], ...] = (
    ("introspection.public",),
    ("errors",),
    ("introspection",),
    ("redaction",),
    ("reduction.expression",),
    ("reduction.state_setter",),
    ("registry.copyreg_entries",),
    ("unpickling.stand_ins",),
    ("reduction",),
    ("registry",),
    ("pickling",),
    ("unpickling",),
    ("unpickling.safe",),
    ("signing",),
    ("__init__",),
    ("frameworks", "sets"),
    ("testing",),
    ("cli",),
    ("__main__",),
)

#: Imports from below to above: (module, what it imports), and why.
_UPWARD: dict[tuple[str, str], str] = {}

#: Who may know cloudpickle.
_CLOUDPICKLE: dict[str, str] = {
    "pickling.by_reference": "its dispatch table, and what it writes by value",
    "pickling.pickler": "subclasses its pickler",
    "registry.copyreg_table": "install(all_exceptions=True) chains itself into its dispatch table, once somebody has imported it",
}

#: Who writes to ``copyreg.dispatch_table``.
_COPYREG: Final = "registry.copyreg_entries"

_LONGEST = 400
#: Of a framework's module, without docstrings and comments.
_LONGEST_ADAPTER = 60

_MUTATORS = frozenset({"clear", "pop", "popitem", "setdefault", "update", "__setitem__", "__delitem__"})
_REGISTERING = frozenset({"add_extension", "clear_extension_cache", "constructor", "pickle", "remove_extension"})


# --- reading the code ---------------------------------------------------------------------------------------------


def _modules() -> dict[str, Path]:
    """Give all modules by their name within the package; the package itself is ``__init__``."""
    found = {}
    for file in sorted(_ROOT.rglob("*.py")):
        parts = file.relative_to(_ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = file
    return found


MODULES = _modules()
TREES = {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in MODULES.items()}


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Give all nodes but those that only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            for other in child.orelse:
                yield from (other, *_running(other))
        else:
            yield from (child, *_running(child))


def _imports(tree: ast.AST) -> Iterator[str]:
    """Give what is imported, by full name, at the top and in functions."""
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _named(tree: ast.AST) -> Iterator[str]:
    """Give the texts that name a module of ours, for ``import_module``."""
    for node in _running(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.removeprefix("picklereg.") in MODULES:
            yield node.value


def _ours(imported: str) -> str | None:
    """Give the module of ours that an import means; ``None`` for another's."""
    package, _, name = imported.partition(".")
    if package != "picklereg":
        return None
    while name and name not in MODULES:  # something that a module defines
        name = name.rpartition(".")[0]
    return name or "__init__"


def _edges() -> set[tuple[str, str]]:
    """Give who imports whom."""
    found = {(name, _ours(imported)) for name, tree in TREES.items() for imported in (*_imports(tree), *_named(tree))}
    return {(name, target) for name, target in found if target is not None and target != name}


EDGES = _edges()


def _room(module: str) -> str:
    parts = module.split(".")
    longer = ".".join(parts[:2])
    return longer if any(longer in floor for floor in _FLOORS) else parts[0]


def _floor(module: str) -> int:
    """Give the number of the floor; a module in no room of the table fails."""
    room = _room(module)
    (number,) = (number for number, floor in enumerate(_FLOORS) if room in floor)
    return number


# --- the rules ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_on_a_floor(module: str) -> None:
    """A new folder has to find its place in the table."""
    assert _floor(module) < len(_FLOORS)


def test_modules_import_what_is_below() -> None:
    """At the top and inside functions alike; but for what the table names."""
    upward = {
        (module, target)
        for module, target in EDGES
        if _floor(target) > _floor(module) or (_floor(target) == _floor(module) and _room(target) != _room(module))
    }
    assert upward == set(_UPWARD)


def test_no_module_imports_itself_through_others() -> None:
    """Within a room too: whatever is imported can be read without the module that imports it."""
    waiting = {module: {target for source, target in EDGES if source == module and (source, target) not in _UPWARD} for module in MODULES}
    while free := [module for module, targets in waiting.items() if not targets]:
        for module in free:
            del waiting[module]
        for targets in waiting.values():
            targets.difference_update(free)
    assert waiting == {}


def test_the_reading_of_imports_sees_what_there_is() -> None:
    """One of each kind: at the top, within a function, a submodule, and one by a string; but not what only types need."""
    assert ("pickling.pickler", "registry.registry") in EDGES
    assert ("cli.sets", "registry.set_reports") in EDGES
    assert ("__init__", "signing") in EDGES
    assert {target for source, target in EDGES if source == "errors"} == {"introspection.public"}
    tree = ast.parse("if TYPE_CHECKING:\n    import a\nelse:\n    import b\ndef f():\n    from picklereg.c import d")
    assert [*_imports(tree)] == ["b", "picklereg.c.d"]


def test_few_know_cloudpickle() -> None:
    """So that one can see what of it is used, and what runs without it."""
    knowing = {name for name, tree in TREES.items() if _knows_cloudpickle(tree)}
    assert knowing <= set(_CLOUDPICKLE)
    assert "pickling.pickler" in knowing


def _knows_cloudpickle(tree: ast.AST) -> bool:
    """Tell whether a module imports it, or takes it from ``sys.modules``; tables of names may have it in them."""
    taken = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    return "sys.modules['cloudpickle']" in taken or "cloudpickle" in {name.partition(".")[0] for name in _imports(tree)}


def _is_copyregs(node: ast.AST, aliases: set[str]) -> bool:
    """Tell whether an expression is ``copyreg.dispatch_table``, by that name or another one of the module's."""
    if isinstance(node, ast.Attribute) and node.attr == "dispatch_table":
        return isinstance(node.value, ast.Name) and node.value.id == "copyreg"
    return isinstance(node, ast.Name) and node.id in aliases


def _aliases(tree: ast.AST) -> set[str]:
    found = {"dispatch_table"} if "copyreg.dispatch_table" in _imports(tree) else set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and _is_copyregs(node.value, set()):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def _writes_to_copyreg(tree: ast.AST) -> bool:
    aliases = _aliases(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load) and _is_copyregs(node.value, aliases):
            return True
        if isinstance(node, ast.AugAssign) and _is_copyregs(node.target, aliases):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, name = node.func.value, node.func.attr
            if (name in _MUTATORS and _is_copyregs(owner, aliases)) or (name in _REGISTERING and ast.unparse(owner) == "copyreg"):
                return True
    return False


def test_one_writes_to_copyreg() -> None:
    """What is written to a place that is everybody's is written and taken out in one module."""
    assert {name for name, tree in TREES.items() if _writes_to_copyreg(tree)} == {_COPYREG}


@pytest.mark.parametrize(
    "code",
    [
        "copyreg.pickle(A, f)",
        "copyreg.dispatch_table[A] = f",
        "del copyreg.dispatch_table[A]",
        "table: Any = copyreg.dispatch_table\ndef f():\n    table[A] = f",
        "from copyreg import dispatch_table\ndispatch_table.pop(A)",
        "copyreg.dispatch_table |= {A: f}",
    ],
)
def test_every_way_to_write_is_seen(code: str) -> None:
    """Under its own name or another one."""
    assert _writes_to_copyreg(ast.parse(code))
    assert not _writes_to_copyreg(ast.parse("table = copyreg.dispatch_table\ntable.get(A)\nother[A] = table[A]"))


def test_no_file_is_long() -> None:
    """What doesn't fit is two things."""
    lengths = {name: len(file.read_text(encoding="utf-8").splitlines()) for name, file in MODULES.items()}
    long = {MODULES[name].relative_to(_ROOT).as_posix() for name, length in lengths.items() if length > _LONGEST}
    assert long == set()


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("frameworks.")])
def test_an_adapter_is_short(module: str) -> None:
    """What frameworks have in common is in modules that they share."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node) is not None:
            del node.body[0]
    assert len([line for line in ast.unparse(tree).splitlines() if line]) < _LONGEST_ADAPTER
