"""``picklereg check``: what plain pickle and picklereg do to exception classes, tried out.

Floors, from the bottom: ``reader`` (also the file that the reader's process loads, so it imports nothing of ours), ``process``,
``compare``, ``results``, ``values``, ``builder``, ``explain``, ``worker`` (in a process of its own), ``modules``, ``activation`` (of
declared sets, in a process of its own), ``distributions``, ``targets``, ``survey``, ``report``, ``explain_report``, ``command``.
"""
