"""Reading: ``loads`` with stand-ins for what is missing, and ``safe_loads``, which runs nothing."""
