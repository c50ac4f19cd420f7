"""``picklereg demo``: what reaches the caller of a failed task, without picklereg and with it.

The command starts a model provider that refuses everything (``refusing_provider``), and for each of the two ways a process
(``way_process``), in which docket's worker runs the same failing tasks (``failing_tasks``) and reports each error to its caller. What
was sent and what arrived is compared there, and the secrets are looked for in what docket stored (``stored_secrets``). The command
reads what the processes say (``children``) and shows it (``comparison``).
"""
