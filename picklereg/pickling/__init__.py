"""The pickle module's contract for writing: ``Pickler``, ``dump`` and ``dumps``."""
