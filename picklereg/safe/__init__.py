"""The reader that trusts nothing: what :func:`picklereg.safe_load` and :func:`picklereg.safe_loads` are made of.

From the bottom: ``bounds`` (how much), ``exceptions`` (made without their code), ``values`` (those of the standard library), ``keys`` and
``shape`` (what can be hashed, printed and thrown away), ``rules`` (which classes), ``forms`` and ``building`` (what the opcodes make),
``opcodes`` and ``machine`` (the opcodes), ``unpickling`` (the public functions).
"""
