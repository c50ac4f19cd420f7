"""What an adapter says where its framework isn't installed, or lacks something itself."""

from __future__ import annotations

import subprocess
import sys

__all__ = ["said_without"]

_CODE = """
import sys
class Without:
    def find_spec(name, path=None, target=None):
        if name == {module!r}: raise ModuleNotFoundError(f'No module named {{name!r}}', name=name)
sys.meta_path.insert(0, Without)
try:
    import picklereg.frameworks.{adapter}
    {use}
except ModuleNotFoundError as error: print(error.name, error)
"""


def said_without(module: str, adapter: str, use: str = "") -> str:
    """Import an adapter where a module can't be found.

    Args:
        module: what can't be found.
        adapter: the adapter's name.
        use: what is done with it then.

    Returns:
        The ``name`` and the text of the error.
    """
    code = _CODE.format(module=module, adapter=adapter, use=use)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
