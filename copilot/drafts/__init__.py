"""Proposed replies with citations, figure checks and the human's review."""
