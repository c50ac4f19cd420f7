"""One small adapter per task framework that needs one.

Importing this package imports no framework; importing an adapter imports its own.
"""

__all__: list[str] = []
