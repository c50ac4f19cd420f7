"""From an exception to its reduce value."""
