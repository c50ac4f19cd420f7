"""The reader that trusts nothing: what :func:`picklereg.safe_load` and :func:`picklereg.safe_loads` are made of.

From the bottom: ``bounds`` (how much), ``exceptions`` (made without their code), ``constructors`` (of values of the standard library),
``hash_bounds`` and ``depth_bounds`` (what can be hashed, printed and thrown away), ``allow_list`` (which classes), ``known_calls`` and
``builder`` (what the opcodes make), ``opcodes`` and ``machine`` (the opcodes), ``unpickler`` (the public functions).
"""
