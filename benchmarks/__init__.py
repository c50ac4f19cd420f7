"""What picklereg costs, next to everybody else: ``python -m benchmarks``."""
