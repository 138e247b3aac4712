"""Metrics, one family a file; ``catalog.py`` finds them by name."""
