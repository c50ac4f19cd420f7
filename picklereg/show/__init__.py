"""``picklereg show``: prints the error in stored bytes, and imports and runs nothing of it."""
