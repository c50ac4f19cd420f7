"""What a Python that was started by ``picklereg run`` does first: what it would have done anyway, and install picklereg.

``picklereg run`` puts this directory at the beginning of ``PYTHONPATH``. It may be any Python, of an environment in which there is
no picklereg; so only the standard library is taken for granted here, and nothing here keeps the program from running.
"""  # noqa: INP001  # a directory on the path, no package

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path


def _is_here(entry: str) -> bool:
    return Path(entry).resolve() == Path(__file__).resolve().parent


def _run_the_other_one() -> None:
    """Run the ``sitecustomize`` that stands in our shadow, if there is one, and let it have the name."""
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        sys.modules["sitecustomize"] = module = module_from_spec(spec)
        spec.loader.exec_module(module)


sys.path[:] = [entry for entry in sys.path if not _is_here(entry)]  # the program sees what it would see without us
try:
    _run_the_other_one()
finally:
    try:
        import picklereg

        picklereg.install(all_exceptions=True)
    except Exception as problem:  # noqa: BLE001  # whatever it is, the program is not to blame
        print(f"picklereg run: {sys.executable} goes without picklereg: {type(problem).__name__}: {problem}", file=sys.stderr)  # noqa: T201
